package server_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/server/servertest"
)

// phonePIN is what the worker of the tests chooses.
const phonePIN = "530917"

// openPhone opens a tab on a server whose clock tells the browser's time.
func openPhone(t *testing.T, width int64) (*tab, *servertest.House) {
	t.Helper()
	h := servertest.Open(t)
	h.Clock.Set(time.Now())
	return openTab(t, h, width), h
}

// unplug takes the server away: its port refuses.
func (b *tab) unplug() {
	b.t.Helper()
	b.server.CloseClientConnections()
	b.server.Close()
	if _, err := http.Get(b.url + "/healthz"); err == nil {
		b.t.Fatal("the server answers although it is stopped")
	}
}

// plug brings the server back on the same port.
func (b *tab) plug(handler http.Handler) {
	b.t.Helper()
	l, err := net.Listen("tcp", strings.TrimPrefix(b.url, "http://"))
	if err != nil {
		b.t.Fatal(err)
	}
	b.server = httptest.NewUnstartedServer(handler)
	b.server.Listener.Close()
	b.server.Listener = l
	b.server.Start()
	b.t.Cleanup(b.server.Close)
}

// app opens the app and waits for a screen with the heading.
func (b *tab) app(heading string) {
	b.t.Helper()
	b.open("/offline", heading)
}

// installed waits until the service worker has kept the app.
func (b *tab) installed() {
	b.t.Helper()
	b.until(`window.ready ??= (navigator.serviceWorker.ready.then(() => window.isReady = true), false), !!window.isReady`)
}

// takeToday takes the list along under the PIN.
func (b *tab) takeToday() {
	b.t.Helper()
	b.app("Work without a signal")
	b.installed()
	b.until(`!!document.getElementById("pin")`) // the page has the same heading before the app begins
	b.fill("Choose a PIN", phonePIN)
	b.fill("The same PIN again", phonePIN)
	b.press("Take the list of today", "main")
	b.arrive("Today")
}

// unlock opens the list with the PIN.
func (b *tab) unlock(heading string) {
	b.t.Helper()
	b.fill("Your PIN", phonePIN)
	b.press("Open", "main form")
	b.arrive(heading)
}

// ask answers the ten core questions and stays on the needs found.
func (b *tab) ask(found string) {
	b.t.Helper()
	b.press("AHC health-related social needs screening: core questions", "main")
	b.fill("In which language?", "en")
	b.press("Start with the first question", "main")
	for n, answer := range answers {
		b.until(fmt.Sprintf(`document.title.startsWith("Question %d of 10")`, n+1))
		b.check()
		b.press(answer, "main")
		b.press("Save and continue", "main")
	}
	b.arrive("Check the answers")
	b.press("Change", "main") // the first question again, and back to the review
	b.until(`document.title.startsWith("Question 1 of 10")`)
	b.press("Save and continue", "main")
	b.arrive("Check the answers")
	b.follow("Finish and see the result", found)
}

// want says yes to every need shown.
func (b *tab) want() {
	b.t.Helper()
	for _, id := range value[[]string](b, `[...document.querySelectorAll("main input[type=radio][value=yes]")].map((e) => e.id)`) {
		b.do(chromedp.Click(chromedp.CSS(`label[for="` + id + `"]`)))
	}
	b.press("Save and go on", "main form")
}

// refer adds a referral to the nearest food service to the visit.
func (b *tab) referFood() {
	b.t.Helper()
	b.follow("Find services", "Services near: Food", "main")
	b.says("miles", "Alder Valley Food Bank")
	b.follow("Refer here", "Refer to", "main li:has(h2)")
	b.fill("Note to the agency", "Mornings are best.")
	b.press("Add this referral to the visit", "main")
	b.arrive("Check before you finish")
	b.says("Mornings are best.", "may see")
}

// finish seals the visit.
func (b *tab) finish() {
	b.t.Helper()
	b.follow("Finish the visit", "The visit is saved", "main")
}

