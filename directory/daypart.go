package directory

import (
	"slices"
	"time"
)

// DayPart is a part of the day, as people say it.
type DayPart string

// The parts of the day.
const (
	Morning   DayPart = "morning"
	Midday    DayPart = "midday"
	Afternoon DayPart = "afternoon"
	Evening   DayPart = "evening"
	Night     DayPart = "night"
)

// dayParts are the parts of the day in their order, with the hours at which
// they begin and end; an end above 24 is on the next day. Together they are
// the whole day. The hours are our choice: what most people mean, with midday
// around lunch and the evening until most places have closed.
var dayParts = []daySpan{
	{Morning, 6, 11}, {Midday, 11, 14}, {Afternoon, 14, 17}, {Evening, 17, 21}, {Night, 21, 30},
}

type daySpan struct {
	part     DayPart
	from, to int
}

// DayParts lists the parts of the day in their order.
func DayParts() []DayPart {
	out := make([]DayPart, len(dayParts))
	for i, p := range dayParts {
		out[i] = p.part
	}
	return out
}

// weekdayNames are the days of the week as addresses name them, by time.Weekday.
var weekdayNames = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// OpenOn is a part of a day of the week, for example Saturday evening.
type OpenOn struct {
	Day  string  // "mon" to "sun"
	Part DayPart // "" for the whole day
}

// Next finds when the part of the day comes next, in the zone: from and to are
// the instants between which a place counts as open then when it is open at
// some time. While the part is under way, it is what is left of it. ok is
// false when there is no such day or part.
func (o OpenOn) Next(now time.Time, zone *time.Location) (from, to time.Time, ok bool) {
	day := slices.Index(weekdayNames[:], o.Day)
	begin, end := 0, 24
	part := slices.IndexFunc(dayParts, func(p daySpan) bool { return p.part == o.Part })
	if part >= 0 {
		begin, end = dayParts[part].from, dayParts[part].to
	}
	if day < 0 || part < 0 && o.Part != "" {
		return from, to, false
	}
	local := now.In(zone)
	// From yesterday on: its night may be under way.
	for ahead := -1; ahead <= 7; ahead++ {
		y, m, d := local.Date()
		if int(time.Date(y, m, d+ahead, 12, 0, 0, 0, zone).Weekday()) != day {
			continue
		}
		from, to = time.Date(y, m, d+ahead, begin, 0, 0, 0, zone), time.Date(y, m, d+ahead, end, 0, 0, 0, zone)
		if to.After(now) {
			break
		}
	}
	if from.Before(now) {
		from = now
	}
	return from, to, true
}
