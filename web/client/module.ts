/** What pages ask for besides the module of all pages, and what sign-out takes along. */

/** Loads the module that a part of the page names, and begins it there. */
export async function loadModule(page: HTMLElement) {
	const part = page.querySelector<HTMLElement>("[data-module]");
	if (part) {
		const module: { start(part: HTMLElement): Promise<void> } = await import(part.dataset.module!);
		await module.start(part).catch(console.error);
	}
}

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
