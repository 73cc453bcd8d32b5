/** The card on the start page that leads to the app: what waits on this device, and sending it. */
import type { Locked } from "./lock";
import { flush, lastSent, onOutbox, register, waitingText } from "./outbox";
import { dayLasts, dayStore, outboxStore, wipeDay, wipeWhenOver } from "./store";
import { clock, joined, speak, t } from "./words";

/** Fills in the card and sends what waits. */
export async function start(root: HTMLElement) {
	register();
	speak(root.dataset.words!);
	await wipeWhenOver();
	const day = await dayStore.get<Locked>("day");
	if (day && day.worker.id !== root.dataset.user) {
		await wipeDay(); // somebody else is signed in on this device
		await outboxStore.put("ended", "removed");
	}
	const fill = async () => {
		const kept = await dayStore.get<Locked>("day");
		const sent = await lastSent();
		root.querySelector(".waiting")!.replaceChildren(joined(
			await waitingText(), kept && t("offline.taken-until", { time: clock(kept.at + dayLasts) }),
			!!sent?.attention && t("offline.attention", { count: sent.attention })));
	};
	onOutbox(() => void fill());
	await fill();
	await flush();
}
