/**
 * Instruments in the browser: the same Questionnaire as in Go
 * (screening/parse.go, enable.go), read into questions in their order.
 * The server has checked it before, so nothing is refused here.
 */
import { type Answer, type Answers, type Value, at, compare, empty, same, values } from "./answer";
import {
	type EnableWhen, type Extension, type Item, type Questionnaire, type Text, ext, extCalculated, extHidden, extMaxValue, extMinValue, extVariable,
	flag, textOf,
} from "./fhir";
import { type Option, type Unit, bound, optionsOf, unitsOf } from "./options";

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
	/** The expression that it follows from, and the variables it may use. */
	expression?: string;
	variables: Variable[];
	/** Its value comes from the record. */
	hidden: boolean;
	options: Option[];
	min?: Value;
	max?: Value;
	maxLength: number;
	units: Unit[];
	/** The groups that it stands in, outermost first. */
	groups: Item[];
	/** All must hold for the question to be asked. */
	gates: Gate[];
}

export interface Variable {
	name: string;
	expression: string;
}

interface Gate {
	any: boolean;
	conds: EnableWhen[];
}

/** Where in a questionnaire items stand. */
interface Part {
	section: Text;
	groups: Item[];
	gates: Gate[];
	variables: Variable[];
}

const variablesIn = (exts: Extension[] = []): Variable[] =>
	exts.filter((e) => e.url === extVariable).map((e) => ({ name: e.valueExpression!.name!, expression: e.valueExpression!.expression }));

export class Instrument {
	readonly ref: string;
	readonly questions: Question[] = [];
	readonly title: Text;
	readonly language: string;
	private readonly index = new Map<string, number>();

	constructor(readonly source: Questionnaire) {
		this.ref = source.url + "|" + source.version;
		this.title = textOf(source.title || source.name || source.id, source._title);
		this.language = source.language || "en";
		this.add(source.item ?? [], { section: textOf(), groups: [], gates: [], variables: variablesIn(source.extension) });
	}

	/** Appends the questions among items; a group, or a display item between, titles the section that follows. */
	private add(items: Item[], part: Part) {
		for (const it of items) {
			const text = textOf(it.text, it._text);
			const inner = {
				...part, variables: [...part.variables, ...variablesIn(it.extension)],
				gates: it.enableWhen?.length ? [...part.gates, { any: it.enableBehavior === "any", conds: it.enableWhen }] : part.gates,
			};
			if (it.type === "display") {
				part.section = text;
			} else if (it.type === "group") {
				this.add(it.item ?? [], { ...inner, section: text, groups: [...part.groups, it] });
			} else {
				const expression = ext(it, extCalculated)?.valueExpression?.expression;
				this.index.set(it.linkId, this.questions.length);
				this.questions.push({
					...inner, linkId: it.linkId, type: it.type, text, help: helpOf(it),
					multiple: !!it.repeats, declinable: !it.required, calculated: !!it.readOnly || !!expression, expression,
					hidden: flag(it, extHidden), options: optionsOf(it, this.source.contained ?? []),
					min: bound(it, extMinValue), max: bound(it, extMaxValue), maxLength: it.maxLength ?? 0, units: unitsOf(it),
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

	/** Lays the answers beside the questions. What is not asked counts as not answered for what hangs on it. */
	given(answers: Answers): Given[] {
		const out: Given[] = [];
		for (const q of this.questions) {
			out.push(new Given(at(answers, q.linkId), () => q.gates.every((g) => this.open(g, out))));
		}
		return out;
	}

	private open(g: Gate, given: Given[]): boolean {
		const holds = (c: EnableWhen) => {
			const n = this.place(c.question);
			return condition(c, this.questions[n], given[n].values());
		};
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

/** The help texts that stand in a question. */
function helpOf(it: Item): Text {
	const texts = it.item ?? [];
	return texts.length === 1 ? textOf(texts[0].text, texts[0]._text) : textOf(texts.map((h) => h.text).join("\n"));
}

/** Whether a person is asked the question at all. */
export const isAsked = (q: Question) => !q.calculated && !q.hidden;

/** What was given to one question. */
export class Given {
	private open?: boolean;

	constructor(
		public answer: Answer | undefined,
		private readonly opens: () => boolean,
	) {}

	get enabled(): boolean {
		return (this.open ??= this.opens());
	}

	get empty(): boolean {
		return empty(this.answer);
	}

	/** The values that count: none where the question is not asked. */
	values(): Value[] {
		return this.enabled ? values(this.answer) : [];
	}
}

/** The comparisons of FHIR R4 questionnaire-enable-operator that put a value before or behind another. */
const orders: Record<string, (order: number) => boolean> = {
	">": (o) => o > 0,
	"<": (o) => o < 0,
	">=": (o) => o >= 0,
	"<=": (o) => o <= 0,
};

/** Whether one value fits; "!=" holds when none is equal. Without a value only "exists: false" holds. */
function condition(c: EnableWhen, q: Question, given: Value[]): boolean {
	if (c.operator === "exists") {
		return given.length > 0 === c.answerBoolean;
	}
	if (!given.length) {
		return false;
	}
	const wanted = compared(c, q);
	const equal = given.some((v) => same(wanted, v));
	switch (c.operator) {
		case "=":
			return equal;
		case "!=":
			return !equal;
	}
	return given.some((v) => {
		const o = compare(v, wanted);
		return o !== undefined && orders[c.operator](o);
	});
}

/** The value that answers to q are compared with. */
function compared(c: EnableWhen, q: Question): Value {
	const text = c.answerCoding?.code ?? c.answerString;
	if (text !== undefined) {
		return q.type === "open-choice" && !q.options.some((o) => o.code === text) ? { text } : text;
	}
	if (c.answerQuantity) {
		return { value: c.answerQuantity.value, unit: c.answerQuantity.code || c.answerQuantity.unit || "" };
	}
	return c.answerBoolean ?? c.answerInteger ?? c.answerDecimal ?? c.answerDate!;
}
