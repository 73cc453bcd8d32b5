package web

import (
	"testing"
	"time"
)

func TestDue(t *testing.T) {
	l := samplePage(t, "", "/", "nav.home").Locale // Monday, March 9, 9:20 AM
	tests := []struct {
		at   string // local
		want string
	}{
		{"2026-03-09 15:00", "Due today by 3:00 PM"},
		{"2026-03-09 23:59", "Due today by 11:59 PM"},
		{"2026-03-10 00:05", "Due tomorrow"},
		{"2026-03-11 09:00", "2 days left"},
		{"2026-03-09 09:00", "Overdue by 1 hour"},
		{"2026-03-09 06:00", "Overdue by 4 hours"},
		{"2026-03-08 23:00", "Overdue by 1 day"},
		{"2026-03-05 23:00", "Overdue by 4 days"},
	}
	for _, tt := range tests {
		at, err := time.ParseInLocation("2006-01-02 15:04", tt.at, l.Zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := l.Due(at.UTC()); got != tt.want {
			t.Errorf("Due(%s) = %q, want %q", tt.at, got, tt.want)
		}
	}
}

func TestDates(t *testing.T) {
	l := samplePage(t, "", "/", "nav.home").Locale
	midnight := time.Date(2026, 3, 10, 7, 0, 0, 0, time.UTC) // the night before clocks had changed
	tests := []struct{ name, got, want string }{
		{"At today", l.At(sampleNow), "Today, 9:20 AM"},
		{"At yesterday", l.At(sampleNow.Add(-12 * time.Hour)), "Yesterday, 9:20 PM"},
		{"At midnight", l.At(midnight), "Tomorrow, 12:00 AM"},
		{"At noon", l.At(time.Date(2026, 1, 2, 20, 5, 0, 0, time.UTC)), "Jan 2, 2026, 12:05 PM"},
		{"Day", l.Day("1987-04-30"), "Apr 30, 1987"},
		{"Day of no date", l.Day("soon"), "soon"},
		{"Weekday", l.Weekday(sampleNow), "Monday, March 9"},
		{"Age of an adult", l.Age("1987-04-30"), "38 years old"},
		{"Age on the birthday", l.Age("1986-03-09"), "40 years old"},
		{"Age of a baby", l.Age("2025-06-20"), "8 months old"},
		{"Age at one month", l.Age("2026-02-09"), "1 month old"},
		{"Age of the unborn", l.Age("2027-01-01"), ""},
		{"Distance near", l.Distance(20), "0.1 miles"},
		{"Distance", l.Distance(3000), "1.9 miles"},
		{"Distance far", l.Distance(48280), "30 miles"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s = %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}
