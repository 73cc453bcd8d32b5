/** The mistakes in answers, as screening.Instrument.Check in Go tells them; keys of words instead of sentences. */
import { type Answer, type Answers, type Value, absent, codeOf, compare, empty, numberOf, same, unitOf, values } from "./answer";
import { type Instrument, type Question, isAsked } from "./instrument";

/** A mistake: where, and what in short. The Go sentences for each are in web/offline_words.go. */
export interface Problem {
	linkId: string;
	problem: string;
}

/** How many values an open question that repeats takes. */
const maxValues = 20;

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
	if (vs.length > maxValues && !["choice", "open-choice"].includes(q.type)) {
		out.push("many");
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

/** The greatest whole number that FHIR's integer holds. */
const maxInteger = 2 ** 31 - 1;

function checkValue(q: Question, v: Value): string[] {
	const n = numberOf(v);
	const plain = n !== undefined && !unitOf(v);
	switch (q.type) {
		case "open-choice":
			if (typeof v === "object" && "text" in v) {
				return checkText(q, v.text);
			}
		case "choice":
			return q.options.some((o) => o.code === v) ? [] : ["choice"];
		case "boolean":
			return typeof v === "boolean" ? [] : ["choice"];
		case "integer":
			return [...(plain && Number.isInteger(n) && Math.abs(n) <= maxInteger ? [] : ["integer"]), ...checkBounds(q, v)];
		case "decimal":
			return [...(plain ? [] : ["number"]), ...checkBounds(q, v)];
		case "quantity":
			return n === undefined ? ["number"] : (q.units.length ? q.units.some((u) => u.code === unitOf(v)) : !unitOf(v)) ? [] : ["unit"];
		case "date":
			return typeof v === "string" && isDate(v) ? checkBounds(q, v) : ["date"];
	}
	const text = codeOf(v) ?? "";
	return [...(text.trim() ? [] : ["text"]), ...checkText(q, text)];
}

function checkText(q: Question, text: string): string[] {
	const long = q.maxLength > 0 && [...text].length > q.maxLength;
	return long || new TextEncoder().encode(text).length > maxText ? ["shorter"] : [];
}

/** Holds a value of the right kind against the bounds. */
function checkBounds(q: Question, v: Value): string[] {
	const out: string[] = [];
	if (q.min !== undefined && (compare(v, q.min) ?? 0) < 0) {
		out.push("small");
	}
	if (q.max !== undefined && (compare(v, q.max) ?? 0) > 0) {
		out.push("large");
	}
	return out;
}

/** Whether it is a day of the calendar, written as 2006-01-02. */
function isDate(s: string): boolean {
	return /^\d{4}-\d\d-\d\d$/.test(s) && !Number.isNaN(Date.parse(s + "T00:00:00Z")) && new Date(s + "T00:00:00Z").toISOString().startsWith(s);
}
