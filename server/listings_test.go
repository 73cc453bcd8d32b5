package server_test

import (
	"net/http"
	"testing"

	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// TestKeepingTheDirectoryTrue: the agency says how much room it has and that
// all is right, anybody of the network reports a mistake, and each refusal.
func TestKeepingTheDirectoryTrue(t *testing.T) {
	h := servertest.Open(t)
	own, other := "/api/v1/services/"+seed.ID("valley-food-bank/pantry"), "/api/v1/services/"+seed.ID("community-action/shutoff")
	for _, tt := range []struct {
		name, as, method, path, body string
		status                       int
	}{
		{"room in units", "moreno", "PATCH", own + "/capacity", `{"rooms":[{"unit":"boxes","available":3,"maximum":10}]}`, http.StatusOK},
		{"a status", "moreno", "PATCH", own + "/capacity", `{"capacity":"waitlist"}`, http.StatusOK},
		{"neither", "moreno", "PATCH", own + "/capacity", `{}`, http.StatusBadRequest},
		{"more free than there are", "moreno", "PATCH", own + "/capacity", `{"rooms":[{"unit":"boxes","available":11,"maximum":10}]}`, http.StatusBadRequest},
		{"an old version", "moreno", "PATCH", own + "/capacity", `{"capacity":"open","version":9999}`, http.StatusConflict},
		{"another agency's", "moreno", "PATCH", other + "/capacity", `{"capacity":"full"}`, http.StatusNotFound},
		{"agency staff may not", "harris", "PATCH", own + "/capacity", `{"capacity":"full"}`, http.StatusForbidden},
		{"nobody may not", "", "PATCH", own + "/capacity", `{"capacity":"full"}`, http.StatusUnauthorized},
		{"all is right", "moreno", "POST", own + "/verification", `{"how":"agency-said"}`, http.StatusOK},
		{"by hearsay", "moreno", "POST", own + "/verification", `{"how":"hearsay"}`, http.StatusBadRequest},
		{"for another agency", "moreno", "POST", other + "/verification", `{"how":"called"}`, http.StatusNotFound},
		{"the network for any", "park", "POST", other + "/verification", `{"how":"called"}`, http.StatusOK},
		{"a worker may not", "vega", "POST", own + "/verification", `{"how":"called"}`, http.StatusForbidden},
		{"a report", "vega", "POST", own + "/reports", `{"what":"phone","text":"It rings at a school."}`, http.StatusNoContent},
		{"a report of nothing", "vega", "POST", own + "/reports", `{"what":"colour"}`, http.StatusBadRequest},
		{"of no service", "vega", "POST", "/api/v1/services/none/reports", `{"what":"phone"}`, http.StatusNotFound},
	} {
		if a := h.Do(t, tt.as, tt.method, tt.path, tt.body); a.Status != tt.status {
			t.Errorf("%s: %s %s = %d %s, want %d", tt.name, tt.method, tt.path, a.Status, a.Body, tt.status)
		}
	}
	for path, want := range map[string]int{"/report/" + seed.ID("valley-food-bank/pantry"): http.StatusOK, "/report/none": http.StatusNotFound, "/admin/verify": http.StatusSeeOther} {
		if a := h.Send(t, "GET", path, "", http.Header{"Accept": {"text/html"}}); a.Status != want {
			t.Errorf("GET %s without signing in = %d, want %d", path, a.Status, want)
		}
	}
}

// TestReportsAreThrottled: neither the public page nor a signed-in user can
// flood the queue; what is refused costs nothing.
func TestReportsAreThrottled(t *testing.T) {
	h := servertest.Open(t)
	pantry := seed.ID("valley-food-bank/pantry")
	report := func(body string) int {
		return h.Do(t, "vega", "POST", "/api/v1/services/"+pantry+"/reports", body).Status
	}
	for range 30 {
		if got := report(`{"what":"colour"}`); got != http.StatusBadRequest {
			t.Fatalf("a report of nothing = %d, want %d", got, http.StatusBadRequest)
		}
	}
	for n := range 20 {
		if got := report(`{"what":"phone"}`); got != http.StatusNoContent {
			t.Fatalf("report %d = %d, want %d", n+1, got, http.StatusNoContent)
		}
	}
	a := h.Do(t, "vega", "POST", "/api/v1/services/"+pantry+"/reports", `{"what":"phone"}`)
	if a.Status != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("one more = %d, Retry-After %q, want %d and a time", a.Status, a.Header.Get("Retry-After"), http.StatusTooManyRequests)
	}
	visitor := newPhone(t, onTheWeb(t, h))
	page := "/report/" + pantry
	for range 5 {
		visitor.open(page).post(page, "what", "phone").at(page+"/thanks", "Thank you for the report")
	}
	visitor.open(page).post(page, "what", "phone").statusIs(http.StatusTooManyRequests, "You have sent many reports.")
	if visitor.header.Get("Retry-After") == "" {
		t.Error("the page says not when to try again")
	}
}
