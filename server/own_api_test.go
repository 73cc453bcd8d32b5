package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

const ownAPI = "/api/v1/own"

// own sends a request as the holder of a session, and holds the answer against
// the description of the API.
func (v visit) own(token, method, path string, body object, want int) servertest.Answer {
	v.t.Helper()
	header, text := http.Header{}, ""
	if token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			v.t.Fatal(err)
		}
		text = string(b)
	}
	a := v.Send(v.t, method, ownAPI+path, text, header)
	if a.Status != want {
		v.t.Fatalf("%s %s = %d %s, want %d", method, path, a.Status, a.Body, want)
	}
	servertest.Hold(v.t, method, ownAPI+path, a)
	return a
}

// ownOpened opens a session of a link by code and PIN.
func (v visit) ownOpened(code string) string {
	v.t.Helper()
	locked := v.own("", http.MethodPost, "/enter", object{"code": code}, http.StatusOK).JSON(v.t)
	if locked["proof"] != "pin" || locked["language"] != "en" {
		v.t.Errorf("enter = %v, want a PIN asked for in English", locked)
	}
	return v.own("", http.MethodPost, "/unlock", object{"token": locked["token"], "pin": pin}, http.StatusOK).JSON(v.t)["token"].(string)
}

func TestPatientByTheAPI(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, referral := v.sent()
	_, code := v.ownLink(patient)
	token := v.ownOpened(code)
	get := func(path, want string) servertest.Answer {
		t.Helper()
		a := v.own(token, http.MethodGet, path, nil, http.StatusOK)
		if !strings.Contains(string(a.Body), want) {
			t.Errorf("GET %s = %s, want %q in it", path, a.Body, want)
		}
		return a
	}
	if a := get("/referrals", "Valley Food Bank"); a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control = %q, want that nothing is kept", a.Header.Get("Cache-Control"))
	}
	one := get("/referrals/"+referral, "Mornings are best.").JSON(t)
	if one["canWithdraw"] != true || one["canAnswer"] != false {
		t.Errorf("the referral = %v, want one that can be withdrawn and asks nothing yet", one)
	}
	v.own(token, http.MethodPost, "/referrals/"+referral+"/answer", object{"answer": "got"}, http.StatusConflict)
	v.own(token, http.MethodPost, "/referrals/"+referral+"/answer", object{"answer": "perhaps"}, http.StatusBadRequest)
	v.own(token, http.MethodPost, "/referrals/"+referral+"/withdraw", object{"version": 99}, http.StatusConflict)
	v.own(token, http.MethodPost, "/letters", object{"text": " "}, http.StatusBadRequest)
	v.own(token, http.MethodPost, "/letters", object{"texts": "x"}, http.StatusBadRequest)
	v.own(token, http.MethodPost, "/letters", object{"text": "When do they call me?"}, http.StatusCreated)
	get("/letters", "When do they call me?")

	v.done(referral)
	if got := v.own(token, http.MethodPost, "/referrals/"+referral+"/answer", object{"answer": "got"}, http.StatusOK).JSON(t); got["settled"] != "confirmed" {
		t.Errorf("the referral after the answer = %v, want it settled", got)
	}
	v.own(token, http.MethodPost, "/referrals/"+referral+"/withdraw", object{"version": 0}, http.StatusBadRequest)
	consents := get("/consents", "Valley").JSON(t)["items"].([]any)
	id := consents[0].(object)["id"].(string)
	if got := v.own(token, http.MethodPost, "/consents/"+id+"/end", nil, http.StatusOK).JSON(t); got["status"] != "revoked" {
		t.Errorf("the consent = %v, want it revoked", got)
	}
	v.delivered()
	get("/access", "referral.moved")
	all := get("/copy", "Pilar").JSON(t)
	for _, part := range []string{"needs", "screenings", "referrals", "consents", "letters", "access"} {
		if list, ok := all[part].([]any); !ok || len(list) == 0 {
			t.Errorf("the copy has no %s", part)
		}
	}
	v.own(token, http.MethodPost, "/leave", nil, http.StatusNoContent)
	v.own(token, http.MethodGet, "/referrals", nil, http.StatusUnauthorized)
}

