package directory

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func number(f float64) *float64 { return &f }

// weekdays is a plain row: Monday to Friday, 9 to 17.
var weekdays = Schedule{Freq: "WEEKLY", ByDay: "MO,TU,WE,TH,FR", OpensAt: "09:00", ClosesAt: "17:00"}

func TestAt(t *testing.T) {
	la := zone(t, "America/Los_Angeles")
	rows := func(s ...Schedule) []Schedule { return s }
	with := func(s Schedule, change func(*Schedule)) Schedule { change(&s); return s }
	tests := []struct {
		name      string
		schedules []Schedule
		want      map[string]Openness // local times
	}{
		{"no rows", nil, map[string]Openness{"2026-11-23 10:00": OpenUnknown}},
		{"weekly", rows(weekdays), map[string]Openness{
			"2026-11-23 08:59": Closed, "2026-11-23 09:00": Open, "2026-11-23 16:59": Open, "2026-11-23 17:00": Closed,
			"2026-11-22 10:00": Closed, // a Sunday
		}},
		{"wall clock stays through daylight saving", rows(weekdays), map[string]Openness{
			"2026-07-06 09:00": Open, "2026-07-06 08:59": Closed, "2026-01-05 09:00": Open, "2026-01-05 08:59": Closed,
		}},
		{"several intervals a day", rows(
			with(weekdays, func(s *Schedule) { s.ClosesAt = "12:00" }), with(weekdays, func(s *Schedule) { s.OpensAt = "13:00" })),
			map[string]Openness{"2026-11-23 11:59": Open, "2026-11-23 12:30": Closed, "2026-11-23 13:00": Open}},
		{"past midnight belongs to the day before", rows(Schedule{Freq: "WEEKLY", ByDay: "FR", OpensAt: "22:00", ClosesAt: "02:00"}),
			map[string]Openness{"2026-11-27 23:00": Open, "2026-11-28 01:59": Open, "2026-11-28 02:00": Closed, "2026-11-27 01:00": Closed, "2026-11-28 23:00": Closed}},
		{"all day", rows(Schedule{ByDay: "SA", OpensAt: "00:00", ClosesAt: "23:59"}),
			map[string]Openness{"2026-11-28 00:00": Open, "2026-11-28 23:59": Open, "2026-11-29 00:00": Closed}},
		{"equal times are 24 hours", rows(Schedule{ByDay: "SA", OpensAt: "09:00", ClosesAt: "09:00"}),
			map[string]Openness{"2026-11-28 08:59": Closed, "2026-11-28 23:59": Open, "2026-11-29 08:59": Open, "2026-11-29 09:00": Closed}},
		{"first Saturday", rows(Schedule{Freq: "MONTHLY", ByDay: "1SA", OpensAt: "09:00", ClosesAt: "17:00"}),
			map[string]Openness{"2026-11-07 10:00": Open, "2026-11-14 10:00": Closed, "2026-12-05 10:00": Open}},
		{"last Friday", rows(Schedule{Freq: "MONTHLY", ByDay: "-1FR", OpensAt: "09:00", ClosesAt: "17:00"}),
			map[string]Openness{"2026-11-27 10:00": Open, "2026-11-20 10:00": Closed, "2026-10-30 10:00": Open}},
		{"the 15th and the last day", rows(Schedule{Freq: "MONTHLY", ByMonthDay: "15,-1", OpensAt: "09:00", ClosesAt: "17:00"}),
			map[string]Openness{"2026-11-15 10:00": Open, "2026-11-30 10:00": Open, "2028-02-29 10:00": Open, "2028-02-28 10:00": Closed}},
		{"every second week", rows(Schedule{Freq: "WEEKLY", ByDay: "TU,SU", Interval: number(2), DTStart: "2026-11-03", OpensAt: "9", ClosesAt: "17"}),
			map[string]Openness{"2026-11-03 10:00": Open, "2026-11-08 10:00": Open, "2026-11-10 10:00": Closed, "2026-11-17 10:00": Open, "2026-11-02 10:00": Closed, "2026-10-20 10:00": Closed}},
		{"every second week of nobody knows which", rows(Schedule{Freq: "WEEKLY", ByDay: "TU", Interval: number(2), OpensAt: "9:00", ClosesAt: "17:00"}),
			map[string]Openness{"2026-11-03 10:00": OpenUnknown, "2026-11-04 10:00": Closed}},
		{"weekly from a date takes its weekday", rows(Schedule{Freq: "WEEKLY", DTStart: "2026-11-03", OpensAt: "9:00", ClosesAt: "17:00"}),
			map[string]Openness{"2026-11-10 10:00": Open, "2026-11-11 10:00": Closed}},
		{"weekly from no date", rows(Schedule{Freq: "WEEKLY", OpensAt: "9:00", ClosesAt: "17:00"}),
			map[string]Openness{"2026-11-10 10:00": OpenUnknown}},
		{"until is the last day", rows(with(weekdays, func(s *Schedule) { s.DTStart, s.Until = "2026-11-02", "2026-11-06" })),
			map[string]Openness{"2026-11-06 10:00": Open, "2026-11-09 10:00": Closed, "2026-10-30 10:00": Closed}},
		{"three times", rows(Schedule{Freq: "WEEKLY", ByDay: "MO,WE", DTStart: "2026-11-02", Count: number(3), OpensAt: "9:00", ClosesAt: "17:00"}),
			map[string]Openness{"2026-11-02 10:00": Open, "2026-11-04 10:00": Open, "2026-11-09 10:00": Open, "2026-11-11 10:00": Closed}},
		{"past valid_to is unknown", rows(with(weekdays, func(s *Schedule) { s.ValidFrom, s.ValidTo = "2026-01-01", "2026-06-30" })),
			map[string]Openness{"2026-06-30 10:00": Open, "2026-06-30 18:00": Closed, "2026-07-01 10:00": OpenUnknown, "2025-12-31 10:00": OpenUnknown}},
		{"winter and summer hours", rows(
			with(weekdays, func(s *Schedule) { s.ValidFrom, s.ValidTo, s.OpensAt = "2026-04-01", "2026-09-30", "07:00" }),
			with(weekdays, func(s *Schedule) { s.ValidFrom, s.ValidTo = "2026-10-01", "2027-03-31" })),
			map[string]Openness{"2026-09-30 07:00": Open, "2026-10-01 07:00": Closed, "2026-10-01 09:00": Open, "2027-04-01 09:00": OpenUnknown}},
		{"missing times are unknown that day", rows(Schedule{Freq: "WEEKLY", ByDay: "MO"}),
			map[string]Openness{"2026-11-23 10:00": OpenUnknown, "2026-11-24 10:00": Closed}},
		{"missing closing time", rows(Schedule{ByDay: "MO", OpensAt: "09:00"}),
			map[string]Openness{"2026-11-23 08:00": Closed, "2026-11-23 10:00": OpenUnknown, "2026-11-24 01:00": Closed}},
		{"missing opening time", rows(Schedule{ByDay: "MO", ClosesAt: "17:00"}),
			map[string]Openness{"2026-11-23 08:00": OpenUnknown, "2026-11-23 18:00": Closed}},
		{"times that cannot be read", rows(Schedule{ByDay: "MO", OpensAt: "morning", ClosesAt: "25:00"}),
			map[string]Openness{"2026-11-23 10:00": OpenUnknown}},
		{"days that cannot be read", rows(Schedule{ByDay: "weekdays", OpensAt: "09:00", ClosesAt: "17:00"}),
			map[string]Openness{"2026-11-23 10:00": OpenUnknown}},
		{"a holiday", rows(weekdays, Schedule{DTStart: "2026-11-26", Closed: true, Description: "Thanksgiving"}),
			map[string]Openness{"2026-11-26 10:00": Closed, "2026-11-27 10:00": Open, "2026-11-25 10:00": Open}},
		{"a holiday is closed where usual hours are unknown", rows(Schedule{DTStart: "2026-11-26", Until: "2026-11-27", Closed: true}),
			map[string]Openness{"2026-11-27 10:00": Closed, "2026-11-28 10:00": OpenUnknown}},
		{"a holiday ends the night that begins on it", rows(
			Schedule{ByDay: "TH,FR", OpensAt: "22:00", ClosesAt: "02:00"}, Schedule{ValidFrom: "2026-11-27", ValidTo: "2026-11-27", Closed: true}),
			map[string]Openness{"2026-11-27 01:00": Open, "2026-11-27 23:00": Closed, "2026-11-28 01:00": Closed, "2026-12-05 01:00": Open}},
		{"single dates stay open on a closed day", rows(weekdays,
			Schedule{DTStart: "2026-12-24", Closed: true}, Schedule{DTStart: "2026-12-24", OpensAt: "09:00", ClosesAt: "12:00"}),
			map[string]Openness{"2026-12-24 10:00": Open, "2026-12-24 13:00": Closed, "2026-12-23 13:00": Open}},
		{"closed at noon", rows(weekdays, Schedule{ByDay: "MO", OpensAt: "12:00", ClosesAt: "13:00", Closed: true}),
			map[string]Openness{"2026-11-23 12:30": Closed, "2026-11-23 13:00": Open, "2026-11-24 12:30": Open}},
		{"an offset of the zone means the zone", rows(
			with(weekdays, func(s *Schedule) { s.OpensAt, s.ClosesAt = "09:00-08:00", "17:00-08:00" })),
			map[string]Openness{"2026-07-06 09:00": Open, "2026-07-06 08:59": Closed}},
		{"another offset counts as it is", rows(
			with(weekdays, func(s *Schedule) { s.OpensAt, s.ClosesAt = "17:00Z", "23:00Z" })),
			map[string]Openness{"2026-11-23 08:59": Closed, "2026-11-23 09:00": Open, "2026-07-06 10:00": Open, "2026-07-06 09:59": Closed}},
		{"a number as time zone", rows(with(weekdays, func(s *Schedule) { s.Timezone = number(-5) })),
			map[string]Openness{"2026-11-23 06:00": Open, "2026-11-23 14:00": Closed}},
		{"weeks of the year", rows(with(weekdays, func(s *Schedule) { s.ByWeekNo = "48,-1" })),
			map[string]Openness{"2026-11-23 10:00": Open, "2026-11-30 10:00": Closed, "2026-12-28 10:00": Open, "2027-01-04 10:00": Closed}},
		{"days of the year", rows(Schedule{ByYearDay: "1,-1", OpensAt: "09:00", ClosesAt: "17:00"}),
			map[string]Openness{"2027-01-01 10:00": Open, "2026-12-31 10:00": Open, "2026-12-30 10:00": Closed}},
	}
	for _, tt := range tests {
		h := CompileHours(tt.schedules, la)
		for at, want := range tt.want {
			when, err := time.ParseInLocation("2006-01-02 15:04", at, la)
			if err != nil {
				t.Fatal(err)
			}
			if got := h.At(when); got != want {
				t.Errorf("%s: At(%s) = %v, want %v", tt.name, at, got, want)
			}
		}
	}
}

