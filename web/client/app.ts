/**
 * Makes links and forms of our own pages faster: fetches the main block,
 * swaps it in, keeps history and focus as a page load would. Without this
 * module, or when anything is unusual, the browser does it all by itself.
 * An element with data-native is left to the browser.
 */
import { loadModule } from "./load";
import "./module";

import "./fragment";

interface Visit {
	url: string;
	init?: RequestInit;
	/** The form that was sent, to be freed when the answer is here. */
	form?: HTMLFormElement;
	/** Whether the visit becomes an entry of the history. */
	push: boolean;
	/** Where the page was scrolled to, when the visit goes back to it. */
	scroll?: number;
}

const status = () => document.getElementById("status")!;
let running: AbortController | undefined;

/** The address without the part behind "#", now and of the page shown. */
const place = () => location.pathname + location.search;
let shown = place();

const main = (root: ParentNode = document) => root.querySelector<HTMLElement>("main")!;

function say(text: string, visible = false) {
	status().textContent = text;
	status().classList.toggle("toast", visible && text !== "");
}

function busy(on: boolean, form?: HTMLFormElement) {
	form?.toggleAttribute("data-busy", on);
	form?.querySelectorAll("button").forEach((b) => b.setAttribute("aria-disabled", String(on)));
}

async function visit(v: Visit) {
	if (!v.init) {
		running?.abort(); // another page was asked for; a change that was sent is never cut off
	}
	const control = new AbortController();
	running = control;
	document.documentElement.toggleAttribute("data-busy", true);
	busy(true, v.form);
	const slow = setTimeout(() => say(status().dataset.loading!), 400);
	try {
		const answer = await fetch(v.url, {
			...v.init,
			signal: v.init ? null : control.signal,
			headers: { "X-Part": "main", Accept: "text/html" },
		});
		if (answer.status === 401 && v.init) {
			say(status().dataset.signedOut!, true); // what was entered stays
			return;
		}
		const html = answer.headers.get("X-Part") === "main" ? await answer.text() : "";
		const next = html && main(new DOMParser().parseFromString(html, "text/html"));
		if (!next || next.dataset.layout !== main().dataset.layout) {
			if (v.init && !answer.redirected) {
				throw new Error("not a page");
			}
			location.assign(answer.url); // another frame, a file, or not ours
			return;
		}
		if (next.dataset.language !== main().dataset.language) {
			const whole = await (await fetch(answer.url, { headers: { Accept: "text/html" } })).text();
			say("");
			translate(new DOMParser().parseFromString(whole, "text/html"), answer.url);
			return;
		}
		if (running !== control) {
			return; // the person has gone on
		}
		say("");
		if (v.push && (!v.init || answer.redirected)) {
			history.replaceState({ y: scrollY }, "");
			history.pushState(null, "", answer.url);
		}
		show(next, v);
	} catch (e) {
		if ((e as Error).name !== "AbortError") {
			say(status().dataset.offline!, true);
		}
	} finally {
		clearTimeout(slow);
		busy(false, v.form);
		if (running === control) {
			document.documentElement.removeAttribute("data-busy");
		}
	}
}

/** What a person can enter or choose on the page. */
const fields = () => [...main().querySelectorAll<HTMLInputElement>("input:not([type=hidden], [type=file]), select, textarea")];

/**
 * Shows the page in another language: all of it, with what stands around the
 * main block. On the same page, what was entered and the place stay.
 */
function translate(next: Document, url: string) {
	const same = url === location.href;
	const [root, y, before] = [document.documentElement, scrollY, same ? fields() : []];
	if (!same) {
		history.pushState(null, "", url);
	}
	shown = place();
	root.lang = next.documentElement.lang;
	root.dir = next.documentElement.dir;
	document.title = next.title;
	document.body.replaceWith(next.body);
	fields().forEach((field, i) => {
		if (before[i]?.name === field.name) {
			field.value = before[i].value;
			field.checked = before[i].checked;
		}
	});
	loadModule(main());
	main().querySelector("h1")?.focus({ preventScroll: true });
	scrollTo({ top: same ? y : 0, behavior: "instant" });
}

function show(next: HTMLElement, v: Visit) {
	shown = place();
	document.title = next.dataset.title!;
	main().replaceWith(next);
	document.querySelectorAll<HTMLDetailsElement>(".account[open], .nav-more > [open]").forEach((d) => (d.open = false));
	loadModule(next);
	const here = location.pathname;
	document.querySelectorAll<HTMLAnchorElement>(".nav a").forEach((a) => {
		const to = a.pathname;
		if (here === to || (to !== "/" && here.startsWith(to + "/"))) {
			a.setAttribute("aria-current", "page");
		} else {
			a.removeAttribute("aria-current");
		}
	});
	const focus = next.querySelector<HTMLElement>("[data-focus]") ?? next.querySelector("h1") ?? next;
	focus.focus({ preventScroll: true });
	scrollTo({ top: v.scroll ?? 0, behavior: "instant" });
	if (location.hash && v.scroll === undefined) {
		document.getElementById(location.hash.slice(1))?.scrollIntoView();
	}
}

addEventListener("click", (e) => {
	const a = (e.target as Element).closest?.("a");
	if (
		!a || e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey ||
		a.origin !== location.origin || a.target || a.hasAttribute("download") || a.closest("[data-native]") ||
		(a.hash && a.pathname === location.pathname && a.search === location.search)
	) {
		return;
	}
	e.preventDefault();
	visit({ url: a.href, push: true });
});

addEventListener("submit", (e) => {
	const form = e.target as HTMLFormElement;
	if (e.defaultPrevented || form.closest("[data-native]")) {
		return;
	}
	e.preventDefault();
	if (form.hasAttribute("data-busy")) {
		return; // pressed twice
	}
	const data = new FormData(form, e.submitter);
	const query = new URLSearchParams(data as unknown as Record<string, string>);
	const url = new URL(form.action);
	if (form.method === "get") {
		url.search = query.toString();
		visit({ url: url.href, form, push: true });
	} else {
		visit({ url: url.href, init: { method: "POST", body: query }, form, push: true });
	}
});

addEventListener("popstate", (e) => {
	if (place() !== shown) { // else a link within the page was followed
		visit({ url: location.href, push: false, scroll: e.state?.y });
	}
});

loadModule(main());
history.scrollRestoration = "manual";
addEventListener("pagehide", () => (history.scrollRestoration = "auto"));

addEventListener("click", (e) => {
	const at = e.target as Element;
	if (at.closest?.("[data-print]")) {
		print();
	}
	const copy = at.closest?.<HTMLElement>("[data-copy]");
	if (copy) {
		navigator.clipboard.writeText(copy.dataset.copy!).then(() => say(copy.dataset.copied!, true));
	}
	const place = at.closest?.<HTMLAnchorElement>('a[href^="geo:"]');
	if (place && /iPhone|iPad|Macintosh/.test(navigator.userAgent)) { // these know no geo: addresses
		e.preventDefault();
		location.assign("maps:?daddr=" + place.pathname);
	}
});
