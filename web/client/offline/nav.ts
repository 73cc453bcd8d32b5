/** The way through the app: screens with their place in the browser's history, focus and title. */
import { type Open, current, end } from "./day";
import { type Child, el } from "./dom";
import { type Draft, load } from "./draft";
import { over } from "./store";
import { clock, t } from "./words";

/** A screen: its title for the browser's tab and its content. */
export interface Shown {
	title: string;
	content: Child[];
}

type Screen = (...args: string[]) => Promise<Shown> | Shown;

const screens: Record<string, Screen> = {};

let more = async (): Promise<unknown> => undefined;

/** Says how the screens of a visit are loaded, and begins to. */
export function visitScreens(load: () => Promise<unknown>) {
	more = load;
	load().catch(() => undefined); // tried again when one is asked for
}

/** What is open; undefined while locked. */
let opened: Open | undefined;

/** Declares a screen. */
export function screen(name: string, show: Screen) {
	screens[name] = show;
}

/** What is open, for screens behind the lock. */
export const open = (): Open => opened!;

export const isOpen = () => !!opened;

export function setOpen(o: Open | undefined) {
	opened = o;
}

/** Goes to a screen; Back leads to the one before. */
export function go(...to: string[]) {
	history.pushState({ screen: to }, "");
	void render();
}

/** Goes to a screen in place of this one. */
export function instead(...to: string[]) {
	history.replaceState({ screen: to }, "");
	void render();
}

/** How long the app stays open without being used, in milliseconds. */
const idle = 10 * 60 * 1000;
let used = Date.now();

/** Locks what is open when it was not used for long, or its time is over. */
async function guard() {
	if (opened && over(opened.lock.at)) {
		opened = undefined;
		await end("expired");
	} else if (opened && (Date.now() - used > idle || !(await current()))) {
		opened = undefined;
	}
}

/** A screen, or the start while locked and where there is no such visit any more. */
async function show(name: string, args: string[]): Promise<Shown> {
	if (opened && name !== "start") {
		try {
			if (!screens[name]) {
				await more();
			}
			return await screens[name](...args);
		} catch (e) {
			console.error(e);
			history.replaceState({ screen: ["start"] }, "");
		}
	}
	return screens.start();
}

/** Shows the screen that the history names, or the start while locked. */
export async function render() {
	await guard().catch(() => (opened = undefined));
	used = Date.now();
	const [name, ...args]: string[] = history.state?.screen ?? ["start"];
	const shown = await show(name, args);
	document.title = t("app.title", { page: shown.title });
	document.getElementById("screen")!.replaceChildren(...el("div", {}, shown.content).childNodes);
	scrollTo({ top: 0, behavior: "instant" });
	document.querySelector<HTMLElement>("#screen h1")?.focus({ preventScroll: true });
	const kept = document.getElementById("kept")!;
	kept.textContent = opened ? t("offline.until", { time: clock(opened.lock.at + 12 * 3600_000) }) : "";
}

/** The draft that a screen is about. */
export async function draftOf(id: string): Promise<Draft> {
	const d = await load(opened!, id);
	if (!d) {
		throw new Error("no such draft");
	}
	return d;
}

/** Says something to a screen reader, and shows it for a moment when it matters to all. */
export function say(text: string, visible = false) {
	const told = document.getElementById("told")!;
	told.textContent = text;
	told.classList.toggle("toast", visible && text !== "");
	if (visible && text) {
		setTimeout(() => told.textContent === text && say(""), 6000);
	}
}

/** Begins to listen: to Back, to use, and to the clock. */
export function listen() {
	addEventListener("popstate", () => void render());
	const note = () => (used = Date.now());
	addEventListener("pointerdown", note);
	addEventListener("keydown", note);
	const look = async () => {
		const was = opened;
		await guard().catch(() => (opened = undefined));
		if (was && !opened) {
			void render();
		}
	};
	setInterval(look, 30_000);
	document.addEventListener("visibilitychange", look);
}
