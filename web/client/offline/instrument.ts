/**
 * Instruments in the browser: the same Questionnaire as in Go
 * (screening/parse.go, enable.go), read into questions in their order.
 * The server has checked it before, so nothing is refused here.
 */
import { type Answer, type Answers, type Value, at, codeOf, empty, numberOf, values } from "./answer";
import { type EnableWhen, type Item, type Questionnaire, type Text, extExclusive, extHidden, flag, isHelp, textOf } from "./fhir";

export interface Option {
	code: string;
	display: Text;
	/** Cannot be chosen together with others. */
	exclusive: boolean;
}

export interface Question {
	linkId: string;
	type: string;
	text: Text;
	help: Text;
	section: Text;
	/** Several values may be given. */
	multiple: boolean;
	declinable: boolean;
	/** Its value follows from others. */
	calculated: boolean;
	/** Its value comes from the record. */
	hidden: boolean;
	options: Option[];
	item: Item;
	/** All must hold for the question to be asked. */
	gates: Gate[];
}

interface Gate {
	any: boolean;
	conds: EnableWhen[];
}

export class Instrument {
	readonly ref: string;
	readonly questions: Question[] = [];
	readonly title: Text;
	readonly language: string;
	private readonly index = new Map<string, number>();

	constructor(q: Questionnaire) {
		this.ref = q.url + "|" + q.version;
		this.title = textOf(q.title, q._title);
		this.language = q.language || "en";
		this.add(q.item ?? [], textOf(), []);
	}

	/** Appends the questions among items; a group, or a display item between, titles the section that follows. */
	private add(items: Item[], section: Text, gates: Gate[]) {
		for (const it of items) {
			const text = textOf(it.text, it._text);
			const inner = it.enableWhen?.length ? [...gates, { any: it.enableBehavior === "any", conds: it.enableWhen }] : gates;
			if (it.type === "display") {
				section = text;
			} else if (it.type === "group") {
				this.add(it.item ?? [], text, inner);
			} else {
				const help = it.item?.find(isHelp);
				this.index.set(it.linkId, this.questions.length);
				this.questions.push({
					linkId: it.linkId, type: it.type, text, section, help: textOf(help?.text, help?._text),
					multiple: !!it.repeats, declinable: !it.required, calculated: !!it.readOnly, hidden: flag(it, extHidden),
					options: (it.answerOption ?? []).map((o) => ({
						code: o.valueCoding!.code, display: textOf(o.valueCoding!.display, o.valueCoding!._display), exclusive: flag(o, extExclusive),
					})),
					item: it, gates: inner,
				});
			}
		}
	}

	/** The place of a question; -1 for none. */
	place(linkId: string): number {
		return this.index.get(linkId) ?? -1;
	}

	question(linkId: string): Question | undefined {
		return this.questions[this.place(linkId)];
	}

	/** Lays the answers beside the questions. */
	given(answers: Answers): Given[] {
		const out: Given[] = [];
		for (const q of this.questions) {
			out.push(new Given(at(answers, q.linkId), q.gates.every((g) => this.open(g, out))));
		}
		return out;
	}

	private open(g: Gate, given: Given[]): boolean {
		const holds = (c: EnableWhen) => condition(c, given[this.place(c.question)]?.values() ?? []);
		return g.any ? g.conds.some(holds) : g.conds.every(holds);
	}

	/** The questions to be asked given the answers so far. */
	asked(answers: Answers): Question[] {
		const given = this.given(answers);
		return this.questions.filter((q, n) => isAsked(q) && given[n].enabled);
	}

	/** A text in a language, else in the questionnaire's own. */
	in(t: Text, language: string): string {
		return (language !== this.language && t.other[language]?.content) || t.own;
	}

	/** Whether every text in the language is the issuing body's own or was reviewed against it. */
	official(language: string): boolean {
		const ok = (t: Text) => language === this.language || !t.own || !!t.other[language]?.reviewed;
		return this.questions.every((q) => [q.text, q.help, q.section, ...q.options.map((o) => o.display)].every(ok));
	}
}

/** Whether a person is asked the question at all. */
export const isAsked = (q: Question) => !q.calculated && !q.hidden;

/** What was given to one question. */
export class Given {
	constructor(
		readonly answer: Answer | undefined,
		readonly enabled: boolean,
	) {}

	get empty(): boolean {
		return empty(this.answer);
	}

	/** The values that count: none where the question is not asked. */
	values(): Value[] {
		return this.enabled ? values(this.answer) : [];
	}
}

/** The comparisons of FHIR R4 questionnaire-enable-operator on numbers; "exists" stands apart. */
const operators: Record<string, <T extends number | string>(a: T, b: T) => boolean> = {
	"=": (a, b) => a === b,
	"!=": (a, b) => a !== b,
	">": (a, b) => a > b,
	"<": (a, b) => a < b,
	">=": (a, b) => a >= b,
	"<=": (a, b) => a <= b,
};

/** Whether one of the values fits; without a value only "exists: false" holds. */
function condition(c: EnableWhen, given: Value[]): boolean {
	if (c.operator === "exists") {
		return given.length > 0 === c.answerBoolean;
	}
	const compare = operators[c.operator];
	const number = c.answerInteger ?? c.answerDecimal ?? c.answerQuantity?.value;
	const code = c.answerCoding?.code ?? c.answerString;
	return given.some((v) => {
		if (number !== undefined) {
			const n = numberOf(v);
			return n !== undefined && compare(n, number);
		}
		if (c.answerDate !== undefined) {
			return typeof v === "string" && compare(v, c.answerDate);
		}
		if (c.answerBoolean !== undefined) {
			return typeof v === "boolean" && compare(String(v), String(c.answerBoolean));
		}
		const own = codeOf(v);
		return own !== undefined && (own === code) === (c.operator === "=");
	});
}
