/** Lets this browser be told of news: asks the person, then the push service, and sends what it answers. */
export async function start(part: HTMLElement) {
	const form = part.querySelector("form")!;
	if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
		return;
	}
	form.hidden = false;
	form.addEventListener("submit", async (e) => {
		e.preventDefault();
		e.stopImmediatePropagation();
		try {
			const worker = await navigator.serviceWorker.register("/sw.js");
			await navigator.serviceWorker.ready;
			const told = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: part.dataset.key });
			const { endpoint, keys } = told.toJSON();
			const give = (name: string, value = "") => ((form.elements.namedItem(name) as HTMLInputElement).value = value);
			give("endpoint", endpoint);
			give("p256dh", keys?.p256dh);
			give("auth", keys?.auth);
			form.submit();
		} catch {
			part.querySelector("p")!.textContent = part.dataset.failed!;
		}
	});
}
