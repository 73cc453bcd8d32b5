package web

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/havenloop/havenloop/internal/patients"
)

// told is a summary row that says so when nothing was told.
func told(l *Locale, label string, values ...string) SummaryRow {
	if values = filled(values...); len(values) == 0 {
		return SummaryRow{Label: label, Values: []string{l.T("summary.not-told")}, Muted: true}
	}
	return SummaryRow{Label: label, Values: values}
}

// filled leaves out empty values.
func filled(values ...string) []string {
	var out []string
	for _, v := range values {
		if v != "" {
			out = append(out, v)
		}
	}
	return out
}

// addressRow writes an address as on an envelope.
func addressRow(l *Locale, a patients.Address) SummaryRow {
	town := strings.TrimSpace(strings.TrimSuffix(a.City+", "+a.State, ", ") + " " + a.PostalCode)
	return told(l, l.T("patient.address"), a.Line, strings.TrimPrefix(town, ", "))
}

// phoneText writes a stored number as people in the US do; others as stored.
func phoneText(number string) string {
	n, err := phonenumbers.Parse(number, "US")
	if err != nil {
		return number
	}
	if n.GetCountryCode() != 1 {
		return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
	}
	return phonenumbers.Format(n, phonenumbers.NATIONAL)
}

// flagText says yes or no, and nothing when nobody asked.
func flagText(l *Locale, flag *bool) string {
	switch {
	case flag == nil:
		return ""
	case *flag:
		return l.T("choice.yes")
	default:
		return l.T("choice.no")
	}
}
