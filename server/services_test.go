package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/server/servertest"
)

func TestSearchByOpeningHours(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	all := v.do("vega", http.MethodGet, "/api/v1/services?perPage=100", nil, http.StatusOK)["total"].(float64)
	known := v.do("vega", http.MethodGet, "/api/v1/services?openOn=tue&timeZone=America/Los_Angeles&perPage=100", nil, http.StatusOK)
	unknown := v.do("vega", http.MethodGet, "/api/v1/services?openOn=tue&timeZone=America/Los_Angeles&hoursUnknown=true&perPage=100", nil, http.StatusOK)
	n, m := known["total"].(float64), unknown["total"].(float64)
	if n == 0 || n+m > all {
		t.Errorf("%v services are open on Tuesday and %v may be, of %v; want some, and not more than there are", n, m, all)
	}
	for _, i := range known["items"].([]any) {
		if then, _ := i.(object)["openThen"].(object); then["open"] != true || then["from"] == nil {
			t.Errorf("openThen = %v, want open, and from when", then)
		}
	}
	for _, i := range unknown["items"].([]any) {
		if then := i.(object)["openThen"].(object); then["open"] != nil {
			t.Errorf("openThen of unknown hours = %v, want null", then)
		}
	}
	v.do("vega", http.MethodGet, "/api/v1/services?postalCode=95351&sort=distance&free=true&age=30&capacity=open,unknown", nil, http.StatusOK)
}

func TestSearchRefusesParameters(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	for query, field := range map[string]string{
		"openAt=tomorrow":                          "openAt",
		"openAt=2020-01-01T00:00:00Z":              "openAt",
		"openNow=true&openOn=sat&timeZone=UTC":     "openAt",
		"openOn=caturday&timeZone=UTC":             "openOn",
		"openOn=sat&openPart=teatime&timeZone=UTC": "openOn",
		"openPart=evening":                         "openPart",
		"openOn=sat":                               "timeZone",
		"openOn=sat&timeZone=Mars/Olympus":         "timeZone",
		"openOn=sat&timeZone=Local":                "timeZone",
		"hoursUnknown=true":                        "hoursUnknown",
		"hoursUnknown=perhaps&openNow=true":        "hoursUnknown",
		"sort=random":                              "sort",
		"capacity=some":                            "capacity",
		"free=maybe":                               "free",
		"age=old":                                  "age",
		"age=-1":                                   "age",
		"opened=true":                              "opened",
	} {
		problem := v.do("vega", http.MethodGet, "/api/v1/services?"+query, nil, http.StatusBadRequest)
		errors, _ := problem["errors"].([]any)
		if len(errors) == 0 || !strings.Contains(jsonText(errors), `"`+field+`"`) {
			t.Errorf("GET /services?%s: errors = %v, want one for %s", query, errors, field)
		}
	}
	if a := v.Do(t, "", http.MethodGet, "/api/v1/services", ""); a.Status != http.StatusUnauthorized {
		t.Errorf("GET /services as nobody = %d, want 401", a.Status)
	}
}
