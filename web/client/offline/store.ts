/**
 * What is kept on the device, in two databases, so that one can be wiped at
 * sign-out and expiry while the other stays: "day" holds what can be read (the
 * day's list and drafts, sealed with a key from the PIN), "outbox" what only
 * the server can read.
 */

export class Store {
	private open?: Promise<IDBDatabase>;

	constructor(private readonly name: string) {}

	private database(): Promise<IDBDatabase> {
		return (this.open ??= new Promise((done, failed) => {
			const r = indexedDB.open(this.name, 1);
			r.onupgradeneeded = () => r.result.createObjectStore("kept");
			r.onerror = () => {
				this.open = undefined;
				failed(r.error);
			};
			r.onsuccess = () => {
				const close = () => {
					r.result.close();
					this.open = undefined;
				};
				r.result.onversionchange = close; // wiped from another page
				r.result.onclose = close;
				done(r.result);
			};
		}));
	}

	/** Runs a request, or several, in one transaction; it is on disk when the promise is kept. */
	private async run<T>(mode: IDBTransactionMode, ask: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
		const t = (await this.database()).transaction("kept", mode, { durability: "strict" });
		const r = ask(t.objectStore("kept"));
		return new Promise((done, failed) => {
			t.oncomplete = () => done(r.result);
			t.onerror = t.onabort = () => failed(t.error);
		});
	}

	get<T>(key: string): Promise<T | undefined> {
		return this.run("readonly", (s) => s.get(key));
	}

	put(key: string, value: unknown): Promise<unknown> {
		return this.run("readwrite", (s) => s.put(value, key));
	}

	/** Changes a value in one transaction; undefined leaves it alone. Answers what it was. */
	change<T>(key: string, to: (was: T | undefined) => T | undefined): Promise<T | undefined> {
		return this.run("readwrite", (s) => {
			const r: IDBRequest<T | undefined> = s.get(key);
			r.onsuccess = () => {
				const next = to(r.result);
				if (next !== undefined) {
					s.put(next, key);
				}
			};
			return r;
		});
	}

	remove(key: string): Promise<unknown> {
		return this.run("readwrite", (s) => s.delete(key));
	}

	/** All values whose key begins so, in the order of keys. */
	list<T>(prefix: string): Promise<T[]> {
		return this.run("readonly", (s) => s.getAll(IDBKeyRange.bound(prefix, prefix + "\uffff")));
	}
}

/** The name of the database that sign-out deletes; app.ts knows it too. */
const dayName = "havenloop-day";

export const dayStore = new Store(dayName);
export const outboxStore = new Store("havenloop-outbox");

/** How long what can be read is kept, in milliseconds. */
export const dayLasts = 12 * 60 * 60 * 1000;

/** How far the clock may go back before the day counts as over, in milliseconds. */
const clockSlack = 5 * 60 * 1000;

/** Whether something taken at that time is over; also when the clock was turned back. */
export const over = (takenAt: number) => Date.now() - takenAt >= dayLasts || Date.now() < takenAt - clockSlack;

/** Deletes all that can be read, and only that. */
export function wipeDay(): Promise<void> {
	return new Promise((done) => {
		const r = indexedDB.deleteDatabase(dayName);
		r.onsuccess = r.onerror = r.onblocked = () => done();
	});
}

/** Deletes what can be read when its time is over; the service worker calls it too. */
export async function wipeWhenOver(): Promise<void> {
	const day = await dayStore.get<{ at: number }>("day");
	if (day && over(day.at)) {
		await wipeDay();
		await outboxStore.put("ended", "expired");
	}
}
