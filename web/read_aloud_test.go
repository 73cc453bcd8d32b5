package web

import (
	"strings"
	"testing"
)

// voices stands in for the speech of a device: it has a voice of its own for
// Spanish, one of a server for English, and says nothing by itself.
const voices = `(() => {
	window.said = [];
	window.cancelled = 0;
	window.SpeechSynthesisUtterance = function (text) { this.text = text; };
	Object.defineProperty(window, "speechSynthesis", { value: {
		getVoices: () => [{ lang: "en-US", localService: false }, { lang: "es_MX", localService: true }],
		speak: (u) => window.said.push(u),
		cancel: () => window.cancelled++,
	} });
	window.go = (path) => {
		const a = document.createElement("a");
		a.href = path;
		document.querySelector("main").append(a);
		a.click();
	};
})()`

func TestReadAloud(t *testing.T) {
	s := newSite(t)
	s.signIn()
	patient := s.send(s.get("/patients/new"), "/patients/new", "givenName", "Maria", "familyName", "Santos",
		"birthDate-month", "4", "birthDate-day", "30", "birthDate-year", "1987").path
	begin := s.get(patient + "/screenings/new")
	spanish := s.send(begin, begin.path, "instrument", "essentials", "language", "es").path
	english := s.send(begin, begin.path, "instrument", "essentials", "language", "en", onceField, "another").path

	b := openBrowser(t, s)
	b.open("/patients")
	value[any](b, voices)
	value[any](b, `go("`+spanish+`")`)
	b.until(`!!document.querySelector(".read-aloud")`)
	value[any](b, `document.querySelector(".read-aloud").click()`)
	if got := value[string](b, `document.querySelector(".read-aloud").textContent`); got != "Stop reading" {
		t.Errorf("the button says %q while it reads", got)
	}
	for range 12 { // each text is said when the one before it has ended
		value[any](b, `said.at(-1).onend({ type: "end" })`)
	}
	heading := value[string](b, `document.querySelector("h1").textContent.trim()`)
	said := value[[]string](b, `said.map((u) => u.text)`)
	choices := value[int](b, `document.querySelectorAll("main label").length`)
	if len(said) != choices+2 || !strings.HasPrefix(said[1], "¿") || said[1] != heading {
		t.Errorf("said %q, want the section, the question and its %d answers", said, choices)
	}
	if !value[bool](b, `said.every((u) => u.lang === "es" && u.voice.lang === "es_MX")`) {
		t.Error("not everything was said in Spanish by the voice for it")
	}
	if got := value[string](b, `document.querySelector(".read-aloud").textContent + document.querySelectorAll("[data-reading]").length`); got != "Read aloud0" {
		t.Errorf("at the end = %q, want the button as before and nothing marked", got)
	}

	value[any](b, `document.querySelector(".read-aloud").click()`)
	value[any](b, `document.querySelector(".read-aloud").click()`)
	if n := value[int](b, `said.length`); n != len(said)+1 || value[string](b, `document.querySelector(".read-aloud").textContent`) != "Read aloud" {
		t.Errorf("%d texts were said after Stop, want one", n-len(said))
	}
	value[any](b, `document.querySelector(".read-aloud").click(); window.cancelled = 0`)
	value[any](b, `go("`+english+`")`)
	b.until(`document.querySelector("h1").textContent.startsWith("What")`)
	b.until(`cancelled > 0`)
	if value[bool](b, `!!document.querySelector(".read-aloud")`) {
		t.Error("a button is shown for a language of which the device has no voice of its own")
	}
}
