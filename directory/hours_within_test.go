package directory

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWithin(t *testing.T) {
	la := zone(t, "America/Los_Angeles")
	at := func(text string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", text, la)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	saturday := Schedule{Freq: "WEEKLY", ByDay: "SA", OpensAt: "18:10", ClosesAt: "18:25"}
	holiday := Schedule{DTStart: "2026-11-28", Until: "2026-11-28", Closed: true}
	tests := []struct {
		name      string
		schedules []Schedule
		from, to  string
		want      Openness
	}{
		{"for a quarter of an hour of the evening", []Schedule{saturday}, "2026-11-28 17:00", "2026-11-28 21:00", Open},
		{"closed before the part begins", []Schedule{saturday}, "2026-11-28 18:25", "2026-11-28 21:00", Closed},
		{"opens only when the part ends", []Schedule{saturday}, "2026-11-28 17:00", "2026-11-28 18:10", Closed},
		{"a holiday takes it away", []Schedule{saturday, holiday}, "2026-11-28 17:00", "2026-11-28 21:00", Closed},
		{"not on other Saturdays", []Schedule{saturday, holiday}, "2026-12-05 17:00", "2026-12-05 21:00", Open},
		{"a closure for some hours leaves the rest", []Schedule{
			{Freq: "WEEKLY", ByDay: "SA", OpensAt: "17:00", ClosesAt: "20:00"},
			{DTStart: "2026-11-28", Until: "2026-11-28", OpensAt: "16:00", ClosesAt: "19:00", Closed: true},
		}, "2026-11-28 17:00", "2026-11-28 21:00", Open},
		{"no hours known", nil, "2026-11-28 17:00", "2026-11-28 21:00", OpenUnknown},
		{"a day at unknown times", []Schedule{{Freq: "WEEKLY", ByDay: "SA"}}, "2026-11-28 17:00", "2026-11-28 21:00", OpenUnknown},
		{"the day before goes past midnight", []Schedule{{Freq: "WEEKLY", ByDay: "FR", OpensAt: "22:00", ClosesAt: "02:00"}}, "2026-11-28 01:00", "2026-11-28 06:00", Open},
		{"known from the next day on", []Schedule{{Freq: "WEEKLY", ByDay: "SU", OpensAt: "01:00", ClosesAt: "02:00", ValidFrom: "2026-11-29"}}, "2026-11-28 21:00", "2026-11-29 06:00", Open},
		{"the night in which clocks go back", []Schedule{{Freq: "WEEKLY", ByDay: "SU", OpensAt: "03:00", ClosesAt: "04:00"}}, "2026-10-31 21:00", "2026-11-01 06:00", Open},
	}
	for _, tt := range tests {
		h := CompileHours(tt.schedules, la)
		if got := h.Within(at(tt.from), at(tt.to)); got != tt.want {
			t.Errorf("%s: Within = %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestWithinIsAtAtSomeTime compares with asking for every minute.
func TestWithinIsAtAtSomeTime(t *testing.T) {
	places := []*time.Location{zone(t, "America/Phoenix"), zone(t, "America/New_York")}
	vague := rapid.Map(rapid.SampledFrom(weekdayCodes), func(day string) Schedule { return Schedule{Freq: "WEEKLY", ByDay: day} })
	closed := rapid.Map(recurring, func(s Schedule) Schedule { s.Closed = true; return s })
	any := rapid.OneOf(recurring, recurring, vague, closed)
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.SampledFrom(places).Draw(t, "zone")
		h := CompileHours(rapid.SliceOfN(any, 1, 4).Draw(t, "schedules"), z)
		from := time.Date(2026, 1, 1, 0, rapid.IntRange(0, 600*24*60).Draw(t, "minute"), 0, 0, z)
		to := from.Add(time.Duration(rapid.IntRange(1, 12*60).Draw(t, "minutes")) * time.Minute)
		want := Closed
		for at := from; at.Before(to); at = at.Add(time.Minute) {
			if o := h.At(at); o == Open || o == OpenUnknown && want == Closed {
				want = o
			}
		}
		if got := h.Within(from, to); got != want {
			t.Fatalf("Within(%s, %s) = %v, want %v", from, to, got, want)
		}
		start, end, ok := h.Opening(from, to)
		if ok != (want == Open) {
			t.Fatalf("Opening(%s, %s) is found: %v, want %v", from, to, ok, want == Open)
		}
		if ok && (h.At(start) != Open || start.Before(from) || !end.IsZero() && h.At(end) == Open) {
			t.Fatalf("Opening(%s, %s) = %s to %s, which is not an opening", from, to, start, end)
		}
	})
}
