/**
 * Keys for the inbox, while the focus is in the list and not in a field: down
 * and up go from person to person, A and D open accept and decline, X ticks.
 * Without this module Tab and Enter do the same.
 */
export async function start(list: HTMLElement) {
	list.addEventListener("keydown", (e) => {
		const at = e.target as HTMLElement;
		const row = at.closest("tr");
		const step = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
		if (!row || e.metaKey || e.ctrlKey || e.altKey || at.matches("select, textarea")) {
			return;
		}
		const rows = [...list.querySelectorAll("tbody tr")];
		const key = e.key.toLowerCase();
		const part = step
			? rows[rows.indexOf(row) + step]?.querySelector("a")
			: key === "x"
				? row.querySelector<HTMLElement>("[name=chosen]")
				: row.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"] summary`);
		if (part) {
			e.preventDefault();
			part.focus();
			if (!step) {
				part.click();
			}
		}
	});
}
