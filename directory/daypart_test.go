package directory

import (
	"testing"
	"time"
)

func TestNextPartOfADay(t *testing.T) {
	la := zone(t, "America/Los_Angeles")
	const form = "Mon 2006-01-02 15:04"
	tests := []struct {
		name, now string
		on        OpenOn
		from, to  string
	}{
		{"the Saturday to come", "Mon 2026-11-23 10:00", OpenOn{"sat", Evening}, "Sat 2026-11-28 17:00", "Sat 2026-11-28 21:00"},
		{"later today", "Sat 2026-11-28 10:00", OpenOn{"sat", Evening}, "Sat 2026-11-28 17:00", "Sat 2026-11-28 21:00"},
		{"what is left of now", "Sat 2026-11-28 18:30", OpenOn{"sat", Evening}, "Sat 2026-11-28 18:30", "Sat 2026-11-28 21:00"},
		{"over for this week", "Sat 2026-11-28 21:00", OpenOn{"sat", Evening}, "Sat 2026-12-05 17:00", "Sat 2026-12-05 21:00"},
		{"the night goes into the next day", "Mon 2026-11-23 10:00", OpenOn{"fri", Night}, "Fri 2026-11-27 21:00", "Sat 2026-11-28 06:00"},
		{"last night is not over", "Sat 2026-11-28 05:00", OpenOn{"fri", Night}, "Sat 2026-11-28 05:00", "Sat 2026-11-28 06:00"},
		{"a whole day", "Mon 2026-11-23 10:00", OpenOn{"tue", ""}, "Tue 2026-11-24 00:00", "Wed 2026-11-25 00:00"},
		{"the rest of a whole day", "Mon 2026-11-23 10:00", OpenOn{"mon", ""}, "Mon 2026-11-23 10:00", "Tue 2026-11-24 00:00"},
		{"clocks change in the night", "Thu 2026-10-29 10:00", OpenOn{"sat", Night}, "Sat 2026-10-31 21:00", "Sun 2026-11-01 06:00"},
	}
	for _, tt := range tests {
		now, err := time.ParseInLocation(form, tt.now, la)
		if err != nil {
			t.Fatal(err)
		}
		from, to, ok := tt.on.Next(now.UTC(), la)
		if f, e := from.In(la).Format(form), to.In(la).Format(form); !ok || f != tt.from || e != tt.to {
			t.Errorf("%s: Next = %s to %s, %v; want %s to %s", tt.name, f, e, ok, tt.from, tt.to)
		}
	}
	for _, wrong := range []OpenOn{{"saturday", Evening}, {"", Evening}, {"sat", "teatime"}} {
		if _, _, ok := wrong.Next(time.Now(), la); ok {
			t.Errorf("Next of %v is found, want none", wrong)
		}
	}
}

// TestPartsOfADayAreTheWholeDay: no hour is left out or in two parts.
func TestPartsOfADayAreTheWholeDay(t *testing.T) {
	hours := map[int]int{}
	for _, p := range dayParts {
		for h := p.from; h < p.to; h++ {
			hours[h%24]++
		}
	}
	for h := range 24 {
		if hours[h] != 1 {
			t.Errorf("the hour %d is in %d parts of the day, want 1", h, hours[h])
		}
	}
}
