package repair

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// clockTime finds a time of day: 9, 9am, 9:30 a.m., 0930, 09:30:00, noon.
var clockTime = regexp.MustCompile(`^(\d{1,2})(?:[:.](\d{2})(?::\d{2}(?:\.\d+)?)?)?\s*(a\.?m?\.?|p\.?m?\.?)?$`)

// Time reads a time of day as "HH:MM". A number without minutes, AM or PM, such
// as "9", is read on the clock of 24 hours.
func Time(s string) (string, bool) {
	t, ok := readTime(strings.ToLower(strings.TrimSpace(s)))
	if !ok {
		return "", false
	}
	return t.String(), true
}

// moment is a time of day as somebody wrote it.
type moment struct {
	minutes int
	half    byte // 'a', 'p', or 0 where nothing was said
	exact   bool // surely on the clock of 24 hours: 14:00, 09:30:00
}

func (m moment) String() string { return fmt.Sprintf("%02d:%02d", m.minutes/60, m.minutes%60) }

func readTime(s string) (moment, bool) {
	switch s {
	case "noon", "12noon", "12 noon", "midday":
		return moment{minutes: 12 * 60, half: 'p', exact: true}, true
	case "midnight", "12midnight", "12 midnight":
		return moment{minutes: 0, half: 'a', exact: true}, true
	}
	if len(s) == 4 || len(s) == 3 {
		if n, err := strconv.Atoi(s); err == nil && n%100 < 60 && n < 2400 {
			return moment{minutes: n/100*60 + n%100, exact: len(s) == 4 && (s[0] == '0' || n >= 1300)}, true
		}
	}
	m := clockTime.FindStringSubmatch(s)
	if m == nil {
		return moment{}, false
	}
	hour, _ := strconv.Atoi(m[1])
	minute := 0
	if m[2] != "" {
		minute, _ = strconv.Atoi(m[2])
	}
	if minute > 59 || hour > 24 || hour == 24 && minute > 0 {
		return moment{}, false
	}
	out := moment{minutes: (hour*60 + minute) % (24 * 60)}
	if m[3] != "" {
		out.half = m[3][0]
	}
	switch {
	case out.half != 0 && (hour == 0 && out.half == 'p' || hour > 12 && out.half == 'a'):
		return moment{}, false
	case out.half == 'p' && hour < 12:
		out.minutes += 12 * 60
	case out.half == 'a' && hour == 12:
		out.minutes = minute
	}
	out.exact = out.half != 0 || hour > 12 || hour == 0 || strings.Count(s, ":") == 2 || m[2] != "" && len(m[1]) == 2 && m[1][0] == '0'
	return out, true
}

// span settles what AM and PM mean where one of the ends does not say: in
// "9-2pm" it opens in the morning, in "5-6:30pm" in the afternoon. Where
// neither says, office hours are meant: "9-5" is 09:00 to 17:00. ok is false
// where both readings are as likely.
func span(from, to moment) (opens, closes string, ok bool) {
	const half = 12 * 60
	switch {
	case from.exact && to.exact:
	case !from.exact && to.exact:
		if to.half == 'p' && from.minutes < half {
			if pm := from.minutes + half; pm < to.minutes || from.minutes == to.minutes {
				from.minutes = pm
			}
		}
	case from.exact && !to.exact:
		if to.minutes <= from.minutes && to.minutes < half {
			to.minutes += half
		}
	default:
		first, last := from.minutes%half, to.minutes%half
		switch {
		case first >= 7*60 && (last <= 6*60 || last > first): // from the morning on
			if from.minutes = first; last <= first {
				last += half
			}
			to.minutes = last
		case from.minutes == half: // from noon
			to.minutes = last + half
		default:
			return "", "", false
		}
	}
	if from.minutes == to.minutes {
		return "", "", false
	}
	return from.String(), to.String(), true
}

// dateForms are the ways in which dates are written, the month before the day
// as in the United States.
var dateForms = []struct {
	layout string
	rule   Rule
}{
	{"2006-01-02", ""}, {"2006-01-02T15:04:05Z07:00", Date}, {"2006-01-02 15:04:05", Date}, {"2006/01/02", Date}, {"20060102", Date},
	{"1/2/2006", Date}, {"1/2/2006 15:04", Date}, {"1/2/2006 3:04:05 PM", Date}, {"1-2-2006", Date}, {"January 2, 2006", Date}, {"Jan 2, 2006", Date}, {"2 January 2006", Date},
	{"January 2 2006", Date}, {"1/2/06", TwoDigits}, {"1-2-06", TwoDigits},
}

// Day reads a date as "YYYY-MM-DD".
func Day(s string) (string, []Rule) {
	s, done := Line(s)
	if s == "" {
		return "", done
	}
	for _, f := range dateForms {
		if t, err := time.Parse(f.layout, s); err == nil {
			if f.rule != "" {
				done = append(done, f.rule)
			}
			return t.Format("2006-01-02"), done
		}
	}
	return "", append(done, Unreadable)
}
