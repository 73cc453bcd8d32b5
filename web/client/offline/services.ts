/** The nearest services that were taken along, for one need. */
import type { Service } from "./day";
import { type Child, actions, alert, back, button, el, head, icon } from "./dom";
import { type Shown, draftOf, go, open, screen } from "./nav";
import { topicName } from "./needs";
import { languageName } from "./page";
import { nameOf } from "./draft";
import { nearest, needs } from "./visit";
import { joined, language, listed, t } from "./words";

/** How many are shown at first. */
const first = 10;

const metresPerMile = 1609.344;

export function distance(metres: number): string {
	const miles = metres / metresPerMile;
	return t("distance.miles", { count: miles < 10 ? Math.max(miles, 0.1).toFixed(1) : Math.round(miles) });
}

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
				el("h2", {}, s.name), el("p.muted", {}, joined(s.organization, metres !== undefined && distance(metres))),
				facts(s),
				actions(button(t("offline.refer-here"), "secondary", () => go("agree", id, topic, s.id), "next"))))),
			shown.length < list.length && actions(button(t("offline.services-all"), "quiet", () => go("services", id, topic, "all"))));
	}
	return { title, content };
});

/** How to reach a service. */
function facts(s: Service): Child {
	return el("ul.service-facts", {},
		s.phone && el("li", {}, icon("phone"), el("a", { href: "tel:" + s.phone.replace(/[^+\d]/g, "") }, s.phone)),
		s.address && el("li", {}, icon("pin"), el("span", {}, s.address)),
		el("li", {}, icon("clock"), s.hours ? el("div", {}, hours(s.hours).map((line) => el("p", {}, line))) : el("span", {}, t("offline.hours-unknown"))),
		(s.languages?.length ?? 0) > 0 && el("li", {}, icon("person"), el("span", {}, listed(s.languages!.map(languageName)))));
}

const days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/** Opening hours in words, one line for days that are alike. */
function hours(osm: string): string[] {
	const weekday = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
	const time = new Intl.DateTimeFormat(language, { timeStyle: "short", timeZone: "UTC" });
	const at = (day: number, hhmm = "00:00") => new Date(`2024-01-0${day + 1}T${hhmm === "24:00" ? "00:00" : hhmm}:00Z`); // a Monday is the first
	return osm.split("; ").map((part) => {
		const [on, spans] = part.split(" ");
		const names = on.split("-").map((d) => weekday.format(at(days.indexOf(d)))).join("–");
		const open = spans.split(",").map((span) => span === "off" ? t("offline.closed") : span === "?" ? t("offline.hours-ask")
			: span.split("-").map((hhmm) => time.format(at(0, hhmm))).join("–"));
		return t("offline.hours", { name: names, list: listed(open) });
	});
}
