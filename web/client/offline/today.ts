/** The patients of the day, the visits that are not finished, and what waits to be sent. */
import { takeAgain } from "./day";
import { languageName } from "./page";
import { type Child, actions, alert, button, card, el, head, icon, row, tag } from "./dom";
import { type Shown, go, instead, open, render, say, screen, setOpen } from "./nav";
import { begin, discard, drafts, load, nameOf, save } from "./draft";
import { waitingCard } from "./waiting";
import { clock, joined, language, t } from "./words";

/** A text as it is compared: small letters without accents. */
const plain = (s: string) => s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export async function todayScreen(): Promise<Shown> {
	const o = open();
	const title = t("offline.today");
	const list = el("ul.rows", {});
	const count = el("p.hint", { role: "status" });
	const fill = (wanted: string) => {
		const found = o.bundle.patients.filter((p) => plain(p.name).includes(plain(wanted.trim())));
		list.replaceChildren(...found.map((p) => row(p.name,
			joined(p.birthYear && t("offline.born", { date: p.birthYear }), p.postalCode, p.spoken && languageName(p.spoken)), () => start(p.id, p.spoken),
			p.due && tag(t("offline.due"), "info"))));
		count.textContent = t("offline.patients-shown", { count: found.length });
	};
	fill("");
	const search = el<HTMLInputElement>("input", { id: "who", type: "search", autocomplete: "off", input: () => fill(search.value) });
	const begun = await drafts(o);
	return {
		title,
		content: [
			head(title, t("offline.today-lead", { name: o.lock.worker.name, time: clock(o.lock.at) })),
			el("div.stack", {},
				begun.length > 0 && card(t("offline.drafts"), el("ul.rows", {}, begun.map((d) =>
					row(nameOf(o.bundle, d) || t("offline.new-person"), t("offline.begun", { time: clock(d.at) }), () => resume(d.id),
						button(t("offline.discard"), "quiet", () => go("discard", d.id)))))),
				card(t("offline.patients"),
					el("div.field", {}, el("label", { for: "who" }, t("offline.search")), search), count, list,
					actions(el("button.button.button-secondary", { type: "button", click: () => go("new") }, icon("plus"), el("span", {}, t("offline.new"))))),
				await waitingCard(),
				card(t("offline.this-phone"), el("p", {}, t("offline.this-phone-text")),
					actions(
						button(t("offline.again"), "secondary", again),
						button(t("offline.lock"), "secondary", () => {
							setOpen(undefined);
							instead("start");
						}, "lock"))),
			),
		],
	};
}

/** Begins a visit with a patient of the day, or goes on with the one that was begun. */
async function start(id: string, spoken?: string) {
	const o = open();
	const begun = (await drafts(o)).find((d) => d.patient.id === id);
	const d = begun ?? begin({ id }, spoken || language);
	if (!begun) {
		await save(o, d);
	}
	go("visit", d.id);
}

/** Where a visit goes on. */
async function resume(id: string) {
	const d = await load(open(), id);
	go(d?.instrument && !d.answeredAt ? "ask" : "visit", id);
}

async function again() {
	say(t("offline.taking"), true);
	const taken = await takeAgain(open());
	if (typeof taken === "string") {
		say(t(`offline.take.${taken}`), true);
		return;
	}
	setOpen(taken);
	await render();
	say(t("offline.taken"), true);
}

screen("discard", async (id): Promise<Shown> => {
	const d = await load(open(), id);
	const title = t("offline.discard-title");
	const content: Child[] = [
		head(title, d && nameOf(open().bundle, d)),
		alert("warning", "", el("p", {}, t("offline.discard-text"))),
		actions(button(t("offline.discard"), "danger", async () => {
			await discard(id);
			history.back();
		}), button(t("offline.keep"), "secondary", () => history.back())),
	];
	return { title, content };
});
