/** A person who is not on the list: what the server needs to know them by, and how they can be reached safely. */
import { actions, back, card, el, head, submit } from "./dom";
import { type Wrong, choices, date, form, input, select } from "./form";
import { type Shown, instead, open, screen } from "./nav";
import { page } from "./page";
import { begin, save } from "./draft";
import { language, t } from "./words";

/** The choices of languages; the one that is known is among them. */
export function languageChoices(known: string, none = false) {
	const list = page.languages.map(([value, label]) => ({ value, label }));
	if (known && !list.some((l) => l.value === known)) {
		list.push({ value: known, label: known });
	}
	return none ? [{ value: "", label: t("language.unknown") }, ...list] : list;
}

/** Yes or no. */
export const yesNo = () => [{ value: "yes", label: t("choice.yes") }, { value: "no", label: t("choice.no") }];

screen("new", (): Shown => {
	const title = t("register.title");
	const send = form(async (e): Promise<Wrong[]> => {
		const wrong: Wrong[] = [];
		const must = (name: string, text: string) => {
			if (!e.one(name)) {
				wrong.push({ name, text });
			}
			return e.one(name);
		};
		const givenName = must("givenName", t("offline.need-first-name"));
		const familyName = must("familyName", t("offline.need-last-name"));
		const birthDate = e.date("birthDate");
		if (birthDate === undefined || birthDate > new Date().toISOString().slice(0, 10)) {
			wrong.push({ name: "birthDate", text: t("offline.bad-date") });
		}
		const phone = e.one("phone");
		if (phone && phone.replace(/\D/g, "").length < 10) {
			wrong.push({ name: "phone", text: t("offline.bad-phone") });
		}
		const postalCode = e.one("zip");
		if (postalCode && !/^\d{5}$/.test(postalCode)) {
			wrong.push({ name: "zip", text: t("offline.bad-zip") });
		}
		if (wrong.length) {
			return wrong;
		}
		const spoken = e.one("spoken");
		const said = (name: string) => (e.one(name) ? e.one(name) === "yes" : undefined); // nobody asked is not no
		const d = begin({
			givenName, familyName, birthDate: birthDate || undefined, phone: phone || undefined,
			address: postalCode ? { postalCode } : undefined,
			languages: { spoken, written: e.one("written") },
			contact: { safeToText: said("text"), safeToVoicemail: said("voicemail"), safeHours: e.one("hours") || undefined },
		}, spoken || language);
		await save(open(), d);
		instead("visit", d.id);
		return [];
	},
	el("div.stack", {},
		card(t("register.who"),
			input({ name: "givenName", label: t("register.given-name") }),
			input({ name: "familyName", label: t("register.family-name") }),
			date({ name: "birthDate", label: t("patients.birth-date"), hint: t("register.birth-date-hint"), optional: true }),
			input({ name: "zip", label: t("register.zip"), optional: true, more: { inputmode: "numeric", class: "input-short" } })),
		card(t("offline.languages"),
			select({ name: "spoken", label: t("register.spoken") }, languageChoices("", true)),
			select({ name: "written", label: t("register.written") }, languageChoices("", true))),
		card(t("register.reach"), 			input({ name: "phone", label: t("patients.phone"), optional: true, more: { type: "tel", inputmode: "tel" } }),
			el("div.inline", {}, choices({ name: "text", label: t("register.safe-to-text"), optional: true }, yesNo(), [])),
			el("div.inline", {}, choices({ name: "voicemail", label: t("register.safe-to-voicemail"), optional: true }, yesNo(), [])),
			input({ name: "hours", label: t("register.safe-hours"), hint: t("register.safe-hours-hint"), optional: true }))),
	actions(submit(t("offline.new-save"))));
	return { title, content: [back(t("offline.back-today"), () => history.back()), head(title, t("register.lead")), send] };
});
