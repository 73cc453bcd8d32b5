package directory

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// compileRule reads one schedule; what cannot be read makes it vague or its
// times unknown, never closed.
func compileRule(s Schedule, zone *time.Location) rule {
	r := rule{from: firstDay, to: lastDay, trustFrom: firstDay, trustTo: lastDay, weekdays: allWeek}
	start := r.bound(s.DTStart, &r.from)
	until := r.bound(s.Until, &r.to)
	validFrom := r.bound(s.ValidFrom, &r.trustFrom)
	validTo := r.bound(s.ValidTo, &r.trustTo)
	r.readTimes(s, zone)

	freq := strings.ToUpper(strings.TrimSpace(s.Freq))
	selects := s.ByDay != "" || s.ByMonthDay != "" || s.ByYearDay != ""
	switch {
	case freq == "" && !selects && s.ByWeekNo == "":
		r.dated = start || validFrom && validTo
		r.vague = r.vague || !r.dated
		if start && !until {
			r.to = r.from
		}
		return r
	case freq == "":
		freq = "WEEKLY"
	}
	if anchor := r.from; !start && validFrom {
		anchor = r.trustFrom
		r.recur(s, freq, anchor, true)
	} else {
		r.recur(s, freq, anchor, start)
	}
	return r
}

// bound reads a date into *day and tells whether there is one.
func (r *rule) bound(s string, day *int32) bool {
	s = strings.TrimSpace(s)
	if s == "" {
		return false
	}
	for _, layout := range []string{"2006-01-02", "20060102"} {
		if len(s) < len(layout) {
			continue
		}
		if t, err := time.Parse(layout, s[:len(layout)]); err == nil {
			*day = dayOf(t)
			return true
		}
	}
	r.vague = true
	return false
}

// recur reads the days of a recurring schedule. anchor is the day from which
// intervals and counts run, when known.
func (r *rule) recur(s Schedule, freq string, anchor int32, anchored bool) {
	d := dayRule{monthly: freq == "MONTHLY", interval: 1, anchor: anchor, weekStart: weekStart(s.WkSt)}
	ok := freq == "WEEKLY" || freq == "MONTHLY" || freq == "DAILY"
	weekdays, nth, good := readByDay(s.ByDay)
	ok = ok && good
	if d.monthly {
		d.nth = nth
	}
	for _, f := range []struct {
		text string
		into *[]int
		most int
	}{{s.ByMonthDay, &d.monthDays, 31}, {s.ByYearDay, &d.yearDays, 366}, {s.ByWeekNo, &d.weeks, 53}} {
		*f.into, good = readNumbers(f.text, f.most)
		ok = ok && good
	}
	if s.ByDay != "" {
		r.weekdays = weekdays
	} else if len(d.monthDays) == 0 && len(d.yearDays) == 0 && freq != "DAILY" {
		if d.monthly && anchored {
			d.monthDays = []int{date(anchor).Day()}
		} else if anchored {
			r.weekdays = 1 << weekday(anchor)
		}
		ok = ok && anchored
	}
	if s.Interval != nil && *s.Interval > 1 {
		d.interval = int32(min(*s.Interval, 10_000))
		ok = ok && freq != "DAILY"
		if !anchored { // some of these days, nobody knows which
			d.interval, r.times = 1, noTimes
		}
	}
	if d.needed() {
		r.more = &d
	}
	r.vague = r.vague || !ok
	if s.Count != nil && *s.Count > 0 {
		if !anchored {
			r.vague = true
		} else if !r.vague {
			r.countTo(int(min(*s.Count, 100_000)), anchor)
		}
	}
}

// countTo ends the rule with its n-th day, counted from the anchor.
func (r *rule) countTo(n int, anchor int32) {
	const most = 60 * 366 // days; nobody plans further
	trust := [2]int32{r.trustFrom, r.trustTo}
	r.trustFrom, r.trustTo = firstDay, lastDay
	for day := anchor; day < anchor+most && day <= r.to; day++ {
		if !r.on(day) {
			continue
		}
		if n--; n == 0 {
			r.to = day
			break
		}
	}
	r.trustFrom, r.trustTo = trust[0], trust[1]
}

var weekdayCodes = []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

func weekStart(code string) uint8 {
	if i := slices.Index(weekdayCodes, strings.ToUpper(strings.TrimSpace(code))); i >= 0 {
		return uint8(i)
	}
	return 1 // Monday, as RFC 5545 has it
}

// readByDay reads "MO,WE" and "1SA,-1FR". nth is nil when no day has a number.
func readByDay(s string) (weekdays uint8, nth []nthDay, ok bool) {
	numbered := false
	for part := range strings.SplitSeq(strings.ToUpper(s), ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if len(part) < 2 {
			return 0, nil, false
		}
		i := slices.Index(weekdayCodes, part[len(part)-2:])
		n := 0
		if number := part[:len(part)-2]; number != "" {
			var err error
			if n, err = strconv.Atoi(number); err != nil || n < -5 || n > 5 || n == 0 {
				return 0, nil, false
			}
			numbered = true
		}
		if i < 0 {
			return 0, nil, false
		}
		weekdays |= 1 << i
		nth = append(nth, nthDay{weekday: uint8(i), n: n})
	}
	if !numbered {
		nth = nil
	}
	return weekdays, nth, true
}

// readNumbers reads "2,3,-1" with sizes from 1 to most.
func readNumbers(s string, most int) (out []int, ok bool) {
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		n, err := strconv.Atoi(part)
		if err != nil || n == 0 || n > most || n < -most {
			return nil, false
		}
		out = append(out, n)
	}
	return out, true
}
