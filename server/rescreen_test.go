package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

func TestNetworkSettings(t *testing.T) {
	h := servertest.Open(t)
	read := h.Do(t, "harris", "GET", "/api/v1/network/settings", "")
	if read.Status != http.StatusOK || read.JSON(t)["version"] != 0.0 || !strings.Contains(string(read.Body), "1-800-799-7233") {
		t.Fatalf("settings of a new network = %d %s, want the defaults", read.Status, read.Body)
	}
	tests := []struct {
		name, as, body string
		status         int
		want           string
	}{
		{"a worker may not", "vega", `{"version":0,"rescreen":{"afterDays":90,"afterPositiveDays":14,"atDischarge":false}}`, 403, "role"},
		{"no days", "park", `{"version":0,"rescreen":{"afterDays":0,"afterPositiveDays":14,"atDischarge":false}}`, 400, "rescreen.afterDays"},
		{"an instrument that is not there", "park", `{"version":0,"selfInstrument":"none"}`, 400, "selfInstrument"},
		{"what is named is changed", "park", `{"version":0,"rescreen":{"afterDays":90,"afterPositiveDays":14,"atDischarge":false}}`, 200, `"afterDays":90`},
		{"the rest stays", "park", `{"version":1,"selfLanguages":[{"instrument":"essentials","language":"es"}]}`, 200, `"afterDays":90`},
		{"another admin was faster", "park", `{"version":1,"helpLines":[]}`, 409, "in the meantime"},
	}
	for _, tt := range tests {
		a := h.Do(t, tt.as, "PATCH", "/api/v1/network/settings", tt.body)
		if a.Status != tt.status || !strings.Contains(string(a.Body), tt.want) {
			t.Errorf("%s = %d %s, want %d with %q", tt.name, a.Status, a.Body, tt.status, tt.want)
		}
	}
}

// TestDueForScreening follows a patient who is screened, leaves a program and
// is put off, through the API and the job's door.
func TestDueForScreening(t *testing.T) {
	h := servertest.Open(t)
	created := h.Do(t, "vega", "POST", "/api/v1/patients", `{"givenName":"Nadia","familyName":"Quist","birthDate":"1971-02-03"}`)
	id := created.JSON(t)["id"].(string)
	path := "/api/v1/patients/" + id + "/rescreening"
	if a := h.Do(t, "vega", "GET", path, ""); a.Status != 200 || a.JSON(t)["due"] != nil || a.JSON(t)["version"] != 0.0 {
		t.Errorf("a patient never screened = %d %s, want nothing due", a.Status, a.Body)
	}
	screen := fmt.Sprintf(`{"patientId":%q,"instrument":"essentials","answers":{"/88122-7":["LA28397-0"]}}`, id)
	if a := h.Do(t, "vega", "POST", "/api/v1/screenings", screen); a.Status != 201 {
		t.Fatalf("screening = %d %s", a.Status, a.Body)
	}
	if err := h.Relay.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	a := h.Do(t, "vega", "GET", path, "")
	due, _ := a.JSON(t)["due"].(map[string]any)
	if due["on"] != "2026-04-17" || due["why"] != "positive" || strings.Contains(string(a.Body), "food") {
		t.Errorf("after a need was found = %s, want due on April 17, and no topic named", a.Body)
	}
	tests := []struct {
		name, as, body string
		status         int
		want           string
	}{
		{"an agency may not", "harris", `{"dischargedOn":"2026-03-18","version":1}`, 403, ""},
		{"another clinic does not see it", "chan", `{"dischargedOn":"2026-03-18","version":1}`, 404, ""},
		{"a date that is none", "vega", `{"dischargedOn":"soon","version":1}`, 400, "dischargedOn"},
		{"put off without a reason", "vega", `{"putOff":{"until":"2026-06-01"},"version":1}`, 400, "putOff.reason"},
		{"another version", "vega", `{"dischargedOn":"2026-03-18","version":7}`, 409, ""},
		{"discharged tomorrow", "vega", `{"dischargedOn":"2026-03-19","version":1}`, 200, `"discharge"`},
		{"put off", "vega", `{"putOff":{"until":"2026-03-25","reason":"Rests at her sister's"},"version":2}`, 200, `"on":"2026-03-25"`},
		{"taken back", "vega", `{"putOff":{"until":""},"version":3}`, 200, `"on":"2026-03-19"`},
	}
	for _, tt := range tests {
		if a := h.Do(t, tt.as, "PATCH", path, tt.body); a.Status != tt.status || !strings.Contains(string(a.Body), tt.want) {
			t.Errorf("%s = %d %s, want %d with %q", tt.name, a.Status, a.Body, tt.status, tt.want)
		}
	}
	if n, err := h.Screening.TellDue(t.Context()); err != nil || n < 1 {
		t.Errorf("the job marked %d, %v, want one at least", n, err)
	}
	if n, err := h.Screening.TellDue(t.Context()); err != nil || n != 0 {
		t.Errorf("the job marked %d the second time, %v, want none", n, err)
	}
	mine := h.Do(t, "vega", "GET", "/api/v1/rescreenings?mine=true&limit=1", "")
	items, _ := mine.JSON(t)["items"].([]any)
	if mine.Status != 200 || len(items) != 1 {
		t.Fatalf("my list = %d %s, want one patient", mine.Status, mine.Body)
	}
	first := items[0].(map[string]any)["patientId"].(string)
	if a := h.Do(t, "chan", "GET", "/api/v1/rescreenings", ""); a.Status != 200 || strings.Contains(string(a.Body), first) {
		t.Errorf("the list of another clinic = %d %s, want the patient not in it", a.Status, a.Body)
	}
	if a := h.Do(t, "vega", "GET", "/api/v1/rescreenings?limit=0", ""); a.Status != 400 {
		t.Errorf("a page of nobody = %d, want 400", a.Status)
	}
}

