/**
 * What the pages for patients do beyond plain links and forms: leave at once,
 * and on a device in a waiting room forget a person who has gone. Without this
 * module a form leaves, and the page forgets by itself.
 */
import "./fragment";
import { loadModule } from "./load";

loadModule(document);

const body = document.body;

/** Ends the session, empties the page and puts another one in its place in the history. */
function leave() {
	navigator.sendBeacon(document.querySelector<HTMLFormElement>("[data-leave]")!.action, new URLSearchParams({ quiet: "1" }));
	body.replaceChildren();
	location.replace(body.dataset.exit!);
}

addEventListener("submit", (e) => {
	if ((e.target as HTMLFormElement).hasAttribute("data-leave")) {
		e.preventDefault();
		leave();
	}
});

/** The instants at which Esc was pressed: three within two seconds leave. */
let presses: number[] = [];
addEventListener("keydown", (e) => {
	if (e.key !== "Escape" || e.repeat) {
		return;
	}
	presses = [...presses.filter((at) => e.timeStamp - at < 2000), e.timeStamp];
	if (presses.length === 3) {
		leave();
	}
});

/** A page that the browser kept whole shows nothing of before. */
addEventListener("pageshow", (e) => {
	if (e.persisted) {
		body.replaceChildren();
		location.reload();
	}
});

const forget = Number(body.dataset.forget);
if (forget) {
	const warned = 30; // seconds before the end
	let left = forget;
	const box = document.createElement("div");
	box.className = "self-still";
	box.setAttribute("role", "alertdialog");
	box.hidden = true;
	const words = document.createElement("p");
	words.id = "still";
	box.setAttribute("aria-labelledby", words.id);
	const stay = document.createElement("button");
	stay.type = "button";
	stay.className = "button button-primary";
	stay.textContent = body.dataset.stay!;
	box.append(words, stay);
	body.append(box);

	const touched = () => {
		left = forget;
		box.hidden = true;
	};
	for (const kind of ["pointerdown", "keydown", "input", "scroll"]) {
		addEventListener(kind, touched, { passive: true });
	}
	setInterval(() => {
		left--;
		if (left <= 0) {
			body.replaceChildren();
			location.replace("/s/forget");
		} else if (left <= warned) {
			words.textContent = body.dataset.still!.replace("{n}", String(left));
			if (box.hidden) {
				box.hidden = false;
				stay.focus({ preventScroll: true });
			}
		}
	}, 1000);
}
