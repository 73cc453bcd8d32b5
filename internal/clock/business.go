package clock

import (
	"cmp"
	"fmt"
	"slices"
	"time"
	_ "time/tzdata" // time zones by name on machines without a zone database

	"github.com/havenloop/havenloop/internal/fault"
)

// DateLayout is how dates without a time are written.
const DateLayout = "2006-01-02"

// Opening is one weekly opening of an organization, as people write it down.
type Opening struct {
	// Day is the iCalendar code of the weekday: MO, TU, WE, TH, FR, SA or SU (RFC 5545, 3.3.10).
	Day string `json:"day"`
	// Opens and Closes are local times such as "09:00"; Closes may be "24:00".
	// A Closes that is not after Opens is on the next day.
	Opens  string `json:"opens"`
	Closes string `json:"closes"`
}

// Span is a part of a day, in minutes after local midnight: from From until
// before To, at most 1440.
type Span struct{ From, To int }

// Calendar says when an organization works. The zero Calendar works in UTC,
// without holidays, in the usual office hours.
type Calendar struct {
	// Location is the time zone; nil is UTC.
	Location *time.Location
	// Holidays holds dates such as "2026-07-03" on which nobody works.
	Holidays map[string]bool
	// Opening holds the opening hours by time.Weekday, each day's in order of
	// From. When all days are empty, the office hours hold.
	Opening [7][]Span
}

// officeHours are taken for an organization that named no hours: Monday to
// Friday from 9 to 17.
var officeHours = [7][]Span{1: {{540, 1020}}, 2: {{540, 1020}}, 3: {{540, 1020}}, 4: {{540, 1020}}, 5: {{540, 1020}}}

const dayMinutes = 24 * 60

var days = map[string]time.Weekday{
	"SU": time.Sunday, "MO": time.Monday, "TU": time.Tuesday, "WE": time.Wednesday,
	"TH": time.Thursday, "FR": time.Friday, "SA": time.Saturday,
}

// NewCalendar makes a calendar of an IANA time zone such as
// "America/Los_Angeles", dates and weekly openings, or tells all that is wrong
// with them as a fault.Invalid with fields "timeZone", "holidays" and "openingHours".
func NewCalendar(zone string, holidays []string, openings []Opening) (Calendar, error) {
	var wrong fault.Fields
	c := Calendar{Holidays: make(map[string]bool, len(holidays))}
	var err error
	c.Location, err = time.LoadLocation(zone)
	wrong.Check(err == nil && zone != "" && zone != "Local", "timeZone",
		"Choose a time zone by its name, for example America/Los_Angeles.")
	for _, h := range holidays {
		if _, err := time.Parse(DateLayout, h); err != nil {
			wrong.Add("holidays", "Write each holiday as year, month and day, for example 2026-12-24.")
			break
		}
		c.Holidays[h] = true
	}
	for i, o := range openings {
		if err := c.open(o); err != nil {
			wrong.Add(fmt.Sprintf("openingHours[%d]", i),
				"Write opening hours as a day (MO to SU) and two times, for example 09:00 and 17:00.")
		}
	}
	for d := range c.Opening {
		c.Opening[d] = merge(c.Opening[d])
	}
	return c, wrong.Err()
}

func (c *Calendar) open(o Opening) error {
	day, ok := days[o.Day]
	from, err1 := minutes(o.Opens)
	to, err2 := minutes(o.Closes)
	if !ok || err1 != nil || err2 != nil || from == dayMinutes {
		return fmt.Errorf("opening %v", o)
	}
	if from < to {
		c.Opening[day] = append(c.Opening[day], Span{from, to})
		return nil
	}
	next := (day + 1) % 7
	c.Opening[day] = append(c.Opening[day], Span{from, dayMinutes})
	if to > 0 {
		c.Opening[next] = append(c.Opening[next], Span{0, to})
	}
	return nil
}

func minutes(clock string) (int, error) {
	if clock == "24:00" {
		return dayMinutes, nil
	}
	t, err := time.Parse("15:04", clock)
	return t.Hour()*60 + t.Minute(), err
}

// merge sorts spans and joins those that touch.
func merge(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	var out []Span
	for _, s := range spans {
		if last := len(out) - 1; last >= 0 && s.From <= out[last].To {
			out[last].To = max(out[last].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

// IsBusinessDay tells whether t falls, where the organization is, on a Monday
// to Friday that is no holiday. Opening hours do not matter: an office that
// opens twice a week has business days in between.
func (c Calendar) IsBusinessDay(t time.Time) bool {
	t = t.In(c.location())
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && !c.Holidays[t.Format(DateLayout)]
}

// AddBusinessDays answers the same local clock time n business days after t.
// What happens on another day counts as of the next business day, so two
// business days after a Saturday is the Wednesday after it. A negative n is 0.
// The answer is in UTC. For a clock time that daylight saving leaves out it is
// the end of what is left out.
func (c Calendar) AddBusinessDays(t time.Time, n int) time.Time {
	local := t.In(c.location())
	day := c.businessDay(date(local))
	for ; n > 0; n-- {
		day = c.businessDay(day.AddDate(0, 0, 1))
	}
	if day.Equal(date(local)) {
		return t.UTC() // not made anew: in the hour that comes twice it might be the other one
	}
	h, m, s := local.Clock()
	return at(day, time.Duration(h*3600+m*60+s)*time.Second+time.Duration(local.Nanosecond()), c.location()).UTC()
}

// businessDay is the first business day at or after day.
func (c Calendar) businessDay(day time.Time) time.Time {
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday || c.Holidays[day.Format(DateLayout)] {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// AddOpeningHours answers the instant at which the organization has been open
// for d since t, counting real time, so an hour that daylight saving leaves out
// does not count. With d of 0 or less it is the first instant at or after t at
// which the organization is open. The answer is in UTC.
func (c Calendar) AddOpeningHours(t time.Time, d time.Duration) time.Time {
	loc, week := c.location(), c.week()
	for day := date(t.In(loc)); ; day = day.AddDate(0, 0, 1) {
		if c.Holidays[day.Format(DateLayout)] {
			continue
		}
		for _, s := range week[day.Weekday()] {
			from, to := at(day, time.Duration(s.From)*time.Minute, loc), at(day, time.Duration(s.To)*time.Minute, loc)
			if from.Before(t) {
				from = t
			}
			open := to.Sub(from)
			if open <= 0 {
				continue
			}
			if d <= open {
				return from.Add(max(d, 0)).UTC()
			}
			d -= open
		}
	}
}

// week is the opening hours, or the office hours where none are given.
func (c Calendar) week() [7][]Span {
	for _, spans := range c.Opening {
		if slices.ContainsFunc(spans, func(s Span) bool { return s.From < s.To }) {
			return c.Opening
		}
	}
	return officeHours
}

func (c Calendar) location() *time.Location {
	if c.Location == nil {
		return time.UTC
	}
	return c.Location
}

// date is the calendar day of t as midnight UTC, where days always have 24 hours.
func date(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// at is the instant at which local clocks show the time on the day, or the end
// of what daylight saving leaves out when they never show it.
func at(day time.Time, clock time.Duration, loc *time.Location) time.Time {
	want := day.Add(clock)
	t := time.Date(want.Year(), want.Month(), want.Day(), want.Hour(), want.Minute(), want.Second(), want.Nanosecond(), loc)
	_, offset := t.Zone()
	shown := t.Add(time.Duration(offset) * time.Second)
	if shown.Equal(want) {
		return t
	}
	start, end := t.ZoneBounds()
	if shown.Before(want) {
		return end
	}
	return start
}
