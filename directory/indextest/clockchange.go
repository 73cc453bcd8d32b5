package indextest

import (
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
)

// BeforeClockChange is when RunClockChange takes place: two days before clocks
// in Zone go back an hour, on November 1, 2026, at 2:00.
func BeforeClockChange() time.Time { return time.Date(2026, 10, 30, 12, 0, 0, 0, time.UTC) }

// RunClockChange tests that an engine knows who is open at any instant of the
// two weeks in which clocks change, with a holiday, a night that is an hour
// longer, and hours that nobody knows. The time of the engine must be
// BeforeClockChange.
func RunClockChange(t *testing.T, x directory.Index) {
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		t.Fatal(err)
	}
	week := directory.Schedule{Freq: "WEEKLY", ByDay: "MO,TU,WE,TH,FR", OpensAt: "09:00", ClosesAt: "17:00"}
	night := directory.Schedule{Freq: "WEEKLY", ByDay: "MO,TU,WE,TH,FR,SA,SU", OpensAt: "22:00", ClosesAt: "06:00"}
	holiday := directory.Schedule{DTStart: "2026-11-11", Closed: true} // Veterans Day
	ends := week
	ends.ValidTo = "2026-11-06"
	entry := func(id string, schedules ...directory.Schedule) directory.Entry {
		return directory.Entry{ID: id + "-1", ServiceID: id, Name: id, Status: "active", Hours: directory.CompileHours(schedules, zone)}
	}
	rebuild(t, x, []directory.Entry{
		entry("ends", ends), entry("nights", night), entry("unknown"), entry("weekdays", week, holiday),
	})
	for _, tt := range []struct {
		local   string
		open    []string
		unknown []string
	}{
		{"2026-10-30T09:00", []string{"ends", "weekdays"}, []string{"unknown"}},
		{"2026-10-30T17:00", nil, []string{"unknown"}},
		{"2026-11-01T05:30", []string{"nights"}, []string{"unknown"}},
		{"2026-11-01T06:00", nil, []string{"unknown"}},
		{"2026-11-02T08:59", nil, []string{"unknown"}},
		{"2026-11-02T09:00", []string{"ends", "weekdays"}, []string{"unknown"}},
		{"2026-11-02T16:59", []string{"ends", "weekdays"}, []string{"unknown"}},
		{"2026-11-09T10:00", []string{"weekdays"}, []string{"ends", "unknown"}},
		{"2026-11-11T10:00", nil, []string{"ends", "unknown"}},
		{"2026-11-12T10:00", []string{"weekdays"}, []string{"ends", "unknown"}},
		{"2026-11-12T23:15", []string{"nights"}, []string{"ends", "unknown"}},
	} {
		at, err := time.ParseInLocation("2006-01-02T15:04", tt.local, zone)
		if err != nil {
			t.Fatal(err)
		}
		for unknown, want := range map[bool][]string{false: tt.open, true: tt.unknown} {
			r, err := x.Search(t.Context(), directory.Query{OpenAt: &at, HoursUnknown: unknown, Sort: directory.ByName})
			if err != nil || !sameSet(services(r), want) {
				t.Errorf("at %s, hours unknown %t: found %v, %v, want %v", tt.local, unknown, services(r), err, want)
			}
		}
	}
}
