package directory

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// rule is a compiled schedule. Days are counted from 1970-01-01, times are
// seconds after midnight.
type rule struct {
	from, to           int32 // days on which it recurs, from dtstart to until
	trustFrom, trustTo int32 // valid_from to valid_to
	begin, end         int32 // end above 24 h is past midnight
	offset             int32 // seconds east of UTC, where fixed
	weekdays           uint8 // bit 0 is Sunday
	fixed              bool  // offset counts, not the zone
	dated              bool  // for single dates, not recurring
	times              times
	vague              bool     // the days cannot be told
	more               *dayRule // what weekdays alone cannot say; mostly nil
}

// times says which ends of an interval are known.
type times uint8

const (
	noTimes     times = 0
	opensKnown  times = 1
	closesKnown times = 2
	bothKnown         = opensKnown | closesKnown
)

const (
	firstDay int32 = math.MinInt32 / 2
	lastDay  int32 = math.MaxInt32 / 2

	allWeek uint8 = 1<<7 - 1
)

func (r *rule) clock(unix, local int64) (day, second int32) {
	if r.fixed {
		local = unix + int64(r.offset)
	}
	day = int32(local / daySeconds)
	second = int32(local % daySeconds)
	if second < 0 {
		day, second = day-1, second+daySeconds
	}
	return day, second
}

// trusted tells whether the rule's information is in force on the day.
func (r *rule) trusted(day int32) bool { return r.trustFrom <= day && day <= r.trustTo }

func (r *rule) overnight() bool { return r.end > daySeconds }

// on tells whether the rule has an opening that begins on the day.
func (r *rule) on(day int32) bool {
	return day >= r.from && day <= r.to && r.trusted(day) &&
		r.weekdays&(1<<weekday(day)) != 0 && (r.more == nil || r.more.on(day))
}

// at tells what the rule says of a second counted from the start of the day;
// Closed means that it says nothing.
func (r *rule) at(day, second int32) Openness {
	if r.vague {
		if r.trusted(day) && day >= r.from && day <= r.to {
			return OpenUnknown
		}
		return Closed
	}
	if !r.on(day) || r.times&opensKnown != 0 && second < r.begin || r.times&closesKnown != 0 && second >= r.end {
		return Closed
	}
	if r.times == bothKnown {
		return Open
	}
	if second >= daySeconds {
		return Closed
	}
	return OpenUnknown
}

// shuts tells whether the rule, as a closure, covers the second: all of the
// day, or what lies between its times.
func (r *rule) shuts(day, second int32) bool {
	if r.vague || !r.on(day) {
		return false
	}
	return r.times != bothKnown || second >= r.begin && second < r.end
}

// weekday is the day's weekday, 0 for Sunday.
func weekday(day int32) uint8 { return uint8(((day+4)%7 + 7) % 7) }

// dayOf counts the date's days from 1970-01-01.
func dayOf(t time.Time) int32 {
	y, m, d := t.Date()
	return int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / daySeconds)
}

// date is the date of a day, at midnight UTC.
func date(day int32) time.Time { return time.Unix(int64(day)*daySeconds, 0).UTC() }

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
