/**
 * The app that works without a connection, and the card on the start page that
 * leads to it. app.ts loads this module where a page asks for it.
 */
import { dayStore, outboxStore, wipeDay, wipeWhenOver } from "./store";
import { flush, onOutbox, lastSent } from "./outbox";
import { asked } from "./agree";
import "./begin";
import "./finish";
import { listen, render, say } from "./nav";
import "./needs";
import { languages } from "./person";
import "./question";
import "./review";
import "./services";
import "./start";
import type { Locked } from "./lock";
import { learnWho, waitingText } from "./waiting";
import { clock, joined, speak, t } from "./words";

if ("serviceWorker" in navigator) {
	navigator.serviceWorker.register("/sw.js").catch(() => undefined); // the page works, but does not open without a connection
}
addEventListener("online", () => void flush());

/** Begins the app, or fills in the card. */
export async function start(root: HTMLElement) {
	speak(root.dataset.words!);
	if (root.id === "offline") {
		languages.push(...(JSON.parse(root.dataset.languages!) as [string, string][]));
		asked.version = root.dataset.consent!;
		line();
		addEventListener("online", line);
		addEventListener("offline", line);
		listen();
		await render();
		await learnWho();
		await flush();
		return;
	}
	await wipeWhenOver();
	const day = await dayStore.get<Locked>("day");
	if (day && day.worker.id !== root.dataset.user) {
		await wipeDay(); // somebody else is signed in on this device
		await outboxStore.put("ended", "removed");
	}
	const fill = async () => {
		const p = root.querySelector(".waiting")!;
		const kept = await dayStore.get<Locked>("day");
		const sent = await lastSent();
		p.replaceChildren(joined(await waitingText(), kept && t("offline.taken-until", { time: clock(kept.at + 12 * 3600_000) }),
			!!sent?.attention && t("offline.attention", { count: sent.attention })));
	};
	onOutbox(() => void fill());
	await fill();
	await flush();
}

/** Shows whether there is a connection. */
function line() {
	const p = document.getElementById("line")!;
	const text = navigator.onLine ? t("offline.online") : t("offline.no-line");
	if (p.textContent && p.textContent !== text) {
		say(text);
		void learnWho();
	}
	p.textContent = text;
	p.className = "tag tag-" + (navigator.onLine ? "good" : "warning");
}