func TestAtWithoutZone(t *testing.T) {
	monday := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	if got := CompileHours([]Schedule{weekdays}, nil).At(monday); got != OpenUnknown {
		t.Errorf("times without zone and offset: At = %v, want unknown", got)
	}
	inUTC := weekdays
	inUTC.OpensAt, inUTC.ClosesAt = "09:00Z", "17:00Z"
	if got := CompileHours([]Schedule{inUTC}, nil).At(monday); got != Open {
		t.Errorf("times in UTC: At = %v, want open", got)
	}
}

func TestNextChange(t *testing.T) {
	la := zone(t, "America/Los_Angeles")
	closed := Schedule{DTStart: "2026-11-26", Until: "2026-11-27", Closed: true}
	tests := []struct {
		name      string
		schedules []Schedule
		from      string
		at        string // "" for none
		to        Openness
	}{
		{"opens today", []Schedule{weekdays}, "2026-11-23 08:00", "2026-11-23 09:00", Open},
		{"closes today", []Schedule{weekdays}, "2026-11-23 09:00", "2026-11-23 17:00", Closed},
		{"opens on Monday", []Schedule{weekdays}, "2026-11-27 17:00", "2026-11-30 09:00", Open},
		{"opens after the holidays", []Schedule{weekdays, closed}, "2026-11-25 17:00", "2026-11-30 09:00", Open},
		{"closes after midnight", []Schedule{{ByDay: "FR", OpensAt: "22:00", ClosesAt: "02:00"}}, "2026-11-27 23:00", "2026-11-28 02:00", Closed},
		{"becomes unknown", []Schedule{{ByDay: "SU,SA", ValidTo: "2026-11-25", OpensAt: "09:00", ClosesAt: "10:00"}}, "2026-11-23 10:00", "2026-11-26 00:00", OpenUnknown},
		{"never closes", []Schedule{{ByDay: strings.Join(weekdayCodes, ","), OpensAt: "00:00", ClosesAt: "23:59"}}, "2026-11-23 10:00", "", Open},
		{"unknown for ever", nil, "2026-11-23 10:00", "", OpenUnknown},
	}
	for _, tt := range tests {
		from, err := time.ParseInLocation("2006-01-02 15:04", tt.from, la)
		if err != nil {
			t.Fatal(err)
		}
		at, to, ok := CompileHours(tt.schedules, la).NextChange(from)
		got := ""
		if ok {
			got = at.In(la).Format("2006-01-02 15:04")
		}
		if got != tt.at || to != tt.to {
			t.Errorf("%s: NextChange(%s) = %q, %v, want %q, %v", tt.name, tt.from, got, to, tt.at, tt.to)
		}
	}
}

