package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// visit is one walk along the main path over the API.
type visit struct {
	t *testing.T
	*servertest.House
}

// do sends v as JSON, wants the status and answers with the decoded object.
func (v visit) do(as, method, path string, body any, status int) map[string]any {
	v.t.Helper()
	text := ""
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			v.t.Fatal(err)
		}
		text = string(b)
	}
	a := v.Do(v.t, as, method, path, text)
	if a.Status != status {
		v.t.Fatalf("%s %s as %s = %d, want %d: %s", method, path, as, a.Status, status, a.Body)
	}
	return a.JSON(v.t)
}

type object = map[string]any

var newPatient = object{
	"givenName": "Pilar", "familyName": "Quiroga", "birthDate": "1990-05-14", "phone": "(209) 555-0177",
	"address":   object{"line": "12 Orchard Way", "city": "Alder Falls", "state": "CA", "postalCode": "95351"},
	"languages": object{"spoken": "es", "written": "es"}, "contact": object{"safeToText": true},
}

// hungry answers the AHC HRSN core: food, rides and a shut-off threat.
var hungry = object{
	"/71802-3": []string{"LA31993-1"}, "/96778-6": []string{"LA9-3"}, "/88122-7": []string{"LA28397-0"},
	"/88123-5": []string{"LA6729-3"}, "/93030-5": []string{"LA33-6"}, "/96779-4": []string{"LA33-6"},
	"/95618-5": object{"absent": "asked-declined"},
}

// screened registers a patient and screens; it answers the patient's id and the needs by topic.
func (v visit) screened() (string, map[string]object) {
	v.t.Helper()
	p := v.do("vega", http.MethodPost, "/api/v1/patients", newPatient, http.StatusCreated)
	s := v.do("vega", http.MethodPost, "/api/v1/screenings", object{
		"patientId": p["id"], "instrument": "ahc-hrsn-core", "language": "es", "mode": "in-person", "answers": hungry,
	}, http.StatusCreated)
	needs := map[string]object{}
	for _, n := range s["needs"].([]any) {
		needs[n.(object)["topic"].(string)] = n.(object)
	}
	return p["id"].(string), needs
}

// consented wants help with food and permits the agency to know.
func (v visit) consented(patient string, need object, agency string) string {
	v.t.Helper()
	v.do("vega", http.MethodPatch, "/api/v1/needs/"+need["id"].(string), object{"wanted": true, "version": need["version"]}, http.StatusOK)
	c := v.do("vega", http.MethodPost, "/api/v1/consents", object{
		"patientId": patient, "recipients": object{"organizationIds": []string{agency}}, "needs": []any{need["domain"]},
		"fields": []string{"contact", "identity", "need", "notes"}, "method": "verbal",
		"signer": object{"name": "Pilar Quiroga", "relationship": "self"}, "language": "es",
	}, http.StatusCreated)
	return c["id"].(string)
}

// sent sends a food referral to the food bank.
func (v visit) sent() (patient, referral string) {
	v.t.Helper()
	patient, needs := v.screened()
	consent := v.consented(patient, needs["food"], seed.ID("valley-food-bank"))
	r := v.do("vega", http.MethodPost, "/api/v1/referrals", object{
		"patientId": patient, "needId": needs["food"]["id"], "serviceId": seed.ID("valley-food-bank/pantry"), "consentId": consent, "note": "Mornings are best.",
	}, http.StatusCreated)
	return patient, r["id"].(string)
}

// move moves the referral on at its present version.
func (v visit) move(as, id string, body object, status int) object {
	v.t.Helper()
	body["version"] = v.do(as, http.MethodGet, "/api/v1/referrals/"+id, nil, http.StatusOK)["version"]
	return v.do(as, http.MethodPost, "/api/v1/referrals/"+id+"/moves", body, status)
}

