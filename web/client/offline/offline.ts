/** The app that works without a connection. app.ts loads this module where a page asks for it. */
import { listen, render, say, visitScreens } from "./nav";
import { flush, register } from "./outbox";
import { page } from "./page";
import "./start";
import { learnWho } from "./waiting";
import { speak, t } from "./words";

/** Begins the app. */
export async function start(root: HTMLElement) {
	register();
	speak(root.dataset.words!);
	page.languages = JSON.parse(root.dataset.languages!);
	page.consentText = root.dataset.consent!;
	visitScreens(() => import("./screens"));
	line();
	addEventListener("online", line);
	addEventListener("offline", line);
	listen();
	await render();
	await learnWho();
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
