/**
 * The part of FHIRPath (http://hl7.org/fhirpath/N1/) that scores are written
 * in, as screening/fhirpath in Go, which has refused everything else before.
 * What cannot be evaluated is an error, and then there is no value.
 */
import { functions, operators } from "./fhirpath_functions";

/** What an expression answers: values of JSON. Nothing is the empty list. */
export type Collection = unknown[];

/** The values of variables by name. */
export type Env = Record<string, Collection>;

/** Where a part of an expression stands: what its path starts from, what $this and $total mean. */
export interface Scope {
	run: Run;
	in: Collection;
	this: Collection;
	total: Collection;
}

interface Run {
	env: Env;
	steps: number;
}

export type Node = (s: Scope) => Collection;

/** How many parts are evaluated and values looked at, at most. */
const maxSteps = 100_000;

/** Counts what is done, so that no expression takes for ever. */
export function step(s: Scope, n: number) {
	s.run.steps += n;
	if (s.run.steps > maxSteps) {
		throw new Error("the expression takes too many steps");
	}
}

/** Makes a part that counts itself. */
const counted = (n: Node): Node => (s) => {
	step(s, 1);
	const out = n(s);
	step(s, out.length);
	return out;
};

const parsed = new Map<string, Node>();

/** Evaluates an expression; undefined when the data do not fit it. */
export function evaluate(expression: string, env: Env): Collection | undefined {
	try {
		let root = parsed.get(expression);
		if (!root) {
			root = new Parser(expression).root();
			parsed.set(expression, root);
		}
		return root({ run: { env, steps: 0 }, in: [], this: [], total: [] });
	} catch {
		return undefined;
	}
}

/** The only value; undefined for none, and several are an error. */
export function one(c: Collection): unknown {
	if (c.length > 1) {
		throw new Error("there are several values where one is needed");
	}
	return c[0];
}

/** A collection as true or false; undefined for none. A single value that is no boolean counts as true. */
export function truth(c: Collection): boolean | undefined {
	const v = one(c);
	return v === undefined || typeof v === "boolean" ? v : true;
}

/** The elements of a value by name; value finds valueCoding and the like too. */
export function child(v: unknown, name: string): Collection {
	if (!isMap(v)) {
		return [];
	}
	let key: string | undefined = name;
	if (!Object.hasOwn(v, name)) {
		key = name === "value" ? Object.keys(v).filter((k) => /^value\p{Lu}/u.test(k)).sort()[0] : undefined;
	}
	const found = key === undefined ? undefined : v[key];
	return (Array.isArray(found) ? found.flat(Infinity) : [found]).filter((x) => x !== undefined && x !== null);
}

export const isMap = (v: unknown): v is Record<string, unknown> => typeof v === "object" && v !== null && !Array.isArray(v);

/** The operators of two sides, those that bind least first. */
const levels = [["implies"], ["or", "xor"], ["and"], ["in", "contains"], ["=", "!="], ["<=", ">=", "<", ">"], ["|"], ["+", "-", "&"], ["*", "/", "div", "mod"]];

const token = /\s*(?:(\d+(?:\.\d+)?)|'((?:[^'\\]|\\.)*)'|([%$]?)(?:([A-Za-z_]\w*)|`((?:[^`\\]|\\.)*)`)|(<=|>=|!=|[<>=+\-*/&|.,()[\]{}]))/gy;

const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", f: "\f" };
const unescape = (s: string) => s.replace(/\\(.)/gs, (_, c: string) => escapes[c] ?? c);

interface Token {
	kind: "number" | "text" | "name" | "%" | "$" | "symbol" | "end";
	text: string;
}

class Parser {
	private readonly tokens: Token[] = [];
	private at = 0;

	constructor(s: string) {
		token.lastIndex = 0;
		while (token.lastIndex < s.trimEnd().length) {
			const m = token.exec(s);
			if (!m) {
				throw new Error("not supported");
			}
			const [, number, text, sign, name, quoted, symbol] = m;
			const word = name ?? (quoted !== undefined ? unescape(quoted) : undefined);
			this.tokens.push(
				number !== undefined ? { kind: "number", text: number }
				: text !== undefined ? { kind: "text", text: unescape(text) }
				: word !== undefined ? { kind: (sign || "name") as Token["kind"], text: word }
				: { kind: "symbol", text: symbol });
		}
		this.tokens.push({ kind: "end", text: "" });
	}

	root(): Node {
		const n = this.binary(0);
		if (this.tokens[this.at].kind !== "end") {
			throw new Error("not expected");
		}
		return n;
	}

	private is(text: string): boolean {
		const t = this.tokens[this.at];
		return (t.kind === "symbol" || t.kind === "name") && t.text === text;
	}

	private take(text: string): boolean {
		const is = this.is(text);
		this.at += Number(is);
		return is;
	}

	private expect(text: string) {
		if (!this.take(text)) {
			throw new Error(text + " is missing");
		}
	}

	private binary(level: number): Node {
		if (level === levels.length) {
			return this.unary();
		}
		let left = this.binary(level + 1);
		for (let op; (op = levels[level].find((o) => this.take(o))); ) {
			const [apply, a, b] = [operators[op], left, this.binary(level + 1)];
			left = counted((s) => apply(s, a(s), b(s)));
		}
		return left;
	}

	private unary(): Node {
		if (this.take("-")) {
			const operand = this.unary();
			return counted((s) => operators["-"](s, [0], operand(s)));
		}
		let n = this.term();
		for (;;) {
			const of = n;
			if (this.take(".")) {
				const name = this.tokens[this.at++].text;
				n = this.is("(") ? this.call(of, name) : this.member(of, name);
			} else if (this.take("[")) {
				const index = this.binary(0);
				this.expect("]");
				n = counted((s) => {
					const [list, i] = [of(s), one(index(s))];
					if (i !== undefined && !Number.isInteger(i)) {
						throw new Error("a place in a list is a whole number");
					}
					return i === undefined || (i as number) < 0 ? [] : list.slice(i as number, (i as number) + 1);
				});
			} else {
				return n;
			}
		}
	}

	private member = (of: Node, name: string): Node => counted((s) => of(s).flatMap((v) => child(v, name)));

	private term(): Node {
		const t = this.tokens[this.at++];
		const start: Node = (s) => s.in;
		switch (t.kind) {
			case "number":
				return counted(() => [Number(t.text)]);
			case "text":
				return counted(() => [t.text]);
			case "%":
				return counted((s) => {
					if (!s.run.env[t.text]) {
						throw new Error("unknown variable");
					}
					return s.run.env[t.text];
				});
			case "$":
				return counted((s) => (t.text === "this" ? s.this : s.total));
			case "name":
				if (t.text === "true" || t.text === "false") {
					return counted(() => [t.text === "true"]);
				}
				return this.is("(") ? this.call(start, t.text) : this.member(start, t.text);
		}
		if (t.text === "{") {
			this.expect("}");
			return counted(() => []);
		}
		const inner = this.binary(0); // what is in brackets
		this.expect(")");
		return inner;
	}

	private call(of: Node, name: string): Node {
		const apply = functions[name];
		this.expect("(");
		const args: Node[] = [];
		while (!this.take(")")) {
			if (args.length) {
				this.expect(",");
			}
			args.push(this.binary(0));
		}
		return counted((s) => apply(s, of(s), args));
	}
}
