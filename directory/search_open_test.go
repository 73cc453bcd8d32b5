package directory_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
)

// openWorld has four services in San Francisco: on weekdays, on Saturday
// evening, on Saturday evening but for the one after Thanksgiving, and one
// without hours.
func openWorld(t *testing.T) *world {
	w := pantryWorld(t)
	more := func(id string, schedules ...directory.Schedule) {
		w.put(pantry(func(s *directory.ServiceDoc) {
			s.Service.ID, s.Service.Name, s.Service.Schedules = id, "Food Pantry "+id, schedules
			s.Service.ServiceAtLocations = []directory.ServiceAtLocation{{ID: id + "@p1", LocationID: "p1"}}
		}))
	}
	evening := directory.Schedule{Freq: "WEEKLY", ByDay: "SA", OpensAt: "18:00", ClosesAt: "20:00"}
	more("evening", evening)
	more("holiday", evening, directory.Schedule{DTStart: "2026-11-28", Until: "2026-11-28", Closed: true})
	more("silent")
	w.drain()
	return w
}

func TestSearchOpenAt(t *testing.T) {
	w := openWorld(t)
	la, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	sat := func(part directory.DayPart) *directory.OpenOn { return &directory.OpenOn{Day: "sat", Part: part} }
	tuesday := time.Date(2026, 11, 24, 10, 0, 0, 0, la)
	tests := []struct {
		name string
		in   directory.Search
		want []string
	}{
		{"now", directory.Search{OpenNow: true}, []string{"food"}},
		{"now or not, nobody knows", directory.Search{OpenNow: true, HoursUnknown: true}, []string{"silent"}},
		{"at an instant", directory.Search{OpenAt: &tuesday}, []string{"food"}},
		{"Saturday evening in the zone of the ZIP code", directory.Search{OpenOn: sat(directory.Evening), PostalCode: "94109"}, []string{"evening"}},
		{"Saturday evening in the zone given", directory.Search{OpenOn: sat(directory.Evening), Zone: la}, []string{"evening"}},
		{"the zone of the ZIP code counts before", directory.Search{OpenOn: sat(directory.Evening), PostalCode: "94109", Zone: time.UTC}, []string{"evening"}},
		{"Saturday morning", directory.Search{OpenOn: sat(directory.Morning), Zone: la}, []string{}},
		{"any time of Saturday", directory.Search{OpenOn: sat(""), Zone: la}, []string{"evening"}},
		{"unknown apart", directory.Search{OpenOn: sat(directory.Evening), Zone: la, HoursUnknown: true}, []string{"silent"}},
	}
	for _, tt := range tests {
		tt.in.Sort = directory.ByName
		if d := cmp.Diff(tt.want, ids(w.search(tt.in))); d != "" {
			t.Errorf("%s: Search (-want +got):\n%s", tt.name, d)
		}
	}
	s := w.search(directory.Search{OpenOn: sat(directory.Evening), Zone: la}).Items[0]
	want := &directory.OpenThen{
		Open: new(true), From: time.Date(2026, 11, 28, 18, 0, 0, 0, la).UTC(), Until: time.Date(2026, 11, 28, 20, 0, 0, 0, la).UTC(),
	}
	if d := cmp.Diff(want, s.Then); d != "" {
		t.Errorf("Then (-want +got):\n%s", d)
	}
	if s := w.search(directory.Search{OpenOn: sat(directory.Evening), Zone: la, HoursUnknown: true}).Items[0]; s.Then == nil || s.Then.Open != nil || !s.Then.From.IsZero() {
		t.Errorf("Then of unknown hours = %+v, want unknown", s.Then)
	}
	if s := w.search(directory.Search{OpenNow: true}).Items[0]; s.Then != nil {
		t.Errorf("Then of a search for now = %+v, want none", s.Then)
	}
}

func TestSearchRefusesTimes(t *testing.T) {
	w := openWorld(t)
	now := w.clock.Now()
	at := func(d time.Duration) *time.Time { v := now.Add(d); return &v }
	on := func(day string, part directory.DayPart) *directory.OpenOn {
		return &directory.OpenOn{Day: day, Part: part}
	}
	tests := []struct {
		name, field string
		in          directory.Search
	}{
		{"past", "openAt", directory.Search{OpenAt: at(-time.Hour)}},
		{"later than a week", "openAt", directory.Search{OpenAt: at(8 * 24 * time.Hour)}},
		{"two times", "openAt", directory.Search{OpenNow: true, OpenAt: at(time.Hour)}},
		{"no such day", "openOn", directory.Search{OpenOn: on("caturday", directory.Evening), Zone: time.UTC}},
		{"no such part", "openOn", directory.Search{OpenOn: on("sat", "teatime"), Zone: time.UTC}},
		{"nowhere", "timeZone", directory.Search{OpenOn: on("sat", directory.Evening)}},
		{"a state with two zones", "timeZone", directory.Search{OpenOn: on("sat", directory.Evening), PostalCode: "75201"}},
		{"unknown at no time", "hoursUnknown", directory.Search{HoursUnknown: true}},
	}
	for _, tt := range tests {
		if _, err := w.dir.Search(w.chw(), tt.in); !names(err, tt.field) {
			t.Errorf("%s: Search = %v, want an invalid fault that names %s", tt.name, err, tt.field)
		}
	}
}
