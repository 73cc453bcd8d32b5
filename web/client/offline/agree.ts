/** A referral and the consent for it, asked in the words of the page that needs a connection. */
import { actions, back, card, el, head, submit } from "./dom";
import { type Choice, Entries, type Wrong, choices, date, form, input, select } from "./form";
import { said } from "./consent";
import { type Shown, draftOf, go, open, screen } from "./nav";
import { page } from "./page";
import { languageChoices } from "./person";
import { topicName } from "./needs";
import { people } from "./begin";
import { nameOf, save } from "./draft";
import { needs, violence } from "./visit";
import { day, joined, listed, t } from "./words";

/** The groups of data that may be shared; all but the last are proposed. */
const fields = ["identity", "contact", "need", "notes", "answers"];

/** How long a consent is proposed to last, in days. */
const consentDays = 365;

/** The choice of a new consent. */
const fresh = "new";

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

screen("agree", async (id, topic, serviceId): Promise<Shown> => {
	const { bundle } = open();
	const d = await draftOf(id);
	const need = needs(bundle, d).find((n) => n.topic === topic)!;
	const service = bundle.services.find((s) => s.id === serviceId)!;
	if (violence(need.domain)) {
		throw new Error("violence is never referred offline");
	}
	const was = d.consent;
	const earlier = (bundle.consents ?? []).filter((c) => c.patientId === d.patient.id && c.needs.includes(need.domain) &&
		(c.class || c.organizationIds?.includes(service.organizationId)) && (!c.expiresOn || c.expiresOn >= inDays(0)));
	const title = t("refer.to", { name: service.organization });
	const choice = (list: string[], family: string, hints = ""): Choice[] =>
		list.map((value) => ({ value, label: t(family + value), hint: hints && t(hints + value) }));
	const words = el("div.consent-text");
	const tell = (e?: Entries) => {
		const until = e ? e.date("expiresOn") : (was?.expiresOn ?? inDays(consentDays));
		const text = said(e?.one("language") || was?.language || d.language, {
			from: bundle.worker.organization ?? "", patient: nameOf(bundle, d), who: service.organization, domain: need.domain,
			fields: e ? e.all("fields") : (was?.fields ?? fields.slice(0, 4)), until,
		});
		words.lang = text.language;
		words.dir = text.language === "ar" ? "rtl" : "ltr";
		words.replaceChildren(el("p.consent-title", {}, el("strong", {}, text.title)), ...text.lines.map((line) => el("p", {}, line)));
	};
	tell();
	const send = form(async (e): Promise<Wrong[]> => {
		const known = e.one("consent") || fresh;
		const wrong: Wrong[] = [];
		const expiresOn = e.date("expiresOn");
		if (known === fresh) {
			if (!e.all("fields").length) {
				wrong.push({ name: "fields", text: t("offline.need-fields") });
			}
			if (!e.one("method")) {
				wrong.push({ name: "method", text: t("offline.choose") });
			}
			if (!e.one("signer")) {
				wrong.push({ name: "signer", text: t("offline.need-signer") });
			}
			if (expiresOn === undefined || (expiresOn && expiresOn < inDays(0))) {
				wrong.push({ name: "expiresOn", text: t("offline.bad-end") });
			}
		}
		if (wrong.length) {
			return wrong;
		}
		d.consent = known !== fresh ? undefined : {
			recipients: { organizationIds: [service.organizationId] }, needs: [need.domain], fields: e.all("fields"), method: e.one("method"),
			signer: { name: e.one("signer"), relationship: e.one("relationship") }, language: e.one("language"),
			textVersion: page.consentText, expiresOn: expiresOn || undefined,
		};
		d.referral = {
			topic, serviceIds: [serviceId], consentId: known !== fresh ? known : undefined,
			priority: e.one("priority"), note: e.one("note") || undefined,
		};
		d.wanted[topic] = true;
		await save(open(), d);
		go("finish", id);
		return [];
	},
	el("div.stack", {},
		card(t("refer.asked"), el("ul.rows", {}, el("li", {}, el("div.row-main", {}, el("p.row-title", {}, service.name), el("p.row-meta", {}, service.organization))))),
		earlier.length > 0 && card(t("refer.consent"), choices({ name: "consent", label: t("refer.which-consent") },
			[...earlier.map((c) => ({ value: c.id, label: listed(c.fields.map((f) => t("field." + f))), hint: c.expiresOn && t("consent.until", { date: day(c.expiresOn) }) })),
				{ value: fresh, label: t("refer.consent-new") }], [d.referral?.consentId ?? earlier[0].id])),
		el("section.card" + (earlier.length ? ".consent-new" : ""), {},
			el("h2", {}, t("refer.new-consent")),
			words,
			choices({ name: "fields", label: t("refer.fields") }, choice(fields, "field.", "field-hint."), was?.fields ?? fields.slice(0, 4), true),
			el("div.inline", {}, choices({ name: "method", label: t("refer.method") }, choice(["verbal", "electronic", "written"], "method."), [was?.method ?? "verbal"])),
			input({ name: "signer", label: t("refer.signer"), hint: t("offline.signer-hint"), value: was?.signer.name ?? (d.respondent === "self" ? nameOf(bundle, d) : "") }),
			el("div.inline", {}, choices({ name: "relationship", label: t("refer.relationship") }, people(), [was?.signer.relationship ?? d.respondent])),
			select({ name: "language", label: t("refer.language"), value: was?.language ?? d.language }, languageChoices(d.language)),
			date({ name: "expiresOn", label: t("refer.until"), hint: t("refer.until-hint"), value: was?.expiresOn ?? inDays(consentDays), optional: true })),
		card(t("refer.about"),
			el("div.inline", {}, choices({ name: "priority", label: t("refer.priority"), hint: t("refer.priority-hint") }, choice(["routine", "urgent"], "priority."),
				[d.referral?.priority ?? (need.urgent ? "urgent" : "routine")])),
			input({ name: "note", label: t("refer.note"), hint: t("refer.note-hint"), value: d.referral?.note, optional: true }, 4))),
	actions(submit(t("offline.refer-save"))));
	send.addEventListener("change", () => tell(new Entries(send as HTMLFormElement)));
	return {
		title,
		content: [back(t("question.back"), () => go("services", id, topic)),
			head(title, joined(nameOf(bundle, d), need.private ? t("need.private") : topicName(bundle.topics, topic))), send],
	};
});
