/** What may be answered to a question: options, bounds and units (screening/parse_item.go). */
import type { Value } from "./answer";
import {
	type AnswerOption, type Coding, type Extension, type Item, type Text, type ValueSet, ext, extExclusive, extItemWeight, extMaxValue,
	extMinValue, extOrdinal, extUnits, textOf,
} from "./fhir";

export interface Option {
	code: string;
	display: Text;
	/** Cannot be chosen together with others. */
	exclusive: boolean;
	/** What it counts for in a score. */
	weight?: number;
	/** The coding as it stands in the questionnaire; undefined where options are texts or numbers. */
	coding?: Coding;
	integer: boolean;
}

export interface Unit {
	code: string;
	display: string;
	system?: string;
}

/** The options of an item, listed or in a contained list. */
export function optionsOf(it: Item, sets: ValueSet[]): Option[] {
	const listed: AnswerOption[] = it.answerValueSet ? valueSet(it.answerValueSet, sets) : (it.answerOption ?? []);
	return listed.map((o) => {
		const c = o.valueCoding;
		const exts: Extension[] = [...(o.extension ?? []), ...(c?.extension ?? [])];
		const code = c?.code ?? o.valueString ?? String(o.valueInteger);
		return {
			code, display: c ? textOf(c.display || c.code, c._display) : textOf(code), exclusive: !!ext({ extension: exts }, extExclusive)?.valueBoolean,
			weight: exts.find((e) => (e.url === extOrdinal || e.url === extItemWeight) && e.valueDecimal !== undefined)?.valueDecimal,
			coding: c, integer: o.valueInteger !== undefined,
		};
	});
}

function valueSet(ref: string, sets: ValueSet[]): AnswerOption[] {
	const set = sets.find((s) => s.resourceType === "ValueSet" && "#" + s.id === ref);
	const out: AnswerOption[] = [];
	const expand = (list: NonNullable<ValueSet["expansion"]>["contains"] = []) => {
		for (const e of list) {
			if (!e.abstract && e.code) {
				out.push({ valueCoding: e });
			}
			expand(e.contains);
		}
	};
	if (set?.expansion) {
		expand(set.expansion.contains);
	} else {
		set?.compose?.include.forEach((i) => i.concept.forEach((c) => out.push({ valueCoding: { ...c, system: i.system } })));
	}
	return out;
}

/** The least or greatest value. */
export function bound(it: Item, url: typeof extMinValue | typeof extMaxValue): Value | undefined {
	const e = ext(it, url);
	return e?.valueInteger ?? e?.valueDecimal ?? e?.valueDate;
}

/** What a number counts; annotations in braces, which UCUM allows, are not for people. */
export function unitsOf(it: Item): Unit[] {
	const out: Unit[] = [];
	for (const e of it.extension ?? []) {
		const c = e.valueCoding;
		if (extUnits.includes(e.url) && c && !out.some((u) => u.code === c.code)) {
			const text = c.display || c.code;
			out.push({ code: c.code, display: /^\{.*\}$/.test(text) ? text.replace(/[{#}]/g, "") : text, system: c.system });
		}
	}
	return out;
}