func TestMainPath(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, needs := v.screened()

	for _, topic := range []string{"food", "transportation", "utilities"} {
		if needs[topic] == nil {
			t.Errorf("no need of topic %s among %v", topic, needs)
		}
	}
	if needs["housing"] != nil || needs["safety"] != nil {
		t.Errorf("needs = %v, want none for housing, which is steady, nor for safety, which was declined", needs)
	}

	again := v.do("vega", http.MethodPost, "/api/v1/patients", newPatient, http.StatusConflict)
	if c, _ := again["candidates"].([]any); len(c) != 1 {
		t.Errorf("candidates of a likely duplicate = %v, want the one registered before", again["candidates"])
	}

	food := needs["food"]["id"].(string)
	matches := v.do("vega", http.MethodGet, "/api/v1/patients/"+patient+"/matches?need="+food, nil, http.StatusOK)["items"].([]any)
	if len(matches) == 0 {
		t.Fatal("no matches for food")
	}
	if reasons := matches[0].(object)["reasons"].([]any); len(reasons) == 0 {
		t.Error("the best match has no reasons")
	}

	agency, service := seed.ID("valley-food-bank"), seed.ID("valley-food-bank/pantry")
	send := object{"patientId": patient, "needId": food, "serviceId": service, "consentId": "none"}
	v.do("vega", http.MethodPatch, "/api/v1/needs/"+food, object{"wanted": true, "version": needs["food"]["version"]}, http.StatusOK)
	v.do("vega", http.MethodPost, "/api/v1/referrals", send, http.StatusUnprocessableEntity)
	needs["food"] = v.do("vega", http.MethodGet, "/api/v1/patients/"+patient+"/needs", nil, http.StatusOK)["items"].([]any)[0].(object)
	for _, n := range v.do("vega", http.MethodGet, "/api/v1/patients/"+patient+"/needs", nil, http.StatusOK)["items"].([]any) {
		if n.(object)["topic"] == "food" {
			needs["food"] = n.(object)
		}
	}
	send["consentId"] = v.consented(patient, needs["food"], seed.ID("bridgeway"))
	v.do("vega", http.MethodPost, "/api/v1/referrals", send, http.StatusUnprocessableEntity) // covers another agency
	for _, n := range v.do("vega", http.MethodGet, "/api/v1/patients/"+patient+"/needs", nil, http.StatusOK)["items"].([]any) {
		if n.(object)["topic"] == "food" {
			needs["food"] = n.(object)
		}
	}
	send["consentId"] = v.consented(patient, needs["food"], agency)
	r := v.do("vega", http.MethodPost, "/api/v1/referrals", send, http.StatusCreated)
	id := r["id"].(string)
	if turn := r["turn"].(object); turn["party"] != "agency" {
		t.Errorf("turn of a sent referral = %v, want the agency's", turn)
	}

	inbox := v.do("harris", http.MethodGet, "/api/v1/referrals?box=inbox&status=requested", nil, http.StatusOK)["items"].([]any)
	if !hasID(inbox, id) {
		t.Error("the referral is not in the agency's inbox")
	}
	for _, to := range []string{"acknowledged", "accepted", "in-progress"} {
		v.move("harris", id, object{"to": to}, http.StatusOK)
	}
	done := v.move("harris", id, object{"to": "completed", "outcome": "received-service"}, http.StatusOK)
	if done["settled"] != false {
		t.Error("a completed referral is settled before the patient was asked")
	}
	settled := v.do("vega", http.MethodPost, "/api/v1/referrals/"+id+"/confirmations",
		object{"received": "yes", "needResolved": true, "by": "patient"}, http.StatusOK)
	if settled["settled"] != true || settled["turn"] != nil {
		t.Errorf("after the confirmation settled = %v, turn = %v; want true and none", settled["settled"], settled["turn"])
	}
	if history := settled["history"].([]any); len(history) < 5 || history[0].(object)["by"] != "Inés Vega" {
		t.Errorf("history = %v, want each step with who", history)
	}
}

func hasID(items []any, id string) bool {
	for _, i := range items {
		if i.(object)["id"] == id {
			return true
		}
	}
	return false
}