// sent counts the screenings and the sent referrals of a patient of the name.
func sent(t *testing.T, h *servertest.House, name string) (people, screenings, referrals int) {
	t.Helper()
	v := visit{t, h}
	for _, p := range v.do("vega", http.MethodPost, "/api/v1/patients/search", object{"name": name}, http.StatusOK)["items"].([]any) {
		people++
		id := p.(object)["id"].(string)
		done, err := h.Screening.ForPatient(identity.With(t.Context(), servertest.Account(t, "vega").Actor()), id)
		if err != nil {
			t.Fatal(err)
		}
		screenings += len(done)
		referrals += len(v.do("vega", http.MethodGet, "/api/v1/patients/"+id+"/referrals", nil, http.StatusOK)["items"].([]any))
	}
	return people, screenings, referrals
}

// TestOfflineVisit runs a whole visit with the server really stopped: a known
// patient and a new one, screened and referred; when the server is back, each
// arrives once, although sent twice.
func TestOfflineVisit(t *testing.T) {
	b, h := openPhone(t, 360)
	b.signIn("vega")
	b.register()
	b.arrive("Pilar Quiroga")
	b.open("/", "")
	b.until(`!!document.querySelector(".waiting")?.textContent`) // the browser counts after the page is there
	b.says("Take today with you", "Nothing is waiting to be sent")
	b.takeToday()
	b.says("Pilar Quiroga", "Patients of today")

	b.unplug()
	b.do(chromedp.Navigate(b.url + "/patients")) // any page leads to the app
	b.arrive("Open your list")
	b.says("No connection")
	b.unlock("Today")
	b.fill("Find by name", "QUÍROGA")
	b.follow("Pilar Quiroga", "Pilar Quiroga", "main .rows")
	b.ask("needs found")
	b.says("Food", "Transportation", "Utilities", "What is missing")
	b.want()
	b.arrive("Help that is wanted")
	b.referFood()
	b.finish()
	b.says("1 waiting to send")

	b.app("Open your list") // closed and opened again
	b.unlock("The visit is saved")
	b.follow("Back to the list of today", "Today", "main")
	b.follow("New person", "Add a patient", "main .card")
	b.press("Save and go on", "main")
	b.until(`document.activeElement.className === "problems"`)
	b.check()
	for label, text := range map[string]string{
		"First name": "Otis", "Last name": "Newcombe", "Month": "2", "Day": "3", "Year": "1971", "ZIP code": "95351",
		"Language they speak": "en", "Phone": "209 555 0142",
	} {
		b.fill(label, text)
	}
	b.press("Save and go on", "main")
	b.arrive("Otis Newcombe")
	b.ask("needs found")
	b.app("Open your list") // in the middle of it
	b.unlock("needs found")
	b.want()
	b.arrive("Help that is wanted")
	b.referFood()
	b.finish()
	b.says("2 waiting to send")

	envelopes := value[[]string](b, everyEnvelope)
	b.plug(h.Handler)
	b.press("Send now", "main")
	b.until(`document.querySelector("main").innerText.includes("Nothing is waiting to be sent")`)
	b.says("last sent")
	b.check()
	for _, e := range envelopes { // sent again, as after a lost answer
		again := fmt.Sprintf(`(async (e) => (await fetch("/visits", {method: "POST", body: e.jwe, headers: {"Content-Type": "application/jose", "Idempotency-Key": e.id}})).status)(%s)`, e)
		if got := value[int](b, again); got != http.StatusOK {
			t.Errorf("a visit sent again = %d, want 200", got)
		}
	}
	for _, name := range []string{"Quiroga", "Newcombe"} {
		if p, s, r := sent(t, h, name); p != 1 || s != 1 || r != 1 {
			t.Errorf("%s: %d people, %d screenings, %d referrals, want one each", name, p, s, r)
		}
	}
	b.open("/", "")
	b.until(`document.querySelector("#take-today").innerText.includes("last sent")`)
}

// everyEnvelope is what waits in the outbox, as JSON.
const everyEnvelope = `new Promise((done) => {
	const r = indexedDB.open("havenloop-outbox");
	r.onsuccess = () => {
		const all = r.result.transaction("kept").objectStore("kept").getAll(IDBKeyRange.bound("visit/", "visit/\uffff"));
		all.onsuccess = () => { r.result.close(); done(all.result.map((e) => JSON.stringify(e))); };
	};
})`
