package directory

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/teambition/rrule-go"
	"pgregory.net/rapid"
)

// recurring draws a recurring schedule that RFC 5545 defines, in a zone
// without daylight saving.
var recurring = rapid.Custom(func(t *rapid.T) Schedule {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 400).Draw(t, "start"))
	s := Schedule{
		Freq:     rapid.SampledFrom([]string{"WEEKLY", "MONTHLY"}).Draw(t, "freq"),
		DTStart:  start.Format(time.DateOnly),
		WkSt:     rapid.SampledFrom(append([]string{""}, weekdayCodes...)).Draw(t, "wkst"),
		OpensAt:  rapid.SampledFrom([]string{"09:00", "00:00", "22:30"}).Draw(t, "opens"),
		ClosesAt: rapid.SampledFrom([]string{"17:00", "23:59", "06:15"}).Draw(t, "closes"),
	}
	days := rapid.SliceOfNDistinct(rapid.SampledFrom(weekdayCodes), 0, 4, rapid.ID[string]).Draw(t, "days")
	if s.Freq == "MONTHLY" && rapid.Bool().Draw(t, "numbered") {
		for i := range days {
			days[i] = strconv.Itoa(rapid.SampledFrom([]int{1, 2, 3, 4, 5, -1, -2}).Draw(t, "n")) + days[i]
		}
	}
	s.ByDay = strings.Join(days, ",")
	if s.Freq == "MONTHLY" && rapid.Bool().Draw(t, "dates") {
		var dates []string
		for _, n := range rapid.SliceOfN(rapid.SampledFrom([]int{1, 2, 13, 28, 29, 30, 31, -1, -2, -30}), 1, 3).Draw(t, "monthdays") {
			dates = append(dates, strconv.Itoa(n))
		}
		s.ByMonthDay = strings.Join(dates, ",")
	}
	if n := rapid.IntRange(1, 4).Draw(t, "interval"); n > 1 {
		s.Interval = number(float64(n))
	}
	switch rapid.IntRange(0, 2).Draw(t, "end") {
	case 1:
		s.Count = number(float64(rapid.IntRange(1, 30).Draw(t, "count")))
	case 2:
		s.Until = start.AddDate(0, 0, rapid.IntRange(0, 300).Draw(t, "until")).Format(time.DateOnly)
	}
	return s
})

// expand lists the opening intervals of a schedule by an RFC 5545 library.
func expand(t *rapid.T, s Schedule, z *time.Location, to time.Time) [][2]time.Time {
	start, err := time.Parse(time.DateOnly, s.DTStart)
	if err != nil {
		t.Fatal(err)
	}
	o := rrule.ROption{Freq: rrule.WEEKLY, Dtstart: start, Interval: 1, Wkst: rrule.MO}
	if s.Freq == "MONTHLY" {
		o.Freq = rrule.MONTHLY
	}
	codes := []rrule.Weekday{rrule.SU, rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA}
	if s.WkSt != "" {
		o.Wkst = codes[slices.Index(weekdayCodes, s.WkSt)]
	}
	if s.Interval != nil {
		o.Interval = int(*s.Interval)
	}
	if s.Count != nil {
		o.Count = int(*s.Count)
	}
	if s.Until != "" {
		if o.Until, err = time.Parse(time.DateOnly, s.Until); err != nil {
			t.Fatal(err)
		}
	}
	if s.ByDay != "" {
		for p := range strings.SplitSeq(s.ByDay, ",") {
			d := codes[slices.Index(weekdayCodes, p[len(p)-2:])]
			if n, err := strconv.Atoi(p[:len(p)-2]); err == nil {
				d = d.Nth(n)
			}
			o.Byweekday = append(o.Byweekday, d)
		}
	}
	if s.ByMonthDay != "" {
		for p := range strings.SplitSeq(s.ByMonthDay, ",") {
			n, err := strconv.Atoi(p)
			if err != nil {
				t.Fatal(err)
			}
			o.Bymonthday = append(o.Bymonthday, n)
		}
	}
	rule, err := rrule.NewRRule(o)
	if err != nil {
		t.Fatal(err)
	}
	opens, _ := time.Parse("15:04", s.OpensAt)
	closes, _ := time.Parse("15:04", s.ClosesAt)
	if s.ClosesAt == "23:59" {
		closes = closes.Add(time.Minute)
	}
	if !closes.After(opens) {
		closes = closes.AddDate(0, 0, 1)
	}
	var out [][2]time.Time
	for _, d := range rule.Between(start.AddDate(0, 0, -1), to, true) {
		begin := time.Date(d.Year(), d.Month(), d.Day(), opens.Hour(), opens.Minute(), 0, 0, z)
		out = append(out, [2]time.Time{begin, begin.Add(closes.Sub(opens))})
	}
	return out
}

func TestAtAgreesWithRFC5545(t *testing.T) {
	phoenix := zone(t, "America/Phoenix") // no daylight saving
	end := time.Date(2028, 6, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		schedules := rapid.SliceOfN(recurring, 1, 3).Draw(t, "schedules")
		var intervals [][2]time.Time
		for _, s := range schedules {
			intervals = append(intervals, expand(t, s, phoenix, end)...)
		}
		h := CompileHours(schedules, phoenix)
		check := func(at time.Time) {
			want := Closed
			if slices.ContainsFunc(intervals, func(i [2]time.Time) bool { return !at.Before(i[0]) && at.Before(i[1]) }) {
				want = Open
			}
			if got := h.At(at); got != want {
				t.Fatalf("At(%s) = %v, want %v", at, got, want)
			}
		}
		for _, i := range intervals {
			for _, at := range i {
				if at.Before(end.AddDate(0, 0, -2)) {
					check(at)
					check(at.Add(-time.Second))
				}
			}
		}
		for range 50 {
			check(time.Date(2025, 12, 20, 0, 0, rapid.IntRange(0, 700*daySeconds).Draw(t, "second"), 0, phoenix))
		}
	})
}

func TestNextChangeIsTheNext(t *testing.T) {
	phoenix := zone(t, "America/Phoenix")
	rapid.Check(t, func(t *rapid.T) {
		h := CompileHours(rapid.SliceOfN(recurring, 1, 3).Draw(t, "schedules"), phoenix)
		from := time.Date(2026, 1, 1, 0, rapid.IntRange(0, 600*24*60).Draw(t, "minute"), 0, 0, phoenix)
		at, to, ok := h.NextChange(from)
		if !ok {
			at, to = from.AddDate(0, 0, lookAhead-1), h.At(from)
		}
		if got := h.At(at); got != to {
			t.Fatalf("NextChange(%v) = %v, %v, but At says %v", from, at, to, got)
		}
		for q := from; q.Before(at); q = q.Add(15 * time.Minute) {
			if got := h.At(q); got != h.At(from) {
				t.Fatalf("NextChange(%v) = %v, but at %v it is %v already", from, at, q, got)
			}
		}
	})
}
