/**
 * Completes what is typed in the search box: a list below it, as the pattern
 * "combobox with list autocomplete" of the ARIA Authoring Practices has it.
 * Without this module, or when nothing comes back, the box is a search box.
 */
export async function start(part: HTMLElement) {
	const input = part.querySelector("input")!;
	const list = document.createElement("ul");
	const said = document.createElement("p");
	list.id = input.id + "-list";
	list.className = "suggestions";
	list.role = "listbox";
	list.hidden = true;
	said.className = "unseen";
	said.role = "status";
	part.append(list, said);
	input.autocomplete = "off";
	input.type = "text"; // a search field may not be a combobox
	input.role = "combobox";
	input.ariaAutoComplete = "list";
	input.setAttribute("aria-controls", list.id);
	list.setAttribute("aria-label", part.querySelector("label")!.textContent!);

	let at = -1;
	let timer = 0;
	let asked = 0;

	function mark(i: number) {
		at = i;
		[...list.children].forEach((o, n) => (o.ariaSelected = String(n === i)));
		if (i < 0) {
			input.removeAttribute("aria-activedescendant");
		} else {
			input.setAttribute("aria-activedescendant", list.children[i].id);
		}
	}
	function close() {
		asked++; // what is on the way comes too late
		list.hidden = true;
		input.ariaExpanded = "false";
		mark(-1);
	}
	async function ask() {
		const run = ++asked;
		const q = input.value.trim();
		const answer = q.length < 2 ? undefined : await fetch(`${part.dataset.from}?q=${encodeURIComponent(q)}`).catch(() => undefined);
		const items: { text: string; kind: string }[] = answer?.ok ? (await answer.json()).items : [];
		if (run !== asked) {
			return;
		}
		if (!items.length) {
			close();
			return;
		}
		list.replaceChildren(...items.map((item, i) => {
			const o = document.createElement("li");
			const kind = document.createElement("small");
			o.id = `${list.id}-${i}`;
			o.role = "option";
			o.dataset.text = item.text;
			o.dir = "auto";
			kind.textContent = item.kind;
			o.append(item.text + " ", kind);
			return o;
		}));
		list.hidden = false;
		input.ariaExpanded = "true";
		said.textContent = `${part.dataset.found} ${items.length}`;
		mark(-1);
	}
	function choose(o: HTMLElement) {
		input.value = o.dataset.text!;
		close();
		input.form!.requestSubmit();
	}

	close();
	input.addEventListener("input", () => {
		clearTimeout(timer);
		timer = setTimeout(ask, 150);
	});
	input.addEventListener("blur", close);
	input.addEventListener("keydown", (e) => {
		const n = list.children.length;
		if (e.key === "Escape" && !list.hidden) {
			close();
		} else if (list.hidden) {
			return;
		} else if (e.key === "ArrowDown") {
			mark((at + 1) % n);
		} else if (e.key === "ArrowUp") {
			mark(at < 1 ? n - 1 : at - 1);
		} else if (e.key === "Enter" && at >= 0) {
			choose(list.children[at] as HTMLElement);
		} else {
			return;
		}
		e.preventDefault();
	});
	list.addEventListener("pointerdown", (e) => e.preventDefault()); // the box keeps the focus
	list.addEventListener("click", (e) => {
		const o = (e.target as Element).closest("li");
		if (o) {
			choose(o);
		}
	});
}