// TestNeedAfterANegativeScreening reads a need and what changed, and keeps the
// need although it was not found again.
func TestNeedAfterANegativeScreening(t *testing.T) {
	h := servertest.Open(t)
	patient := seed.ID("patient/rosa-delgado")
	screen := func(answers string) map[string]any {
		a := h.Do(t, "vega", "POST", "/api/v1/screenings", fmt.Sprintf(`{"patientId":%q,"instrument":"hunger-vital-sign","answers":%s}`, patient, answers))
		if a.Status != 201 {
			t.Fatalf("screening = %d %s", a.Status, a.Body)
		}
		h.Clock.Add(time.Minute)
		return a.JSON(t)
	}
	found := screen(`{"/88122-7":["LA28397-0"],"/88123-5":["LA28397-0"]}`)
	gone := screen(`{"/88122-7":["LA28398-8"],"/88123-5":["LA28398-8"]}`)
	a := h.Do(t, "vega", "GET", "/api/v1/screenings/"+gone["id"].(string), "")
	if changes := fmt.Sprint(a.JSON(t)["changes"]); !strings.Contains(changes, "gone") || !strings.Contains(changes, found["id"].(string)) {
		t.Errorf("changes = %v, want food gone since the screening before", changes)
	}
	need := found["needs"].([]any)[0].(map[string]any)
	path := "/api/v1/needs/" + need["id"].(string)
	now := h.Do(t, "vega", "GET", path, "").JSON(t)
	if now["proposedToClose"] == nil || len(now["history"].([]any)) < 2 {
		t.Errorf("need = %v, want a proposal to close and a history", now)
	}
	for _, tt := range []struct {
		name, as, body string
		status         int
	}{
		{"an agency may not", "harris", `{"keep":true,"version":%v}`, 403},
		{"both at once", "vega", `{"keep":true,"wanted":true,"version":%v}`, 400},
		{"neither", "vega", `{"version":%v}`, 400},
		{"kept", "vega", `{"keep":true,"version":%v}`, 200},
		{"read before", "vega", `{"keep":true,"version":%v}`, 409},
	} {
		if a := h.Do(t, tt.as, "PATCH", path, fmt.Sprintf(tt.body, now["version"])); a.Status != tt.status {
			t.Errorf("%s = %d %s, want %d", tt.name, a.Status, a.Body, tt.status)
		}
	}
	kept := h.Do(t, "vega", "GET", path, "").JSON(t)
	if history := kept["history"].([]any); kept["proposedToClose"] != nil || history[len(history)-1].(map[string]any)["why"] != "kept" {
		t.Errorf("need = %v, want no proposal and a note that it was kept", kept)
	}
	if a := h.Do(t, "vega", "PATCH", path, fmt.Sprintf(`{"keep":true,"version":%v}`, kept["version"])); a.Status != 422 {
		t.Errorf("kept without a proposal = %d %s, want 422", a.Status, a.Body)
	}
	if a := h.Do(t, "chan", "GET", path, ""); a.Status != 404 {
		t.Errorf("need of another clinic = %d, want 404", a.Status)
	}
}
