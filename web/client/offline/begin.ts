/** The beginning of a visit: known needs, or an instrument to run. */
import { type Child, actions, back, button, card, el, head } from "./dom";
import { type Choice, type Wrong, choices, form, select } from "./form";
import type { Instrument } from "./instrument";
import { type Shown, draftOf, go, open, screen } from "./nav";
import { languageName } from "./page";
import { languageChoices } from "./person";
import { knownPatient, nameOf, save } from "./draft";
import { instrumentOf, needs } from "./visit";
import { joined, language, t } from "./words";

screen("visit", async (id): Promise<Shown> => {
	const { bundle } = open();
	const d = await draftOf(id);
	const name = nameOf(bundle, d);
	const known = needs(bundle, d);
	const list = bundle.instruments.map(({ questionnaire }) => instrumentOf(bundle, questionnaire.url + "|" + questionnaire.version)!.i);
	const patient = knownPatient(bundle, d);
	const content: Child[] = [
		back(t("offline.back-today"), () => go("start")),
		head(name, patient && joined(patient.birthYear && t("offline.born", { date: patient.birthYear }), patient.postalCode, patient.spoken && languageName(patient.spoken))),
		el("div.stack", {},
			known.length > 0 && card(t("offline.known-needs"),
				el("p", {}, t("offline.known-needs-text", { count: known.length })),
				actions(button(t("offline.see-needs"), "secondary", () => go("needs", id)))),
			card(t("begin.title"), form(async (e): Promise<Wrong[]> => {
				const instrument = e.one("instrument");
				if (!instrument) {
					return [{ name: "instrument", text: t("offline.choose") }];
				}
				const changed = instrument !== d.instrument;
				Object.assign(d, { instrument, language: e.one("language"), respondent: e.one("respondent") });
				if (changed) {
					Object.assign(d, { answers: {}, answeredAt: 0 });
				}
				await save(open(), d);
				go("ask", id);
				return [];
			},
			choices({ name: "instrument", label: t("begin.instrument") }, list.map((i) => ({ value: i.ref, label: i.in(i.title, language) })), [d.instrument || list[0]?.ref]),
			select({ name: "language", label: t("begin.language"), value: spoken(list, d.language) }, screeningLanguages(list)),
			choices({ name: "respondent", label: t("begin.respondent") }, people(), [d.respondent]),
			el("p.muted.begin-note", {}, t("begin.note")),
			actions(el("button.button.button-primary", { type: "submit" }, t("begin.button")))))),
	];
	return { title: name, content };
});

/** Who may answer or agree for a patient. */
export const people = (): Choice[] => ["self", "parent", "guardian", "proxy"].map((value) => ({ value, label: t("respondent." + value) }));

/** The languages in which an instrument can be asked. */
function screeningLanguages(list: Instrument[]): Choice[] {
	const tags = new Set(list.flatMap((i) => [i.language, ...Object.keys(i.title.other)]));
	return languageChoices("").filter((c) => tags.has(c.value));
}

const spoken = (list: Instrument[], wanted: string) => (screeningLanguages(list).some((c) => c.value === wanted) ? wanted : "en");
