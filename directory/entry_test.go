package directory

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/docstore"
)

// oneListing is a service at one physical place in San Francisco.
func oneListing() listing {
	return listing{
		doc: ServiceDoc{Meta: docstore.Meta{ID: "s"}, Service: Service{
			ID: "s", Name: "Food Pantry", Status: Active, ServiceAtLocations: []ServiceAtLocation{{ID: "sl", LocationID: "l"}},
		}, Coverage: Coverage{Areas: []string{"county:06075"}}},
		org: OrganizationDoc{Meta: docstore.Meta{ID: "o"}, Organization: Organization{ID: "o", Name: "Mission"}},
		locations: map[string]LocationDoc{"l": {Meta: docstore.Meta{ID: "l"}, TimeZone: "America/Los_Angeles", Location: Location{
			ID: "l", LocationType: Physical, Addresses: []Address{{PostalCode: "94109", City: "San Francisco", AddressType: Physical}},
		}}},
	}
}

func TestTheNarrowestCounts(t *testing.T) {
	at := func(hour string) []Schedule {
		return []Schedule{{ByDay: "MO", OpensAt: hour + ":00", ClosesAt: "23:00"}}
	}
	tests := []struct {
		name                 string
		place, service, site []Schedule
		opens                int
	}{
		{"service_at_location first", at("07"), at("08"), at("09"), 7},
		{"then service", nil, at("08"), at("09"), 8},
		{"then location", nil, nil, at("09"), 9},
	}
	for _, tt := range tests {
		l := oneListing()
		l.doc.Service.ServiceAtLocations[0].Schedules, l.doc.Service.Schedules = tt.place, tt.service
		loc := l.locations["l"]
		loc.Location.Schedules = tt.site
		l.locations["l"] = loc
		h := l.entries(DefaultCrosswalk())[0].Hours
		for hour := 6; hour < 11; hour++ {
			want := Closed
			if hour >= tt.opens {
				want = Open
			}
			if got := h.At(time.Date(2026, 11, 23, hour, 30, 0, 0, zone(t, "America/Los_Angeles"))); got != want {
				t.Errorf("%s: at %d:30 = %v, want %v", tt.name, hour, got, want)
			}
		}
	}
	phones := func(n string) []Phone {
		return []Phone{{Number: "fax " + n, Type: "fax"}, {Number: n, Extension: number(12)}}
	}
	l := oneListing()
	l.org.Organization.Phones = phones("4")
	sp := func() spot { return l.spots()[0] }
	if got := l.phone(sp()); got != "4 ext. 12" {
		t.Errorf("phone of the organization = %q", got)
	}
	loc := l.locations["l"]
	loc.Location.Phones = phones("3")
	l.locations["l"] = loc
	l.doc.Service.Phones = phones("2")
	if got := l.phone(sp()); got != "2 ext. 12" {
		t.Errorf("phone of the service before the location's = %q", got)
	}
	l.doc.Service.ServiceAtLocations[0].Phones = phones("1")
	if got := l.phone(sp()); got != "1 ext. 12" {
		t.Errorf("phone of the service at the location = %q", got)
	}
}

func TestEntries(t *testing.T) {
	tests := []struct {
		name   string
		change func(*listing)
		got    func(Entry) any
		want   any
	}{
		{"a ZIP code gives a point", nil, func(e Entry) any { return e.Point != nil }, true},
		{"a confidential place has none", func(l *listing) { l.doc.Confidential = true }, func(e Entry) any { return e.Point == nil && e.City == "" && e.PostalCode == "" }, true},
		{"a virtual place has none", func(l *listing) {
			loc := l.locations["l"]
			loc.Location.LocationType = Virtual
			l.locations["l"] = loc
		}, func(e Entry) any { return e.Point == nil && e.Virtual }, true},
		{"attending by phone is virtual", func(l *listing) {
			l.doc.Service.Schedules = []Schedule{{AttendingType: "In person or by phone"}}
		}, func(e Entry) any { return e.Virtual }, true},
		{"areas of the service", nil, func(e Entry) any { return e.Areas }, []string{"county:06075"}},
		{"areas of the place first", func(l *listing) { l.doc.PlaceCoverage = map[string]Coverage{"sl": {Areas: []string{"state:06"}}} }, func(e Entry) any { return e.Statewide }, true},
		{"county-wide is not statewide", nil, func(e Entry) any { return e.Statewide }, false},
		{"words for its needs", func(l *listing) { l.doc.Needs = []NeedMapping{{Domain: "food-insecurity"}} }, func(e Entry) any { return e.Keywords[0] }, "food"},
		{"languages of service and place, each once", func(l *listing) {
			l.doc.Service.Languages = []Language{{Code: "spa"}, {Name: "nonsense"}}
			loc := l.locations["l"]
			loc.Location.Languages = []Language{{Name: "Spanish"}, {Name: "Vietnamese"}}
			l.locations["l"] = loc
		}, func(e Entry) any { return e.Languages }, []string{"es", "vi"}},
		{"without a place it is the service", func(l *listing) { l.doc.Service.ServiceAtLocations = nil }, func(e Entry) any { return e.ID }, "s"},
		{"verified", func(l *listing) { l.doc.Service.AssuredDate = "2026-01-02" }, func(e Entry) any { return e.VerifiedAt }, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)},
	}
	for _, tt := range tests {
		l := oneListing()
		if tt.change != nil {
			tt.change(&l)
		}
		es := l.entries(DefaultCrosswalk())
		if len(es) != 1 {
			t.Fatalf("%s: %d entries, want 1", tt.name, len(es))
		}
		if d := cmp.Diff(tt.want, tt.got(es[0])); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, d)
		}
	}
	for name, gone := range map[string]func(*listing){
		"defunct":                    func(l *listing) { l.doc.Service.Status = Defunct },
		"of an organization no more": func(l *listing) { l.org = OrganizationDoc{} },
		"no service":                 func(l *listing) { *l = listing{} },
	} {
		l := oneListing()
		gone(&l)
		if got := l.entries(DefaultCrosswalk()); len(got) != 0 {
			t.Errorf("%s: %d entries, want none", name, len(got))
		}
	}
}

func TestCardsRememberOpenness(t *testing.T) {
	l := oneListing()
	l.doc.Service.Schedules = []Schedule{weekdays}
	p := newCard(l, DefaultCrosswalk(), monday).places[0]
	for _, tt := range []struct {
		at   time.Time
		want bool
	}{{monday, true}, {monday.Add(time.Hour), true}, {monday.Add(7 * time.Hour), false}, {monday.Add(-2 * time.Hour), false}, {monday.Add(24 * time.Hour), true}} {
		if got := p.show(tt.at).OpenNow; got == nil || *got != tt.want {
			t.Errorf("open at %v = %v, want %v", tt.at, got, tt.want)
		}
	}
	if got := newCard(oneListing(), DefaultCrosswalk(), monday).places[0].show(monday).OpenNow; got != nil {
		t.Errorf("open without hours = %v, want unknown", *got)
	}
}

func TestShorten(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"short", "short"}, {"two words here", "two words…"}, {"Wordwithoutend", "Wordwithou…"}, {"ääääääääää", "äääää…"},
	} {
		if got := shorten(tt.in, 10); got != tt.want {
			t.Errorf("shorten(%q, 10) = %q, want %q", tt.in, got, tt.want)
		}
	}
}
