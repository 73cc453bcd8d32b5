package web

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/havenloop/havenloop/directory"
)

// Addresses of the sections of hours; behind hoursAtSlug stands the id of a place.
const (
	hoursSlug   = "hours"
	hoursAtSlug = "hours-at-"
)

// What the form of hours holds: intervals on a day, and dates that are closed.
const (
	intervals  = 2
	closedDays = 6
)

// HoursForm is a day of the form of hours.
type HoursForm struct {
	Day  string
	Rows []HoursRow
}

// intervalField is the input for when interval n of a day begins; the one for
// when it ends has "-to" behind it.
func intervalField(day, n int) string { return fmt.Sprintf("hours.%d.%d", day, n) }

// intervalDay is the day of an intervalField.
func intervalDay(name string) (day int, ok bool) {
	var n int
	_, err := fmt.Sscanf(name, "hours.%d.%d", &day, &n)
	return day, err == nil
}

func closedField(n int) string { return "closed." + strconv.Itoa(n) }

func hoursForms(l *Locale) []HoursForm {
	var out []HoursForm
	for i := range weekdayCodes {
		day := (i + 1) % len(weekdayCodes) // from Monday
		d := HoursForm{Day: l.T("weekday." + strconv.Itoa(day))}
		for n := range intervals {
			name := intervalField(day, n)
			d.Rows = append(d.Rows, HoursRow{
				Opens:  Field{Name: name, Label: l.T("hours.opens", "n", strconv.Itoa(n+1)), Type: "time"},
				Closes: Field{Name: name + "-to", Label: l.T("hours.closes", "n", strconv.Itoa(n+1)), Type: "time"},
			})
		}
		out = append(out, d)
	}
	return out
}

// hoursSection are the hours of a service wherever it is.
func hoursSection(l *Locale) section {
	return hoursForm(l, section{slug: hoursSlug, title: "service.hours"}, func(x *listed) *[]directory.Schedule { return &x.service.Service.Schedules })
}

// hoursAtSections are the hours of a service at each of its places, which count
// before those of the service.
func hoursAtSections(l *Locale, x listed) []section {
	var out []section
	for i, at := range x.service.Service.ServiceAtLocations {
		name := at.LocationID
		for _, p := range x.places {
			if p.ID == at.LocationID {
				name = orText(p.Location.Name, name)
			}
		}
		s := section{slug: hoursAtSlug + at.LocationID, title: "section.hours-at", at: name, note: l.T("section.hours-at-note")}
		out = append(out, hoursForm(l, s, func(x *listed) *[]directory.Schedule { return &x.service.Service.ServiceAtLocations[i].Schedules }))
	}
	return out
}

// placeHoursSection are the hours of a place, for services without hours of their own.
func placeHoursSection(l *Locale) section {
	s := section{slug: hoursSlug, title: "section.place-hours", note: l.T("section.place-hours-note")}
	return hoursForm(l, s, func(x *listed) *[]directory.Schedule { return &x.place.Location.Schedules })
}

// hoursForm asks for hours: intervals by weekday and dates that are closed.
// Rules that the form cannot show stay as they are.
func hoursForm(l *Locale, s section, at func(*listed) *[]directory.Schedule) section {
	s.hours = true
	for n := range closedDays {
		s.fields = append(s.fields, listingField{Field: Field{Name: closedField(n), Label: l.T("hours.closed-day", "n", strconv.Itoa(n+1)), Type: "date", Optional: true}})
	}
	s.fields = append(s.fields, line(l, "hoursNote", "hours.note"))
	s.fill = func(f Form, x listed) Form { return fillHours(f, *at(&x)) }
	s.read = func(e *serviceEntry, before Form, x *listed) {
		var names []string
		for name := range e.Values {
			if strings.HasPrefix(name, "hours") || strings.HasPrefix(name, "closed.") {
				names = append(names, name)
			}
		}
		if differs(e, before, names...) {
			x.service.Service.ServiceAtLocations = slices.Clone(x.service.Service.ServiceAtLocations)
			*at(x) = e.hours(*at(x))
		}
	}
	return s
}

var clockText = regexp.MustCompile(`^\d\d:\d\d`)

