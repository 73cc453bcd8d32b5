/** Values that expressions calculate (screening/calculate.go). */
import { type Answers, type Value, nameOfValue, numberOf, unitOf, values } from "./answer";
import { checkAnswer } from "./check";
import type { Derived } from "./derive";
import { extOrdinal } from "./fhir";
import { type Env, evaluate } from "./fhirpath";
import type { Given, Instrument, Question } from "./instrument";

/** Evaluates the expressions in the order of their questions, each seeing what those before it answered. */
export function calculate(i: Instrument, given: Given[], d: Derived) {
	i.questions.forEach((q, n) => {
		if (!q.expression || !given[n].enabled) {
			return;
		}
		const env: Env = { questionnaire: [i.source], resource: [resource(i, given, d)] };
		for (const v of q.variables) {
			env[v.name] = evaluate(v.expression, env) ?? [];
		}
		const out = evaluate(q.expression, env);
		if (out?.length === 1) {
			put(q, given[n], d, out[0]);
		}
	});
}

/** Notes what an expression answered, if it is of the question's type. */
function put(q: Question, given: Given, d: Derived, x: unknown) {
	let v = (typeof x === "object" ? (x as { code?: unknown }).code : x) as Value;
	if (typeof v === "number") {
		v = Math.floor(v * 1e8 + 0.5) / 1e8; // what is behind that is no more than rounding
	}
	if (!["number", "string", "boolean"].includes(typeof v) || checkAnswer({ ...q, calculated: false }, [v]).length) {
		return;
	}
	given.answer = [v];
	if (typeof v === "number") {
		d.scores[q.linkId] = v;
	} else {
		(d.results ??= {})[q.linkId] = nameOfValue(v)!;
	}
}

interface ResponseItem {
	linkId: string;
	text?: string;
	answer?: object[];
	item?: ResponseItem[];
}

/** The QuestionnaireResponse that expressions look at: the answers that count so far, with what options count for. */
function resource(i: Instrument, given: Given[], d: Derived): object {
	const answers: Answers = {};
	i.questions.forEach((q, n) => {
		const number = d.scores[q.linkId];
		const result = d.results?.[q.linkId];
		if (number !== undefined) {
			answers[q.linkId] = [number];
		} else if (result !== undefined) {
			answers[q.linkId] = [q.type === "boolean" ? result === "true" : result];
		} else if (!q.calculated) {
			answers[q.linkId] = given[n].values();
		}
	});
	const root: ResponseItem = { linkId: "" };
	for (const q of i.questions) {
		const answer = values(answers[q.linkId]).map((v) => responseAnswer(q, v));
		if (!answer.length) {
			continue;
		}
		let at = root;
		for (const g of q.groups) {
			const last = at.item?.at(-1);
			if (last?.linkId === g.linkId) {
				at = last;
			} else {
				const group = { linkId: g.linkId, text: g.text };
				(at.item ??= []).push(group);
				at = group;
			}
		}
		(at.item ??= []).push({ linkId: q.linkId, text: q.text.own, answer });
	}
	return { resourceType: "QuestionnaireResponse", status: "completed", item: root.item };
}

function responseAnswer(q: Question, v: Value): object {
	const n = numberOf(v);
	if (n !== undefined) {
		const unit = q.units.find((u) => u.code === unitOf(v));
		return q.type === "integer" ? { valueInteger: n }
			: q.type === "quantity" ? { valueQuantity: { value: n, unit: unit?.display, system: unit?.system, code: unitOf(v) || undefined } }
			: { valueDecimal: n };
	}
	if (typeof v === "boolean") {
		return { valueBoolean: v };
	}
	if (typeof v === "object") {
		return { valueString: (v as { text: string }).text };
	}
	const o = q.options.find((x) => x.code === v);
	if (q.type === "date") {
		return { valueDate: v };
	}
	if (!q.type.endsWith("choice") || (o && !o.coding && !o.integer)) {
		return { valueString: v };
	}
	if (o?.integer) {
		return { valueInteger: Number(v) };
	}
	const extension = o?.weight === undefined ? undefined : [{ url: extOrdinal, valueDecimal: o.weight }];
	return { valueCoding: { system: o?.coding?.system, code: v, display: o?.display.own, extension } };
}
