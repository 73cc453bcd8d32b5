/** One visit as it grows, kept sealed after each answer. */
import type { Answers } from "./answer";
import type { Bundle, Known, Open } from "./day";
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
