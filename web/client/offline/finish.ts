/** The end of a visit: what will be sent, sealed and put into the outbox. */
import { type Child, actions, alert, back, button, card, el, head, summary } from "./dom";
import { type Shown, draftOf, go, instead, open, say, screen } from "./nav";
import { topicName } from "./needs";
import { canSeal, flush, post } from "./outbox";
import { discard, nameOf, save } from "./draft";
import { instrumentOf, needs, violence, visitOf } from "./visit";
import { waitingCard } from "./waiting";
import { day, joined, language, listed, t } from "./words";

screen("finish", async (id): Promise<Shown> => {
	const { bundle, lock } = open();
	const d = await draftOf(id);
	const title = t("offline.finish-title");
	const name = (topic: string) => {
		const n = needs(bundle, d).find((x) => x.topic === topic);
		return n?.private ? t("need.private") : topicName(bundle.topics, topic);
	};
	const service = bundle.services.find((s) => s.id === d.referral?.serviceIds[0]);
	const wanted = Object.keys(d.wanted).filter((topic) => d.wanted[topic]);
	const i = instrumentOf(bundle, d.instrument)?.i;
	const ready = d.answeredAt > 0 || Object.keys(d.wanted).length > 0 || !d.patient.id;
	const content: Child[] = [
		back(t("question.back"), () => go(Object.values(d.wanted).some(Boolean) ? "help" : needs(bundle, d).length ? "needs" : "visit", id)),
		head(title, t("offline.finish-lead")),
		el("div.stack", {},
			el("section.card", {}, summary([
				{ label: t("offline.who"), values: [nameOf(bundle, d)] },
				{ label: t("offline.screening"), values: [d.answeredAt && i ? i.in(i.title, language) : t("offline.none")], change: () => go(d.answeredAt ? "review" : "visit", id) },
				{ label: t("offline.wanted"), values: [wanted.length ? listed(wanted.map(name)) : t("offline.none")], change: () => go("needs", id) },
				...(d.referral && service ? [{
					label: t("offline.referral"),
					values: [
						joined(name(d.referral.topic), service.name, service.organization),
						d.consent && t("refer.gets", { who: service.organization, what: listed(d.consent.fields.map((f) => t("field." + f))) }),
						d.consent && joined(t("method." + d.consent.method), d.consent.signer.name, d.consent.expiresOn && t("consent.until", { date: day(d.consent.expiresOn) })),
						d.referral.note,
					] as Child[],
					change: () => go("agree", id, d.referral!.topic, service.id),
				}] : []),
			])),
			needs(bundle, d).some((n) => violence(n.domain) && d.wanted[n.topic]) && alert("warning", t("offline.violence"), el("p", {}, t("offline.violence-text"))),
			!ready && alert("info", "", el("p", {}, t("offline.nothing-to-send"))),
			card(t("offline.sealed"), el("p", {}, t("offline.sealed-text")))),
		actions(
			ready && button(t("offline.finish"), "primary", async () => {
				if (!(await canSeal())) {
					say(t("offline.no-key"), true);
					return;
				}
				if (d.referral && !d.wanted[d.referral.topic]) {
					d.referral = d.consent = undefined; // help is not wanted any more
					await save(open(), d);
				}
				await post(d.id, lock.worker, visitOf(d));
				await discard(d.id);
				instead("done");
				void flush();
			}),
			d.referral && button(t("offline.no-referral"), "quiet", async () => {
				d.referral = d.consent = undefined;
				await save(open(), d);
				instead("finish", id);
			})),
	];
	return { title, content };
});

screen("done", async (): Promise<Shown> => {
	const title = t("offline.done-title");
	return {
		title,
		content: [
			head(title, t("offline.done-lead")),
			el("div.stack", {}, await waitingCard()),
			actions(button(t("offline.next-person"), "primary", () => go("start"))),
		],
	};
});
