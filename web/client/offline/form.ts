/** Forms made by code: fields, what is wrong with them, and what was entered. */
import { type Child, el, icon } from "./dom";
import { t } from "./words";

export interface Choice {
	value: string;
	label: string;
	hint?: string;
	/** Stands apart from the others, as "prefer not to answer" does. */
	apart?: boolean;
}

export interface Field {
	name: string;
	label: string;
	hint?: string;
	value?: string;
	optional?: boolean;
	/** Attributes of the input, such as inputmode. */
	more?: Record<string, string>;
}

/** Radios, or checkboxes when several may be chosen. */
export function choices(f: Field, options: Choice[], chosen: string[], several = false, heading = false): HTMLElement {
	return el("fieldset.field.choices", { "data-field": f.name, "aria-describedby": f.hint && f.name + "-hint" },
		el("legend", {}, heading ? el("h1", { tabindex: -1 }, f.label) : f.label, f.optional && optional()),
		hint(f),
		options.map((o, n) => {
			const id = n ? `${f.name}-${n + 1}` : f.name;
			return el("div.choice" + (o.apart ? ".choice-apart" : ""), {},
				el("input", { type: several ? "checkbox" : "radio", id, name: f.name, value: o.value, checked: chosen.includes(o.value) }),
				el("label", { for: id }, o.label, o.hint && el("span.choice-hint", {}, o.hint)));
		}));
}

/** One line of text, or several. */
export function input(f: Field, lines = 1, heading = false): HTMLElement {
	const control = lines > 1
		? el("textarea", { id: f.name, name: f.name, rows: lines, "aria-describedby": f.hint && f.name + "-hint", ...f.more }, f.value)
		: el("input", { id: f.name, name: f.name, type: "text", autocomplete: "off", value: f.value ?? "", "aria-describedby": f.hint && f.name + "-hint", ...f.more });
	const label = el("label", { for: f.name }, f.label, f.optional && optional());
	return el("div.field", { "data-field": f.name }, heading ? el("h1", { tabindex: -1 }, label) : label, hint(f), control);
}

export function select(f: Field, options: Choice[]): HTMLElement {
	return el("div.field", { "data-field": f.name },
		el("label", { for: f.name }, f.label, f.optional && optional()), hint(f),
		el("select", { id: f.name, name: f.name }, options.map((o) => el("option", { value: o.value, selected: o.value === f.value }, o.label))));
}

/** A known date in three inputs. */
export function date(f: Field, heading = false): HTMLElement {
	const [year = "", month = "", day = ""] = (f.value ?? "").split("-").map((s) => s.replace(/^0/, ""));
	const part = (suffix: string, label: string, value: string, width: string) => el("div", {},
		el("label", { for: f.name + suffix }, label),
		el("input.input-" + width, { id: f.name + suffix, name: f.name + suffix, type: "text", inputmode: "numeric", autocomplete: "off", value }));
	return el("fieldset.field", { "data-field": f.name, "aria-describedby": f.hint && f.name + "-hint" },
		el("legend", {}, heading ? el("h1", { tabindex: -1 }, f.label) : f.label, f.optional && optional()), hint(f),
		el("div.date", {}, part("", t("form.month"), month, "two"), part("-day", t("form.day"), day, "two"), part("-year", t("form.year"), year, "four")));
}

const optional = () => el("span.optional", {}, " " + t("form.optional"));
const hint = (f: Field): Child => f.hint && el("p.hint", { id: f.name + "-hint" }, f.hint);

/** What was entered in a form, by name. */
export class Entries {
	private readonly data: FormData;

	constructor(form: HTMLFormElement) {
		this.data = new FormData(form);
	}

	one(name: string): string {
		return String(this.data.get(name) ?? "").trim();
	}

	all(name: string): string[] {
		return this.data.getAll(name).map(String);
	}

	/** A date of three inputs as 2006-01-02; empty when nothing is entered, undefined when there is no such day. */
	date(name: string): string | undefined {
		const [y, m, d] = [this.one(name + "-year"), this.one(name), this.one(name + "-day")];
		if (!y && !m && !d) {
			return "";
		}
		const at = new Date(Date.UTC(Number(y), Number(m) - 1, Number(d)));
		const same = /^\d{4}$/.test(y) && at.getUTCMonth() === Number(m) - 1 && at.getUTCDate() === Number(d);
		return same ? at.toISOString().slice(0, 10) : undefined;
	}
}

export interface Wrong {
	/** The field, "" for the form as a whole. */
	name: string;
	text: string;
}

/**
 * A form whose entries go to send, which answers what is wrong with them. That
 * is told on top, which takes the focus, and at the fields.
 */
export function form(send: (e: Entries) => Promise<Wrong[]>, ...children: Child[]): HTMLElement {
	const f = el<HTMLFormElement>("form", { novalidate: true }, children);
	f.addEventListener("submit", async (e) => {
		e.preventDefault();
		e.stopPropagation();
		if (f.hasAttribute("data-busy")) {
			return;
		}
		f.toggleAttribute("data-busy", true);
		const wrong = await send(new Entries(f)).finally(() => f.removeAttribute("data-busy"));
		if (f.isConnected) {
			tellWrong(f, wrong);
		}
	});
	return f;
}

function tellWrong(f: HTMLElement, wrong: Wrong[]) {
	f.querySelectorAll(".problem, .problems").forEach((e) => e.remove());
	f.querySelectorAll(".field-wrong").forEach((e) => e.classList.remove("field-wrong"));
	f.querySelectorAll("[aria-invalid]").forEach((e) => e.removeAttribute("aria-invalid"));
	const title = document.title.replace(t("form.error") + " ", "");
	document.title = wrong.length ? `${t("form.error")} ${title}` : title;
	if (!wrong.length) {
		return;
	}
	for (const w of wrong) {
		const field = f.querySelector<HTMLElement>(`[data-field="${CSS.escape(w.name)}"]`);
		const before = field?.querySelector(":scope > :is(input, select, textarea, .choice, .date)");
		if (field && before) {
			field.classList.add("field-wrong");
			before.before(el("p.problem", { id: w.name + "-problem" }, icon("alert"), el("span.unseen", {}, t("form.error")), el("span", {}, w.text)));
			const control = field.matches("fieldset") ? field : before;
			control.setAttribute("aria-describedby", [field.querySelector(".hint")?.id, w.name + "-problem"].filter(Boolean).join(" "));
			if (control !== field) {
				control.setAttribute("aria-invalid", "true");
			}
		}
	}
	const lead = (w: Wrong) => (e: Event) => {
		e.preventDefault();
		document.getElementById(w.name)?.focus();
	};
	const box = el("div.problems", { role: "alert", tabindex: -1 }, el("h2", {}, t("form.problems", { count: wrong.length })),
		el("ul", {}, wrong.map((w) => el("li", {}, w.name ? el("a", { href: "#" + w.name, click: lead(w) }, w.text) : w.text))));
	f.prepend(box);
	box.focus();
	scrollTo({ top: 0, behavior: "instant" });
}
