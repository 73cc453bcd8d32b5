package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/server/servertest"
)

// TestInstrumentImport takes in a questionnaire over the API, screens with it
// and takes it out of use.
func TestInstrumentImport(t *testing.T) {
	h := servertest.Open(t)
	const (
		path = "/api/v1/instruments"
		q    = `{"resourceType":"Questionnaire","id":"own","url":"urn:own","version":"1","title":"Own","item":[
			{"linkId":"a","text":"Enough food?","type":"boolean"},{"linkId":"b","text":"Weight","type":"quantity"},{"linkId":"c","text":"Day","type":"date"}]}`
		rules = `{"questionnaire":"urn:own|1","version":"own-1","topics":[{"topic":"food","questions":["a"],"positive":[{"any":[{"linkId":"a","codes":["false"]}]}]}]}`
	)
	tests := []struct {
		name, as, method, path, body string
		status                       int
		want                         string
	}{
		{"dry run", "park", "POST", path + "?dryRun=true", `{"questionnaire":` + q + `,"rules":` + rules + `}`, 200, `"change":"new"`},
		{"a dry run stores nothing", "park", "GET", path + "/own", "", 404, ""},
		{"dry run of what is refused", "park", "POST", path + "?dryRun=true", `{"questionnaire":` + strings.Replace(q, "boolean", "url", 1) + `}`, 200, `"linkId":"a"`},
		{"refused", "park", "POST", path, `{"questionnaire":` + strings.Replace(q, "boolean", "url", 1) + `}`, 400, "questionnaire.item.a"},
		{"wrong flag", "park", "POST", path + "?dryRun=perhaps", `{"questionnaire":` + q + `}`, 400, "dryRun"},
		{"import", "park", "POST", path, `{"questionnaire":` + q + `,"rules":` + rules + `}`, 200, `"change":"new"`},
		{"import again", "park", "POST", path, `{"questionnaire":` + q + `,"rules":` + rules + `}`, 200, `"change":"nothing"`},
		{"the questionnaire", "vega", "GET", path + "/own", "", 200, `"urn:own"`},
		{"its rules", "vega", "GET", path + "/own/rules", "", 200, `"own-1"`},
		{"rules of a shipped one", "vega", "GET", path + "/essentials/rules", "", 200, `"topics"`},
		{"rules of none", "vega", "GET", path + "/no-such/rules", "", 404, ""},
		{"no version to retire", "park", "PATCH", path + "/own", `{"version":"9","retired":true}`, 404, ""},
		{"retire", "park", "PATCH", path + "/own", `{"version":"1","retired":true}`, 200, `"retired":true`},
		{"retired", "vega", "GET", path + "/own", "", 404, ""},
		{"in use again", "park", "PATCH", path + "/own", `{"version":"1","retired":false}`, 200, `"own"`},
	}
	for _, tt := range tests {
		a := h.Do(t, tt.as, tt.method, tt.path, tt.body)
		if a.Status != tt.status || !strings.Contains(string(a.Body), tt.want) {
			t.Errorf("%s: %s %s = %d %.300s, want %d with %q", tt.name, tt.method, tt.path, a.Status, a.Body, tt.status, tt.want)
		}
	}
	if a := h.Do(t, "vega", http.MethodPost, path, `{}`); a.Status != http.StatusForbidden {
		t.Errorf("import by a worker = %d, want 403", a.Status)
	}
}
