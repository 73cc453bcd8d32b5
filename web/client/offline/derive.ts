/**
 * What follows from the answers of a screening: the same rules on the same
 * data as screening.Derive in Go, held together by shared vectors.
 */
import { type Answers, type Value, at, codeOf, nameOfValue, numberOf } from "./answer";
import { calculate } from "./calculate";
import { type Given, type Instrument, isAsked } from "./instrument";

export interface TopicInfo {
	topic: string;
	title: string;
	domain: string;
	private?: boolean;
}

export interface Rules {
	version?: string;
	prefill?: Record<string, string>;
	/** Option codes that say why there is no answer, such as "don't know". */
	absent?: Record<string, string>;
	weights?: Record<string, Record<string, number>>;
	scores?: Score[];
	results?: { linkId: string; cases: ({ code: string } & Test)[] }[];
	topics?: Topic[];
}

interface Score {
	linkId: string;
	method: string;
	items: { linkId: string; weights: string }[];
}

interface Topic {
	topic: string;
	questions: string[];
	positive: (Test & { domain?: string; urgent?: boolean; handOff?: boolean; suggested?: Suggestion[] })[];
}

interface Test {
	any?: Cond[];
	all?: Cond[];
}

interface Cond {
	linkId: string;
	codes?: string[];
	atLeast?: number;
	below?: number;
}

export interface Suggestion {
	system: string;
	code: string;
	display: string;
	sure: string;
}

export interface Finding {
	topic: string;
	domain: string;
	positive: boolean;
	urgent: boolean;
	private?: boolean;
	handOff?: boolean;
	linkIds: string[];
	score?: number;
	suggested?: Suggestion[];
}

export interface Derived {
	findings: Finding[];
	scores: Record<string, number>;
	results?: Record<string, string>;
	missing: string[];
	rulesVersion: string;
}

/** A calculated number, or what is known of it. */
interface Scored {
	rule: Score;
	value: number;
	any: boolean;
	complete: boolean;
}

const methods: Record<string, (weights: number[]) => number> = {
	sum: (ws) => ws.reduce((a, w) => a + w, 0),
	product: (ws) => ws.reduce((a, w) => a * w, 1),
};

/** Applies the instrument's rules; pure. */
export function derive(i: Instrument, rules: Rules, topics: TopicInfo[], answers: Answers): Derived {
	const e = new Evaluation(i, rules, i.given(answers));
	const d: Derived = { findings: [], scores: {}, missing: [], rulesVersion: rules.version ?? "" };
	for (const s of e.scores) {
		if (s.complete) {
			d.scores[s.rule.linkId] = s.value;
		}
	}
	calculate(i, e.given, d);
	for (const r of rules.results ?? []) {
		const found = r.cases.find((c) => e.holds(c));
		if (found) {
			(d.results ??= {})[r.linkId] = found.code;
		}
	}
	for (const t of rules.topics ?? []) {
		const f = e.finding(t, topics.find((x) => x.topic === t.topic)!);
		if (f) {
			d.findings.push(f);
		}
	}
	i.questions.forEach((q, n) => {
		if (isAsked(q) && e.given[n].enabled && e.given[n].empty) {
			d.missing.push(q.linkId);
		}
	});
	return d;
}

class Evaluation {
	readonly scores: Scored[];

	constructor(
		readonly i: Instrument,
		readonly rules: Rules,
		readonly given: Given[],
	) {
		this.scores = (rules.scores ?? []).map((rule) => {
			const known: number[] = [];
			for (const it of rule.items) {
				const w = this.weigh(it);
				if (w !== undefined) {
					known.push(w);
				}
			}
			return { rule, value: methods[rule.method](known), any: known.length > 0, complete: known.length === rule.items.length };
		});
	}

	/** The points of the answer to an item; undefined when some have none. */
	private weigh(it: Score["items"][0]): number | undefined {
		const q = this.i.question(it.linkId)!;
		const vs = this.values(it.linkId);
		if (!vs.length || (vs.length > 1 && !q.multiple)) {
			return undefined;
		}
		const points = vs.map((v) =>
			it.weights === "number" ? numberOf(v)
			: it.weights === "ordinal" ? q.options.find((o) => o.code === nameOfValue(v))?.weight
			: at(this.rules.weights?.[it.weights], nameOfValue(v) ?? ""));
		return points.includes(undefined) ? undefined : methods.sum(points as number[]);
	}

