/** The app that works without a connection. app.ts loads this module where a page asks for it. */
import { learn } from "./consent";
import { listen, render, say, visitScreens } from "./nav";
import { flush, onOutbox, register } from "./outbox";
import { page } from "./page";
import "./start";
import { learnWho } from "./waiting";
import { speak, t } from "./words";

/** Begins the app. */
export async function start(root: HTMLElement) {
	register();
	speak(root.dataset.words!);
	page.languages = JSON.parse(root.dataset.languages!);
	learn(root.dataset.consent!);
	visitScreens(() => import("./screens"));
	addEventListener("online", line);
	addEventListener("offline", line);
	document.addEventListener("visibilitychange", line);
	onOutbox(line);
	listen();
	await render();
	await line();
	await flush();
}

/** Shows whether the server can be reached, which a browser alone cannot tell. */
async function line() {
	const p = document.getElementById("line")!;
	const on = navigator.onLine && (await learnWho()) !== undefined;
	const text = on ? t("offline.online") : t("offline.no-line");
	if (p.textContent && p.textContent !== text) {
		say(text);
	}
	p.textContent = text;
	p.className = "tag tag-" + (on ? "good" : "warning");
}
