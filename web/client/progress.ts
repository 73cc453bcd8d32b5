/**
 * Renews a part of the page every few seconds for as long as the part asks for
 * that by data-every, and says when what it tells by data-said has changed.
 * Without this module the page loads itself anew.
 */

/** After this long without a touch a page rests, so that it keeps nobody signed in. */
const rest = 600_000;
let used = Date.now();
for (const touch of ["pointerdown", "keydown", "visibilitychange"]) {
	addEventListener(touch, () => (used = Date.now()), true);
}

async function fresh(id: string) {
	const page = location.href;
	const answer = await fetch(page, { headers: { Accept: "text/html", "X-Part": "main" } }).catch(() => undefined);
	if (!answer?.ok || answer.redirected || page !== location.href) {
		return null;
	}
	return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
}

export async function start(part: HTMLElement) {
	while (part.dataset.every) {
		await new Promise((done) => setTimeout(done, +part.dataset.every! * 1000));
		if (!part.isConnected) {
			return; // the person has gone on
		}
		const next = document.hidden || Date.now() - used > rest ? null : await fresh(part.id);
		if (!next || !part.isConnected) {
			continue;
		}
		if (next.dataset.said !== part.dataset.said) {
			document.getElementById("status")!.textContent = next.dataset.said!;
		}
		part.replaceWith(next);
		part = next;
	}
}