	values(linkId: string): Value[] {
		return this.given[this.i.place(linkId)].values();
	}

	score(linkId: string): Scored | undefined {
		return this.scores.find((s) => s.rule.linkId === linkId);
	}

	/** The rules of one topic; undefined when nothing is settled. */
	finding(t: Topic, info: TopicInfo): Finding | undefined {
		const f: Finding = { topic: t.topic, domain: info.domain, positive: false, urgent: false, linkIds: [] };
		if (info.private) {
			f.private = true;
		}
		for (const rule of t.positive) {
			if (!this.holds(rule)) {
				continue;
			}
			if (!f.positive) {
				f.positive = true;
				f.domain = rule.domain || info.domain;
			}
			f.urgent ||= !!rule.urgent;
			if (rule.handOff) {
				f.handOff = true;
			}
			for (const s of rule.suggested ?? []) {
				if (!f.suggested?.some((x) => x.system === s.system && x.code === s.code)) {
					(f.suggested ??= []).push(s);
				}
			}
			this.rest(f, rule);
		}
		if (f.positive) {
			if (!f.linkIds.length) { // it rests on a value that an expression calculated
				f.linkIds = t.questions.filter((linkId) => isAsked(this.i.question(linkId)!) && this.values(linkId).length);
			}
			return f;
		}
		let settled = false;
		for (const linkId of t.questions) {
			const n = this.i.place(linkId);
			const g = this.given[n];
			if (!g.enabled) {
				continue;
			}
			if (!this.settles(g)) {
				return undefined;
			}
			if (isAsked(this.i.questions[n])) {
				settled = true;
				f.linkIds.push(linkId);
			}
		}
		t.positive.forEach((rule) => this.addScore(f, rule));
		return settled ? f : undefined;
	}

	/** Whether an answer has a value, and not one that stands for "don't know". */
	settles(g: Given): boolean {
		return g.values().some((v) => !at(this.rules.absent, codeOf(v) ?? ""));
	}

	/** Notes the questions and the score that a positive test rests on. */
	rest(f: Finding, t: Test) {
		this.addScore(f, t);
		const add = (linkId: string) => {
			const n = this.i.place(linkId);
			if (isAsked(this.i.questions[n]) && this.given[n].values().length && !f.linkIds.includes(linkId)) {
				f.linkIds.push(linkId);
			}
		};
		for (const c of conds(t)) {
			const s = this.score(c.linkId);
			if (s) {
				s.rule.items.forEach((it) => add(it.linkId));
			} else if (this.met(c)) {
				add(c.linkId);
			}
		}
	}

	addScore(f: Finding, t: Test) {
		for (const c of conds(t)) {
			const s = this.score(c.linkId);
			if (s?.complete) {
				f.score = s.value;
			} else if (!s && this.i.question(c.linkId)!.calculated) {
				this.values(c.linkId).forEach((v) => (f.score = numberOf(v)));
			}
		}
	}

	holds(t: Test): boolean {
		return t.any?.length ? t.any.some((c) => this.met(c)) : !!t.all?.every((c) => this.met(c));
	}

	met(c: Cond): boolean {
		const s = this.score(c.linkId);
		if (s) {
			// A sum that only grows reaches atLeast as soon as the answers given do; below needs all.
			return (s.complete || (s.rule.method === "sum" && s.any && c.below === undefined)) && within(s.value, c);
		}
		return this.values(c.linkId).some((v) => {
			const n = numberOf(v);
			return n === undefined ? !!c.codes?.includes(nameOfValue(v)!) : !c.codes?.length && within(n, c);
		});
	}
}

const conds = (t: Test): Cond[] => [...(t.any ?? []), ...(t.all ?? [])];

const within = (x: number, c: Cond) => x >= (c.atLeast ?? -Infinity) && x < (c.below ?? Infinity);
