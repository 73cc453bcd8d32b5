/** The words of a consent, as referrals/consenttext has them, read to the person in their language. */
import { page } from "./page";

interface Text {
	words: Record<"title" | "ask" | "gets" | "refuse" | "change" | "pass" | "until" | "open" | "comma", string> & { fields: Record<string, string> };
	/** Names of needs. */
	domains: Record<string, string>;
}

interface Facts {
	from: string;
	patient: string;
	who: string;
	domain: string;
	fields: string[];
	/** The last day, written as 2006-01-02. */
	until?: string;
}

interface Said {
	/** The language the words are in; another than the one asked for where there is no text. */
	language: string;
	title: string;
	lines: string[];
}

let texts: Record<string, Text> = {};

/** Takes the words that came with the page. */
export function learn(json: string) {
	const all = JSON.parse(json) as { version: string; texts: Record<string, Text> };
	texts = all.texts;
	page.consentText = all.version;
}

/** What is read to the person; the lines for classes of agencies and protected records are never needed here. */
export function said(wanted: string, f: Facts): Said {
	const language = texts[wanted] ? wanted : "en";
	const { words: w, domains } = texts[language];
	const fill: Record<string, string> = {
		from: f.from, patient: f.patient, who: f.who, needs: domains[f.domain], fields: f.fields.map((code) => w.fields[code]).join(w.comma),
		date: f.until ? new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(f.until + "T00:00:00Z")) : "",
	};
	return {
		language, title: w.title,
		lines: [w.ask, w.gets, w.refuse, w.change, w.pass, f.until ? w.until : w.open].map((line) => line.replace(/\{(\w+)\}/g, (_, name) => fill[name])),
	};
}
