package clock

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestHours(t *testing.T) {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	night, office := Hours{"21:00", "07:00"}, Hours{"09:00", "17:00"}
	for _, tt := range []struct {
		name      string
		got, want time.Time
	}{
		{"awake", night.Over(at("2026-11-16 12:00")), at("2026-11-16 12:00")},
		{"at the beginning of the night", night.Over(at("2026-11-16 21:00")), at("2026-11-17 07:00")},
		{"after midnight", night.Over(at("2026-11-17 02:30")), at("2026-11-17 07:00")},
		{"at its end", night.Over(at("2026-11-17 07:00")), at("2026-11-17 07:00")},
		{"over the night in which clocks go back", night.Over(at("2026-10-31 23:00")), at("2026-11-01 07:00")},
		{"in office hours", office.Next(at("2026-11-16 16:59")), at("2026-11-16 16:59")},
		{"before", office.Next(at("2026-11-16 03:00")), at("2026-11-16 09:00")},
		{"after", office.Next(at("2026-11-16 17:00")), at("2026-11-17 09:00")},
		{"on a Wednesday, from a Monday", office.Next(at("2026-11-16 10:00"), time.Wednesday), at("2026-11-18 09:00")},
		{"a week later", office.Next(at("2026-11-16 18:00"), time.Monday), at("2026-11-23 09:00")},
		{"in the night that began on a Monday", night.Next(at("2026-11-17 02:00"), time.Monday), at("2026-11-17 02:00")},
		{"no hours", Hours{}.Next(at("2026-11-16 03:00")), at("2026-11-16 03:00")},
		{"no quiet", Hours{}.Over(at("2026-11-16 03:00")), at("2026-11-16 03:00")},
	} {
		if !tt.got.Equal(tt.want) {
			t.Errorf("%s: %s, want %s", tt.name, tt.got, tt.want)
		}
	}
	for h, want := range map[Hours]bool{night: true, office: true, {}: false, {"9", "10:00"}: false, {"09:00", "25:00"}: false, {"09:00", "09:00"}: false} {
		if h.Valid() != want {
			t.Errorf("%v.Valid() = %v", h, !want)
		}
	}
}

func TestHoursProperties(t *testing.T) {
	times := rapid.StringMatching(`([01][0-9]|2[0-3]):[0-5][0-9]`)
	rapid.Check(t, func(t *rapid.T) {
		h := Hours{times.Draw(t, "from"), times.Draw(t, "to")}
		if !h.Valid() {
			return
		}
		now := anyTime(t)
		next := h.Next(now)
		if next.Before(now) || next.Sub(now) > 25*time.Hour || !h.Next(next).Equal(next) {
			t.Fatalf("%v.Next(%s) = %s", h, now, next)
		}
		over := h.Over(now)
		if over.Before(now) || over.Sub(now) > 25*time.Hour || over.After(now) && !h.Next(now).Equal(now) {
			t.Fatalf("%v.Over(%s) = %s", h, now, over)
		}
	})
}
