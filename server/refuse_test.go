package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

const nobody = "00000000-0000-4000-8000-000000000000"

// TestBadInputIsRefused tries what clients get wrong; each answer is a 4xx
// problem whose sentence says what, and the patient stays as it was.
func TestBadInputIsRefused(t *testing.T) {
	h := servertest.Open(t)
	patient := seed.ID("patient/rosa-delgado")
	screen := func(answers string) string {
		return fmt.Sprintf(`{"patientId":%q,"instrument":"ahc-hrsn-core","answers":%s}`, patient, answers)
	}
	tests := []struct {
		name, as, method, path, body string
		status                       int
		want                         string // must occur in the answer
	}{
		{"malformed JSON", "vega", "POST", "/api/v1/patients", `{"givenName":`, 400, "could not be read"},
		{"text behind the JSON", "vega", "POST", "/api/v1/patients/search", `{"name":"x"} {}`, 400, "behind the end"},
		{"unknown field", "vega", "POST", "/api/v1/patients", `{"surname":"X"}`, 400, `"surname"`},
		{"value of another type", "vega", "POST", "/api/v1/patients", `{"givenName":7}`, 400, `"givenName"`},
		{"a list for an object", "vega", "POST", "/api/v1/patients", `[]`, 400, "of type object"},
		{"text for a list", "vega", "POST", "/api/v1/referrals", `{"serviceIds":"x"}`, 400, "of type array"},
		{"body too large", "vega", "POST", "/api/v1/patients", `{"givenName":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "at most 1 MB"},
		{"all wrong fields at once", "vega", "POST", "/api/v1/patients", `{"givenName":"","familyName":"","birthDate":"2026-02-30"}`, 400, `"familyName"`},
		{"birth date in the future", "vega", "POST", "/api/v1/patients", `{"givenName":"A","familyName":"B","birthDate":"2027-01-01"}`, 400, `"birthDate"`},
		{"search by nothing", "vega", "POST", "/api/v1/patients/search", `{}`, 400, "invalid"},

		{"unknown instrument", "vega", "POST", "/api/v1/screenings", `{"patientId":"` + patient + `","instrument":"none","answers":{}}`, 400, "no such questionnaire"},
		{"unknown question", "vega", "POST", "/api/v1/screenings", screen(`{"/1-1":["LA33-6"]}`), 400, "answers./1-1"},
		{"answer not in the instrument", "vega", "POST", "/api/v1/screenings", screen(`{"/71802-3":["LA33-6"]}`), 400, "answers./71802-3"},
		{"none of the above together with others", "vega", "POST", "/api/v1/screenings", screen(`{"/96778-6":["LA9-3","LA31996-4"]}`), 400, "answers./96778-6"},
		{"two answers where one is allowed", "vega", "POST", "/api/v1/screenings", screen(`{"/71802-3":["LA31993-1","LA31994-9"]}`), 400, "answers./71802-3"},
		{"unknown reason for no answer", "vega", "POST", "/api/v1/screenings", screen(`{"/71802-3":{"absent":"maybe"}}`), 400, "answers./71802-3"},
		{"screening of nobody", "vega", "POST", "/api/v1/screenings", `{"patientId":"` + nobody + `","instrument":"ahc-hrsn-core","answers":{}}`, 404, "does not exist"},

		{"unknown need domain in a search", "vega", "GET", "/api/v1/services?need=money", "", 400, `"need"`},
		{"unknown parameter", "vega", "GET", "/api/v1/services?color=red", "", 400, `"color"`},
		{"page zero", "vega", "GET", "/api/v1/services?page=0", "", 400, `"page"`},
		{"ZIP code that does not exist", "vega", "GET", "/api/v1/services?postalCode=00000", "", 400, `"postalCode"`},
		{"latitude that is none", "vega", "GET", "/api/v1/services?lat=north&lng=1", "", 400, `"lat"`},
		{"service that does not exist", "vega", "GET", "/api/v1/services/" + nobody, "", 404, "does not exist"},

		{"consent to an unknown need", "vega", "POST", "/api/v1/consents", `{"patientId":"` + patient + `","recipients":{"class":"network-agencies"},"needs":["money"],"fields":["need"],"method":"verbal","signer":{"name":"R","relationship":"self"},"language":"en"}`, 400, `"needs"`},
		{"consent to nobody", "vega", "POST", "/api/v1/consents", `{"patientId":"` + patient + `","recipients":{},"needs":["food-insecurity"],"fields":["need"],"method":"verbal","signer":{"name":"R","relationship":"self"},"language":"en"}`, 400, `"recipients"`},
		{"verbal consent about violence", "vega", "POST", "/api/v1/consents", `{"patientId":"` + patient + `","recipients":{"organizationIds":["` + seed.ID("harbor-house") + `"]},"needs":["intimate-partner-violence"],"fields":["need"],"method":"verbal","signer":{"name":"R","relationship":"self"},"language":"en"}`, 422, "must be written"},
		{"unknown status in a list", "vega", "GET", "/api/v1/referrals?status=lost", "", 400, `"status"`},
		{"page marker of another list", "vega", "GET", "/api/v1/referrals?cursor=abc", "", 400, "page marker"},

		{"wrong password", "", "POST", "/api/v1/auth/login", `{"email":"vega@alder-health.example.org","password":"not the password"}`, 401, "login"},
		{"unknown user", "", "POST", "/api/v1/auth/login", `{"email":"nobody@example.org","password":"not the password"}`, 401, "login"},
		{"refresh token that is none", "", "POST", "/api/v1/auth/refresh", `{"refreshToken":"x"}`, 401, "login"},
		{"no such address", "vega", "GET", "/api/v1/nothing", "", 404, "nothing at this address"},
	}
	before := h.Do(t, "vega", "GET", "/api/v1/patients/"+patient+"/needs", "").Body
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.Do(t, tt.as, tt.method, tt.path, tt.body)
			if a.Status != tt.status || !strings.Contains(string(a.Body), tt.want) {
				t.Errorf("%s %s = %d %s, want %d with %q", tt.method, tt.path, a.Status, a.Body, tt.status, tt.want)
			}
			if kind := a.Header.Get("Content-Type"); kind != "application/problem+json" {
				t.Errorf("content type = %q, want application/problem+json", kind)
			}
		})
	}
	if after := h.Do(t, "vega", "GET", "/api/v1/patients/"+patient+"/needs", "").Body; string(after) != string(before) {
		t.Error("a refused request changed the patient's needs")
	}
}

func TestContentTypeMustBeJSON(t *testing.T) {
	h := servertest.Open(t)
	a := h.Send(t, "POST", "/api/v1/patients/search", "name=x", http.Header{
		"Authorization": {"Bearer " + h.Token(t, "vega")}, "Content-Type": {"application/x-www-form-urlencoded"},
	})
	if a.Status != http.StatusBadRequest || !strings.Contains(string(a.Body), "Content-Type") {
		t.Errorf("a form sent to the API = %d %s, want 400 that names the header", a.Status, a.Body)
	}
}

func TestReferralsRefuse(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, id := v.sent()
	get := func(as string) object { return v.do(as, http.MethodGet, "/api/v1/referrals/"+id, nil, http.StatusOK) }

	v.do("vega", http.MethodPost, "/api/v1/referrals/"+id+"/moves", object{"to": "accepted", "version": get("vega")["version"]}, http.StatusForbidden)
	v.do("patel", http.MethodGet, "/api/v1/referrals/"+id, nil, http.StatusNotFound)
	v.do("patel", http.MethodPost, "/api/v1/referrals/"+id+"/moves", object{"to": "accepted", "version": 1}, http.StatusNotFound)
	v.do("chan", http.MethodGet, "/api/v1/patients/"+patient, nil, http.StatusNotFound)
	v.do("harris", http.MethodGet, "/api/v1/patients/"+patient, nil, http.StatusForbidden)
	v.do("harris", http.MethodPost, "/api/v1/referrals/"+id+"/moves", object{"to": "flying", "version": 1}, http.StatusBadRequest)

	stale := get("harris")["version"]
	v.move("harris", id, object{"to": "acknowledged"}, http.StatusOK)
	a := v.do("harris", http.MethodPost, "/api/v1/referrals/"+id+"/moves", object{"to": "accepted", "version": stale}, http.StatusConflict)
	if a["detail"] == "" {
		t.Error("a stale version is refused without a sentence")
	}
	v.move("harris", id, object{"to": "completed", "outcome": "received-service"}, http.StatusConflict) // not from acknowledged

	need := get("vega")["need"].(object)["id"]
	consent := get("vega")["consentId"]
	v.do("vega", http.MethodPost, "/api/v1/referrals", object{"patientId": patient, "needId": need, "serviceId": nobody, "consentId": consent}, http.StatusNotFound)
	v.do("vega", http.MethodPost, "/api/v1/referrals", object{"patientId": patient, "needId": need, "serviceId": seed.ID("valley-food-bank/pantry"), "consentId": consent}, http.StatusConflict) // already open there

	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	gone, err := v.Directory.ServiceByID(ctx, seed.ID("valley-food-bank/mobile"))
	if err != nil {
		t.Fatal(err)
	}
	gone.Service.Status = "defunct"
	if _, err := v.Directory.PutService(ctx, gone); err != nil {
		t.Fatal(err)
	}
	v.do("vega", http.MethodPost, "/api/v1/referrals", object{"patientId": patient, "needId": need, "serviceId": gone.ID, "consentId": consent}, http.StatusUnprocessableEntity)
}

func TestRevokedConsentWorksOnTheNextRequest(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	_, id := v.sent()
	mine := v.do("vega", http.MethodGet, "/api/v1/referrals/"+id, nil, http.StatusOK)
	if v.do("harris", http.MethodGet, "/api/v1/referrals/"+id, nil, http.StatusOK)["patient"] == nil {
		t.Fatal("the agency does not see the patient although the consent says so")
	}
	v.do("vega", http.MethodPost, "/api/v1/consents/"+mine["consentId"].(string)+"/revoke", nil, http.StatusOK)
	a := v.Do(t, "harris", http.MethodGet, "/api/v1/referrals/"+id, "")
	var seen object
	if err := json.Unmarshal(a.Body, &seen); err != nil {
		t.Fatal(err)
	}
	if seen["status"] != "withdrawn" || seen["patient"] != nil || strings.Contains(string(a.Body), "Quiroga") {
		t.Errorf("after the consent ended the agency sees %s, want id, dates and withdrawn", a.Body)
	}
	if err := v.Relay.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if mine = v.do("vega", http.MethodGet, "/api/v1/referrals/"+id, nil, http.StatusOK); mine["status"] != "cancelled" || mine["reason"] != "consent-ended" {
		t.Errorf("referral after the consent ended = %v %v, want cancelled, consent-ended", mine["status"], mine["reason"])
	}
}

func TestIdempotencyKey(t *testing.T) {
	h := servertest.Open(t)
	send := func(body string) servertest.Answer {
		return h.Send(t, "POST", "/api/v1/patients", body, http.Header{"Authorization": {"Bearer " + h.Token(t, "vega")}, "Idempotency-Key": {"k1"}})
	}
	const body = `{"givenName":"Nadia","familyName":"Quist","birthDate":"1971-02-03"}`
	first, again := send(body), send(body)
	if first.Status != http.StatusCreated || again.Status != http.StatusCreated || first.JSON(t)["id"] != again.JSON(t)["id"] {
		t.Errorf("the same request twice = %d and %d, want 201 and the same patient", first.Status, again.Status)
	}
	if other := send(strings.Replace(body, "Nadia", "Nina", 1)); other.Status != http.StatusUnprocessableEntity {
		t.Errorf("the key with another body = %d %s, want 422", other.Status, other.Body)
	}
	if long := h.Send(t, "POST", "/api/v1/patients", body, http.Header{
		"Authorization": {"Bearer " + h.Token(t, "vega")}, "Idempotency-Key": {strings.Repeat("k", 256)},
	}); long.Status != http.StatusBadRequest {
		t.Errorf("a key of 256 characters = %d, want 400", long.Status)
	}
}

func TestNothingPersonalIsLogged(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	v.sent()
	v.Do(t, "vega", http.MethodPost, "/api/v1/patients/search", `{"name":"Quiroga"}`)
	v.Send(t, http.MethodGet, "/api/v1/services?q=Quiroga", "", http.Header{"Authorization": {"Bearer " + v.Token(t, "vega")}})
	v.Send(t, http.MethodPost, "/api/v1/auth/login", `{"email":"quiroga@example.org","password":"Quiroga"}`, nil)
	for _, secret := range []string{"Quiroga", "quiroga", "0177", "Orchard", "1990-05-14", servertest.Password, v.Token(t, "vega")} {
		if strings.Contains(v.Log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(v.Log.String(), "route=/api/v1/referrals") {
		t.Error("the log does not name routes")
	}
}

func TestMachineRoutes(t *testing.T) {
	h := servertest.Open(t)
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 200, "/api/openapi.json": 200} {
		if a := h.Send(t, "GET", path, "", nil); a.Status != want {
			t.Errorf("GET %s = %d, want %d", path, a.Status, want)
		}
	}
	if a := h.Send(t, "GET", "/metrics", "", http.Header{"X-Forwarded-For": {"203.0.113.7"}}); a.Status != http.StatusNotFound {
		t.Errorf("GET /metrics from elsewhere = %d, want 404", a.Status)
	}
	run := http.Header{"Havenloop-Arg": {"user", "list"}}
	if a := h.Send(t, "POST", "/control/run", "", run); a.Status != http.StatusNotFound {
		t.Errorf("POST /control/run without the token = %d, want 404", a.Status)
	}
	run.Set("Authorization", "Bearer "+servertest.ControlToken)
	if a := h.Send(t, "POST", "/control/run", "", run); a.Status != http.StatusOK || string(a.Body) != "user list" {
		t.Errorf("POST /control/run = %d %s, want the command carried out", a.Status, a.Body)
	}
	for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"} {
		if a := h.Send(t, "GET", "/signin", "", nil); a.Header.Get(name) == "" {
			t.Errorf("pages come without %s", name)
		}
	}
}

// TestHeadIsGetWithoutBody: monitors and link checkers ask with HEAD.
func TestHeadIsGetWithoutBody(t *testing.T) {
	h := servertest.Open(t)
	server := httptest.NewServer(h.Handler)
	defer server.Close()
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/signin": 200, "/hsds/services": 200, "/api/v1/me": 401, "/nothing": 404} {
		a, err := http.Head(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		if a.StatusCode != want {
			t.Errorf("HEAD %s = %d, want %d", path, a.StatusCode, want)
		}
	}
}
