package server_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// tab is a browser's tab on the server. Every page it comes to is checked by
// axe-core and, where HAVENLOOP_SCREENSHOTS names a folder, photographed.
type tab struct {
	t      *testing.T
	ctx    context.Context
	url    string
	server *httptest.Server
	axe    string
	shots  string
	n      int
}

// missing skips a test for want of something, except in CI, which must have it.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("HAVENLOOP_CI") != "" {
		t.Fatalf("%s is missing; CI must have it", what)
	}
	t.Skipf("%s is missing: the pages are not tried in a browser", what)
}

// chromium is the path of the browser that tests drive.
func chromium(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath(cmp.Or(os.Getenv("HAVENLOOP_TEST_CHROMIUM"), "chromium"))
	if err != nil {
		missing(t, "chromium")
	}
	return path
}

// openTab starts Chromium with a screen of that width, or skips the test where
// there is none; never in CI.
func openTab(t *testing.T, h *servertest.House, width int64) *tab {
	t.Helper()
	path := chromium(t)
	axe, err := os.ReadFile(filepath.Join("..", ".ci", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		missing(t, "axe-core (npm ci --prefix .ci)")
	}

	server := httptest.NewServer(h.Handler)
	t.Cleanup(server.Close)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true))...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(stop)
	b := &tab{t: t, ctx: ctx, url: server.URL, server: server, axe: string(axe), shots: os.Getenv("HAVENLOOP_SCREENSHOTS")}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 740)); err != nil { // starts it, for as long as ctx lasts
		t.Fatalf("start chromium: %v", err)
	}
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, 20*time.Second)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%v\non %s:\n%.1500s", err, value[string](b, `location.pathname`), b.text())
	}
}

// value is that of a JavaScript expression; a promise is waited for.
func value[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%.300s: %v", expression, err)
	}
	return v
}

// until waits until the expression is true, also across the load of a page.
func (b *tab) until(expression string) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, 20*time.Second)
	defer stop()
	for {
		_, err := chromedp.Run(ctx, chromedp.Poll[bool](expression))
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			b.t.Fatalf("never came true: %s\non %s:\n%.1500s", expression, value[string](b, `location.pathname`), b.text())
		}
	}
}

// text is what the page shows.
func (b *tab) text() string { return value[string](b, `document.body?.innerText ?? ""`) }

// open loads an address and waits for a page with the heading.
func (b *tab) open(path, heading string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.url + path))
	b.arrive(heading)
}

// arrive waits for a page whose heading has the words, and checks it.
func (b *tab) arrive(heading string) {
	b.t.Helper()
	b.until(fmt.Sprintf(`document.readyState === "complete" && document.querySelector("h1")?.textContent.includes(%s) && !document.querySelector("[data-busy]")`, quote(heading)))
	b.check()
}

// press clicks the link, button or choice that says text, the first one shown
// of those inside the element that within selects.
func (b *tab) press(text string, within ...string) {
	b.t.Helper()
	scope := "body"
	if len(within) > 0 {
		scope = within[0]
	}
	found := value[bool](b, fmt.Sprintf(`(() => {
		document.querySelectorAll("[data-pressed]").forEach((e) => e.removeAttribute("data-pressed"));
		const shown = [...document.querySelectorAll(%[2]s + " :is(a, button, summary, label)")].filter((e) => e.checkVisibility());
		const says = (e) => (e.innerText || e.ariaLabel || "").trim().replace(/\s+/g, " ");
		const e = shown.find((e) => says(e) === %[1]s) ?? shown.find((e) => says(e).startsWith(%[1]s)) ?? shown.find((e) => says(e).includes(%[1]s));
		e?.setAttribute("data-pressed", "");
		return !!e;
	})()`, quote(text), quote(scope)))
	if !found {
		b.t.Fatalf("nothing to press says %q on %s:\n%.1500s", text, value[string](b, `location.pathname`), b.text())
	}
	b.do(chromedp.Click(chromedp.CSS("[data-pressed]")))
}

// follow presses and arrives.
func (b *tab) follow(text, heading string, within ...string) {
	b.t.Helper()
	b.press(text, within...)
	b.arrive(heading)
}

// fill types into the field whose label begins with the words.
func (b *tab) fill(label, text string) {
	b.t.Helper()
	id := value[string](b, fmt.Sprintf(`(() => {
		const l = [...document.querySelectorAll("label")].find((l) => l.checkVisibility() && l.innerText.trim().startsWith(%s));
		return l?.control?.id ?? "";
	})()`, quote(label)))
	if id == "" {
		b.t.Fatalf("no field is labelled %q on %s:\n%.1500s", label, value[string](b, `location.pathname`), b.text())
	}
	field := chromedp.CSS(`[id="` + id + `"]`)
	if value[string](b, `document.getElementById(`+quote(id)+`).tagName`) == "SELECT" {
		b.do(chromedp.SetValue(field, text))
		return
	}
	value[any](b, `document.getElementById(`+quote(id)+`).select()`)
	b.do(chromedp.SendKeys(field, text))
}

