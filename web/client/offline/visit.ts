/** One visit as it grows: the draft, kept sealed after each answer, and what is sent in the end. */
import { type Answers, empty } from "./answer";
import type { Bundle, Known, KnownNeed, Open, Service } from "./day";
import { type Derived, type Finding, type Rules, derive } from "./derive";
import { Instrument } from "./instrument";
import { type Box, lockUp, open as openBox } from "./lock";
import { dayStore } from "./store";

/** A patient as the server takes it (referrals.VisitPatient in Go). */
export interface VisitPatient {
	id?: string;
	givenName?: string;
	familyName?: string;
	birthDate?: string;
	phone?: string;
	address?: { postalCode: string };
	languages?: { spoken: string; written: string };
	contact?: { safeToText?: boolean; safeToVoicemail?: boolean; safeHours?: string };
	confirmNew?: boolean;
}

export interface VisitConsent {
	recipients: { organizationIds: string[] };
	needs: string[];
	fields: string[];
	method: string;
	signer: { name: string; relationship: string };
	language: string;
	textVersion: string;
	expiresOn?: string;
}

export interface VisitReferral {
	topic: string;
	serviceIds: string[];
	consentId?: string;
	priority: string;
	note?: string;
}

export interface Draft {
	id: string;
	/** When it was begun. */
	at: number;
	patient: VisitPatient;
	/** "url|version" of the instrument; empty while none is chosen. */
	instrument: string;
	language: string;
	respondent: string;
	answers: Answers;
	/** When the answers were read back and found right; 0 before. */
	answeredAt: number;
	/** By topic whether help is wanted. */
	wanted: Record<string, boolean>;
	consent?: VisitConsent;
	referral?: VisitReferral;
}

const keyOf = (id: string) => "draft/" + id;

export async function save(open: Open, d: Draft): Promise<void> {
	await dayStore.put(keyOf(d.id), { at: d.at, box: await lockUp(open.key, d) });
}

export const discard = (id: string) => dayStore.remove(keyOf(id));

export async function load(open: Open, id: string): Promise<Draft | undefined> {
	const kept = await dayStore.get<{ box: Box }>(keyOf(id));
	return kept && openBox<Draft>(open.key, kept.box);
}

/** The visits that are not finished, the newest first. */
export async function drafts(open: Open): Promise<Draft[]> {
	const kept = await dayStore.list<{ at: number; box: Box }>("draft/");
	const list = await Promise.all(kept.map((k) => openBox<Draft>(open.key, k.box)));
	return list.sort((a, b) => b.at - a.at);
}

export const begin = (patient: VisitPatient, language: string): Draft => ({
	id: crypto.randomUUID(), at: Date.now(), patient, instrument: "", language, respondent: "self", answers: {}, answeredAt: 0, wanted: {},
});

export const knownPatient = (b: Bundle, d: Draft): Known | undefined => b.patients.find((p) => p.id === d.patient.id);

export const nameOf = (b: Bundle, d: Draft): string =>
	knownPatient(b, d)?.name ?? [d.patient.givenName, d.patient.familyName].filter(Boolean).join(" ");

/** The instrument of the visit with its rules. */
export function instrumentOf(b: Bundle, ref: string): { i: Instrument; rules: Rules } | undefined {
	for (const { questionnaire, rules } of b.instruments) {
		if (questionnaire.url + "|" + questionnaire.version === ref) {
			return { i: new Instrument(questionnaire), rules };
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

