/**
 * The outbox: sealed visits on their way to the server. Each is sent under its
 * own id until the server says that it has it, by one tab at a time.
 */
import { type ServerKey, seal } from "./seal";
import { outboxStore } from "./store";
import { clock, t } from "./words";

/** A sealed visit that waits. Nothing in it names the patient. */
export interface Envelope {
	id: string;
	/** Whose it is. */
	sub: string;
	who: string;
	at: number;
	jwe: string;
	tries: number;
	/** Not to be sent by itself before then. */
	after: number;
	/** Why the server does not take it; it stays until a person helps. */
	refused?: string;
}

/** What is known of sending. */
export interface Sent {
	at: number;
	/** How many that were sent wait for the worker to correct something. */
	attention: number;
}

/** Who is signed in in this browser: a person, nobody (null), or not known without a connection (undefined). */
export type Me = { id: string; name: string; organizationId: string; role: string } | null | undefined;

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("havenloop") : undefined;
const listeners = new Set<() => void>();

/** Calls back whenever the outbox changes, in this tab or another. */
export function onOutbox(f: () => void) {
	listeners.add(f);
}
channel?.addEventListener("message", () => listeners.forEach((f) => f()));

function tell() {
	listeners.forEach((f) => f());
	channel?.postMessage("outbox");
}

export const waiting = async (): Promise<Envelope[]> => (await outboxStore.list<Envelope>("visit/")).sort((a, b) => a.at - b.at);

export const lastSent = () => outboxStore.get<Sent>("sent");

/** Asks who is signed in. */
export async function whoAmI(): Promise<Me> {
	try {
		const answer = await fetch("/api/v1/me", { headers: { Accept: "application/json" }, cache: "no-store" });
		return answer.ok ? await answer.json() : answer.status === 401 ? null : undefined;
	} catch {
		return undefined;
	}
}

/** Fetches the server's keys and keeps them for when there is no connection. */
export async function keepKeys(): Promise<void> {
	const answer = await fetch("/visits/key", { headers: { Accept: "application/json" } });
	if (answer.ok) {
		await outboxStore.put("keys", (await answer.json()).keys);
	}
}

/** Whether a visit can be sealed on this device. */
export const canSeal = async () => !!(await outboxStore.get<ServerKey[]>("keys"))?.length;

/** Seals a visit and puts it into the outbox. */
export async function post(id: string, worker: { id: string; name: string; organizationId: string }, visit: unknown): Promise<void> {
	const keys = await outboxStore.get<ServerKey[]>("keys");
	const jwe = await seal(keys![0], { sub: worker.id, org: worker.organizationId, jti: id }, visit);
	await outboxStore.put("visit/" + id, { id, sub: worker.id, who: worker.name, at: Date.now(), jwe, tries: 0, after: 0 } satisfies Envelope);
	tell();
}

/** The first and the longest pause after a failure, in milliseconds. */
const firstPause = 5_000;
const longestPause = 5 * 60_000;

let timer: number | undefined;

/**
 * Sends what waits: the visits of the person signed in, and those of others
 * when asked to (of names the person whose they are). byHand also tries what
 * was refused or is to wait. Answers who is signed in.
 */
export async function flush(byHand = false, of?: string): Promise<Me> {
	const mine = await waiting();
	if (!mine.length) {
		return undefined;
	}
	const me = await whoAmI();
	if (me) {
		await navigator.locks.request("havenloop-outbox", { ifAvailable: !byHand }, async (lock) => {
			for (const e of lock ? await waiting() : []) {
				const due = byHand || (!e.refused && e.after <= Date.now());
				if (e.sub === (of ?? me.id) && due && !(await send(e))) {
					break;
				}
			}
		});
	}
	tell();
	clearTimeout(timer);
	const next = Math.min(...(await waiting()).filter((e) => !e.refused).map((e) => e.after));
	if (me && next > Date.now()) {
		timer = setTimeout(flush, Math.min(next - Date.now(), longestPause));
	}
	return me;
}

/** Sends one; false when there is no use in sending the next. */
async function send(e: Envelope): Promise<boolean> {
	let answer: Response | undefined;
	try {
		answer = await fetch("/visits", {
			method: "POST", body: e.jwe, headers: { "Content-Type": "application/jose", "Idempotency-Key": e.id, Accept: "application/json" },
		});
		const said = await answer.json().catch(() => ({}));
		if (answer.ok) {
			const attention = said.state === "attention" ? 1 : 0;
			await outboxStore.change<Sent>("sent", (was) => ({ at: Date.now(), attention: (was?.attention ?? 0) + attention }));
			await outboxStore.remove("visit/" + e.id);
			tell();
			return true;
		}
		if ([400, 403, 413, 415, 422].includes(answer.status)) {
			await outboxStore.put("visit/" + e.id, { ...e, refused: said.detail || String(answer.status) });
			tell();
			return true;
		}
	} catch {
		// no connection, or it broke: it stays
	}
	if (answer?.status !== 401) {
		const pause = Math.min(firstPause * 2 ** e.tries, longestPause);
		await outboxStore.put("visit/" + e.id, { ...e, tries: e.tries + 1, after: Date.now() + pause });
	}
	return false;
}

/** Forgets that something waited for the worker, once they looked. */
export const looked = () => outboxStore.change<Sent>("sent", (was) => was && { ...was, attention: 0 });

/** "3 waiting to send, last sent 10:42". */
export async function waitingText(): Promise<string> {
	const [list, sent] = [await waiting(), await lastSent()];
	return [
		list.length ? t("offline.waiting", { count: list.length }) : t("offline.nothing-waits"),
		sent && t("offline.last-sent", { time: clock(sent.at) }),
	].filter(Boolean).join(t("list.comma"));
}

/**
 * Puts the service worker in place, so that the app opens without a
 * connection, and sends when one comes back.
 */
export function register() {
	if (!registered) {
		registered = true;
		navigator.serviceWorker?.register("/sw.js").catch(() => undefined); // without it the app works, but does not open without a connection
		addEventListener("online", () => void flush());
	}
}

let registered = false;
