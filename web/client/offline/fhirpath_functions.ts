/** The operators and functions of expressions (screening/fhirpath/operators.go and functions.go). */
import { compareText } from "./answer";
import { extItemWeight, extOrdinal } from "./fhir";
import { type Collection, type Node, type Scope, child, isMap, one, step, truth } from "./fhirpath";

type Operator = (s: Scope, a: Collection, b: Collection) => Collection;

/** A truth that may be unknown. */
type Truth = boolean | undefined;

const known = (t: Truth): Collection => (t === undefined ? [] : [t]);

const logic = (f: (a: Truth, b: Truth) => Truth): Operator => (_, a, b) => known(f(truth(a), truth(b)));

/** Whether two values are the same. */
function equal(s: Scope, a: unknown, b: unknown): boolean {
	step(s, 1);
	if (isMap(a) && isMap(b)) {
		const keys = (m: object) => Object.keys(m).filter((k) => (m as Record<string, unknown>)[k] !== undefined);
		return keys(a).length === keys(b).length && keys(a).every((k) => k in b && equal(s, a[k], b[k]));
	}
	if (Array.isArray(a) && Array.isArray(b)) {
		return a.length === b.length && a.every((v, n) => equal(s, v, b[n]));
	}
	return a === b;
}

const within = (s: Scope, v: unknown, list: Collection) => list.some((w) => equal(s, v, w));

function member(s: Scope, item: Collection, list: Collection): Collection {
	const v = one(item);
	return v === undefined ? [] : [within(s, v, list)];
}

const sameness = (want: boolean): Operator => (s, a, b) =>
	a.length && b.length ? [(a.length === b.length && a.every((v, n) => equal(s, v, b[n]))) === want] : [];

/** Makes an operator of two single values; nothing on a side makes nothing. */
const ofTwo = (f: (x: unknown, y: unknown) => Collection): Operator => (_, a, b) => {
	const [x, y] = [one(a), one(b)];
	return x === undefined || y === undefined ? [] : f(x, y);
};

const order = (f: (o: number) => boolean): Operator => ofTwo((x, y) => {
	if (typeof x === "number" && typeof y === "number") {
		return [f(x - y)];
	}
	if (typeof x === "string" && typeof y === "string") {
		return [f(compareText(x, y))];
	}
	throw new Error("only two numbers or two texts have an order");
});

/** A number, or nothing for none that JSON can hold. */
const finite = (x: number): Collection => (Number.isFinite(x) ? [x] : []);

function numberOf(v: unknown): number {
	if (typeof v !== "number") {
		throw new Error("only numbers can be calculated with");
	}
	return v;
}

const arithmetic = (f: (a: number, b: number) => number): Operator => ofTwo((x, y) => finite(f(numberOf(x), numberOf(y))));

export const operators: Record<string, Operator> = {
	implies: logic((a, b) => (b || a === false ? true : a === undefined || b === undefined ? undefined : false)),
	or: logic((a, b) => (a || b ? true : a === undefined || b === undefined ? undefined : false)),
	xor: logic((a, b) => (a === undefined || b === undefined ? undefined : a !== b)),
	and: logic((a, b) => (a === false || b === false ? false : a && b)),
	in: member,
	contains: (s, a, b) => member(s, b, a),
	"=": sameness(true),
	"!=": sameness(false),
	"<": order((o) => o < 0),
	">": order((o) => o > 0),
	"<=": order((o) => o <= 0),
	">=": order((o) => o >= 0),
	"|": (s, a, b) => distinct(s, [...a, ...b]),
	"+": ofTwo((x, y) => (typeof x === "string" && typeof y === "string" ? [x + y] : finite(numberOf(x) + numberOf(y)))),
	"&": (_, a, b) => {
		const [x = "", y = ""] = [one(a), one(b)];
		if (typeof x !== "string" || typeof y !== "string") {
			throw new Error("& joins texts alone");
		}
		return [x + y];
	},
	"-": arithmetic((a, b) => a - b),
	"*": arithmetic((a, b) => a * b),
	"/": arithmetic((a, b) => a / b),
	div: arithmetic((a, b) => Math.trunc(a / b)),
	mod: arithmetic((a, b) => a % b),
};

