package web

import (
	"strconv"
	"time"

	"github.com/havenloop/havenloop/directory"
)

// in is the locale with times told as in the zone; as it is when the zone is
// not known.
func (l *Locale) in(zone string) *Locale {
	z, err := time.LoadLocation(zone)
	if zone == "" || err != nil {
		return l
	}
	there := *l
	there.Zone, there.Now = z, l.Now.In(z)
	return &there
}

// Soon tells an instant of the next days as briefly as it can be told: "5:00
// PM" today, "Monday, 9:00 AM" within a week, else with the date.
func (l *Locale) Soon(t time.Time) string {
	switch days := l.days(t); {
	case days == 0:
		return l.Clock(t)
	case days > 0 && days < 7:
		return l.T("date.at", "day", l.T("weekday."+strconv.Itoa(int(t.In(l.Zone).Weekday()))), "time", l.Clock(t))
	default:
		return l.T("date.at", "day", l.Date(t), "time", l.Clock(t))
	}
}

// dayLong is the length of most days.
const dayLong = 24 * time.Hour

// openTag tells whether a place is open now; not knowing is told as such.
func openTag(l *Locale, open *bool) (string, Tone) {
	switch {
	case open == nil:
		return l.T("open.unknown"), Plain
	case *open:
		return l.T("open.open"), Good
	default:
		return l.T("open.closed"), Warning
	}
}

// openNext tells when openness changes; empty when nothing is known.
func openNext(l *Locale, open *bool, next *directory.HoursChange) string {
	switch {
	case next == nil:
		return ""
	case open != nil && *open:
		return l.T("open.until", "at", l.Soon(next.At))
	case next.Open != nil && *next.Open:
		return l.T("open.from", "at", l.Soon(next.At))
	default:
		return ""
	}
}

// dayRows tells the hours of the coming days, one line for each.
func dayRows(l *Locale, week []directory.DayHours) []SummaryRow {
	rows := make([]SummaryRow, 0, len(week))
	for _, d := range week {
		day, err := time.ParseInLocation(time.DateOnly, d.Date, l.Zone)
		if err != nil {
			continue
		}
		row := SummaryRow{Label: l.Weekday(day)}
		for _, s := range d.Spans {
			row.Values = append(row.Values, l.T("open.span", "from", l.wall(s.From), "to", l.wall(s.To)))
		}
		switch {
		case d.Unknown && len(d.Spans) > 0:
			row.Values = append(row.Values, l.T("open.maybe-more"))
		case d.Unknown:
			row.Values, row.Muted = []string{l.T("open.unknown")}, true
		case len(d.Spans) == 0:
			row.Values, row.Muted = []string{l.T("open.closed-all-day")}, true
		}
		rows = append(rows, row)
	}
	return rows
}

// wall tells a time of day written as HH:MM; other text stays as it is.
func (l *Locale) wall(hhmm string) string {
	t, err := time.ParseInLocation("15:04", hhmm, l.Zone)
	if err != nil {
		return hhmm
	}
	return l.Clock(t)
}

// capacityTones gives the tone of how much room a service has.
var capacityTones = map[string]Tone{
	directory.CapacityOpen: Good, directory.CapacityWaitlist: Warning,
	directory.CapacityFull: Urgent, directory.CapacityUnknown: Plain,
}
