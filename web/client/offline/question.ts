/** One question per screen. */
import { type Answer, type Value, absent, empty, numberOf, unitOf, values } from "./answer";
import { checkAnswer } from "./check";
import { type Child, alert, back, button, el } from "./dom";
import { type Choice, type Entries, type Wrong, choices, date, form, input, select } from "./form";
import type { Instrument, Question } from "./instrument";
import { type Shown, draftOf, go, open, screen } from "./nav";
import { yesNo } from "./person";
import { type Draft, nameOf, save } from "./draft";
import { instrumentOf } from "./visit";
import { t } from "./words";

/** The question at linkId, or the first without an answer; from is "review" when it is changed from there. */
screen("ask", async (id, linkId, from): Promise<Shown> => {
	const { bundle } = open();
	const d = await draftOf(id);
	const { i } = instrumentOf(bundle, d.instrument)!;
	const asked = i.asked(d.answers);
	const q = asked.find((a) => a.linkId === linkId) ?? asked.find((a) => empty(d.answers[a.linkId])) ?? asked[0];
	const n = asked.indexOf(q);
	const review = from === "review";
	const on = (at: number) => (review || at >= asked.length ? go("review", id) : go("ask", id, asked[at].linkId));
	const title = t("question.title", { n: n + 1, of: asked.length });
	const send = form(async (e): Promise<Wrong[]> => {
		const answer = answerFrom(q, e);
		const wrong = typeof answer === "string" ? answer : checkAnswer(q, answer).map((p) => t("offline.wrong." + p))[0];
		if (wrong) {
			return [{ name: "answer", text: wrong }];
		}
		d.answers[q.linkId] = answer as Answer;
		d.answeredAt = 0;
		const next = i.asked(d.answers);
		for (const gone of Object.keys(d.answers)) { // what is no longer asked is not kept
			if (!next.some((a) => a.linkId === gone)) {
				delete d.answers[gone];
			}
		}
		await save(open(), d);
		const at = next.findIndex((a) => a.linkId === q.linkId) + 1;
		const follows = next[at];
		if (!follows || (review && !empty(d.answers[follows.linkId]))) {
			go("review", id);
		} else {
			go("ask", id, follows.linkId);
		}
		return [];
	}, questionFields(i, q, d), el("div.actions.question-actions", {},
		el("button.button.button-primary", { type: "submit" }, t("question.save")),
		!review && button(t("question.skip"), "quiet", () => on(n + 1))));
	return {
		title,
		content: [el("div.narrow.question", {},
			el("div.question-top", {},
				back(t("question.back"), () => (review ? go("review", id) : n ? go("ask", id, asked[n - 1].linkId) : go("visit", id))),
				el("button.back.link", { type: "button", click: () => go("start") }, t("question.leave"))),
			el("div.steps", {}, el("p", {}, t("question.progress", { progress: title, name: nameOf(bundle, d) })),
				el("progress", { value: n, max: asked.length, "aria-hidden": "true" })),
			!i.official(d.language) && alert("info", "", el("p", {}, t("question.unreviewed"))),
			el("div", { lang: d.language, dir: "auto" }, send))],
	};
});

const absentPrefix = "absent:";

/** The fields of a question by its type. */
function questionFields(i: Instrument, q: Question, d: Draft): Child[] {
	const tell = (x: Question["text"]) => i.in(x, d.language);
	const given = d.answers[q.linkId];
	const reasons: Choice[] = q.declinable
		? [{ value: absentPrefix + "asked-declined", label: t("absent.decline"), apart: true }, { value: absentPrefix + "asked-unknown", label: t("absent.unknown"), apart: true }]
		: [];
	const field = { name: "answer", label: tell(q.text), hint: tell(q.help) };
	const reason = absent(given) ? absentPrefix + absent(given) : "";
	if (chooses(q)) {
		const options = q.type === "boolean"
			? yesNo().map((c) => ({ ...c, value: String(c.value === "yes") }))
			: q.options.map((o) => ({ value: o.code, label: tell(o.display), apart: q.multiple && o.exclusive }));
		const own = values(given).find((v) => typeof v === "object" && "text" in v) as { text: string } | undefined;
		return [
			choices(field, [...options, ...reasons], [...values(given).map(String), reason], q.multiple, true),
			q.type === "open-choice" && input({ name: "other", label: t("offline.other"), value: own?.text, optional: true }),
		];
	}
	const first = values(given)[0];
	const number = first === undefined ? undefined : numberOf(first);
	const value = number !== undefined ? String(number) : typeof first === "string" ? first : "";
	const numeric = ["integer", "decimal", "quantity"].includes(q.type);
	return [
		q.type === "date"
			? date({ ...field, value }, true)
			: input({
				...field, value: q.multiple ? values(given).map((v) => numberOf(v) ?? v).join("\n") : value,
				hint: [field.hint, q.multiple && t("offline.one-each")].filter(Boolean).join(" "),
				more: numeric && !q.multiple ? { inputmode: "decimal", class: "input-short" } : {},
			}, q.type === "text" || q.multiple ? 5 : 1, true),
		q.type === "quantity" && q.units.length > 0 && select({ name: "unit", label: t("offline.unit"), value: first === undefined ? "" : unitOf(first) }, q.units.map((u) => ({ value: u.code, label: u.display }))),
		reasons.map((r, n) => el("div.choice.choice-apart", {},
			el("input", { type: "radio", id: `none-${n}`, name: "none", value: r.value, checked: r.value === reason }),
			el("label", { for: `none-${n}` }, r.label))),
	];
}

const chooses = (q: Question) => ["choice", "open-choice", "boolean"].includes(q.type);

/** The answer in a form, or what is wrong with it. */
function answerFrom(q: Question, e: Entries): Answer | string {
	const other = e.one("other");
	const chosen = e.all("answer").map((s) => s.trim()).filter(Boolean);
	const reasons = [...chosen.filter((c) => c.startsWith(absentPrefix)), ...e.all("none")];
	if (chooses(q)) {
		const codes = chosen.filter((c) => !c.startsWith(absentPrefix));
		if (reasons.length && (codes.length || other || reasons.length > 1)) {
			return t("question.absent-and-more");
		}
		if (reasons.length) {
			return { absent: reasons[0].slice(absentPrefix.length) };
		}
		const given: Value[] = q.type === "boolean" ? codes.map((c) => c === "true") : codes;
		return given.length || other ? [...given, ...(other ? [{ text: other }] : [])] : t("question.choose");
	}
	const when = q.type === "date" ? e.date("answer") : "";
	if (when === undefined) {
		return t("offline.bad-date");
	}
	const written = q.type === "date" ? [when] : q.multiple ? chosen.flatMap((c) => c.split("\n")).map((s) => s.trim()) : chosen;
	const given = written.filter(Boolean);
	if (given.length && ["integer", "decimal", "quantity"].includes(q.type)) {
		const numbers = given.map((s) => Number(s.replace(",", ".")));
		if (!numbers.every(Number.isFinite)) {
			return t("question.number");
		}
		return numbers.map((value) => (q.type === "quantity" ? { value, unit: e.one("unit") } : value));
	}
	if (given.length) {
		return given;
	}
	return reasons.length ? { absent: reasons[0].slice(absentPrefix.length) } : t("question.write");
}
