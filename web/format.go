package web

import (
	"math"
	"strconv"
	"time"
)

// Date tells a day, for example "Nov 22, 2026".
func (l *Locale) Date(t time.Time) string {
	t = t.In(l.Zone)
	return l.T("date.day", "month", l.month(t), "day", t.Day(), "year", strconv.Itoa(t.Year()))
}

// Day tells a stored date ("2006-01-02", no time zone); other text stays as it is.
func (l *Locale) Day(date string) string {
	t, err := time.ParseInLocation(time.DateOnly, date, l.Zone)
	if err != nil {
		return date
	}
	return l.Date(t)
}

// Weekday tells a day with its weekday and without the year, for example "Sunday, November 22".
func (l *Locale) Weekday(t time.Time) string {
	t = t.In(l.Zone)
	return l.T("date.weekday", "weekday", l.T("weekday."+strconv.Itoa(int(t.Weekday()))),
		"month", l.T("month.long."+strconv.Itoa(int(t.Month()))), "day", t.Day())
}

// Clock tells the time of day, for example "3:40 PM"; the words of a language
// may take the hour of 24 instead.
func (l *Locale) Clock(t time.Time) string {
	t = t.In(l.Zone)
	half := "date.am"
	if t.Hour() >= 12 {
		half = "date.pm"
	}
	hour := (t.Hour()+11)%12 + 1
	return l.T(half, "hour", hour, "hour24", t.Hour(), "minute", twoDigits(t.Minute()))
}

// At tells day and time, with the day in words when it is near: "Today, 3:40 PM".
func (l *Locale) At(t time.Time) string {
	key := ""
	switch l.days(t) {
	case 0:
		key = "date.today"
	case -1:
		key = "date.yesterday"
	case 1:
		key = "date.tomorrow"
	default:
		return l.T("date.at", "day", l.Date(t), "time", l.Clock(t))
	}
	return l.T("date.at", "day", l.T(key), "time", l.Clock(t))
}

// Due tells how much time is left until t, or by how much it has passed.
func (l *Locale) Due(t time.Time) string {
	late := l.Now.Sub(t)
	switch days := l.days(t); {
	case late > 0 && days == 0:
		return l.T("due.overdue.hours", "count", int(math.Ceil(late.Hours())))
	case late > 0:
		return l.T("due.overdue.days", "count", -days)
	case days == 0:
		return l.T("due.today", "time", l.Clock(t))
	case days == 1:
		return l.T("due.tomorrow")
	default:
		return l.T("due.left", "count", days)
	}
}

// Age tells how old somebody born on the date ("2006-01-02") is today: in
// years, below two years in months. Empty when the date cannot be read.
func (l *Locale) Age(birthDate string) string {
	months, ok := monthsSince(birthDate, l.Now)
	switch {
	case !ok:
		return ""
	case months < 24:
		return l.T("age.months", "count", months)
	default:
		return l.T("age.years", "count", months/12)
	}
}

// monthsSince counts whole months from the date to now; false for a date that
// cannot be read or lies ahead.
func monthsSince(date string, now time.Time) (int, bool) {
	born, err := time.ParseInLocation(time.DateOnly, date, now.Location())
	if err != nil || born.After(now) {
		return 0, false
	}
	months := (now.Year()-born.Year())*12 + int(now.Month()-born.Month())
	if now.Day() < born.Day() {
		months--
	}
	return months, true
}

// days counts the midnights between now and t: 0 today, 1 tomorrow, -1 yesterday.
func (l *Locale) days(t time.Time) int {
	date := func(t time.Time) time.Time {
		y, m, d := t.In(l.Zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(date(t).Sub(date(l.Now)).Hours() / 24)
}

func (l *Locale) month(t time.Time) string { return l.T("month." + strconv.Itoa(int(t.Month()))) }

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
