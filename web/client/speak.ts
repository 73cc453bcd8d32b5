/**
 * Reads a part of the page aloud: a question with its help and answers, or the
 * words of a consent, one after the other. The button is there only where the
 * device itself has a voice for the language; a voice of a company's server
 * would send it what is read.
 */

const synthesis = window.speechSynthesis as SpeechSynthesis | undefined;

/** The device's voice for a language; Cantonese is no voice for written Chinese. */
function voiceFor(language: string) {
	const [wanted] = language.toLowerCase().split("-");
	return synthesis!.getVoices().find((v) => {
		const [spoken, ...more] = v.lang.toLowerCase().split(/[-_]/);
		return v.localService && (spoken === "cmn" ? "zh" : spoken) === wanted && !(wanted === "zh" && more.includes("hk"));
	});
}

const languageOf = (e: Element) => e.closest<HTMLElement>("[lang]")!.lang;

/** What is read, in its order: all that is shown of headings, help and answers, or the part itself. */
function texts(part: HTMLElement) {
	const found = [...part.querySelectorAll<HTMLElement>(".question-section, h1, .hint, label")];
	const read = found.filter((e) => !e.closest(".unseen") && !e.parentElement!.closest("h1") && e.checkVisibility());
	return read.length ? read : [part];
}

export async function start(part: HTMLElement) {
	if (!synthesis) {
		return;
	}
	if (!synthesis.getVoices().length) { // most browsers list them a moment later
		await new Promise((done) => {
			synthesis.addEventListener("voiceschanged", done, { once: true });
			setTimeout(done, 2000);
		});
	}
	if (!voiceFor(languageOf(part)) || !part.isConnected) {
		return;
	}
	const button = document.createElement("button");
	button.type = "button";
	button.className = "button button-secondary read-aloud";
	button.textContent = part.dataset.read!;
	part.before(button);

	let left: HTMLElement[] = [];
	let run = 0; // what an earlier reading still has to say does not count
	const gone = new MutationObserver(() => part.isConnected || stop());
	function stop() {
		run++;
		left = [];
		synthesis!.cancel();
		gone.disconnect();
		button.textContent = part.dataset.read!;
		part.querySelectorAll("[data-reading]").forEach((e) => e.removeAttribute("data-reading"));
		part.removeAttribute("data-reading");
	}
	function next() {
		const e = left.shift();
		if (!e) {
			return stop();
		}
		const said = new SpeechSynthesisUtterance(e.textContent!.trim());
		said.lang = languageOf(e);
		said.voice = voiceFor(said.lang) ?? null;
		e.setAttribute("data-reading", "");
		const mine = run;
		said.onend = said.onerror = (event) => {
			if (mine === run) {
				e.removeAttribute("data-reading");
				event.type === "end" ? next() : stop();
			}
		};
		synthesis!.speak(said);
	}
	button.addEventListener("click", () => {
		if (button.textContent === part.dataset.stop) {
			return stop();
		}
		synthesis.cancel();
		button.textContent = part.dataset.stop!;
		gone.observe(document.documentElement, { childList: true, subtree: true });
		left = texts(part);
		next();
	});
	addEventListener("pagehide", stop);
}