// check holds the page to axe-core, WCAG 2.2 AA, and to the screen's width.
func (b *tab) check() {
	b.t.Helper()
	b.n++
	if !value[bool](b, `"axe" in window`) {
		value[any](b, b.axe+`; null`)
	}
	report := value[string](b, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"]})
		.then((r) => JSON.stringify(r.violations.map((v) => v.id + ": " + v.help + " " + v.nodes.map((n) => n.html).join(" ").slice(0, 600))))`)
	if report != "[]" {
		b.t.Errorf("axe-core on %s: %s", value[string](b, `location.pathname`), report)
	}
	if over := value[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		b.t.Errorf("%s is %d pixels wider than the screen", value[string](b, `location.pathname`), over)
	}
	if b.shots != "" {
		b.photo(fmt.Sprintf("%s-%02d", strings.ReplaceAll(b.t.Name(), "/", "-"), b.n))
	}
}

// photo keeps a picture of the page.
func (b *tab) photo(name string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(b.shots, name+".png"), png, 0o600)
	}
	if err != nil {
		b.t.Errorf("screenshot: %v", err)
	}
}

// signIn signs the person of the county in, after whoever was.
func (b *tab) signIn(name string) {
	b.t.Helper()
	b.open("/signin", "Sign in")
	b.fill("Email", servertest.Account(b.t, name).Email)
	b.fill("Password", servertest.Password)
	b.press("Sign in", "main")
	b.until(`location.pathname === "/" && document.readyState === "complete"`)
	b.check()
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings marshal
	}
	return string(b)
}

// register adds the patient of the tests and stays on their page.
func (b *tab) register() {
	b.t.Helper()
	b.follow("Patients", "Patients")
	b.follow("Add a patient", "Add a patient")
	for label, text := range map[string]string{
		"First name": "Pilar", "Last name": "Quiroga", "Month": "5", "Day": "14", "Year": "1990",
		"Phone": "209 555 0177", "ZIP code": "95351", "Language they speak": "es",
	} {
		b.fill(label, text)
	}
	b.press("Add this patient", "main")
}

// answers are what the patient says to the ten questions, in their order.
var answers = []string{
	"I have a steady place to live", "None of the above", "Often true", "Sometimes true", "Yes", "Yes",
	"Prefer not to answer", "Prefer not to answer", "Prefer not to answer", "Prefer not to answer",
}

// screen asks the core questions and stays on the result.
func (b *tab) screen() {
	b.t.Helper()
	b.follow("Start a screening", "Start a screening", "main")
	b.press("AHC health-related social needs screening: core questions", "main")
	b.press("Start with the first question", "main")
	for n, answer := range answers {
		b.until(fmt.Sprintf(`document.title.startsWith("Question %d of 10") && document.readyState === "complete" && !document.querySelector("[data-busy]")`, n+1))
		b.check()
		b.press(answer, "main")
		b.press("Save and continue", "main")
	}
	b.arrive("Check the answers")
	b.press("Change", "main") // the first question again, and back to the review
	b.until(`document.title.startsWith("Question 1 of 10")`)
	b.press("Save and continue", "main")
	b.arrive("Check the answers")
	b.follow("Finish and see the result", "need")
}

// refer sends the need of the page to the agency's service, under a new consent.
func (b *tab) refer(service, agency string) {
	b.t.Helper()
	card := value[string](b, fmt.Sprintf(`(() => {
		const cards = [...document.querySelectorAll("main li, main article")].filter((e) => e.innerText.includes(%s) && e.innerText.includes(%s));
		cards.sort((a, b) => a.innerText.length - b.innerText.length);
		cards[0]?.setAttribute("data-card", "");
		return cards[0] ? "[data-card]" : "body";
	})()`, quote(service), quote(agency)))
	b.follow("Refer here", "Refer to "+agency, card)
	b.press("Only "+agency, "main")
	b.press("By word", "main")
	b.press("The person", "main")
	b.fill("Name of the person who agreed", "Pilar Quiroga")
	b.fill("Note to the agency", "Mornings are best.")
	b.follow("Check before sending", "Check before you send", "main")
	b.press("Send the referral", "main")
}

func TestMainPathInTheBrowser(t *testing.T) {
	h := servertest.Open(t)
	b := openTab(t, h, 360)

	b.signIn("vega")
	b.register()
	b.arrive("Pilar Quiroga")
	patient := value[string](b, `location.pathname`)
	b.register()
	b.arrive("Add a patient")
	if !strings.Contains(b.text(), "Open") || value[int](b, `document.querySelectorAll("main .problems a").length`) == 0 {
		t.Errorf("a likely duplicate is not shown:\n%.800s", b.text())
	}
	b.open(patient, "Pilar Quiroga")

	b.screen()
	b.says("Food", "Transportation", "Utilities", "What is missing")
	for _, topic := range value[[]string](b, `[...document.querySelectorAll("main input[type=radio][value=yes]")].map((e) => e.id)`) {
		b.do(chromedp.Click(chromedp.CSS(`label[for="` + topic + `"]`)))
	}
	b.press("Save what the person wants", "main")
	b.until(`[...document.querySelectorAll("main a")].some((a) => a.innerText.includes("Find services"))`)
	b.check()
	b.follow("Find services", "services that fit", "main")
	b.says("miles away", "Open now", "Has room", "Speaks", "Not known")
	b.refer("Food pantry", "Alder Valley Food Bank")
	b.arrive("Pilar Quiroga")
	referral := value[string](b, `location.pathname`)
	b.says("Mornings are best.", "Turn of Alder Valley Food Bank", "2 days left")

	b.signOut()
	b.signIn("harris")
	b.follow("Referrals", "Referrals")
	b.says("Pilar Quiroga")
	b.open(referral, "Pilar Quiroga")
	b.says("It is your turn")
	for _, step := range [][2]string{{"Acknowledge", "Seen by the agency"}, {"Accept", "Accepted"}, {"Start", "In progress"}} {
		b.press(step[0], "main")
		b.until(`document.querySelector("main").innerText.includes(` + quote(step[1]) + `) && !document.querySelector("[data-busy]")`)
		b.check()
	}
	b.press("Complete", "main")
	b.press("The person got the service", "main")
	b.press("Complete", "main details[open] form")
	b.until(`document.querySelector("main").innerText.includes("Completed") && !document.querySelector("[data-busy]")`)
	b.check()

	b.signOut()
	b.signIn("vega")
	b.open(referral, "Pilar Quiroga")
	b.says("It is your turn", "Tom Harris", "Ask the person")
	b.press("Yes", "main form[action$=confirmations]")
	b.press("Yes", "main form[action$=confirmations] fieldset:nth-of-type(2)")
	b.press("The person", "main form[action$=confirmations]")
	b.press("Save what the person said", "main")
	b.until(`document.querySelector("main").innerText.includes("Settled")`)
	b.check()
}

func TestRejectionOverdueAndEscalationInTheBrowser(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	_, id := v.sent()
	v.move("harris", id, object{"to": "rejected", "reason": "no-capacity"}, http.StatusOK)
	_, late := visit{t, v.House}.another()
	v.Clock.Add(10 * 24 * time.Hour)
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	for _, job := range []func(context.Context) (int, error){v.Referrals.Remind, v.Referrals.Escalate} {
		if _, err := job(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.Relay.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}

	b := openTab(t, v.House, 1280)
	b.signIn("vega")
	b.open("/referrals/"+id, "Pilar Quiroga")
	b.says("No room at the moment", "Choose", "Refer here") // the next best, on the same page
	b.follow("Refer here", "Refer to", "main")
	b.open("/referrals/"+late, "Pilar Quiroga")
	b.says("Overdue")
	b.follow("Services", "")
	b.open("/directory?q=transpotation&zip=95351", "")
	b.says("Showing 1 to")
	b.signOut()
	b.signIn("lindqvist")
	b.open("/escalations", "Escalations")
	b.says("Overdue by")
	b.signOut()
	b.signIn("moreno")
	b.open("/listing", "")
	b.says("Food pantry")
	b.signOut()
	b.signIn("park")
	for _, path := range []string{"/admin/organizations", "/admin/users", "/admin/services", "/directory"} {
		b.open(path, "")
	}
}

// another sends the utilities need of the newest patient to the agency for bills.
func (v visit) another() (patient, referral string) {
	v.t.Helper()
	found := v.do("vega", http.MethodPost, "/api/v1/patients/search", object{"name": "Quiroga"}, http.StatusOK)["items"].([]any)
	patient = found[0].(object)["id"].(string)
	for _, n := range v.do("vega", http.MethodGet, "/api/v1/patients/"+patient+"/needs", nil, http.StatusOK)["items"].([]any) {
		if need := n.(object); need["topic"] == "utilities" {
			consent := v.consented(patient, need, seed.ID("community-action"))
			r := v.do("vega", http.MethodPost, "/api/v1/referrals", object{
				"patientId": patient, "needId": need["id"], "serviceId": seed.ID("community-action/shutoff"), "consentId": consent,
			}, http.StatusCreated)
			return patient, r["id"].(string)
		}
	}
	v.t.Fatal("the patient has no need about utilities")
	return "", ""
}

// says holds the page to words that it must show.
func (b *tab) says(words ...string) {
	b.t.Helper()
	text := b.text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.t.Errorf("%s does not say %q:\n%.1500s", value[string](b, `location.pathname`), w, text)
		}
	}
}

// signOut ends the session.
func (b *tab) signOut() {
	b.t.Helper()
	value[any](b, `document.querySelector(".account").open = true`)
	b.follow("Sign out", "Sign in", ".account")
}
