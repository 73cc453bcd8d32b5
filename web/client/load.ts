/** Loads the modules that parts of the page name, and begins them there. */
export async function loadModule(page: ParentNode) {
	for (const part of page.querySelectorAll<HTMLElement>("[data-module]")) {
		const module: { start(part: HTMLElement): Promise<void> } = await import(part.dataset.module!);
		module.start(part).catch(console.error);
	}
}
