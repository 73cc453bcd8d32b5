package web

import (
	"strings"
	"time"

	"github.com/havenloop/havenloop/directory"
)

// SheetView is the list as the person takes it home, in their language.
type SheetView struct {
	*Locale
	From string // who gave it; "" when not known
	Date string
	// Items are the services in their order.
	Items []SheetItem
}

// SheetItem is one service on the sheet. Names and what the agency wrote stay
// as they are.
type SheetItem struct {
	Name, Organization string
	Place              string
	Phone              string
	Facts              []SummaryRow
}

// sheetView tells the services to the person who is to use them.
func sheetView(l *Locale, from string, services []directory.ServiceDetail) SheetView {
	v := SheetView{Locale: l, From: from, Date: l.Date(l.Now)}
	for _, s := range services {
		v.Items = append(v.Items, SheetItem{
			Name: s.Name, Organization: s.OrganizationName, Place: sheetPlace(l, s.ServiceSummary), Phone: l.Phone(s.Phone),
			Facts: filledRows(
				SummaryRow{Label: l.T("sheet.hours"), Values: sheetHours(l, s)},
				SummaryRow{Label: l.T("service.bring"), Values: s.RequiredDocuments},
				SummaryRow{Label: l.T("service.cost"), Values: []string{costText(l, s.ServiceSummary)}},
				SummaryRow{Label: l.T("sheet.languages"), Values: filled(languagesText(l, s.Languages, s.Interpreters))},
			),
		})
	}
	return v
}

// sheetPlace is where to go: the address, or how to get the service without one.
func sheetPlace(l *Locale, s directory.ServiceSummary) string {
	if text := placeText(l, s); text != "" {
		return text
	}
	if s.Virtual {
		return l.T("service.virtual")
	}
	return ""
}

// mostOther is how many dates with other hours a sheet names.
const mostOther = 3

// sheetHours tells the usual hours in words, and the next dates that differ.
func sheetHours(l *Locale, s directory.ServiceDetail) []string {
	place := s.Places[0]
	if place.Usual == nil {
		if len(place.HoursNotes) > 0 {
			return place.HoursNotes
		}
		return []string{l.T("sheet.hours-unknown")}
	}
	out := usualHours(l, place.Usual)
	if len(out) == 0 {
		out = []string{l.T("sheet.hours-unknown")}
	}
	for _, d := range place.Usual.Other[:min(len(place.Usual.Other), mostOther)] {
		day, err := time.ParseInLocation(time.DateOnly, d.Date, l.Zone)
		if err == nil {
			out = append(out, l.T("sheet.line", "days", l.Weekday(day), "hours", l.spans(d)))
		}
	}
	return out
}

// usualHours tells the hours of a week, days that are alike together; days on
// which it is closed go without saying.
func usualHours(l *Locale, u *directory.UsualHours) []string {
	var out []string
	for i := 0; i < len(u.Days); {
		text, last := l.spans(u.Days[i]), i
		for last+1 < len(u.Days) && l.spans(u.Days[last+1]) == text {
			last++
		}
		if len(u.Days[i].Spans) > 0 || u.Days[i].Unknown && last-i < 6 {
			out = append(out, l.T("sheet.line", "days", l.dayRange(i, last), "hours", text))
		}
		i = last + 1
	}
	return out
}

// dayRange names days of the week, counted from Monday: "Monday to Friday".
func (l *Locale) dayRange(from, to int) string {
	switch {
	case from == 0 && to == 6:
		return l.T("sheet.every-day")
	case from == to:
		return l.weekdayWord(weekdays[from])
	case from+1 == to:
		return l.T("sheet.days-two", "from", l.weekdayWord(weekdays[from]), "to", l.weekdayWord(weekdays[to]))
	default:
		return l.T("sheet.days", "from", l.weekdayWord(weekdays[from]), "to", l.weekdayWord(weekdays[to]))
	}
}

// spans tells the hours of one day.
func (l *Locale) spans(d directory.DayHours) string {
	var texts []string
	for _, s := range d.Spans {
		if s.From == s.To || s.From == "00:00" && s.To == "23:59" {
			texts = append(texts, l.T("sheet.all-day"))
			continue
		}
		texts = append(texts, l.T("open.span", "from", l.wall(s.From), "to", l.wall(s.To)))
	}
	switch {
	case d.Unknown && len(texts) > 0:
		texts = append(texts, l.T("open.maybe-more"))
	case d.Unknown:
		return l.T("open.unknown")
	case len(texts) == 0:
		return l.T("open.closed-all-day")
	}
	return strings.Join(texts, l.T("list.comma"))
}
