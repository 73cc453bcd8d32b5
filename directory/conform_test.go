package directory

import "testing"

func TestConform(t *testing.T) {
	s := Service{
		Email: "info@a.org, more@b.org", URL: "www.example.org", AssurerEmail: "ask us",
		Organization: &Organization{Email: "info@a.org\ufeff", Website: " https://a.org/x?y=1 ", URI: "https://[broken"},
		Schedules:    []Schedule{{Freq: "weekly", WkSt: "Monday"}, {Freq: "DAILY"}},
		ServiceAreas: []ServiceArea{{URI: "any words"}},
	}
	conform(&s)
	for name, pair := range map[string][2]string{
		"the first of two addresses": {s.Email, "info@a.org"}, "no scheme": {s.URL, ""}, "no address": {s.AssurerEmail, ""},
		"a mark behind the address": {s.Organization.Email, "info@a.org"}, "spaces around": {s.Organization.Website, "https://a.org/x?y=1"},
		"no address of a host": {s.Organization.URI, ""}, "another case": {s.Schedules[0].Freq, "WEEKLY"}, "no such day": {s.Schedules[0].WkSt, ""},
		"no such frequency": {s.Schedules[1].Freq, ""}, "no format": {s.ServiceAreas[0].URI, "any words"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s = %q, want %q", name, pair[0], pair[1])
		}
	}
}

func TestStreetsInTexts(t *testing.T) {
	find := streets([]Address{{Address1: "7 Hidden Lane", Address2: "Unit 4b (rear)"}, {Address1: "Downtown"}, {Address1: "1 A"}})
	for text, want := range map[string]string{
		"Come to 7  hidden lane at noon.": "Come to [address withheld] at noon.",
		"7 Hidden, Lane":                  "[address withheld]",
		"Ring at unit 4B (REAR).":         "Ring at [address withheld].",
		"Downtown, 1 A":                   "Downtown, 1 A", // tells nothing by itself
	} {
		if got := find.ReplaceAllString(text, withheld); got != want {
			t.Errorf("%q shows as %q, want %q", text, got, want)
		}
	}
	if streets([]Address{{Address1: "Main Street"}}) != nil {
		t.Error("a street without a number is looked for")
	}
}
