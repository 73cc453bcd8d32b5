/**
 * The lock on what can be read on the device: AES-GCM under a key made of the
 * worker's PIN. A PIN is short, so the key costs time to make, wrong PINs are
 * counted, and all of it is gone after 12 hours.
 */
import { dayStore, over, wipeDay } from "./store";

/** Something sealed. */
export interface Box {
	iv: Uint8Array<ArrayBuffer>;
	data: ArrayBuffer;
}

/** The lock as it is kept, with the day's list in it. */
export interface Locked {
	/** When it was taken, by the device's clock. */
	at: number;
	/** Who took it. */
	worker: { id: string; name: string; organizationId: string };
	salt: Uint8Array<ArrayBuffer>;
	/** How many wrong PINs were tried since the last right one. */
	wrong: number;
	box: Box;
}

/**
 * Rounds of PBKDF2 with HMAC-SHA-256. Source: OWASP Password Storage Cheat
 * Sheet (2023 and later): 600,000 or more.
 */
const rounds = 600_000;

/** After so many wrong PINs everything that can be read is wiped. */
export const mostWrong = 5;

/** What a PIN is. */
export const pinForm = /^\d{4,8}$/;

export const randomBytes = (n: number) => crypto.getRandomValues(new Uint8Array(n));

/** Makes the key of a PIN. */
export async function keyOf(pin: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
	const base = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
	return crypto.subtle.deriveKey(
		{ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"],
	);
}

export async function lockUp(key: CryptoKey, value: unknown): Promise<Box> {
	const iv = randomBytes(12);
	return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(value))) };
}

/** Opens a box; fails when the key is another. */
export async function open<T>(key: CryptoKey, box: Box): Promise<T> {
	return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv }, key, box.data)));
}

/** What came of a try to unlock. */
export type Tried<T> = { key: CryptoKey; value: T; lock: Locked } | { left: number } | "wiped" | "nothing";

/** Tries a PIN. The try is counted before it is made, so that closing the page does not undo it. */
export async function unlock<T>(pin: string): Promise<Tried<T>> {
	const lock = await dayStore.change<Locked>("day", (was) => was && { ...was, wrong: was.wrong + 1 });
	if (!lock) {
		return "nothing";
	}
	if (over(lock.at) || lock.wrong >= mostWrong) {
		await wipeDay();
		return "wiped";
	}
	const key = await keyOf(pin, lock.salt);
	try {
		const value = await open<T>(key, lock.box);
		await dayStore.change<Locked>("day", (was) => was && { ...was, wrong: 0 });
		return { key, value, lock };
	} catch {
		const left = mostWrong - lock.wrong - 1;
		if (left > 0) {
			return { left };
		}
		await wipeDay();
		return "wiped";
	}
}
