/** Elements made by code; the markup is that of the pages the server makes. */
import { t } from "./words";

export type Child = Node | string | false | null | undefined | Child[];
type Props = Record<string, string | number | boolean | null | undefined | ((e: Event) => void)>;

/** Makes an element; "p.muted" has a class, a property that is a function listens, false and undefined are left out. */
export function el<T extends HTMLElement = HTMLElement>(tag: string, props: Props = {}, ...children: Child[]): T {
	const [name, ...classes] = tag.split(".");
	const e = document.createElement(name) as T;
	if (classes.length) {
		e.className = classes.join(" ");
	}
	for (const [key, value] of Object.entries(props)) {
		if (typeof value === "function") {
			e.addEventListener(key, value);
		} else if (value !== false && value != null) {
			e.setAttribute(key, value === true ? "" : String(value));
		}
	}
	e.append(...(children.flat(9) as Child[]).filter((c): c is Node | string => !!c));
	return e;
}

/** One of the icons that came with the page. */
export const icon = (name: string) => document.querySelector(`#icons .icon-${name}`)?.cloneNode(true);

export const card = (title: string, ...children: Child[]) => el("section.card", {}, title && el("h2", {}, title), children);

export const alert = (tone: string, title: string, ...children: Child[]) =>
	el(`div.alert.alert-${tone}`, {}, icon(tone === "info" ? "info" : "alert"), el("div", {}, title && el("h2", {}, title), children));

export const button = (label: string, look: string, press: (e: Event) => void, ic?: string) =>
	el("button.button.button-" + look, { type: "button", click: press }, ic && icon(ic), el("span", {}, label));

export const submit = (label: string, look = "primary") => el("button.button.button-" + look, { type: "submit" }, label);

export const actions = (...children: Child[]) => el("div.actions", {}, children);

/** A link-like button that leads back. */
export const back = (label: string, press: () => void) => el("button.back.link", { type: "button", click: press }, icon("back"), el("span", {}, label));

export const head = (title: string, lead?: string, ...more: Child[]) =>
	el("div.head", {}, el("div", {}, el("h1", { tabindex: -1 }, title), lead && el("p.lead", {}, lead)), more.length > 0 && el("div.row-side", {}, more));

/** Names and values, each with a way to change it. */
export const summary = (rows: { label: string; values: Child[]; change?: () => void }[]) =>
	el("dl.summary", {}, rows.map((r) => el("div", {},
		el("dt", {}, r.label),
		el("dd", {}, r.values.map((v) => (typeof v === "string" ? el("p", {}, el("bdi", {}, v)) : v))),
		r.change && el("dd.summary-change", {}, el("button.link", { type: "button", click: r.change }, t("summary.change"), el("span.unseen", {}, " " + r.label))),
	)));

/** A row of a list whose title is a button. */
export const row = (title: string, meta: string, press?: () => void, side?: Child) =>
	el("li", {}, el("div.row-main", {},
		press ? el("button.row-link.link", { type: "button", click: press }, el("bdi", {}, title)) : el("p.row-title", {}, el("bdi", {}, title)),
		meta && el("p.row-meta", {}, meta),
	), (side || press) && el("div.row-side", {}, side, press && icon("next")));

export const tag = (label: string, tone: string) => el("span.tag.tag-" + tone, {}, label);
