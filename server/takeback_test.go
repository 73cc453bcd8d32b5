package server_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/havenloop/havenloop/server/servertest"
)

// TestAnAnswerIsTakenBackByTheAPI tries the operation and each way in which it
// is refused.
func TestAnAnswerIsTakenBackByTheAPI(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	_, id := v.sent()
	at := "/api/v1/referrals/" + id
	version := func() any { return v.do("harris", http.MethodGet, at, nil, http.StatusOK)["version"] }
	back := func(as string, body object, status int) object {
		t.Helper()
		return v.do(as, http.MethodPost, at+"/take-back", body, status)
	}
	back("harris", object{"version": version()}, http.StatusConflict) // nothing was answered
	seen := v.do("harris", http.MethodGet, at, nil, http.StatusOK)["turn"].(object)
	v.move("harris", id, object{"to": "accepted"}, http.StatusOK)
	if got := v.do("harris", http.MethodGet, at, nil, http.StatusOK); got["takeBackUntil"] == nil {
		t.Error("the agency is not told until when it may take its answer back")
	}
	v.Clock.Add(10 * time.Minute)
	back("harris", object{"version": 1}, http.StatusConflict)
	back("harris", object{}, http.StatusConflict)
	back("vega", object{"version": version()}, http.StatusForbidden)
	back("patel", object{"version": version()}, http.StatusNotFound)
	got := back("moreno", object{"version": version()}, http.StatusOK) // a colleague
	turn := got["turn"].(object)
	if got["status"] != "requested" || turn["due"] != seen["due"] || turn["since"] != seen["since"] || got["takeBackUntil"] != nil {
		t.Errorf("taken back: %v, turn %v; want it as sent, and due when it was", got["status"], turn)
	}
	back("harris", object{"version": version()}, http.StatusConflict) // nothing is left to take back
}

// TestUndoOnPages: an agency undoes its answer on the referral's page, with an
// account and by link.
func TestUndoOnPages(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	_, id := v.sent()
	site := onTheWeb(t, v.House)
	page := "/referrals/" + id
	agency, worker := v.staff(site, "harris"), v.staff(site, "vega")
	agency.open(page).post(page+"/moves", "to", "accepted").at(page, "Accepted", "Was that a slip?", "Undo")
	if worker.open(page); worker.shows("Was that a slip?") {
		t.Error("the sender is offered to undo the agency's answer")
	}
	worker.post(page+"/take-back", "version", "2").statusIs(http.StatusForbidden)
	agency.open(page).post(page+"/take-back", "version", "1").statusIs(http.StatusConflict)
	agency.open(page).post(page+"/take-back").at(page, "Your answer is taken back", "Taken back: Accepted")
	agency.post(page+"/take-back").statusIs(http.StatusConflict, "There is no answer of yours")
	agency.open(page).post(page+"/moves", "to", "accepted")
	v.Clock.Add(15 * time.Minute)
	if agency.open(page); agency.shows("Was that a slip?") {
		t.Error("the answer can be taken back for too long")
	}
}

func TestUndoByLink(t *testing.T) {
	v, _, code := deserted(t)
	p := v.unlocked(newPhone(t, onTheWeb(t, v.House)), code)
	p.open("/a/referral").post("/a/moves", "to", "rejected", "rejected.reason", "no-capacity").at("/a/referral", "Was that a slip?")
	p.post("/a/take-back").at("/a/referral", "Your answer is taken back", "Accept")
	p.post("/a/take-back", "version", "3").statusIs(http.StatusConflict, "There is no answer of yours")
}
