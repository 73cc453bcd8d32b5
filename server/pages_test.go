package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// TestPagesOpen opens every page of staff once, of records that exist where the
// address names any: no page lacks what it is made from.
func TestPagesOpen(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	patient, referral := v.sent()
	r := v.do("vega", http.MethodGet, "/api/v1/referrals/"+referral, nil, http.StatusOK)
	link, _ := v.ownLink(patient)
	task := v.raised(referrals.TaskTalk, referral, patient, "")
	fill := strings.NewReplacer(
		"/patients/:id", "/patients/"+patient, ":need", r["need"].(object)["id"].(string), ":consent", r["consentId"].(string), ":link", link, "/tasks/:id", "/tasks/"+task,
		"/referrals/:id", "/referrals/"+referral, "/services/:id", "/services/"+seed.ID("valley-food-bank/pantry"),
		"/organizations/:id", "/organizations/"+seed.ID("valley-food-bank"), "/listing/:id", "/listing/"+seed.ID("valley-food-bank/pantry"),
		"/gave", "/gave?service="+seed.ID("valley-food-bank/pantry"), "/report/:id", "/report/"+seed.ID("valley-food-bank/pantry"), "/verify/:id", "/verify/"+seed.ID("valley-food-bank/pantry"),
	)
	for _, route := range v.Server.Routes() {
		part, _, _ := strings.Cut(strings.TrimPrefix(route.Path, "/"), "/")
		switch {
		case route.Method != http.MethodGet, route.Path == "/live", route.Path == "/visits/key":
			continue
		}
		switch part {
		case "api", "fhir", "hsds", "s", "p", "a", "static", "healthz", "readyz", "metrics":
			continue
		}
		as, people := "", []string{"lindqvist", "moreno", "park"}
		if route.Permission == identity.UsersManage {
			people = people[1:] // a supervisor manages people, but no agency
		}
		for _, name := range people {
			if as == "" && (identity.Actor{Role: servertest.Account(t, name).Role}).May(route.Permission) {
				as = name
			}
		}
		path := fill.Replace(route.Path)
		a := v.Send(t, http.MethodGet, path, "", http.Header{"Authorization": {"Bearer " + v.Token(t, as)}, "Accept": {"text/html"}})
		unknown := strings.Contains(path, ":") && a.Status == http.StatusNotFound             // a record that the county has none of
		if a.Status >= http.StatusBadRequest && !unknown && a.Status != http.StatusConflict { // a page of a step that was taken
			t.Errorf("GET %s as %s = %d", path, as, a.Status)
		}
	}
}
