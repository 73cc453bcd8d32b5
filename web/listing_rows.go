package web

import (
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory"
)

// sectionRows tell what a section's form holds, in words.
func sectionRows(l *Locale, s section, f Form) []SummaryRow {
	var out []SummaryRow
	if s.hours {
		out = hoursRows(l, f)
	}
	for _, field := range s.fields {
		if values := fieldTexts(f, field); len(values) > 0 {
			out = append(out, SummaryRow{Label: field.Label, Values: values})
		}
	}
	if len(out) == 0 {
		out = []SummaryRow{{Label: s.heading(l), Values: []string{l.T("listing.empty")}, Muted: true}}
	}
	return out
}

// fieldTexts is what stands in an input, choices by their names.
func fieldTexts(f Form, field listingField) []string {
	if field.Group == nil {
		return filled(linesOf(f.Value(field.Name))...)
	}
	var out []string
	for _, o := range field.Group.Options {
		if f.Has(field.Name, o.Value) {
			out = append(out, o.Label)
		}
	}
	return out
}

// sectionDifferences tell what stands in the store where it differs from what
// this person wrote.
func sectionDifferences(l *Locale, s section, mine, theirs Form) []SummaryRow {
	var out []SummaryRow
	tell := func(label string, a, b []string) {
		if !slices.Equal(a, b) {
			out = append(out, SummaryRow{Label: label, Values: []string{
				l.T("network.theirs", "value", orNone(l, l.join("list.comma", b))), l.T("network.yours", "value", orNone(l, l.join("list.comma", a))),
			}})
		}
	}
	if s.hours {
		rows := func(f Form) (out []string) {
			for _, r := range hoursRows(l, f) {
				out = append(out, r.Label+" "+strings.Join(r.Values, ", "))
			}
			return out
		}
		tell(s.heading(l), rows(mine), rows(theirs))
	}
	for _, field := range s.fields {
		tell(field.Label, fieldTexts(mine, field), fieldTexts(theirs, field))
	}
	return out
}

// proposalTexts tell what of a listing waits, or why the last change was refused.
func proposalTexts(l *Locale, p directory.Proposal) (waiting, refused string) {
	var names []string
	for _, c := range p.Changes {
		names = append(names, fieldName(l, c.Field))
	}
	switch p.State {
	case directory.Waiting:
		waiting = l.T("listing.waits", "what", l.join("list.comma", names), "at", l.At(p.At))
	case directory.Refused:
		refused = l.T("listing.refused", "what", l.join("list.comma", names), "why", p.Reason)
	}
	return waiting, refused
}
