package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

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
	if _, err := v.Referrals.ClimbLadder(ctx); err != nil {
		t.Fatal(err)
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
