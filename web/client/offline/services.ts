/** The nearest services that were taken along, for one need. */
import type { Service } from "./day";
import { type Child, actions, alert, back, button, el, head, icon } from "./dom";
import { type Shown, draftOf, go, open, screen } from "./nav";
import { topicName } from "./needs";
import { page } from "./page";
import { nameOf } from "./draft";
import { nearest, needs } from "./visit";
import { joined, listed, t } from "./words";

/** How many are shown at first. */
const first = 10;

const metresPerMile = 1609.344;

export function distance(metres: number): string {
	const miles = metres / metresPerMile;
	return t("distance.miles", { count: miles < 10 ? Math.max(miles, 0.1).toFixed(1) : Math.round(miles) });
}

const languageName = (tag: string) => page.languages.find(([known]) => known === tag)?.[1] ?? tag;

screen("services", async (id, topic, all): Promise<Shown> => {
	const { bundle } = open();
	const d = await draftOf(id);
	const need = needs(bundle, d).find((n) => n.topic === topic)!;
	const list = nearest(bundle, d, need.domain);
	const name = need.private ? t("need.private") : topicName(bundle.topics, topic);
	const title = t("offline.services", { need: name });
	const shown = all ? list : list.slice(0, first);
	const content: Child[] = [
		back(t("question.back"), () => go("help", id)),
		head(title, nameOf(bundle, d)),
	];
	if (!list.length) {
		content.push(alert("info", t("offline.no-services"), el("p", {}, t("offline.no-services-text"))));
	} else {
		content.push(
			el("p.hint", { role: "status" }, t("offline.services-shown", { count: shown.length, of: list.length })),
			el("ul.stack", {}, shown.map(({ s, metres }) => el("li.card.service", {},
				el("h2", {}, s.name), el("p.muted", {}, joined(s.organizationName, metres !== undefined && distance(metres))),
				facts(s),
				actions(button(t("offline.refer-here"), "secondary", () => go("agree", id, topic, s.id), "next"))))),
			shown.length < list.length && actions(button(t("offline.services-all"), "quiet", () => go("services", id, topic, "all"))));
	}
	return { title, content };
});

/** How to reach a service. Times and room are those of the morning, so they are said to be asked for. */
function facts(s: Service): Child {
	return el("ul.service-facts", {},
		s.phone && el("li", {}, icon("phone"), el("a", { href: "tel:" + s.phone.replace(/[^+\d]/g, "") }, s.phone)),
		s.address && el("li", {}, icon("pin"), el("span", {}, s.address)),
		el("li", {}, icon("clock"), el("span", {}, s.hours || t("offline.hours-unknown"))),
		(s.languages?.length ?? 0) > 0 && el("li", {}, icon("person"), el("span", {}, listed(s.languages!.map(languageName)))));
}