// weekly tells on which days of the week a schedule is open from when to when;
// ok is false for a rule that the form cannot show.
func weekly(s directory.Schedule) (days []int, from, to string, ok bool) {
	plain := !s.Closed && (s.Freq == "WEEKLY" || s.Freq == "") && (s.Interval == nil || *s.Interval == 1) && s.Count == nil &&
		s.ValidFrom+s.ValidTo+s.DTStart+s.Until+s.ByWeekNo+s.ByMonthDay+s.ByYearDay+s.AttendingType == ""
	if !plain || !clockText.MatchString(s.OpensAt) || !clockText.MatchString(s.ClosesAt) || s.ByDay == "" {
		return nil, "", "", false
	}
	for code := range strings.SplitSeq(s.ByDay, ",") {
		day := slices.Index(weekdayCodes[:], strings.ToUpper(strings.TrimSpace(code)))
		if day < 0 {
			return nil, "", "", false
		}
		days = append(days, day)
	}
	return days, s.OpensAt[:5], s.ClosesAt[:5], true
}

// closedOn is the date of a schedule that closes one day.
func closedOn(s directory.Schedule) (string, bool) {
	one := s.Closed && s.DTStart != "" && (s.Until == "" || s.Until == s.DTStart) && s.ByDay+s.Freq+s.OpensAt+s.ClosesAt == ""
	return s.DTStart, one
}

// noted is a schedule that only says something in words.
func noted(s directory.Schedule) bool {
	return !s.Closed && s.Description != "" && s.OpensAt+s.ClosesAt+s.ByDay+s.Freq+s.DTStart+s.ValidFrom == ""
}

func fillHours(f Form, list []directory.Schedule) Form {
	used, shut := [7]int{}, 0
	for _, s := range list {
		if noted(s) {
			f = f.With("hoursNote", s.Description)
		}
		if on, ok := closedOn(s); ok && shut < closedDays {
			f = f.With(closedField(shut), on)
			shut++
		}
		days, from, to, _ := weekly(s)
		for _, day := range days {
			if used[day] < intervals {
				name := intervalField(day, used[day])
				f = f.With(name, from).With(name+"-to", to)
				used[day]++
			}
		}
	}
	return f
}

// hours are the schedules that the form says, after those that it cannot show.
func (e *serviceEntry) hours(old []directory.Schedule) []directory.Schedule {
	out := slices.DeleteFunc(slices.Clone(old), func(s directory.Schedule) bool {
		_, _, _, shown := weekly(s)
		_, shut := closedOn(s)
		return shown || shut || noted(s)
	})
	for day, code := range weekdayCodes {
		for n := range intervals {
			name := intervalField(day, n)
			from, to := e.text(name), e.text(name+"-to")
			if from+to == "" {
				continue
			}
			_, errFrom := time.Parse("15:04", from)
			_, errTo := time.Parse("15:04", to)
			e.wrong.Check(errFrom == nil && errTo == nil && from != to, name, "Enter when it opens and when it closes, or leave both empty.")
			out = append(out, directory.Schedule{Freq: "WEEKLY", ByDay: code, OpensAt: from, ClosesAt: to})
		}
	}
	for n := range closedDays {
		on := e.text(closedField(n))
		if on == "" {
			continue
		}
		_, err := time.Parse(time.DateOnly, on)
		e.wrong.Check(err == nil, closedField(n), "Write the day as year, month and day, for example 2026-12-25.")
		out = append(out, directory.Schedule{DTStart: on, Until: on, Closed: true})
	}
	if note := e.text("hoursNote"); note != "" {
		out = append(out, directory.Schedule{Description: note})
	}
	return out
}

// hoursRows tell the hours of a form, day by day.
func hoursRows(l *Locale, f Form) []SummaryRow {
	var out []SummaryRow
	for i := range weekdayCodes {
		day := (i + 1) % len(weekdayCodes)
		row := SummaryRow{Label: l.T("weekday." + strconv.Itoa(day))}
		for n := range intervals {
			if from := f.Value(intervalField(day, n)); from != "" {
				row.Values = append(row.Values, l.T("hours.span", "from", l.wall(from), "to", l.wall(f.Value(intervalField(day, n)+"-to"))))
			}
		}
		if len(row.Values) > 0 {
			out = append(out, row)
		}
	}
	return out
}
