package server_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/server/servertest"
)

// choose puts a file that begins with the text, and is of that many bytes,
// into the form of messages.
func (b *tab) choose(name, begin string, size int) {
	b.t.Helper()
	value[any](b, fmt.Sprintf(`(() => {
		const d = new DataTransfer();
		d.items.add(new File([%s.padEnd(%d, "x")], %s));
		document.getElementById("files").files = d.files;
	})()`, quote(begin), size, quote(name)))
}

// TestTwoTalkInTheBrowser has a worker on a phone and an agency at a desk write
// to each other on one referral, both pages open.
func TestTwoTalkInTheBrowser(t *testing.T) {
	h := servertest.Open(t)
	id, agent := talkOn(t, h)
	go func() { _ = h.Relay.Run(t.Context()) }()
	worker, agency := openTab(t, h, 360), openTab(t, h, 1280)
	const list = `document.querySelector("#talk-messages").innerText`
	shows := func(b *tab, words string) { t.Helper(); b.until(list + `.includes(` + quote(words) + `)`) }
	page := "/referrals/" + id
	worker.signIn("vega")
	agency.signIn(agent)
	worker.open(page, "")
	agency.open(page, "")

	worker.fill("Write to the other side", "I was about to say")
	agency.fill("Write to the other side", "Please sign this letter.")
	agency.choose("letter.pdf", "%PDF-1.7\n", 300_000)
	agency.press("Send the message", "#talk")
	shows(agency, "Please sign this letter.")
	shows(worker, "Please sign this letter.")
	if got := value[string](worker, `document.activeElement.id + ": " + document.activeElement.value`); got != "text: I was about to say" {
		t.Errorf("after the message came the worker is in %q", got)
	}
	worker.until(`document.getElementById("status").textContent.includes("new message")`)
	worker.check()
	shows(agency, "Seen by")
	agency.check()

	file := value[string](worker, `fetch(document.querySelector(".message-file a").href).then((a) => a.text())`)
	if want := "%PDF-1.7\n" + strings.Repeat("x", 300_000-9); file != want {
		t.Errorf("the file came down with %d bytes, want the %d that went up", len(file), len(want))
	}
	shows(agency, "Opened by")

	agency.fill("Write to the other side", "One more.")
	agency.choose("huge.pdf", "%PDF-1.7\n", 10<<20+1)
	agency.press("Send the message", "#talk")
	agency.until(`document.getElementById("status").textContent.includes("at most 10 MB")`)
	agency.choose("tool.exe", "MZ", 1000)
	agency.press("Send the message", "#talk")
	agency.until(`document.querySelector(".problems")?.innerText.includes("Choose a PDF")`)
	if got := value[string](agency, `document.getElementById("text").value`); got != "One more." {
		t.Errorf("after the refusal the field holds %q", got)
	}
	agency.check()

	const badge = `Number(document.getElementById("nav-news").dataset.count)`
	worker.open("/patients", "Patients")
	before := value[int](worker, badge)
	agency.press("Send the message", "#talk")
	shows(agency, "One more.")
	worker.until(`fetch("/patients").then((a) => a.text()).then((t) => t.includes('data-count="` + fmt.Sprint(before+1) + `"'))`)
	worker.open("/patients", "Patients")
	if n := value[int](worker, badge); n != before+1 {
		t.Errorf("the navigation counts %d, want %d", n, before+1)
	}
	worker.open(page, "")
	shows(worker, "One more.")
	if n := value[int](worker, badge); n != before {
		t.Errorf("after reading the navigation counts %d, want %d", n, before)
	}

	worker.fill("Write a note", "Her aunt must not know.")
	worker.press("Save the note", "#notes")
	worker.until(`document.querySelector("#talk-notes").innerText.includes("Her aunt")`)
	agency.open(page, "")
	if strings.Contains(agency.text(), "Her aunt") {
		t.Error("the agency reads the worker's note")
	}
}
