/** What sign-out takes along. */

/** The database of what can be read without a connection, see offline/store.ts. */
const readable = "havenloop-day";

// Signing out wipes it first. What waits to be sent lies in another one, and stays.
addEventListener("submit", (e) => {
	const form = e.target as HTMLFormElement;
	if (e.defaultPrevented || new URL(form.action).pathname !== "/signout" || !("indexedDB" in window)) {
		return;
	}
	e.preventDefault();
	const gone = indexedDB.deleteDatabase(readable);
	gone.onsuccess = gone.onerror = gone.onblocked = () => form.submit();
});

export {};
