package clock

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/internal/fault"
)

const pacific = "America/Los_Angeles"

// week is open Monday to Thursday 9 to 12 and 13 to 17, and Saturday night.
var week = []Opening{
	{"MO", "13:00", "17:00"}, {"MO", "09:00", "12:00"}, {"TU", "09:00", "12:00"}, {"TU", "13:00", "17:00"},
	{"WE", "09:00", "12:00"}, {"WE", "13:00", "17:00"}, {"TH", "09:00", "12:00"}, {"TH", "13:00", "17:00"},
	{"SA", "22:00", "02:00"},
}

func calendar(t *testing.T, zone string, holidays []string, openings []Opening) Calendar {
	t.Helper()
	c, err := NewCalendar(zone, holidays, openings)
	if err != nil {
		t.Fatalf("NewCalendar = %v", err)
	}
	return c
}

func local(t *testing.T, c Calendar, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, c.Location)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func TestAddBusinessDays(t *testing.T) {
	c := calendar(t, pacific, FederalHolidays(2026), week)
	tests := []struct {
		name, from string
		n          int
		want       string
	}{
		{"none on a business day", "2026-11-23 10:00", 0, "2026-11-23 10:00"},
		{"a negative count is none", "2026-11-23 10:00", -3, "2026-11-23 10:00"},
		{"within the week", "2026-11-16 10:00", 2, "2026-11-18 10:00"},
		{"over the weekend", "2026-11-20 16:30", 1, "2026-11-23 16:30"},
		{"over Thanksgiving", "2026-11-25 09:00", 2, "2026-11-30 09:00"},
		{"Saturday counts as Monday", "2026-11-21 11:00", 2, "2026-11-25 11:00"},
		{"none on a Sunday is Monday", "2026-11-22 11:00", 0, "2026-11-23 11:00"},
		{"from a holiday", "2026-11-26 11:00", 1, "2026-11-30 11:00"},
		{"days without opening hours count", "2026-11-19 10:00", 1, "2026-11-20 10:00"},
		{"same clock time after daylight saving begins", "2026-03-06 10:00", 1, "2026-03-09 10:00"},
		{"same clock time after daylight saving ends", "2026-10-30 10:00", 1, "2026-11-02 10:00"},
		{"late evening, already tomorrow in UTC", "2026-11-20 23:30", 1, "2026-11-23 23:30"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, want := c.AddBusinessDays(local(t, c, tt.from), tt.n), local(t, c, tt.want); !got.Equal(want) {
				t.Errorf("AddBusinessDays(%s, %d) = %v, want %v", tt.from, tt.n, got.In(c.Location), tt.want)
			}
		})
	}
}

func TestAddBusinessDaysKeepsTheHourThatComesTwice(t *testing.T) {
	c := calendar(t, "Africa/Cairo", nil, nil) // its summer time ends on Thursday nights
	second := time.Date(2026, 10, 29, 21, 30, 0, 0, time.UTC)
	if got := c.AddBusinessDays(second, 0); !got.Equal(second) {
		t.Errorf("AddBusinessDays(t, 0) = %v, want %v", got, second)
	}
}

func TestAddOpeningHours(t *testing.T) {
	c := calendar(t, pacific, FederalHolidays(2026), week)
	tests := []struct {
		name, from string
		d          time.Duration
		want       string
	}{
		{"inside one opening", "2026-11-16 09:30", time.Hour, "2026-11-16 10:30"},
		{"over lunch", "2026-11-16 11:00", 2 * time.Hour, "2026-11-16 14:00"},
		{"ends when it closes", "2026-11-16 13:00", 4 * time.Hour, "2026-11-16 17:00"},
		{"from before it opens", "2026-11-16 07:00", time.Hour, "2026-11-16 10:00"},
		{"none is the next opening", "2026-11-16 12:30", 0, "2026-11-16 13:00"},
		{"over a closed day", "2026-11-19 16:00", 2 * time.Hour, "2026-11-21 23:00"},
		{"past midnight", "2026-11-21 23:00", 2 * time.Hour, "2026-11-22 01:00"},
		{"over a holiday", "2026-11-25 16:00", 2 * time.Hour, "2026-11-28 23:00"},
		{"Sunday's part belongs to Sunday", "2026-11-22 01:00", 4 * time.Hour, "2026-11-23 12:00"},
		{"the hour that is left out does not count", "2026-03-07 22:00", 4 * time.Hour, "2026-03-08 03:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, want := c.AddOpeningHours(local(t, c, tt.from), tt.d), local(t, c, tt.want); !got.Equal(want) {
				t.Errorf("AddOpeningHours(%s, %v) = %v, want %v", tt.from, tt.d, got.In(c.Location), tt.want)
			}
		})
	}
}

