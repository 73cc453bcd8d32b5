/** The answers read back before they count. */
import { absent, empty, values } from "./answer";
import { actions, alert, back, button, el, head, summary } from "./dom";
import type { Instrument, Question } from "./instrument";
import { type Shown, draftOf, go, open, screen } from "./nav";
import { type Draft, nameOf, save } from "./draft";
import { instrumentOf } from "./visit";
import { day, listed, t } from "./words";

/** An answer in words. */
function inWords(i: Instrument, q: Question, d: Draft): string[] {
	const a = d.answers[q.linkId];
	if (absent(a)) {
		return [t(absent(a) === "asked-declined" ? "absent.declined" : "absent.unknown")];
	}
	return values(a).map((v) => {
		const option = q.options.find((o) => o.code === v);
		if (option) {
			return i.in(option.display, d.language);
		}
		if (typeof v === "boolean") {
			return t(v ? "choice.yes" : "choice.no");
		}
		if (typeof v === "object") {
			return "text" in v ? v.text : `${v.value} ${q.units.find((u) => u.code === v.unit)?.display ?? v.unit}`;
		}
		return q.type === "date" ? day(String(v)) : String(v);
	});
}

screen("review", async (id): Promise<Shown> => {
	const { bundle } = open();
	const d = await draftOf(id);
	const { i, rules } = instrumentOf(bundle, d.instrument)!;
	const asked = i.asked(d.answers);
	const secret = new Set(bundle.topics.filter((x) => x.private).map((x) => x.topic));
	const hidden = new Set((rules.topics ?? []).filter((x) => secret.has(x.topic)).flatMap((x) => x.questions));
	const title = t("review.title");
	const without = asked.filter((q) => empty(d.answers[q.linkId])).length;
	let n = 0;
	const rows = asked.map((q) => {
		const text = i.in(q.text, d.language);
		const told = inWords(i, q, d);
		const shown = told.length ? told : [t("absent.none")];
		const change = () => go("ask", id, q.linkId, "review");
		if (!hidden.has(q.linkId)) {
			return { label: text, values: shown, change };
		}
		n++;
		return {
			label: t("summary.private-question", { n }), change,
			values: [el("details", {}, el("summary", {}, t("summary.private")), el("p.muted", {}, text), el("p", {}, listed(shown)))],
		};
	});
	return {
		title,
		content: [el("div.narrow", {},
			back(t("question.back"), () => go("ask", id, asked[asked.length - 1].linkId)),
			head(title, t("review.lead", { name: nameOf(bundle, d) })),
			without > 0 && alert("warning", t("review.open", { count: without }), el("p", {}, t("review.open-text"))),
			el("div.card.review", {}, summary(rows)),
			actions(button(t("review.button"), "primary", async () => {
				d.answeredAt ||= Date.now();
				await save(open(), d);
				go("needs", id);
			})))],
	};
});
