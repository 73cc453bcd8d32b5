package clock

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestBefore(t *testing.T) {
	c, err := NewCalendar("America/Los_Angeles", []string{"2026-03-04"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	local := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", s, c.Location)
		if err != nil {
			t.Fatal(err)
		}
		return at.UTC()
	}
	for _, tt := range []struct {
		name      string
		got, want time.Time
	}{
		{"a day", c.SubBusinessDays(local("2026-03-03 10:00"), 1), local("2026-03-02 10:00")},
		{"over a weekend", c.SubBusinessDays(local("2026-03-02 10:00"), 1), local("2026-02-27 10:00")},
		{"over a holiday", c.SubBusinessDays(local("2026-03-05 10:00"), 1), local("2026-03-03 10:00")},
		{"from a Sunday", c.SubBusinessDays(local("2026-03-01 10:00"), 0), local("2026-02-27 10:00")},
		{"over the change of the clocks", c.SubBusinessDays(local("2026-03-09 10:00"), 1), local("2026-03-06 10:00")},
		{"two hours", c.SubOpeningHours(local("2026-03-03 12:00"), 2*time.Hour), local("2026-03-03 10:00")},
		{"over a night", c.SubOpeningHours(local("2026-03-03 10:00"), 2*time.Hour), local("2026-03-02 16:00")},
		{"over a holiday, in hours", c.SubOpeningHours(local("2026-03-05 10:00"), 2*time.Hour), local("2026-03-03 16:00")},
		{"from the evening", c.SubOpeningHours(local("2026-03-03 20:00"), time.Hour), local("2026-03-03 16:00")},
	} {
		if !tt.got.Equal(tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got.In(c.Location), tt.want.In(c.Location))
		}
	}
}

// Counting back what was counted on leads to where it began.
func TestBeforeUndoesAfter(t *testing.T) {
	c, err := NewCalendar("America/New_York", []string{"2026-07-03", "2026-11-26"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 365*24*60).Draw(t, "minutes")) * time.Minute)
		hours := time.Duration(rapid.IntRange(1, 50).Draw(t, "hours")) * time.Hour
		due := c.AddOpeningHours(from, hours)
		if got, want := c.SubOpeningHours(due, hours), c.AddOpeningHours(from, 0); !got.Equal(want) {
			t.Fatalf("%v of opening hours before %v = %v, want %v", hours, due, got, want)
		}
	})
}
