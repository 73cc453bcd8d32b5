package feed_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
)

func TestTables(t *testing.T) {
	h := open(t)
	r := h.take(small())
	if got := *r.Counts["service"]; got != (directory.ImportCounts{New: 1}) {
		t.Fatalf("services: %+v", got)
	}
	list := h.found()
	if len(list) != 1 {
		t.Fatalf("found %d services", len(list))
	}
	s := list[0]
	if s.Organization.Name != "Mission & Pantry" || s.Organization.Description != "We feed people." || s.Organization.Website != "https://www.example.org" {
		t.Errorf("organization = %+v", s.Organization)
	}
	if s.Description != "" || s.EligibilityDescription != "Ages 18 and older" || s.MinimumAge == nil || *s.MinimumAge != 18 {
		t.Errorf("service = %+v", s)
	}
	at := s.ServiceAtLocations[0]
	if lat := at.Location.Latitude; lat == nil || *lat != 37.77 {
		t.Errorf("latitude = %v, want the pair turned", lat)
	}
	if a := at.Location.Addresses[0]; a.Address2 != "Suite 2, Door B" || a.AddressType != directory.Physical || a.Country != "US" {
		t.Errorf("address = %+v", a)
	}
	var phones []string
	for _, p := range at.Phones {
		phones = append(phones, p.Number+" "+p.Type)
	}
	if d := cmp.Diff([]string{"(415) 555-0100 ", "(415) 555-0101 fax"}, phones); d != "" || *at.Phones[0].Extension != 12 {
		t.Errorf("phones of the place (-want +got):\n%s", d)
	}
	if len(at.Schedules) != 2 || at.Schedules[0].ByDay != "MO,TU,WE" || at.Schedules[0].OpensAt != "09:00" || at.Schedules[0].Freq != "WEEKLY" {
		t.Errorf("schedules = %+v", at.Schedules)
	}
	if len(at.Schedules) == 2 && (at.Schedules[1].ByDay != "" || at.Schedules[1].Description != "ask us") {
		t.Errorf("hours that cannot be read = %+v, want them as text", at.Schedules[1])
	}
	if len(s.ServiceAreas) != 1 || len(s.Languages) != 1 || s.Languages[0].Name != "Spanish" {
		t.Errorf("areas %v, languages %v", s.ServiceAreas, s.Languages)
	}
	for _, want := range []struct {
		file string
		row  int
		rule string
	}{
		{"organizations.csv", 2, "html-entities"}, {"organizations.csv", 2, "html-tags"}, {"organizations.csv", 2, "web-address"},
		{"locations.csv", 2, "swapped"}, {"services.csv", 2, "placeholder"}, {"phones.csv", 2, "several-in-one"}, {"phones.csv", 2, "extension"},
		{"regular_schedules.csv", 2, "days"}, {"regular_schedules.csv", 2, "times"}, {"regular_schedules.csv", 3, "unreadable"},
	} {
		if !h.told(want.file, want.row, want.rule) {
			t.Errorf("the report has no line %q for %s row %d", want.rule, want.file, want.row)
		}
	}
}

func TestGoodRowsLoadAlthoughOthersFail(t *testing.T) {
	h := open(t)
	files := small()
	files["services.csv"] += "s2,nobody,Orphan,,active,\ns3,o1,,,active,\n\"s4,o1,broken\n"
	files["organizations.csv"] += "o2,,nameless,\n"
	r := h.take(files)
	if got := r.Counts["service"]; got.New != 1 || got.Refused < 2 {
		t.Errorf("services: %+v", got)
	}
	if r.Refused < 3 || !h.told("organizations.csv", 3, "no-name") || !h.told("service", 0, "no-organization") {
		t.Errorf("refused %d; lines: %v", r.Refused, h.lines)
	}
}

// TestEveryOldColumnIsKnown: the small package has no column that is dropped.
func TestEveryOldColumnIsKnown(t *testing.T) {
	h := open(t)
	h.take(small())
	for _, l := range h.lines {
		if l.Rule == "unknown-column" && l.Column != "id" {
			t.Errorf("%s: column %s is dropped", l.File, l.Column)
		}
	}
}
