/** The worker's day on the device: what GET /offline/day gives, how it is taken and when it ends. */
import type { Rules, TopicInfo } from "./derive";
import type { Questionnaire } from "./fhir";
import { type Locked, keyOf, lockUp, randomBytes } from "./lock";
import { keepKeys } from "./outbox";
import { dayStore, outboxStore, over, wipeDay } from "./store";

export interface Bundle {
	worker: { id: string; name: string; organizationId: string; organization?: string };
	patients: Known[];
	instruments: { questionnaire: Questionnaire; rules: Rules | null }[];
	topics: TopicInfo[];
	services: Service[];
	points?: Record<string, { lat: number; lng: number }>;
	consents?: Consent[];
	helpLines?: HelpLine[];
}

/** A patient of the day. */
export interface Known {
	id: string;
	name: string;
	birthYear?: number;
	postalCode?: string;
	spoken?: string;
	due?: string;
	needs?: KnownNeed[];
}

export interface KnownNeed {
	topic: string;
	domain: string;
	status?: string;
	urgent?: boolean;
	private?: boolean;
}

export interface Service {
	id: string;
	name: string;
	organizationId: string;
	/** The name of the organization. */
	organization: string;
	needs: string[];
	phone?: string;
	address?: string;
	/** As OpenStreetMap writes opening_hours: "Mo-Fr 09:00-17:00; Sa off"; a question mark where nothing is known. */
	hours?: string;
	languages?: string[];
	lat?: number;
	lng?: number;
}

/** An earlier consent of a patient. */
export interface Consent {
	id: string;
	patientId: string;
	organizationIds?: string[];
	class?: string;
	needs: string[];
	fields: string[];
	expiresOn?: string;
}

export interface HelpLine {
	code: string;
	/** By language; where it is missing, our words for the code. */
	label?: Record<string, string>;
	call?: string;
	text?: string;
	textWord?: string;
	for?: string[];
}

/** What is open at the moment; gone when the page is closed or locked. */
export interface Open {
	key: CryptoKey;
	lock: Locked;
	bundle: Bundle;
}

/** Why there is no day any more: told once at the start. */
export type Ended = "expired" | "pins" | "removed";

/** What came of taking the day. */
export type Taken = Open | "signed-out" | "not-allowed" | "no-connection";

/** Fetches the day. */
async function fetchDay(): Promise<Bundle | Exclude<Taken, Open>> {
	try {
		const answer = await fetch("/offline/day", { headers: { Accept: "application/json" }, cache: "no-store" });
		if (!answer.ok) {
			return answer.status === 401 ? "signed-out" : answer.status === 403 ? "not-allowed" : "no-connection";
		}
		await keepKeys();
		return await answer.json();
	} catch {
		return "no-connection";
	}
}

/** Takes the day and locks it with a new PIN. */
export async function take(pin: string): Promise<Taken> {
	const bundle = await fetchDay();
	if (typeof bundle === "string") {
		return bundle;
	}
	const salt = randomBytes(16);
	const key = await keyOf(pin, salt);
	const lock: Locked = { at: Date.now(), worker: bundle.worker, salt, wrong: 0, box: await lockUp(key, bundle) };
	await wipeDay(); // drafts under another key could never be opened
	await dayStore.put("day", lock);
	await outboxStore.remove("ended");
	await navigator.storage?.persist?.(); // so that the browser keeps the outbox when room is short
	return { key, lock, bundle };
}

/** Fetches the day anew under the key that is open. */
export async function takeAgain(open: Open): Promise<Taken> {
	const bundle = await fetchDay();
	if (typeof bundle === "string") {
		return bundle;
	}
	if (bundle.worker.id !== open.lock.worker.id) {
		return "signed-out"; // somebody else is signed in here
	}
	const lock = { ...open.lock, at: Date.now(), wrong: 0, box: await lockUp(open.key, bundle) };
	await dayStore.put("day", lock);
	return { key: open.key, lock, bundle };
}

/** Removes all that can be read, and notes why. */
export async function end(why: Ended): Promise<void> {
	await wipeDay();
	await outboxStore.put("ended", why);
}

/** The lock on the device, unless there is none or its time is over. */
export async function current(): Promise<Locked | undefined> {
	const lock = await dayStore.get<Locked>("day");
	if (lock && over(lock.at)) {
		await end("expired");
		return undefined;
	}
	return lock;
}

export const ended = () => outboxStore.get<Ended>("ended");
