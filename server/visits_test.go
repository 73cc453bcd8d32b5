package server_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"

	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// envelope is what a device seals: the header, and what is inside.
type envelope struct {
	sub, org, jti string
	visit         any
}

// seal seals a visit with the server's key, as a device does.
func seal(t testing.TB, h *servertest.House, e envelope) string {
	t.Helper()
	keys, err := h.Sealed.PublicKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(keys[0])
	if err != nil {
		t.Fatal(err)
	}
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(b); err != nil {
		t.Fatal(err)
	}
	o := (&jose.EncrypterOptions{}).WithType("visit+jwe").WithHeader("sub", e.sub).WithHeader("org", e.org).WithHeader("jti", e.jti)
	enc, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.RSA_OAEP_256, Key: &key}, o)
	if err != nil {
		t.Fatal(err)
	}
	text, ok := e.visit.(string)
	if !ok {
		b, err := json.Marshal(e.visit)
		if err != nil {
			t.Fatal(err)
		}
		text = string(b)
	}
	jwe, err := enc.Encrypt([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	compact, err := jwe.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

// sealedJSON is v as JSON.
func sealedJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// sendSealed sends an envelope to the API as the person.
func sendSealed(t testing.TB, h *servertest.House, as, key, compact string) servertest.Answer {
	t.Helper()
	header := http.Header{"Content-Type": {"application/jose"}, "Idempotency-Key": {key}}
	if as != "" {
		header.Set("Authorization", "Bearer "+h.Token(t, as))
	}
	return h.Send(t, http.MethodPost, "/api/v1/visits", compact, header)
}

// wholeVisit is a visit with every part, by somebody new.
func wholeVisit() map[string]any {
	return map[string]any{
		"patient": map[string]any{"givenName": "Lucía", "familyName": "Okafor-Reyes", "birthDate": "1991-02-03", "phone": "415-555-0188", "address": map[string]any{"postalCode": "94110"}},
		"screening": map[string]any{
			"instrument": "essentials", "language": "en", "mode": "in-person",
			"answers": map[string]any{"/88122-7": []string{"LA28397-0"}, "/88123-5": []string{"LA28397-0"}},
		},
		"wanted": map[string]any{"food": true},
		"consent": map[string]any{
			"recipients": map[string]any{"class": "network-agencies"}, "needs": []string{"food-insecurity"},
			"fields": []string{"contact", "identity", "need"}, "method": "verbal",
			"signer": map[string]any{"name": "Lucía Okafor-Reyes", "relationship": "self"}, "language": "en",
		},
		"referral": map[string]any{"topic": "food", "serviceIds": []string{seed.ID("valley-food-bank/pantry")}},
	}
}

func TestSealedVisitIsCarriedOut(t *testing.T) {
	h := servertest.Open(t)
	vega := servertest.Account(t, "vega")
	id := uuid.NewString()
	sealed := seal(t, h, envelope{vega.UserID, vega.OrganizationID, id, wholeVisit()})
	first := sendSealed(t, h, "vega", id, sealed)
	servertest.Hold(t, http.MethodPost, "/api/v1/visits", first)
	got := first.JSON(t)
	if first.Status != http.StatusOK || got["state"] != "done" || got["id"] != id || got["patientId"] == "" || got["screeningId"] == "" {
		t.Fatalf("sealed visit = %d %s", first.Status, first.Body)
	}
	again := sendSealed(t, h, "vega", id, sealed)
	if again.Status != http.StatusOK || !bytes.Equal(again.Body, first.Body) {
		t.Errorf("the same again = %d %s, want the first answer", again.Status, again.Body)
	}
	a := h.Do(t, "vega", http.MethodGet, "/api/v1/patients/"+got["patientId"].(string)+"/referrals", "")
	if n := len(a.JSON(t)["items"].([]any)); n != 1 {
		t.Errorf("the patient has %d referrals, want 1", n)
	}
}

func TestSealedVisitIsRefusedWhenItCannotBeOpened(t *testing.T) {
	h := servertest.Open(t)
	vega := servertest.Account(t, "vega")
	id := uuid.NewString()
	sealed := seal(t, h, envelope{vega.UserID, vega.OrganizationID, id, wholeVisit()})
	tests := []struct {
		name, as, key, body string
		status              int
		reason              string
	}{
		{"by nobody", "", id, sealed, 401, ""},
		{"by an agency", "harris", id, sealed, 403, ""},
		{"under another number", "vega", uuid.NewString(), sealed, 400, ""},
		{"without a number", "vega", "", sealed, 400, ""},
		{"damaged", "vega", id, sealed[:len(sealed)-3] + "AAA", 422, "broken"},
		{"no envelope", "vega", id, "hello", 422, "broken"},
		{"too large", "vega", id, strings.Repeat("a", 600<<10), 413, ""},
	}
	for _, test := range tests {
		a := sendSealed(t, h, test.as, test.key, test.body)
		got, _ := a.JSON(t)["reason"].(string)
		if a.Status != test.status || got != test.reason {
			t.Errorf("envelope %s = %d reason %q, want %d %q: %s", test.name, a.Status, got, test.status, test.reason, a.Body)
		}
	}
}

// Bounds of what a phone takes along, in bytes.
const (
	dayMost       = 300 << 10
	dayMostPacked = 100 << 10
)

func TestDayToTakeAlong(t *testing.T) {
	h := servertest.Open(t)
	header := http.Header{"Authorization": {"Bearer " + h.Token(t, "vega")}}
	a := h.Send(t, http.MethodGet, "/offline/day", "", header)
	day := a.JSON(t)
	if a.Status != http.StatusOK {
		t.Fatalf("day = %d %s", a.Status, a.Body)
	}
	for _, list := range []string{"patients", "instruments", "topics", "services", "consents", "helpLines"} {
		if l, _ := day[list].([]any); len(l) == 0 {
			t.Errorf("the day has no %s", list)
		}
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(a.Body)
	_ = z.Close()
	if len(a.Body) > dayMost || packed.Len() > dayMostPacked {
		t.Errorf("the day has %d bytes, %d packed, want at most %d and %d", len(a.Body), packed.Len(), dayMost, dayMostPacked)
	}
	t.Logf("day: %d bytes, %d packed, %d services", len(a.Body), packed.Len(), len(day["services"].([]any)))
	header.Set("If-None-Match", a.Header.Get("ETag"))
	if again := h.Send(t, http.MethodGet, "/offline/day", "", header); again.Status != http.StatusNotModified || len(again.Body) > 0 {
		t.Errorf("the same day again = %d, want 304", again.Status)
	}
	for name, status := range map[string]int{"": 401, "harris": 403, "park": 403} {
		header := http.Header{}
		if name != "" {
			header.Set("Authorization", "Bearer "+h.Token(t, name))
		}
		if a := h.Send(t, http.MethodGet, "/offline/day", "", header); a.Status != status {
			t.Errorf("day as %q = %d, want %d", name, a.Status, status)
		}
	}
}

func TestVisitIsMendedThroughTheAPI(t *testing.T) {
	h := servertest.Open(t)
	vega := servertest.Account(t, "vega")
	id := uuid.NewString()
	visit := wholeVisit()
	visit["referral"].(map[string]any)["serviceIds"] = []string{"no-such-service"}
	a := sendSealed(t, h, "vega", id, seal(t, h, envelope{vega.UserID, vega.OrganizationID, id, visit}))
	servertest.Hold(t, http.MethodPost, "/api/v1/visits", a)
	if a.Status != http.StatusOK || a.JSON(t)["state"] != "attention" {
		t.Fatalf("visit with a service that is gone = %d %s", a.Status, a.Body)
	}
	list := h.Do(t, "vega", http.MethodGet, "/api/v1/visits?state=attention", "").JSON(t)["items"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["id"] != id {
		t.Fatalf("visits that wait = %v, want the one", list)
	}
	path := "/api/v1/visits/" + id
	seen := h.Do(t, "vega", http.MethodGet, path, "").JSON(t)
	version := seen["version"]
	visit = seen["visit"].(map[string]any)
	visit["referral"].(map[string]any)["serviceIds"] = []string{seed.ID("valley-food-bank/pantry")}
	body := func(version any, more map[string]any) string {
		more["version"] = version
		return sealedJSON(t, more)
	}
	for _, test := range []struct {
		name, as, method, path, body string
		status                       int
	}{
		{"without a version", "vega", http.MethodPatch, path, body(0, map[string]any{"visit": visit}), 400},
		{"no visit", "vega", http.MethodPatch, path, body(version, map[string]any{"visit": "x"}), 400},
		{"an unknown part", "vega", http.MethodPatch, path, body(version, map[string]any{"visit": map[string]any{"x": 1}}), 400},
		{"a stale version", "vega", http.MethodPatch, path, body(version.(float64)-1, map[string]any{"visit": visit}), 409},
		{"by a colleague", "bell", http.MethodPatch, path, body(version, map[string]any{"visit": visit}), 404},
		{"by a stranger", "harris", http.MethodGet, path, "", 403},
		{"an unknown state", "vega", http.MethodGet, "/api/v1/visits?state=lost", "", 400},
		{"aside without a reason", "vega", http.MethodPost, path + "/setaside", body(version, map[string]any{"reason": " "}), 400},
		{"taken up although not aside", "vega", http.MethodPost, path + "/takeup", body(version, map[string]any{}), 409},
		{"passed on although our own", "vega", http.MethodPost, path + "/passon", body(version, map[string]any{}), 409},
		{"read by the supervisor", "lindqvist", http.MethodGet, path, "", 200},
		{"mended", "vega", http.MethodPatch, path, body(version, map[string]any{"visit": visit}), 200},
		{"mended again", "vega", http.MethodPatch, path, body(version, map[string]any{"visit": visit}), 409},
	} {
		if a := h.Do(t, test.as, test.method, test.path, test.body); a.Status != test.status {
			t.Errorf("%s = %d, want %d: %s", test.name, a.Status, test.status, a.Body)
		}
	}
	if got := h.Do(t, "vega", http.MethodGet, path, "").JSON(t)["state"]; got != "done" {
		t.Errorf("state after mending = %v, want done", got)
	}
}
