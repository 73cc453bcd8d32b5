/** What waits to be sent. */
import { type Child, actions, alert, button, el } from "./dom";
import { type Envelope, type Me, flush, lastSent, looked, onOutbox, waiting, waitingText, whoAmI } from "./outbox";
import { say } from "./nav";
import { clock, t } from "./words";

/** Who is signed in, as far as it is known. */
let me: Me;
export const meNow = () => me;

export async function learnWho(): Promise<Me> {
	me = await whoAmI();
	return me;
}

/** A card about the outbox that keeps itself current. */
export async function waitingCard(): Promise<HTMLElement> {
	const body = el("div", {});
	const fill = async () => body.replaceChildren(...el("div", {}, await content()).childNodes);
	onOutbox(() => {
		if (body.isConnected) {
			void fill();
		}
	});
	await fill();
	return el("section.card", { "aria-label": t("offline.outbox") }, el("h2", {}, t("offline.outbox")), body);
}

async function content(): Promise<Child[]> {
	const [list, sent] = [await waiting(), await lastSent()];
	const refused = list.filter((e) => e.refused);
	const owners = bySub(list);
	const send = (of?: string) => async () => {
		me = await flush(true, of);
		if (me === undefined && (await waiting()).length) {
			say(t("offline.no-line"), true);
		}
	};
	return [
		el("p", { role: "status" }, await waitingText()),
		!!sent?.attention && alert("warning", t("offline.attention", { count: sent.attention }),
			el("p", {}, el("a", { href: "/visits", click: () => void looked() }, t("offline.attention-open")))),
		list.length > 0 && me === null && alert("warning", t("offline.sign-in-first"),
			el("p", {}, el("a", { href: "/signin?next=/offline" }, t("offline.sign-in")))),
		refused.length > 0 && alert("urgent", t("offline.refused", { count: refused.length }),
			el("p", {}, t("offline.refused-text")),
			refused.map((e) => el("p", {}, download(e)))),
		list.length > 0 && navigator.onLine && me !== null && actions(
			[...owners].map(([sub, of]) => {
				const own = me?.id === sub;
				return (own || me) && button(own ? t("offline.send-now") : t("offline.send-for", { count: of.length, name: of[0].who }), "secondary", send(sub));
			}),
			!me && button(t("offline.send-now"), "secondary", send()),
		),
	];
}

function bySub(list: Envelope[]): Map<string, Envelope[]> {
	const out = new Map<string, Envelope[]>();
	list.forEach((e) => out.set(e.sub, [...(out.get(e.sub) ?? []), e]));
	return out;
}

/** A copy of a sealed visit as a file, to hand to somebody who can help. */
const download = (e: Envelope) => el("a", {
	href: "data:,", download: `visit-${e.id}.jwe`,
	click: (event) => {
		const a = event.currentTarget as HTMLAnchorElement;
		a.href = URL.createObjectURL(new Blob([e.jwe], { type: "application/jose" }));
		setTimeout(() => URL.revokeObjectURL(a.href), 60_000);
	},
}, t("offline.refused-copy", { time: clock(e.at) }));