type Func = (s: Scope, c: Collection, args: Node[]) => Collection;

/** Evaluates an argument for one value. */
const each = (s: Scope, v: unknown, arg: Node) => arg({ ...s, in: [v], this: [v] });

const where: Func = (s, c, [arg]) => c.filter((v) => truth(each(s, v, arg)));

const select: Func = (s, c, [arg]) => c.flatMap((v) => each(s, v, arg));

function distinct(s: Scope, c: Collection): Collection {
	const out: Collection = [];
	for (const v of c) {
		step(s, out.length + 1);
		if (!within(s, v, out)) {
			out.push(v);
		}
	}
	return out;
}

/** Follows the argument from each value to the next, as long as it leads on. */
const repeat: Func = (s, c, args) => {
	const out: Collection = [];
	for (let next = select(s, c, args); next.length; next = select(s, next, args)) {
		next = next.filter((v) => {
			step(s, out.length + 1);
			return !within(s, v, out) && out.push(v);
		});
	}
	return out;
};

const numbers = (f: (ns: number[]) => number): Func => (_, c) => (c.length ? finite(f(c.map(numberOf))) : []);

const number1 = (f: (n: number) => number): Func => (_, c) => (one(c) === undefined ? [] : finite(f(numberOf(c[0]))));

const sum = (ns: number[]) => ns.reduce((a, n) => a + n, 0);

/** Reads a number from a text or a truth; nothing when there is none. */
const toNumber = (whole: boolean): Func => (_, c) => {
	const v = one(c);
	const n = typeof v === "string" ? (/^[+-]?\d+(\.\d+)?$/.test(v) ? Number(v) : NaN) : typeof v === "boolean" || typeof v === "number" ? Number(v) : NaN;
	return whole && !Number.isInteger(n) ? [] : finite(n);
};

/** What codings, or answers that hold them, count for. */
const ordinal: Func = (_, c) => c.flatMap((v) => {
	const inner = child(v, "value").find(isMap) ?? v;
	const weight = child(inner, "extension").find((e) => isMap(e) && typeof e.valueDecimal === "number" && (e.url === extOrdinal || e.url === extItemWeight));
	return weight ? [(weight as { valueDecimal: number }).valueDecimal] : [];
});

export const functions: Record<string, Func> = {
	where, select, repeat, ordinal, weight: ordinal,
	all: (s, c, args) => [where(s, c, args).length === c.length],
	aggregate: (s, c, [arg, first]) => c.reduce<Collection>((total, v) => each({ ...s, total }, v, arg), first ? first(s) : []),
	iif: (s, _, [test, yes, no]) => (truth(test(s)) ? yes(s) : no ? no(s) : []),
	exists: (s, c, args) => [(args.length ? where(s, c, args) : c).length > 0],
	empty: (_, c) => [!c.length],
	count: (_, c) => [c.length],
	not: (_, c) => known(truth(c) === undefined ? undefined : !truth(c)),
	first: (_, c) => c.slice(0, 1),
	last: (_, c) => c.slice(-1),
	distinct: (s, c) => distinct(s, c),
	combine: (s, c, [arg]) => [...c, ...arg(s)],
	union: (s, c, [arg]) => distinct(s, [...c, ...arg(s)]),
	sum: numbers(sum),
	min: numbers((ns) => Math.min(...ns)),
	max: numbers((ns) => Math.max(...ns)),
	avg: numbers((ns) => sum(ns) / ns.length),
	abs: number1(Math.abs),
	floor: number1(Math.floor),
	ceiling: number1(Math.ceil),
	round: number1((n) => Math.floor(n + 0.5)),
	toInteger: toNumber(true),
	toDecimal: toNumber(false),
};
