/** What the answers show, and whether the person wants help with it. */
import { absent, empty } from "./answer";
import { type Child, actions, alert, back, button, card, el, head, icon, submit, tag } from "./dom";
import { type Wrong, choices, form } from "./form";
import { type Shown, draftOf, go, open, screen } from "./nav";
import { yesNo } from "./person";
import type { TopicInfo } from "./derive";
import { nameOf, save } from "./draft";
import { type Need, instrumentOf, needs, violence } from "./visit";
import { has, language, t } from "./words";

/** A topic in words. */
export const topicName = (topics: TopicInfo[], topic: string) => t(topics.find((x) => x.topic === topic)?.title ?? topic);

screen("needs", async (id): Promise<Shown> => {
	const { bundle } = open();
	const d = await draftOf(id);
	const list = needs(bundle, d);
	const found = list.filter((n) => n.found).length;
	const title = found ? t("result.found", { count: found }) : t("result.title");
	const content: Child[] = [
		back(t("question.back"), () => go(d.answeredAt ? "review" : "visit", id)),
		head(title, nameOf(bundle, d)),
	];
	if (!list.length) {
		content.push(card(t("result.none"), el("p", {}, t("result.none-text"))), missing(),
			actions(button(t("offline.to-finish"), "primary", () => go("finish", id))));
		return { title, content };
	}
	content.push(form(async (e): Promise<Wrong[]> => {
		for (const n of list) {
			const said = e.one("wanted-" + n.topic);
			if (said) {
				d.wanted[n.topic] = said === "yes";
			}
		}
		await save(open(), d);
		const wanted = list.some((n) => d.wanted[n.topic] || (n.status === "wanted" && d.wanted[n.topic] !== false));
		go(wanted ? "help" : "finish", id);
		return [];
	}, el("div.stack", {}, list.map((n) => needCard(n, d.wanted[n.topic])), missing()), actions(submit(t("offline.save-wanted")))));
	return { title, content };

	function needCard(n: Need, wanted?: boolean): HTMLElement {
		const name = topicName(bundle.topics, n.topic);
		const known = !n.found && n.status === "wanted" ? "yes" : "";
		const now = n.urgent ? (has("urgent." + n.domain) ? t("urgent." + n.domain) : t("urgent.other")) : n.handOff ? t("urgent.hand-off") : "";
		const more: Child[] = [
			n.private && el("p.row-title", {}, name),
			now && alert(n.urgent ? "urgent" : "info", "", el("p", {}, el("strong", {}, t("result.now")), " ", now)),
			(n.urgent || violence(n.domain)) && helpLines(n),
		];
		return el("section.card.found" + (n.urgent ? ".found-urgent" : ""), {},
			el("div.found-head", {}, el("h2", {}, n.private ? t("need.private") : name),
				el("div.row-side", {}, n.urgent && tag(t("need.urgent"), "urgent"), !n.found && tag(t("offline.known"), "plain"))),
			n.private ? el("details.private", {}, el("summary", {}, t("result.show-private")), more) : more,
			el("div.inline", {}, choices({ name: "wanted-" + n.topic, label: t("result.want") }, yesNo(),
				[wanted === undefined ? known : wanted ? "yes" : "no"])));
	}

	function helpLines(n: Need): Child {
		const lines = (bundle.helpLines ?? []).filter((l) => l.for?.some((f) => f === n.topic || f === "always" || (f === "urgent" && n.urgent)));
		return lines.length > 0 && el("ul.help-lines", {}, lines.map((l) => {
			const name = l.label?.[language] ?? (has("offline.line." + l.code) ? t("offline.line." + l.code) : (l.label?.en ?? l.code));
			return el("li", {}, el("p", {}, name),
				l.call && el("a", { href: "tel:" + l.call.replace(/[^+\d]/g, "") }, icon("phone"), l.call),
				l.text && el("a", { href: "sms:" + l.text }, icon("message"), l.textWord ? t("offline.text-word", { name: l.textWord, n: l.text }) : l.text));
		}));
	}

	/** The questions without a value: not answered, declined, not known. */
	function missing(): Child {
		const i = instrumentOf(bundle, d.instrument)?.i;
		if (!i || !d.answeredAt) {
			return false;
		}
		const asked = i.asked(d.answers);
		const list = (title: string, reason: string) => {
			const those = asked.filter((q) => (reason ? absent(d.answers[q.linkId]) === reason : empty(d.answers[q.linkId])));
			return those.length > 0 && [el("h3", {}, t(title)), el("ul.found-list", {}, those.map((q) => el("li", {}, hidden(q.linkId) ? t("need.private") : i.in(q.text, d.language))))];
		};
		const lists = [list("result.not-answered", ""), list("absent.declined", "asked-declined"), list("absent.not-known", "asked-unknown")];
		return lists.some(Boolean) && card(t("result.missing"), el("p.hint", {}, t("result.missing-text")), lists);
	}

	/** Whether the question is about a private topic. */
	function hidden(linkId: string): boolean {
		const topic = instrumentOf(bundle, d.instrument)!.rules.topics?.find((x) => x.questions.includes(linkId))?.topic;
		return !!bundle.topics.find((x) => x.topic === topic)?.private;
	}
});

screen("help", async (id): Promise<Shown> => {
	const { bundle } = open();
	const d = await draftOf(id);
	const wanted = needs(bundle, d).filter((n) => d.wanted[n.topic]);
	const title = t("offline.help-title");
	return {
		title,
		content: [
			back(t("question.back"), () => go("needs", id)),
			head(title, t("offline.help-lead", { name: nameOf(bundle, d) })),
			el("div.stack", {}, wanted.map((n) => {
				const name = n.private ? t("need.private") : topicName(bundle.topics, n.topic);
				return card(name, violence(n.domain)
					? alert("warning", t("offline.violence"), el("p", {}, t("offline.violence-text")))
					: actions(button(t("offline.find"), "secondary", () => go("services", id, n.topic), "search"), d.referral?.topic === n.topic && tag(t("offline.chosen"), "good")));
			})),
			actions(button(t("offline.to-finish"), "primary", () => go("finish", id))),
		],
	};
});
