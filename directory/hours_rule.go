package directory

import (
	"math"
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
