package visits

import (
	"strings"
	"time"

	"github.com/havenloop/havenloop/directory"
)

// hoursText writes the hours of seven days in the short form of OpenStreetMap's
// opening_hours, which a device can show in any language: "Mo-Fr 09:00-17:00;
// Sa 10:00-13:00,14:00-16:00; Su off". A question mark stands where it may be
// open at other times too; empty where nothing is known.
func hoursText(week []directory.DayHours) string {
	var byDay [7]string // from Monday
	known := false
	for _, d := range week {
		at, err := time.Parse(time.DateOnly, d.Date)
		if err != nil {
			return ""
		}
		text := dayText(d)
		known = known || text != "?"
		byDay[(int(at.Weekday())+6)%7] = text
	}
	if !known {
		return ""
	}
	names := [7]string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}
	var out []string
	for i := 0; i < len(byDay); {
		last := i
		for last+1 < len(byDay) && byDay[last+1] == byDay[i] {
			last++
		}
		days := names[i]
		if last > i {
			days += "-" + names[last]
		}
		out = append(out, days+" "+byDay[i])
		i = last + 1
	}
	return strings.Join(out, "; ")
}

func dayText(d directory.DayHours) string {
	var spans []string
	for _, s := range d.Spans {
		spans = append(spans, s.From+"-"+s.To)
	}
	switch {
	case len(spans) == 0 && d.Unknown:
		return "?"
	case len(spans) == 0:
		return "off"
	case d.Unknown:
		spans = append(spans, "?")
	}
	return strings.Join(spans, ",")
}
