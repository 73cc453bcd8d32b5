/**
 * What a person answered. The shapes are those of the JSON that the server
 * takes (screening.Answer in Go), so that nothing is translated on the way.
 */

/** A code of an option or words of an open question, a number, a yes or no, words beside the options, an amount. */
export type Value = string | number | boolean | { text: string } | { value: number; unit: string };

/** Values, or the reason why there are none: asked-declined or asked-unknown. */
export type Answer = Value[] | { absent: string };

/** Answers by linkId. */
export type Answers = Record<string, Answer>;

/** The values of an answer, none when it has a reason instead. */
export const values = (a?: Answer): Value[] => (Array.isArray(a) ? a : []);

/** The reason why there is no value; empty for none. */
export const absent = (a?: Answer): string => (a && !Array.isArray(a) ? a.absent : "");

/** Whether nothing was entered, not even a reason. */
export const empty = (a?: Answer): boolean => !values(a).length && !absent(a);

/** The number that a value stands for, if it is one. */
export function numberOf(v: Value): number | undefined {
	if (typeof v === "number") {
		return v;
	}
	return typeof v === "object" && "value" in v ? v.value : undefined;
}

/** The code or words of a value; undefined for numbers, yes or no, and words beside the options. */
export const codeOf = (v: Value): string | undefined => (typeof v === "string" ? v : undefined);

/** The unit of an amount; empty for none. */
export const unitOf = (v: Value): string => (typeof v === "object" && "value" in v ? (v.unit ?? "") : "");

const wordsOf = (v: Value): string | undefined => (typeof v === "object" && "text" in v ? v.text : undefined);

/** The value as rules name it: a code, or "true" and "false". */
export const nameOfValue = (v: Value): string | undefined => (typeof v === "boolean" ? String(v) : codeOf(v));

/** Orders texts by code points, as Go does. */
export function compareText(a: string, b: string): number {
	const [x, y] = [[...a], [...b]];
	for (let n = 0; n < x.length && n < y.length; n++) {
		if (x[n] !== y[n]) {
			return x[n].codePointAt(0)! - y[n].codePointAt(0)!;
		}
	}
	return x.length - y.length;
}

/** Orders two values of one kind; undefined when they cannot be compared. */
export function compare(v: Value, w: Value): number | undefined {
	const [n, m] = [numberOf(v), numberOf(w)];
	if (n !== undefined && m !== undefined) {
		return unitOf(v) === unitOf(w) ? n - m : undefined;
	}
	if (typeof v === "boolean" && typeof w === "boolean") {
		return Number(v) - Number(w);
	}
	const [a, b] = [wordsOf(v), wordsOf(w)];
	if (a !== undefined && b !== undefined) {
		return compareText(a, b);
	}
	return typeof v === "string" && typeof w === "string" ? compareText(v, w) : undefined;
}

/** Whether two values are the same answer. */
export const same = (a: Value, b: Value): boolean => compare(a, b) === 0;

/** What a map read from JSON holds under a key, and never what every object has. */
export const at = <T>(map: Record<string, T> | undefined, key: string): T | undefined =>
	map && Object.hasOwn(map, key) ? map[key] : undefined;
