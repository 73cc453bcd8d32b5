package web

// datePartName is a part of a date that is asked for in an input of its own.
type datePartName string

const (
	dayPart   datePartName = "day"
	monthPart datePartName = "month"
	yearPart  datePartName = "year"
)

// dateOrders is the order in which a language writes the parts of a date in
// figures. Source: Unicode CLDR 45, short dates of en-US, es-US, vi, zh and ar.
var dateOrders = map[string][]datePartName{
	"en":      {monthPart, dayPart, yearPart},
	"es":      {dayPart, monthPart, yearPart},
	"vi":      {dayPart, monthPart, yearPart},
	"zh-Hans": {yearPart, monthPart, dayPart},
	"ar":      {dayPart, monthPart, yearPart},
}

func dateOrder(l *Locale) []datePartName { return dateOrders[l.Language] }

// id of the part's input. That of the first is the field's name.
func (p datePartName) id(field string, first bool) string {
	if first {
		return field
	}
	return field + "-" + string(p)
}

func (p datePartName) class() string {
	if p == yearPart {
		return "input-four"
	}
	return "input-two"
}
