/** The parts of a FHIR R4 Questionnaire that an instrument uses (http://hl7.org/fhir/R4/questionnaire.html). */

export interface Questionnaire {
	id: string;
	url: string;
	version: string;
	title?: string;
	_title?: Element;
	name?: string;
	language?: string;
	extension?: Extension[];
	contained?: ValueSet[];
	item: Item[];
}

/** A contained list of options. */
export interface ValueSet {
	resourceType: string;
	id: string;
	expansion?: { contains: Expanded[] };
	compose?: { include: { system?: string; concept: Coding[] }[] };
}

interface Expanded extends Coding {
	abstract?: boolean;
	contains?: Expanded[];
}

export interface Item {
	linkId: string;
	text?: string;
	_text?: Element;
	type: string;
	required?: boolean;
	repeats?: boolean;
	readOnly?: boolean;
	maxLength?: number;
	extension?: Extension[];
	enableWhen?: EnableWhen[];
	enableBehavior?: string;
	answerOption?: AnswerOption[];
	answerValueSet?: string;
	item?: Item[];
}

export interface AnswerOption {
	valueCoding?: Coding;
	valueString?: string;
	valueInteger?: number;
	extension?: Extension[];
}

export interface Coding {
	system?: string;
	code: string;
	display?: string;
	_display?: Element;
	extension?: Extension[];
}

export interface EnableWhen {
	question: string;
	operator: string;
	answerBoolean?: boolean;
	answerInteger?: number;
	answerDecimal?: number;
	answerDate?: string;
	answerString?: string;
	answerCoding?: Coding;
	answerQuantity?: { value: number; code?: string; unit?: string };
}

export interface Element {
	extension?: Extension[];
}

export interface Extension {
	url: string;
	valueBoolean?: boolean;
	valueString?: string;
	valueCode?: string;
	valueDecimal?: number;
	valueInteger?: number;
	valueDate?: string;
	valueCodeableConcept?: { coding?: Coding[] };
	valueCoding?: Coding;
	valueExpression?: { name?: string; expression: string };
	extension?: Extension[];
}

const hl7 = "http://hl7.org/fhir/StructureDefinition/";
const own = "https://havenloop.org/fhir/StructureDefinition/";
export const extTranslation = hl7 + "translation";
export const extExclusive = hl7 + "questionnaire-optionExclusive";
export const extHidden = hl7 + "questionnaire-hidden";
export const extUnits = [hl7 + "questionnaire-unit", hl7 + "questionnaire-unitOption"];
export const extMinValue = hl7 + "minValue";
export const extMaxValue = hl7 + "maxValue";
export const extOrdinal = hl7 + "ordinalValue";
export const extItemWeight = hl7 + "itemWeight";
export const extVariable = hl7 + "variable";
export const extCalculated = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression";
export const extReviewed = own + "translation-reviewed";

/** The extension with the address, if it is there. */
export const ext = (e: Element, url: string) => e.extension?.find((x) => x.url === url);

/** Whether the extension is there and true. */
export const flag = (e: Element, url: string) => !!ext(e, url)?.valueBoolean;

/** A text with its translations by language. */
export interface Text {
	own: string;
	other: Record<string, { content: string; reviewed: boolean }>;
}

/** Reads a text and the translations beside it. */
export function textOf(own = "", more?: Element): Text {
	const other: Text["other"] = {};
	for (const x of more?.extension ?? []) {
		if (x.url === extTranslation) {
			const part = (url: string) => x.extension?.find((p) => p.url === url);
			other[part("lang")?.valueCode ?? ""] = {
				content: part("content")?.valueString ?? "",
				reviewed: !!part(extReviewed)?.valueBoolean,
			};
		}
	}
	return { own, other };
}
