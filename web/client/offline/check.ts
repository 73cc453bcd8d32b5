/** The mistakes in answers, as screening.Instrument.Check in Go tells them; keys of words instead of sentences. */
import { type Answer, type Answers, type Value, absent, codeOf, empty, numberOf, same, values } from "./answer";
import { type Instrument, type Question, isAsked } from "./instrument";

/** A mistake: where, and what in short. The Go sentences for each are in web/offline_words.go. */
export interface Problem {
	linkId: string;
	problem: string;
}

/** The longest text taken for an open question, in bytes. */
const maxText = 4000;

/** Tells every mistake in the answers; missing ones only where an answer is required. */
export function check(i: Instrument, answers: Answers): Problem[] {
	const out: Problem[] = [];
	const given = i.given(answers);
	for (const linkId of Object.keys(answers).sort()) {
		const n = i.place(linkId);
		if (n < 0) {
			out.push({ linkId, problem: "unknown" });
		} else if (empty(answers[linkId])) {
			continue;
		} else if (!given[n].enabled) {
			out.push({ linkId, problem: "not-asked" });
		} else {
			out.push(...checkAnswer(i.questions[n], answers[linkId]).map((problem) => ({ linkId, problem })));
		}
	}
	i.questions.forEach((q, n) => {
		if (!q.declinable && given[n].enabled && isAsked(q) && given[n].empty) {
			out.push({ linkId: q.linkId, problem: "required" });
		}
	});
	return out;
}

/** The mistakes in the answer to one question that is asked. */
export function checkAnswer(q: Question, a: Answer): string[] {
	if (q.calculated) {
		return ["calculated"];
	}
	const out: string[] = [];
	const reason = absent(a);
	if (reason) {
		if (reason !== "asked-declined" && reason !== "asked-unknown") {
			out.push("reason");
		}
		if (!q.declinable) {
			out.push("required");
		}
		return out;
	}
	const vs = values(a);
	if (!q.multiple && vs.length !== 1) {
		out.push("one");
	}
	vs.forEach((v, n) => {
		out.push(...checkValue(q, v));
		if (vs.slice(0, n).some((w) => same(v, w))) {
			out.push("twice");
		}
	});
	for (const o of q.options) {
		if (o.exclusive && vs.length > 1 && vs.includes(o.code)) {
			out.push("exclusive");
		}
	}
	return out;
}

function checkValue(q: Question, v: Value): string[] {
	const n = numberOf(v);
	switch (q.type) {
		case "choice":
			return q.options.some((o) => o.code === v) ? [] : ["choice"];
		case "integer":
			return n !== undefined && Number.isInteger(n) ? [] : ["integer"];
		case "decimal":
			return n !== undefined ? [] : ["number"];
	}
	const text = codeOf(v);
	if (!text) {
		return ["text"];
	}
	return new TextEncoder().encode(text).length > maxText ? ["shorter"] : [];
}
