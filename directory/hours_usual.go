package directory

import (
	"slices"
	"time"
)

// UsualHours tells when a place is open in most weeks, to be kept on paper.
type UsualHours struct {
	// Days are Monday to Sunday; Date is empty.
	Days [7]DayHours
	// Other are the dates of the next five weeks that differ, such as holidays.
	Other []DayHours
}

// Usual finds the hours of most of the next five weeks, in the place's own
// zone; nil when nothing is known of its hours or its zone.
func (h *Hours) Usual(now time.Time) *UsualHours {
	days := h.Week(now, lookAhead)
	if days == nil {
		return nil
	}
	u := &UsualHours{}
	weekday := func(d DayHours) int {
		t, _ := time.Parse(time.DateOnly, d.Date) // written by Week
		return (int(t.Weekday()) + 6) % 7
	}
	for i := range u.Days {
		most := 0
		for _, d := range days {
			if weekday(d) != i {
				continue
			}
			n := 0
			for _, other := range days {
				if weekday(other) == i && d.sameHours(other) {
					n++
				}
			}
			if n > most {
				most, u.Days[i] = n, DayHours{Spans: d.Spans, Unknown: d.Unknown}
			}
		}
	}
	for _, d := range days {
		if !d.sameHours(u.Days[weekday(d)]) {
			u.Other = append(u.Other, d)
		}
	}
	return u
}

func (d DayHours) sameHours(o DayHours) bool {
	return d.Unknown == o.Unknown && slices.Equal(d.Spans, o.Spans)
}