func TestSlots(t *testing.T) {
	la := zone(t, "America/Los_Angeles")
	h := CompileHours([]Schedule{{ByDay: "MO", OpensAt: "09:15", ClosesAt: "10:30"}, {ByDay: "TU"}}, la)
	monday := time.Date(2026, 11, 23, 12, 0, 0, 0, la)
	if d := cmp.Diff([]string{"1123-0930", "1123-1000"}, h.Slots(monday, 7)); d != "" {
		t.Errorf("Slots in local time (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"1123-1730", "1123-1800"}, h.Slots(monday.UTC(), 7)); d != "" {
		t.Errorf("Slots in UTC (-want +got):\n%s", d)
	}
	if got := h.Slots(monday.AddDate(0, 0, 1), 6); got != nil {
		t.Errorf("Slots of the other days = %v, want none", got)
	}
	if got := SlotName(time.Date(2026, 11, 23, 9, 59, 0, 0, la)); got != "1123-0930" {
		t.Errorf("SlotName(Monday 9:59) = %q, want 1123-0930", got)
	}
}

func BenchmarkAt(b *testing.B) {
	la := zone(b, "America/Los_Angeles")
	var week []Schedule
	for _, d := range weekdayCodes {
		week = append(week, Schedule{Freq: "WEEKLY", ByDay: d, OpensAt: "09:00", ClosesAt: "17:00"})
	}
	week = append(week, Schedule{DTStart: "2026-12-25", Closed: true})
	h := CompileHours(week, la)
	at := time.Date(2026, 11, 23, 20, 0, 0, 0, la)
	for b.Loop() {
		h.At(at)
	}
}
