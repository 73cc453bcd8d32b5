package directory

import (
	"slices"
	"time"
)

// dayRule selects days by more than the weekday. All conditions must hold.
type dayRule struct {
	nth       []nthDay // monthly: "1SA", "-1FR"
	monthDays []int    // negative from the end
	yearDays  []int
	weeks     []int
	interval  int32 // every n-th week, or month
	anchor    int32 // in the first of which this day lies
	weekStart uint8
	monthly   bool
}

// nthDay is the n-th such weekday of a month, from the end when negative, each when 0.
type nthDay struct {
	weekday uint8
	n       int
}

func (d *dayRule) needed() bool {
	return d.nth != nil || d.monthDays != nil || d.yearDays != nil || d.weeks != nil || d.interval > 1
}

func (d *dayRule) on(day int32) bool {
	if d.interval > 1 && !d.monthly && (d.weekOf(day)-d.weekOf(d.anchor))%d.interval != 0 {
		return false
	}
	t := date(day)
	if d.interval > 1 && d.monthly && (months(t)-months(date(d.anchor)))%d.interval != 0 {
		return false
	}
	last := time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return d.onNth(day, t.Day(), last) &&
		among(d.monthDays, t.Day(), last) &&
		among(d.yearDays, t.YearDay(), time.Date(t.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay()) &&
		(d.weeks == nil || d.onWeek(day))
}

func (d *dayRule) onNth(day int32, monthDay, last int) bool {
	if d.nth == nil {
		return true
	}
	fromStart, fromEnd := (monthDay-1)/7+1, -((last-monthDay)/7 + 1)
	return slices.ContainsFunc(d.nth, func(n nthDay) bool {
		return n.weekday == weekday(day) && (n.n == 0 || n.n == fromStart || n.n == fromEnd)
	})
}

// onWeek counts the weeks of a year as RFC 5545 does: the first has at least
// four days of it.
func (d *dayRule) onWeek(day int32) bool {
	middle := date(d.weekOf(day)*7 - d.weekShift() + 3) // its fourth day tells the year
	number := (middle.YearDay()-1)/7 + 1
	days := time.Date(middle.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay()
	weeks := number + (days-middle.YearDay())/7
	return among(d.weeks, number, weeks)
}

// weekOf numbers the week the day is in.
func (d *dayRule) weekOf(day int32) int32 {
	n := day + d.weekShift()
	if n < 0 {
		return (n - 6) / 7
	}
	return n / 7
}

// weekShift is how far 1970-01-01, a Thursday, is into its week.
func (d *dayRule) weekShift() int32 { return (4 - int32(d.weekStart) + 7) % 7 }

func months(t time.Time) int32 { return int32(t.Year()*12 + int(t.Month())) }

// among tells whether n is listed, counted from 1, or from -1 back of last;
// an empty list has all.
func among(list []int, n, last int) bool {
	return list == nil || slices.Contains(list, n) || slices.Contains(list, n-last-1)
}
