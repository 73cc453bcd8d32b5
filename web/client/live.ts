/**
 * Renews the parts of an open page that data-live names when the server says
 * that their topic has changed, and shows how far files are on their way.
 * Without this module one loads the page again, and the browser sends files.
 */
const status = () => document.getElementById("status")!;
const due = new Set<string>();
/** The parts that somebody was in when they were due. */
const late = new Set<string>();
let listening = false;
let timer = 0;
let used = Date.now();

/** After this long without a touch a page rests, so that it keeps nobody signed in. */
const rest = 600_000;

/** Whether somebody is in the part, has opened one of its forms or ticked something. */
const holds = (part: Element | null) =>
	part?.contains(document.activeElement) || part?.querySelector("details[open] form, input:checked:not([checked])");

/** Swaps the parts that are due, but none that somebody is in. */
async function renew() {
	if (document.hidden || Date.now() - used > rest) {
		return; // later: on the next touch
	}
	const wanted = [...document.querySelectorAll<HTMLElement>("[data-live]")].filter(
		(p) => due.has("*") || late.has(p.id) || p.dataset.live!.split(" ").some((t) => due.has(t)),
	);
	due.clear();
	late.clear();
	const page = location.href;
	const answer = wanted.every(holds) ? undefined : await fetch(page);
	const next = answer?.ok && !answer.redirected && new DOMParser().parseFromString(await answer.text(), "text/html");
	for (const old of page === location.href ? wanted : []) {
		const part = next && next.getElementById(old.id);
		if (holds(old)) {
			late.add(old.id);
		} else if (part && !old.isEqualNode(part)) {
			old.replaceWith(part);
			if (+part.dataset.count! > +old.dataset.count!) {
				status().textContent = part.dataset.news!;
			}
		}
	}
}

function soon(topic?: string) {
	if (topic) {
		due.add(topic);
	}
	clearTimeout(timer);
	timer = setTimeout(renew, 250);
}

function listen(from: string) {
	const channel = new BroadcastChannel("havenloop-live");
	channel.onmessage = (e) => soon(e.data);
	const tell = (topic: string) => {
		soon(topic);
		channel.postMessage(topic);
	};
	// One tab holds the connection for all; browsers allow but a few to a server.
	navigator.locks.request("havenloop-live", () => new Promise<void>(() => {
		const source = new EventSource(from);
		source.onmessage = (e) => {
			const { topic, id } = JSON.parse(e.data);
			tell(id ? topic + ":" + id : topic);
		};
	}));
	for (const touch of ["pointerdown", "keydown", "focusout", "visibilitychange"]) {
		addEventListener(touch, () => {
			used = Date.now();
			if (due.size || [...late].some((id) => !holds(document.getElementById(id)))) {
				soon();
			}
		}, true);
	}
}

function send(form: HTMLFormElement, e: Event) {
	const input = form.querySelector<HTMLInputElement>("[type=file]");
	if (!input?.files!.length) {
		return;
	}
	e.preventDefault();
	const say = (text: string) => {
		status().textContent = text;
		status().classList.toggle("toast", text !== "");
	};
	if ([...input.files].some((f) => f.size > +form.dataset.most!)) {
		say(form.dataset.large!);
		input.focus();
		return;
	}
	if ("busy" in form.dataset) {
		return;
	}
	form.dataset.busy = "";
	const out = new XMLHttpRequest();
	out.open("POST", form.action);
	out.upload.onprogress = (p) => say(form.dataset.sending + " " + Math.floor((100 * p.loaded) / p.total) + " %");
	out.onload = () => {
		const main = new DOMParser().parseFromString(out.responseText, "text/html").querySelector("main");
		if (!main) {
			location.assign(out.responseURL);
			return;
		}
		say("");
		if (out.status === 200) {
			history.replaceState(null, "", out.responseURL);
		}
		document.querySelector("main")!.replaceWith(main);
		main.querySelectorAll<HTMLElement>("[data-module]").forEach(start);
		main.querySelector<HTMLElement>("[data-focus], h1")!.focus();
	};
	out.onerror = () => {
		delete form.dataset.busy;
		say(form.dataset.failed!);
	};
	out.send(new FormData(form));
}

export async function start(part: HTMLElement) {
	part.querySelector<HTMLFormElement>("form[data-most]")?.addEventListener("submit", (e) => send(e.target as HTMLFormElement, e));
	if (!listening) {
		listening = true;
		listen(part.dataset.from!);
	}
}
