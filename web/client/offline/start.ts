/** The start while nothing is open: take the day, open it with the PIN, or what to do instead. */
import { type Ended, current, end, ended, take } from "./day";
import { type Child, actions, alert, button, card, el, head, submit } from "./dom";
import { type Wrong, form, input } from "./form";
import { pinForm, unlock } from "./lock";
import type { Bundle } from "./day";
import { type Shown, isOpen, instead, render, say, screen, setOpen } from "./nav";
import { learnWho, waitingCard } from "./waiting";
import { clock, t } from "./words";
import { todayScreen } from "./today";
import { dayLasts } from "./store";

const pinField = (name: string, label: string, hint?: string) =>
	input({ name, label, hint, more: { type: "password", inputmode: "numeric", maxlength: "8", autocomplete: "off", class: "input-short" } });

screen("start", async (): Promise<Shown> => {
	if (isOpen()) {
		return todayScreen();
	}
	try {
		const lock = await current();
		return lock ? await locked(lock.worker.name, lock.at) : await nothing(await ended());
	} catch {
		return refused();
	}
});

/** The browser keeps nothing for us, as in a private window. */
function refused(): Shown {
	const title = t("offline.no-storage");
	return { title, content: [head(title), alert("warning", "", el("p", {}, t("offline.no-storage-text"))), actions(el("a.button.button-secondary", { href: "/" }, t("offline.home")))] };
}

async function locked(who: string, at: number): Promise<Shown> {
	const title = t("offline.unlock-title");
	return {
		title,
		content: [
			head(title, t("offline.unlock-lead", { name: who, time: clock(at + dayLasts) })),
			form(async (e): Promise<Wrong[]> => {
				const pin = e.one("pin");
				if (!pinForm.test(pin)) {
					return [{ name: "pin", text: t("offline.pin-form") }];
				}
				say(t("offline.opening"));
				const tried = await unlock<Bundle>(pin);
				say("");
				if (typeof tried === "string") {
					await end(tried === "wiped" ? "pins" : "expired");
					void render();
					return [];
				}
				if ("left" in tried) {
					return [{ name: "pin", text: t("offline.pin-wrong", { count: tried.left }) }];
				}
				setOpen({ key: tried.key, lock: tried.lock, bundle: tried.value });
				void render();
				return [];
			}, pinField("pin", t("offline.pin")), actions(submit(t("offline.unlock")))),
			el("details.forgot", {}, el("summary", {}, t("offline.forgot")), el("p", {}, t("offline.forgot-text")),
				actions(button(t("offline.forgot-button"), "danger", async () => {
					await end("removed");
					void render();
				}))),
			await waitingCard(),
		],
	};
}

/** Nothing is on the device: why, and how to take it. */
async function nothing(why?: Ended): Promise<Shown> {
	const me = await learnWho();
	const title = t("offline.title");
	const content: Child[] = [head(title, t("offline.lead"))];
	if (why) {
		content.push(alert(why === "removed" ? "info" : "warning", t(`offline.ended.${why}`), el("p", {}, t("offline.ended-text"))));
	}
	if (me === undefined) {
		content.push(alert("warning", t("offline.no-line"), el("p", {}, t("offline.no-line-text"))));
	} else if (me === null) {
		content.push(card(t("offline.take"), el("p", {}, t("offline.take-sign-in")),
			actions(el("a.button.button-primary", { href: "/signin?next=/offline" }, t("offline.sign-in")))));
	} else if (!["chw", "care-manager", "supervisor"].includes(me.role)) {
		content.push(alert("info", "", el("p", {}, t("offline.not-for-you"))));
	} else {
		content.push(takeCard());
	}
	content.push(await waitingCard());
	return { title, content };
}

function takeCard(): HTMLElement {
	return card(t("offline.take"), el("p", {}, t("offline.take-text")),
		form(async (e): Promise<Wrong[]> => {
			const pin = e.one("pin");
			if (!pinForm.test(pin)) {
				return [{ name: "pin", text: t("offline.pin-form") }];
			}
			if (e.one("again") !== pin) {
				return [{ name: "again", text: t("offline.pin-differs") }];
			}
			say(t("offline.taking"), true);
			const taken = await take(pin);
			say("");
			if (typeof taken === "string") {
				return [{ name: "", text: t(`offline.take.${taken}`) }];
			}
			setOpen(taken);
			instead("start");
			say(t("offline.taken"), true);
			return [];
		}, pinField("pin", t("offline.pin-new"), t("offline.pin-hint")), pinField("again", t("offline.pin-again")), actions(submit(t("offline.take-button")))));
}