func TestZeroCalendarHasOfficeHours(t *testing.T) {
	var c Calendar
	friday := time.Date(2026, 11, 20, 16, 0, 0, 0, time.UTC)
	if got, want := c.AddOpeningHours(friday, 4*time.Hour), time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("AddOpeningHours = %v, want %v", got, want)
	}
	if !c.IsBusinessDay(friday) || c.IsBusinessDay(friday.AddDate(0, 0, 1)) {
		t.Error("IsBusinessDay: want Friday to be one and Saturday not")
	}
}

func TestNewCalendarTellsAllThatIsWrong(t *testing.T) {
	_, err := NewCalendar("Local", []string{"Christmas"}, []Opening{{"MO", "09:00", "17:00"}, {"monday", "9", "17"}, {"TU", "24:00", "09:00"}})
	f, ok := err.(*fault.Error)
	if !ok {
		t.Fatalf("NewCalendar error = %v, want a fault", err)
	}
	var names []string
	for _, field := range f.Fields {
		names = append(names, field.Name)
	}
	if diff := cmp.Diff([]string{"timeZone", "holidays", "openingHours[1]", "openingHours[2]"}, names); diff != "" {
		t.Errorf("wrong fields (-want +got):\n%s", diff)
	}
}

func TestNewCalendarJoinsOpenings(t *testing.T) {
	c := calendar(t, "UTC", nil, []Opening{{"MO", "12:00", "14:00"}, {"MO", "09:00", "12:00"}, {"MO", "13:00", "13:30"}, {"SU", "20:00", "24:00"}, {"SU", "23:00", "01:00"}})
	want := [7][]Span{0: {{1200, 1440}}, 1: {{0, 60}, {540, 840}}}
	if diff := cmp.Diff(want, c.Opening); diff != "" {
		t.Errorf("Opening (-want +got):\n%s", diff)
	}
}

// anyCalendar draws a calendar with at least one opening.
func anyCalendar(rt *rapid.T) Calendar {
	zone := rapid.SampledFrom([]string{pacific, "America/New_York", "Pacific/Honolulu", "America/Phoenix", "Africa/Cairo", "Asia/Kathmandu"}).Draw(rt, "zone")
	opening := rapid.Custom(func(rt *rapid.T) Opening {
		clockTime := rapid.StringMatching(`([01][0-9]|2[0-3]):[0-5][0-9]`)
		return Opening{rapid.SampledFrom([]string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}).Draw(rt, "day"), clockTime.Draw(rt, "opens"), clockTime.Draw(rt, "closes")}
	})
	c, err := NewCalendar(zone, FederalHolidays(2026), rapid.SliceOfN(opening, 0, 8).Draw(rt, "openings"))
	if err != nil {
		rt.Fatal(err)
	}
	return c
}

func anyTime(rt *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(1767225600, 1798761600).Draw(rt, "t"), 0).UTC() // the year 2026
}

func TestBusinessDaysProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c, at := anyCalendar(rt), anyTime(rt)
		n, m := rapid.IntRange(0, 40).Draw(rt, "n"), rapid.IntRange(0, 40).Draw(rt, "m")
		got := c.AddBusinessDays(at, n)
		if got.Before(at) || !c.IsBusinessDay(got) {
			rt.Fatalf("AddBusinessDays(%v, %d) = %v, want a later business day", at, n, got)
		}
		if split, whole := c.AddBusinessDays(got, m), c.AddBusinessDays(at, n+m); date(split.In(c.Location)) != date(whole.In(c.Location)) {
			rt.Fatalf("%d and %d days = %v, together %v", n, m, split, whole)
		}
	})
}

func TestOpeningHoursProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c, at := anyCalendar(rt), anyTime(rt)
		minute := rapid.Int64Range(0, 3000)
		d, e := time.Duration(minute.Draw(rt, "d"))*time.Minute, time.Duration(minute.Draw(rt, "e"))*time.Minute
		got := c.AddOpeningHours(at, d)
		if got.Before(at.Add(d)) {
			rt.Fatalf("AddOpeningHours(%v, %v) = %v, sooner than real time", at, d, got)
		}
		split, whole := c.AddOpeningHours(got, e), c.AddOpeningHours(at, d+e)
		if e > 0 && !split.Equal(whole) {
			rt.Fatalf("%v and %v = %v, together %v", d, e, split, whole)
		}
	})
}
