/** What follows from a visit: needs, the nearest services, and what is sent in the end. */
import { empty } from "./answer";
import type { Bundle, KnownNeed, Service } from "./day";
import { type Derived, type Finding, type Rules, derive } from "./derive";
import { type Draft, knownPatient } from "./draft";
import { Instrument } from "./instrument";

/** The instrument of the visit with its rules. */
export function instrumentOf(b: Bundle, ref: string): { i: Instrument; rules: Rules } | undefined {
	for (const { questionnaire, rules } of b.instruments) {
		if (questionnaire.url + "|" + questionnaire.version === ref) {
			return { i: new Instrument(questionnaire), rules: rules ?? {} };
		}
	}
	return undefined;
}

/** The years of age that the patient may have: one of a birth date, two of a year alone, none when unknown. */
function ages(b: Bundle, d: Draft): number[] {
	const now = new Date();
	if (d.patient.birthDate) {
		const [y, m, day] = d.patient.birthDate.split("-").map(Number);
		const before = now.getMonth() + 1 < m || (now.getMonth() + 1 === m && now.getDate() < day);
		return [now.getFullYear() - y - Number(before)];
	}
	const year = knownPatient(b, d)?.birthYear;
	return year ? [now.getFullYear() - year, now.getFullYear() - year - 1] : [];
}

/** What follows from the answers; where only the year of birth is known, what follows either way. */
export function derived(b: Bundle, d: Draft): Derived {
	const { i, rules } = instrumentOf(b, d.instrument)!;
	const prefilled = Object.entries(rules.prefill ?? {}).filter(([, fact]) => fact === "age");
	const answers = Object.fromEntries(Object.entries(d.answers).filter(([, a]) => !empty(a)));
	const list = ages(b, d).map((age) => derive(i, rules, b.topics, { ...answers, ...Object.fromEntries(prefilled.map(([id]) => [id, [age]])) }));
	if (!prefilled.length || !list.length) {
		return derive(i, rules, b.topics, answers);
	}
	const [first, ...others] = list;
	const alike = (f: Finding) => others.every((o) => o.findings.some((x) => x.topic === f.topic && x.positive === f.positive));
	return { ...first, findings: first.findings.filter(alike) };
}

/** A need of the patient: found in this visit, or known before. */
export interface Need extends KnownNeed {
	found: boolean;
	handOff?: boolean;
}

export function needs(b: Bundle, d: Draft): Need[] {
	const found = d.instrument && d.answeredAt ? derived(b, d).findings.filter((f) => f.positive).map((f) => ({ ...f, found: true })) : [];
	const secret = (topic: string) => b.topics.find((x) => x.topic === topic)?.private;
	const before = (knownPatient(b, d)?.needs ?? [])
		.filter((n) => !["met", "no-longer"].includes(n.status ?? "") && !found.some((f) => f.topic === n.topic))
		.map((n) => ({ ...n, private: n.private || secret(n.topic), found: false }));
	return [...found, ...before];
}

/** Whether knowing of the need endangers the patient (referrals.Violence in Go): never referred offline. */
export const violence = (domain: string) => domain === "intimate-partner-violence" || domain === "elder-abuse";

/** What is sent: the JSON of referrals.Visit. */
export function visitOf(d: Draft): object {
	const answered = d.instrument && d.answeredAt;
	return {
		patient: d.patient,
		screening: answered ? {
			instrument: d.instrument, language: d.language, answeredAt: new Date(d.answeredAt).toISOString(), mode: "in-person",
			respondent: { relationship: d.respondent }, answers: d.answers,
		} : undefined,
		wanted: Object.keys(d.wanted).length ? d.wanted : undefined,
		consent: d.consent, referral: d.referral,
	};
}

/** The services for a need, the nearest to the patient first, with the distance in metres where it is known. */
export function nearest(b: Bundle, d: Draft, domain: string): { s: Service; metres?: number }[] {
	const here = b.points?.[d.patient.address?.postalCode ?? knownPatient(b, d)?.postalCode ?? ""];
	return b.services.filter((s) => s.needs.includes(domain))
		.map((s) => ({ s, metres: here && s.lat !== undefined && s.lng !== undefined ? metres(here, { lat: s.lat, lng: s.lng }) : undefined }))
		.sort((x, y) => (x.metres ?? Infinity) - (y.metres ?? Infinity));
}

/** The mean radius of the earth in metres (IUGG). */
const earth = 6_371_009;

/** The distance along the surface in metres, by the haversine formula. */
function metres(a: { lat: number; lng: number }, b: { lat: number; lng: number }): number {
	const rad = (x: number) => (x * Math.PI) / 180;
	const h = Math.sin(rad(b.lat - a.lat) / 2) ** 2 + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(rad(b.lng - a.lng) / 2) ** 2;
	return 2 * earth * Math.asin(Math.sqrt(h));
}

