package clock

import (
	"slices"
	"time"
)

// federal lists the legal public holidays of the United States. Source:
// 5 U.S.C. 6103(a), as of 2021 (Juneteenth). Inauguration Day, a holiday around
// Washington only, is left out.
var federal = []struct {
	month time.Month
	// day is the day of the month; for a holiday tied to a weekday, nth counts
	// it from the start of the month, or from the end when negative.
	day     int
	weekday time.Weekday
	nth     int
}{
	{month: time.January, day: 1},                          // New Year's Day
	{month: time.January, weekday: time.Monday, nth: 3},    // Birthday of Martin Luther King, Jr.
	{month: time.February, weekday: time.Monday, nth: 3},   // Washington's Birthday
	{month: time.May, weekday: time.Monday, nth: -1},       // Memorial Day
	{month: time.June, day: 19},                            // Juneteenth National Independence Day
	{month: time.July, day: 4},                             // Independence Day
	{month: time.September, weekday: time.Monday, nth: 1},  // Labor Day
	{month: time.October, weekday: time.Monday, nth: 2},    // Columbus Day
	{month: time.November, day: 11},                        // Veterans Day
	{month: time.November, weekday: time.Thursday, nth: 4}, // Thanksgiving Day
	{month: time.December, day: 25},                        // Christmas Day
}

// FederalHolidays lists the dates of the year on which US federal offices are
// closed, in order: each holiday and, when it falls on a weekend, also the day
// it is observed on, the Friday before a Saturday (5 U.S.C. 6103(b)) and the
// Monday after a Sunday (Executive Order 11582, section 3). The last day of a
// year is among them when it stands for New Year's Day of the next.
func FederalHolidays(year int) []string {
	var out []string
	for y := year; y <= year+1; y++ {
		for _, f := range federal {
			day := time.Date(y, f.month, f.day, 0, 0, 0, 0, time.UTC)
			if f.nth != 0 {
				day = nthWeekday(y, f.month, f.weekday, f.nth)
			}
			for _, d := range []time.Time{day, observed(day)} {
				if d.Year() == year {
					out = append(out, d.Format(DateLayout))
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func nthWeekday(year int, month time.Month, w time.Weekday, nth int) time.Time {
	if nth < 0 {
		last := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC)
		return last.AddDate(0, 0, -int(last.Weekday()-w+7)%7+7*(nth+1))
	}
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, int(w-first.Weekday()+7)%7+7*(nth-1))
}

func observed(day time.Time) time.Time {
	switch day.Weekday() {
	case time.Saturday:
		return day.AddDate(0, 0, -1)
	case time.Sunday:
		return day.AddDate(0, 0, 1)
	default:
		return day
	}
}