func TestPatientTakesBackByTheAPI(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, referral := v.sent()
	_, code := v.ownLink(patient)
	token := v.ownOpened(code)
	version := v.own(token, http.MethodGet, "/referrals/"+referral, nil, http.StatusOK).JSON(t)["version"]
	got := v.own(token, http.MethodPost, "/referrals/"+referral+"/withdraw", object{"version": version}, http.StatusOK).JSON(t)
	if got["status"] != "cancelled" || got["reason"] != "withdrawn" {
		t.Errorf("the referral = %v, want it withdrawn", got)
	}
}

// TestWhatIsNotOnesOwn: what is another patient's does not exist, a link to
// questions opens no record, and neither does a session without its PIN, one
// that is over, or a cookie.
func TestWhatIsNotOnesOwn(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, referral := v.sent()
	_, code := v.ownLink(seed.ID("patient/rosa-delgado"))
	token := v.ownOpened(code)
	for _, path := range []string{"/referrals/" + referral, "/referrals/" + seed.ID("nobody")} {
		v.own(token, http.MethodGet, path, nil, http.StatusNotFound)
		v.own(token, http.MethodPost, path+"/withdraw", object{"version": 1}, http.StatusNotFound)
		v.own(token, http.MethodPost, path+"/answer", object{"answer": "got"}, http.StatusNotFound)
	}
	list := v.do("vega", http.MethodGet, "/api/v1/patients/"+patient+"/consents", nil, http.StatusOK)["items"].([]any)
	consent := list[0].(object)["id"].(string)
	v.own(token, http.MethodPost, "/consents/"+consent+"/end", nil, http.StatusNotFound)

	questions := v.do("vega", http.MethodPost, "/api/v1/patients/"+patient+"/links",
		object{"instrument": "essentials", "proof": "pin", "pin": pin, "language": "en"}, http.StatusCreated)
	v.own("", http.MethodPost, "/enter", object{"code": questions["code"]}, http.StatusNotFound)
	v.own("", http.MethodPost, "/enter", object{"code": "0000-0000-0000"}, http.StatusNotFound)
	v.own("", http.MethodPost, "/enter", object{"kode": "x"}, http.StatusBadRequest)
	v.own("", http.MethodPost, "/unlock", object{"token": "none", "pin": pin}, http.StatusUnauthorized)
	v.own("", http.MethodPost, "/text", object{"token": "none"}, http.StatusUnauthorized)

	_, second := v.ownLink(patient)
	locked := v.own("", http.MethodPost, "/enter", object{"code": second}, http.StatusOK).JSON(t)["token"].(string)
	v.own(locked, http.MethodGet, "/referrals", nil, http.StatusUnauthorized)
	cookie := http.Header{"Cookie": {"__Host-havenloop-patient=" + v.ownOpened(second)}}
	if a := v.Send(t, http.MethodGet, ownAPI+"/referrals", "", cookie); a.Status != http.StatusUnauthorized {
		t.Errorf("by a cookie = %d, want 401", a.Status)
	}
	header := http.Header{"Authorization": {"Bearer " + token}}
	if a := v.Send(t, http.MethodGet, "/api/v1/referrals", "", header); a.Status != http.StatusUnauthorized {
		t.Errorf("the rest of the API by a patient's token = %d, want 401", a.Status)
	}
	v.Clock.Add(21 * 60 * 1e9) // longer than a session rests
	v.own(token, http.MethodGet, "/referrals", nil, http.StatusUnauthorized)
}

func TestWrongPINsLockTheLinkInTheAPI(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, _ := v.sent()
	_, code := v.ownLink(patient)
	open := v.ownOpened(code)
	locked := v.own("", http.MethodPost, "/enter", object{"code": code}, http.StatusOK).JSON(t)["token"]
	last := http.StatusBadRequest
	for tries := 0; last == http.StatusBadRequest && tries < 20; tries++ {
		body, _ := json.Marshal(object{"token": locked, "pin": "1111"})
		a := v.Send(t, http.MethodPost, ownAPI+"/unlock", string(body), nil)
		servertest.Hold(t, http.MethodPost, ownAPI+"/unlock", a)
		last = a.Status
	}
	if last != http.StatusNotFound {
		t.Errorf("the last wrong PIN = %d, want 404: the link works no more", last)
	}
	v.own("", http.MethodPost, "/enter", object{"code": code}, http.StatusNotFound)
	v.own(open, http.MethodGet, "/referrals", nil, http.StatusUnauthorized)
}
