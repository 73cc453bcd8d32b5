/** What came with the page besides its words. */
export const page = {
	/** The languages to choose from, as tag and name. */
	languages: [] as [string, string][],
	/** The version of the words in which consent is asked. */
	consentText: "",
};

/** A language in its own spelling; its tag when it has no name here. */
export const languageName = (tag: string) => page.languages.find(([known]) => known === tag)?.[1] ?? tag;
