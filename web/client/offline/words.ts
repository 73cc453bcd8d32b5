/** Words, numbers and times in the person's language; the texts come with the page. */

let words: Record<string, string | Record<string, string>> = {};
export let language = "en";
let plural = new Intl.PluralRules("en");

/** Takes the words of the page. */
export function speak(json: string) {
	words = { ...words, ...JSON.parse(json) };
	language = document.documentElement.lang || "en";
	plural = new Intl.PluralRules(language);
}

/** The text for the key; values named in it as {name} are filled in. A key without text shows itself. */
export function t(key: string, fill: Record<string, string | number> = {}): string {
	const found = words[key] ?? key;
	const text = typeof found === "string" ? found : (found[plural.select(Number(fill.count ?? 0))] ?? found.other);
	return text.replace(/\{(\w+)\}/g, (all, name) => String(fill[name] ?? all));
}

/** Whether there is a text for the key. */
export const has = (key: string) => key in words;

/** The time of day. */
export const clock = (at: number) => new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(at);

/** A day, written as 2006-01-02, in words. */
export const day = (date: string) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(date + "T00:00:00Z"));

/** Names one after the other. */
export const joined = (...list: (string | number | undefined | false)[]) => list.filter(Boolean).join(t("list.separator"));

export const listed = (list: string[]) => list.join(t("list.comma"));
