package web

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory"
)

// fieldNames are the keys of the words for fields of the standard and ours.
var fieldNames = map[string]string{
	"name": "service-add.name", "alternate_name": "listing.other-name", "description": "service-add.description",
	"url": "service.website", "website": "service.website", "additional_urls": "field.more-websites", "additional_websites": "field.more-websites",
	"uri": "service.website", "logo": "field.logo", "email": "listing.email", "status": "section.status", "alert": "section.alert",
	"phones": "section.phones", "contacts": "field.contacts", "schedules": "service.hours",
	"eligibility_description": "service-add.eligibility", directory.EligibilityField: "section.rules",
	"minimum_age": "service-add.age-from", "maximum_age": "service-add.age-to",
	"languages": "service.languages", "interpretation_services": "listing.interpreters", "service_areas": "section.area",
	"required_documents": "service.bring", "application_process": "service.apply", "wait_time": "service.wait",
	"fees_description": "service.cost", "fees": "service.cost", "cost_options": "service.cost", "funding": "field.funding",
	"accreditations": "field.accreditations", "licenses": "field.licenses", "assurer_email": "field.assurer",
	"program_id": "field.programs", "programs": "field.programs", "parent_organization_id": "field.parent", "attributes": "field.attributes",
	"service_at_locations": "section.places", "locations": "section.places", "services": "field.services",
	"addresses": "patient.address", "latitude": "section.map", "longitude": "section.map", "location_type": "field.location-type",
	"transportation": "service.transport", "accessibility": "service.accessibility",
	"external_identifier": "field.identifiers", "external_identifier_type": "field.identifiers", "organization_identifiers": "field.identifiers",
	"tax_status": "field.tax", "tax_id": "field.tax", "year_incorporated": "field.since", "legal_status": "field.legal-status",
	directory.NeedsField: "service.serves", directory.ConfidentialField: "section.confidential-ask", directory.TimeZoneField: "field.time-zone",
}

// fieldName is a field in words; the names of our own tests hold all there are.
func fieldName(l *Locale, field string) string {
	if key, ok := fieldNames[field]; ok {
		return l.T(key)
	}
	return l.T("field.other")
}

// valueTexts tell a value of a field, which is JSON, in lines that a person can
// read: the texts in it, without ids and codes.
func valueTexts(l *Locale, field string, raw json.RawMessage) []string {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return []string{orNone(l, "")}
	}
	if read, ok := valueReaders[field]; ok {
		return orNothing(l, read(l, v))
	}
	if list, ok := v.([]any); ok {
		var out []string
		for _, item := range list {
			out = append(out, strings.Join(plainTexts(l, item), " · "))
		}
		return orNothing(l, filled(out...))
	}
	return []string{orNone(l, strings.Join(plainTexts(l, v), " · "))}
}

func orNothing(l *Locale, list []string) []string {
	if len(list) == 0 {
		return []string{orNone(l, "")}
	}
	return list
}

// valueReaders tell values that would be codes otherwise, by field, wherever the
// field stands.
var valueReaders = map[string]func(l *Locale, v any) []string{
	"schedules":                scheduleTexts,
	directory.EligibilityField: ruleTexts,
	"status": func(l *Locale, v any) []string {
		code, _ := v.(string)
		if key, ok := statusWords[directory.Status(code)]; ok {
			return []string{l.T(key)}
		}
		return nil
	},
	"number": func(_ *Locale, v any) []string {
		number, _ := v.(string)
		return filled(phoneText(number))
	},
}

var statusWords = map[directory.Status]string{
	directory.Active: "status.active", directory.TemporarilyClosed: "status.closed-now", directory.Inactive: "status.ended", directory.Defunct: "status.ended",
}

// decoded reads a part of a value as what it is in the directory.
func decoded[T any](v any) (out T) {
	b, err := json.Marshal(v)
	if err == nil {
		_ = json.Unmarshal(b, &out) // what is of another form says nothing
	}
	return out
}

func scheduleTexts(l *Locale, v any) []string {
	list := decoded[[]directory.Schedule](v)
	f := fillHours(Form{}, list)
	var out []string
	for _, row := range hoursRows(l, f) {
		out = append(out, row.Label+" "+strings.Join(row.Values, ", "))
	}
	for _, s := range list {
		on, shut := closedOn(s)
		_, _, _, shown := weekly(s)
		switch {
		case shut:
			out = append(out, l.T("hours.closed-day", "n", on))
		case noted(s):
			out = append(out, s.Description)
		case !shown:
			out = append(out, l.T("hours.other-rule"))
		}
	}
	return slices.Compact(out)
}

func ruleTexts(l *Locale, v any) []string {
	said := decoded[struct{ Rules []directory.Requirement }](v)
	var out []string
	for _, r := range said.Rules {
		out = append(out, l.whom(r.AnyOf))
	}
	return out
}

// unsaid are fields of which the value is a code or says nothing by itself.
var unsaid = []string{"id", "source", "confidence", "attributes", "metadata", "type", "address_type", "country", "extent_type", "extent", "code"}

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
			read, ok := valueReaders[name]
			switch {
			case slices.Contains(unsaid, name) || strings.HasSuffix(name, "_id"):
			case ok:
				out = append(out, read(l, v[name])...)
			default:
				out = append(out, plainTexts(l, v[name])...)
			}
		}
		return out
	}
	return nil
}
