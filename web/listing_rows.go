package web

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory"
)

// sectionRows tell what a section's form holds, in words.
func sectionRows(l *Locale, s section, f Form) []SummaryRow {
	var out []SummaryRow
	if s.slug == hoursSlug {
		out = hoursRows(l, f)
	}
	for _, field := range s.fields {
		if values := fieldTexts(f, field); len(values) > 0 {
			out = append(out, SummaryRow{Label: field.Label, Values: values})
		}
	}
	if len(out) == 0 {
		out = []SummaryRow{told(l, l.T(s.title))}
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
	if s.slug == hoursSlug {
		rows := func(f Form) (out []string) {
			for _, r := range hoursRows(l, f) {
				out = append(out, r.Label+" "+strings.Join(r.Values, ", "))
			}
			return out
		}
		tell(l.T("service.hours"), rows(mine), rows(theirs))
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

// fieldNames are the keys of the words for fields of the standard and ours.
var fieldNames = map[string]string{
	"name": "service-add.name", "alternate_name": "listing.other-name", "description": "service-add.description", "url": "service.website",
	"website": "service.website", "email": "listing.email", "status": "section.status", "phones": "section.phones", "schedules": "service.hours",
	"eligibility_description": "service-add.eligibility", "minimum_age": "service-add.age-from", "maximum_age": "service-add.age-to",
	"languages": "service.languages", "interpretation_services": "listing.interpreters", "service_areas": "section.area",
	"required_documents": "service.bring", "application_process": "service.apply", "fees_description": "service.cost", "fees": "service.cost",
	"service_at_locations": "section.places", "addresses": "patient.address", "latitude": "section.map", "longitude": "section.map",
	"transportation": "service.transport", directory.NeedsField: "service.serves", directory.ConfidentialField: "section.confidential-ask",
}

func fieldName(l *Locale, field string) string {
	if key, ok := fieldNames[field]; ok {
		return l.T(key)
	}
	return strings.ReplaceAll(strings.TrimPrefix(field, "x_"), "_", " ")
}

// valueTexts tell a value of a field, which is JSON, in lines that a person can
// read: the texts in it, without ids.
func valueTexts(l *Locale, raw json.RawMessage) []string {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return []string{orNone(l, "")}
	}
	if list, ok := v.([]any); ok {
		var out []string
		for _, item := range list {
			out = append(out, strings.Join(plainTexts(l, item), " · "))
		}
		if out = filled(out...); len(out) > 0 {
			return out
		}
	}
	return []string{orNone(l, strings.Join(plainTexts(l, v), " · "))}
}

func plainTexts(l *Locale, v any) []string {
	switch v := v.(type) {
	case string:
		if l.Has("domain." + v) {
			return []string{l.T("domain." + v)}
		}
		return filled(v)
	case json.Number:
		return []string{v.String()}
	case bool:
		return []string{l.T(map[bool]string{true: "choice.yes", false: "choice.no"}[v])}
	case []any:
		var out []string
		for _, item := range v {
			out = append(out, plainTexts(l, item)...)
		}
		return out
	case map[string]any:
		var out []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if name != "id" && !strings.HasSuffix(name, "_id") && name != "source" && name != "confidence" && name != "attributes" && name != "metadata" {
				out = append(out, plainTexts(l, v[name])...)
			}
		}
		return out
	}
	return nil
}
