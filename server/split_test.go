package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// TestTwoPartsOfANeed lets two parts of one need go two ways, each to its own end.
func TestTwoPartsOfANeed(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, first := v.sent()
	need := v.do("vega", http.MethodGet, "/api/v1/referrals/"+first, nil, http.StatusOK)["need"].(object)["id"].(string)
	at := "/api/v1/needs/" + need
	n := v.do("vega", http.MethodGet, at, nil, http.StatusOK)
	split := object{"part": "Meals at school", "rest": "Food for the week", "version": n["version"]}
	v.do("vega", http.MethodPost, at+"/parts", object{"part": " ", "version": n["version"]}, http.StatusBadRequest)
	v.do("vega", http.MethodPost, at+"/parts", object{"part": "x", "version": 99}, http.StatusConflict)
	v.do("chan", http.MethodPost, at+"/parts", split, http.StatusNotFound)
	v.do("harris", http.MethodPost, at+"/parts", split, http.StatusForbidden)
	part := v.do("vega", http.MethodPost, at+"/parts", split, http.StatusCreated)
	v.do("vega", http.MethodPost, "/api/v1/needs/"+part["id"].(string)+"/parts", object{"part": "y", "version": part["version"]}, http.StatusUnprocessableEntity)

	consent := v.do("vega", http.MethodGet, "/api/v1/referrals/"+first, nil, http.StatusOK)["consentId"]
	second := v.do("vega", http.MethodPost, "/api/v1/referrals", object{
		"patientId": patient, "needId": part["id"], "serviceId": seed.ID("valley-food-bank/pantry"), "consentId": consent,
	}, http.StatusCreated)["id"].(string)
	if told := v.do("harris", http.MethodGet, "/api/v1/referrals/"+second, nil, http.StatusOK)["need"].(object); told["part"] != "Meals at school" {
		t.Errorf("the agency is told of %v, want the part", told)
	}
	v.move("harris", second, object{"to": "accepted"}, http.StatusOK)
	v.move("harris", second, object{"to": "completed", "outcome": "received-service"}, http.StatusOK)
	v.do("vega", http.MethodPost, "/api/v1/referrals/"+second+"/confirmations", object{"received": "yes", "needResolved": true, "by": "patient"}, http.StatusOK)
	met := v.do("vega", http.MethodGet, "/api/v1/needs/"+part["id"].(string), nil, http.StatusOK)
	going := v.do("vega", http.MethodGet, at, nil, http.StatusOK)
	if met["status"] != "met" || going["status"] != "in-progress" {
		t.Errorf("part %v, the rest %v; want one met and the other in progress", met["status"], going["status"])
	}
	if r := v.do("vega", http.MethodGet, "/api/v1/referrals/"+first, nil, http.StatusOK); r["turn"] == nil {
		t.Error("the first referral has no turn any more")
	}

	p := v.staff(onTheWeb(t, v.House), "vega")
	page := "/patients/" + patient + "/needs/" + need
	p.open(page).statusIs(http.StatusOK, "Food for the week", "Make two needs of it")
	p.post(page+"/split", "part", "", "rest", "Groceries").statusIs(http.StatusBadRequest, "Say in a few words what the new need is about.", "Groceries")
	p.open(page).post(page+"/split", "part", "Baby formula", "rest", "")
	if !strings.Contains(p.path, "/needs/") || strings.HasSuffix(p.path, "/split") || !p.shows("Baby formula") {
		t.Errorf("at %s, want the page of the new need", p.path)
	}
	p.open("/patients/"+patient).statusIs(http.StatusOK, "Baby formula", "Meals at school")
}
