/** What came with the page besides its words. */
export const page = {
	/** The languages to choose from, as tag and name. */
	languages: [] as [string, string][],
	/** The version of the words in which consent is asked. */
	consentText: "",
};
