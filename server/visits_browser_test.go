package server_test

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/uuid"

	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// TestVisitIsMendedInTheBrowser sends visits with all kinds of mistakes and
// mends them on the pages, also from a page that somebody else was faster than.
func TestVisitIsMendedInTheBrowser(t *testing.T) {
	h := servertest.Open(t)
	vega := servertest.Account(t, "vega")
	send := func(as string, change func(map[string]any)) string {
		t.Helper()
		id, v := uuid.NewString(), wholeVisit()
		change(v)
		a := sendSealed(t, h, as, id, seal(t, h, envelope{vega.UserID, vega.OrganizationID, id, v}))
		if a.Status != http.StatusOK || a.JSON(t)["state"] != "attention" {
			t.Fatalf("visit = %d %s, want it to wait for attention", a.Status, a.Body)
		}
		return id
	}
	part := func(v map[string]any, name string) map[string]any { return v[name].(map[string]any) }
	wrong := send("vega", func(v map[string]any) {
		part(v, "screening")["answers"] = map[string]any{"/88122-7": []string{"no-such-answer"}, "/88123-5": []string{"LA28397-0"}, "/0-0": []string{"x"}}
		part(v, "consent")["signer"] = map[string]any{}
		v["weather"] = "rain"
	})
	gone := send("vega", func(v map[string]any) {
		part(v, "patient")["givenName"], part(v, "patient")["familyName"], part(v, "patient")["phone"] = "Ana", "Petrosyan", "415-555-0190"
		part(v, "patient")["birthDate"] = "1970-07-07"
		part(v, "referral")["serviceIds"] = []string{"gone"}
	})

	b := openTab(t, h, 360)
	b.signIn("vega")
	b.says("2 visits need you")
	b.follow("Look at it and send it on", "Visits", "main")
	b.follow("Lucía Okafor-Reyes", "Lucía Okafor-Reyes", "main")
	b.says("not one of the choices", "not part of the questionnaire", "who gave consent", "weather", "Waits")
	b.press("Often true", "main")
	b.press("Leave this answer out", `fieldset:has([name="answer:/0-0"])`)
	b.fill("Name of the person who agreed", "Lucía Okafor-Reyes")
	b.press("The person", "main")
	b.press("Send on", "main")
	b.until(`document.querySelector("main").innerText.includes("The visit is stored.") && !document.querySelector("[data-busy]")`)
	b.check()
	if got := h.Do(t, "vega", http.MethodGet, "/api/v1/visits/"+wrong, "").JSON(t)["state"]; got != "done" {
		t.Errorf("state after mending = %v, want done", got)
	}

	alike := send("vega", func(v map[string]any) { part(v, "patient")["givenName"] = "Lucia" })
	b.open("/visits/"+alike, "Lucia Okafor-Reyes")
	b.says("It is Lucía Okafor-Reyes", "It is a new person")
	b.fill("Look for the person by name", "Okafor")
	b.press("Look", "main")
	b.arrive("Lucia Okafor-Reyes")
	b.press("It is Lucía Okafor-Reyes", "main")
	b.press("Send on", "main")
	b.until(`document.querySelector("main").innerText.includes("already has an open referral") && !document.querySelector("[data-busy]")`)
	b.check()
	b.press("Leave the referral out", "main")
	b.press("Send on", "main")
	b.until(`document.querySelector("main").innerText.includes("The visit is stored.") && !document.querySelector("[data-busy]")`)

	b.open("/visits/"+gone, "Ana Petrosyan")
	b.says("not listed any more", "Choose another service")
	// Somebody else sets it aside and takes it up again meanwhile.
	state := h.Do(t, "vega", http.MethodGet, "/api/v1/visits/"+gone, "").JSON(t)
	for _, step := range []string{"setaside", "takeup"} {
		body := object{"version": state["version"]}
		if step == "setaside" {
			body["reason"] = "By mistake."
		}
		state = h.Do(t, "vega", http.MethodPost, "/api/v1/visits/"+gone+"/"+step, sealedJSON(t, body)).JSON(t)
	}
	b.do(chromedp.Click(chromedp.CSS(`label[for="service"]`)))
	chosen := value[string](b, `document.querySelector("[name=service]:checked").value`)
	b.press("Send on", "main")
	b.until(`document.querySelector("main .problems") && !document.querySelector("[data-busy]")`)
	b.check()
	b.says("Somebody changed this visit after you opened it")
	if got := value[string](b, `document.querySelector("[name=service]:checked")?.value ?? ""`); got != chosen {
		t.Errorf("after the conflict the choice is %q, want %q kept", got, chosen)
	}
	b.press("Send on", "main")
	b.until(`document.querySelector("main").innerText.includes("The visit is stored.") && !document.querySelector("[data-busy]")`)
	if chosen == seed.ID("gone") {
		t.Error("the service that is gone was offered")
	}

	last := send("bell", func(v map[string]any) { part(v, "patient")["birthDate"] = "1960-01-01" })
	b.signOut()
	b.signIn("lindqvist")
	b.open("/visits", "Visits")
	if h.Do(t, "lindqvist", http.MethodGet, "/api/v1/visits/"+last, "").Status == http.StatusNotFound {
		return // the other worker is of another organization, whose supervisor sees it
	}
	b.open("/visits/"+last, "")
	b.fill("Why", "It was sent twice.")
	b.press("Set aside", "main form:has([name=reason])")
	b.until(`document.querySelector("main").innerText.includes("Take it back") && !document.querySelector("[data-busy]")`)
	b.check()
	b.press("Take it back", "main")
	b.until(`document.querySelector("main").innerText.includes("The visit is back.") && !document.querySelector("[data-busy]")`)
	b.check()
}
