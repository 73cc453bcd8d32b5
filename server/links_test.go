package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// TestLinksOverTheAPI makes, lists and withdraws links, and is refused what may not be.
func TestLinksOverTheAPI(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient := seed.ID("patient/rosa-delgado")
	path := "/api/v1/patients/" + patient + "/links"

	made := v.do("vega", http.MethodPost, path, object{"instrument": "essentials", "proof": "pin", "pin": "2749", "days": 3}, http.StatusCreated)
	code, address := made["code"].(string), made["url"].(string)
	if address != servertest.BaseURL+"/s#"+code || made["state"] != "not-opened" || made["language"] != "en" || made["kind"] != "self-screening" {
		t.Errorf("the new link = %v", made)
	}
	if made["expiresAt"] != v.Clock.Now().Add(3*24*time.Hour).Format(time.RFC3339) {
		t.Errorf("expiresAt = %v, want in three days", made["expiresAt"])
	}
	desk := v.do("vega", http.MethodPost, path, object{"kind": "kiosk"}, http.StatusCreated)
	if len(strings.ReplaceAll(desk["code"].(string), "-", "")) != 8 {
		t.Errorf("the desk's code = %v, want eight signs", desk["code"])
	}
	list := v.do("vega", http.MethodGet, path, nil, http.StatusOK)["items"].([]any)
	list = slices.DeleteFunc(list, func(l any) bool { return l.(object)["kind"] == "own-pages" }) // of the seed: the patient was asked
	if len(list) != 2 {
		t.Fatalf("%d links, want 2", len(list))
	}
	for _, l := range list {
		if l.(object)["code"] != nil || l.(object)["url"] != nil {
			t.Errorf("the list tells a code: %v", l)
		}
	}
	withdraw := "/api/v1/links/" + made["id"].(string) + "/withdraw"
	v.do("chan", http.MethodPost, withdraw, nil, http.StatusNotFound)
	for range 2 {
		if l := v.do("vega", http.MethodPost, withdraw, nil, http.StatusOK); l["state"] != "withdrawn" {
			t.Errorf("state = %v, want withdrawn", l["state"])
		}
	}

	for what, tt := range map[string]struct {
		body object
		want string
	}{
		"a guessable PIN":       {object{"instrument": "essentials", "proof": "pin", "pin": "1234"}, "pin"},
		"no PIN":                {object{"instrument": "essentials", "proof": "pin"}, "pin"},
		"no proof":              {object{"instrument": "essentials"}, "proof"},
		"too long":              {object{"instrument": "essentials", "proof": "pin", "pin": "2749", "days": 31}, "days"},
		"an unknown instrument": {object{"instrument": "none", "proof": "pin", "pin": "2749"}, "instrument"},
		"an unchecked language": {object{"instrument": "essentials", "proof": "pin", "pin": "2749", "language": "tlh"}, "language"},
		"an unknown kind":       {object{"kind": "picnic", "instrument": "essentials", "proof": "pin", "pin": "2749"}, "kind"},
	} {
		a := v.do("vega", http.MethodPost, path, tt.body, http.StatusBadRequest)
		found := false
		for _, e := range a["errors"].([]any) {
			found = found || e.(object)["name"] == tt.want
		}
		if !found {
			t.Errorf("%s is refused with %v, want %s named", what, a, tt.want)
		}
	}
	v.do("chan", http.MethodPost, path, object{"kind": "kiosk"}, http.StatusNotFound)
	v.do("chan", http.MethodGet, path, nil, http.StatusNotFound)
	if strings.Contains(v.Log.String(), strings.ReplaceAll(code, "-", "")) || strings.Contains(v.Log.String(), code) || strings.Contains(v.Log.String(), "2749") {
		t.Error("the log holds the code or the PIN")
	}
}