func TestRejectedReferralGoesToTheNextBest(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, id := v.sent()
	v.move("harris", id, object{"to": "rejected"}, http.StatusBadRequest) // no reason
	r := v.move("harris", id, object{"to": "rejected", "reason": "no-capacity"}, http.StatusOK)
	if r["settled"] != false {
		t.Error("a rejected referral is settled although nobody chose what is next")
	}
	mine := v.do("vega", http.MethodGet, "/api/v1/referrals/"+id, nil, http.StatusOK)
	if turn := mine["turn"].(object); turn["party"] != "sender" {
		t.Errorf("turn after a rejection = %v, want the sender's", turn)
	}
	need := mine["need"].(object)["id"].(string)
	next := v.do("vega", http.MethodGet, "/api/v1/patients/"+patient+"/matches?need="+need, nil, http.StatusOK)["items"].([]any)
	for _, m := range next {
		if m.(object)["service"].(object)["organizationId"] == seed.ID("valley-food-bank") {
			t.Error("the agency that declined is proposed again")
		}
	}
}

func TestTwoPeopleDecideAtOnce(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	_, id := v.sent()
	version := v.do("harris", http.MethodGet, "/api/v1/referrals/"+id, nil, http.StatusOK)["version"]
	v.Token(t, "moreno") // signed in before the race
	answers := make(chan int, 2)
	for _, who := range []string{"harris", "moreno"} {
		go func() {
			body := fmt.Sprintf(`{"to":"accepted","version":%v}`, version)
			answers <- v.Send(t, http.MethodPost, "/api/v1/referrals/"+id+"/moves", body, http.Header{"Authorization": {"Bearer " + v.Token(t, who)}}).Status
		}()
	}
	if a, b := <-answers, <-answers; a+b != http.StatusOK+http.StatusConflict {
		t.Errorf("two accepts at once = %d and %d, want one 200 and one 409", a, b)
	}
}

func TestOverdueIsRemindedThenEscalated(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	_, id := v.sent()
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	v.Clock.Add(4 * 24 * time.Hour)
	if n, err := v.Referrals.ClimbLadder(ctx); err != nil || n == 0 {
		t.Errorf("ClimbLadder = %d, %v; want some", n, err)
	}
	for range 2 {
		v.Clock.Add(3 * 24 * time.Hour)
		if _, err := v.Referrals.ClimbLadder(ctx); err != nil {
			t.Errorf("ClimbLadder: %v", err)
		}
	}
	supervisor := identity.With(t.Context(), servertest.Account(t, "lindqvist").Actor())
	page, err := v.Referrals.Escalations(supervisor, "", 100)
	if err != nil {
		t.Fatalf("Escalations: %v", err)
	}
	found := false
	for _, view := range page.Items {
		found = found || view.ID == id
	}
	if !found {
		t.Error("the overdue referral did not reach the supervisor")
	}
}

func TestSearchForgivesTypos(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	for q, need := range map[string]string{"transpotation": "transportation-insecurity", "food pantri": "food-insecurity"} {
		items := v.do("vega", http.MethodGet, "/api/v1/services?q="+strings.ReplaceAll(q, " ", "+")+"&postalCode=95351", nil, http.StatusOK)["items"].([]any)
		if len(items) == 0 {
			t.Errorf("nothing found for %q", q)
			continue
		}
		if needs := fmt.Sprint(items[0].(object)["needs"]); !strings.Contains(needs, need) {
			t.Errorf("the best for %q serves %s, want %s", q, needs, need)
		}
	}
}

func TestSearchFilters(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	all := v.do("vega", http.MethodGet, "/api/v1/services", nil, http.StatusOK)["total"].(float64)
	for _, filter := range []string{"need=food-insecurity", "language=ar", "postalCode=95351&radiusKm=5", "openNow=true"} {
		got := v.do("vega", http.MethodGet, "/api/v1/services?"+filter, nil, http.StatusOK)["total"].(float64)
		if got == 0 || got >= all {
			t.Errorf("services with %s = %v of %v, want some but not all", filter, got, all)
		}
	}
}
