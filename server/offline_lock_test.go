package server_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// later moves the clock of the page on by hours, until it is loaded again.
func (b *tab) later(hours int) {
	b.t.Helper()
	value[any](b, `((now, ms) => { Date.now = () => now() + ms; document.dispatchEvent(new Event("visibilitychange")); })(Date.now.bind(Date), `+strconv.Itoa(hours)+` * 3600e3)`)
}

// kept names what the two databases hold: "day", "draft/…", "visit/…" and so on.
const kept = `(async () => {
	const keys = [];
	for (const { name } of await indexedDB.databases()) {
		keys.push(...await new Promise((done) => {
			const r = indexedDB.open(name);
			r.onsuccess = () => {
				if (!r.result.objectStoreNames.contains("kept")) { r.result.close(); return done([]); }
				const all = r.result.transaction("kept").objectStore("kept").getAllKeys();
				all.onsuccess = () => { r.result.close(); done(all.result); };
			};
		}));
	}
	return keys.map((k) => k.replace(/\/.*/, "")).sort();
})()`

// holds compares what is kept on the device.
func (b *tab) holds(want ...string) {
	b.t.Helper()
	if got := strings.Join(value[[]string](b, kept), " "); got != strings.Join(want, " ") {
		b.t.Errorf("the device keeps %q, want %q", got, strings.Join(want, " "))
	}
}

// quickVisit asks a patient of the day the two hunger questions and seals the visit.
func (b *tab) quickVisit(name string) {
	b.t.Helper()
	b.follow(name, name, "main .rows")
	b.press("Hunger Vital Sign", "main")
	b.fill("In which language?", "en")
	b.press("Start with the first question", "main")
	for _, n := range []string{"1", "2"} {
		b.until(`document.title.startsWith("Question ` + n + ` of 2")`)
		b.press("Often true", "main")
		b.press("Save and continue", "main")
	}
	b.arrive("Check the answers")
	b.follow("Finish and see the result", "found")
	b.press("No", "main .found")
	b.press("Save and go on", "main form")
	b.arrive("Check before you finish")
	b.finish()
}

// TestOfflineListEnds wipes what can be read, and never the outbox: by wrong
// PINs, by time and by signing out.
func TestOfflineListEnds(t *testing.T) {
	b, h := openPhone(t, 768)
	b.signIn("vega")
	b.register()
	b.arrive("Pilar Quiroga")
	b.takeToday()
	b.unplug()
	b.quickVisit("Pilar Quiroga")
	b.holds("day", "keys", "visit")

	b.app("Open your list")
	for left := 4; left >= 0; left-- {
		b.fill("Your PIN", "0000")
		b.press("Open", "main form")
		if left > 0 {
			b.until(`document.querySelector(".problem")?.innerText.includes("` + strconv.Itoa(left) + `")`)
		}
	}
	b.until(`document.querySelector("main").innerText.includes("The PIN was wrong 5 times")`)
	b.says("1 waiting to send", "No connection")
	b.check()
	b.holds("ended", "keys", "visit")

	b.plug(h.Handler)
	b.app("Work without a signal")
	b.until(`document.querySelector("main").innerText.includes("Nothing is waiting to be sent")`)
	b.takeToday()
	b.later(13)
	b.until(`document.querySelector("main").innerText.includes("older than 12 hours")`)
	b.check()
	b.holds("ended", "keys", "sent")

	b.takeToday()
	b.unplug()
	b.quickVisit("Pilar Quiroga")
	b.follow("Back to the list of today", "Today", "main")
	b.follow("New person", "Add a patient", "main .card")
	b.fill("First name", "Otis")
	b.fill("Last name", "Newcombe")
	b.press("Save and go on", "main")
	b.arrive("Otis Newcombe")
	b.holds("day", "draft", "keys", "sent", "visit")
	b.plug(refusing{h.Handler})
	b.open("/", "")
	b.until(`document.querySelector("#take-today").innerText.includes("1 waiting to send")`)
	b.says("list on this phone until")
	b.signOut()
	b.holds("keys", "sent", "visit")
	b.app("Work without a signal")
	b.until(`document.querySelector("main").innerText.includes("Sign in to send what waits")`)
	b.check()

	b.signIn("bell")
	b.app("Work without a signal")
	b.until(`document.querySelector("main").innerText.includes("Send 1 visit for Inés Vega")`)
	b.check()
	b.holds("keys", "sent", "visit") // not sent under another name by itself
}

// refusing is a server that takes no visits for the moment.
type refusing struct{ http.Handler }

func (r refusing) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	if q.Method == http.MethodPost && q.URL.Path == "/visits" {
		http.Error(w, `{"detail":"away"}`, http.StatusServiceUnavailable)
		return
	}
	r.Handler.ServeHTTP(w, q)
}

// TestOutboxKeepsWhatIsRefused keeps a visit that the server cannot open, says
// so, and shows it in a second tab too.
func TestOutboxKeepsWhatIsRefused(t *testing.T) {
	b, h := openPhone(t, 1280)
	b.signIn("vega")
	b.register()
	b.arrive("Pilar Quiroga")
	b.takeToday()
	b.unplug()
	b.quickVisit("Pilar Quiroga")

	second := b.another()
	second.app("Open your list")
	second.says("1 waiting to send")
	value[any](b, spoil)
	b.plug(h.Handler)
	b.press("Send now", "main")
	for _, tab := range []*tab{b, second} {
		tab.until(`document.querySelector("main").innerText.includes("The server could not take 1 visit")`)
		tab.check()
	}
	b.holds("day", "keys", "visit")
	if _, s, _ := sent(t, h, "Quiroga"); s != 0 {
		t.Errorf("%d screenings arrived, want none", s)
	}
}

// spoil changes a byte of what waits.
const spoil = `new Promise((done) => {
	const r = indexedDB.open("havenloop-outbox");
	r.onsuccess = () => {
		const s = r.result.transaction("kept", "readwrite").objectStore("kept");
		const all = s.getAll(IDBKeyRange.bound("visit/", "visit/\uffff"));
		all.onsuccess = () => {
			const e = all.result[0];
			const at = e.jwe.length - 30;
			e.jwe = e.jwe.slice(0, at) + (e.jwe[at] === "A" ? "B" : "A") + e.jwe.slice(at + 1);
			s.put(e, "visit/" + e.id).onsuccess = () => { r.result.close(); done(null); };
		};
	};
})`

// another opens a second tab of the same browser.
func (b *tab) another() *tab {
	b.t.Helper()
	ctx, stop := chromedp.NewContext(b.ctx)
	b.t.Cleanup(stop)
	second := *b
	second.ctx, second.n = ctx, 50
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 740)); err != nil { // opens it, for as long as ctx lasts
		b.t.Fatalf("open a second tab: %v", err)
	}
	return &second
}
