package feed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory/repair"
)

// needed are the fields of which a part must have one: without, the rest of it
// means nothing. Other kinds of parts mean something whatever they have.
var needed = map[string][]string{
	"phone": {"number"}, "language": {"name", "code"}, "required_document": {"document"}, "service_area": {"name", "extent", "description"},
	"url": {"url"}, "organization_identifier": {"identifier"}, "funding": {"source"}, "program": {"name"},
	"attribute": {"value", "taxonomy_term_id", "taxonomy_term.name", "taxonomy_term.code"},
}

// emit adds an object and its parts to the rows of their kinds. Of one that
// other rows make, only the parts.
func (a *applier) emit(o *parcel, place int, existing bool) {
	if !existing {
		pair := o.kind == "service_at_location"
		switch {
		case pair && (o.cells["service_id"] == "" || o.cells["location_id"] == ""):
			return
		case !pair && !o.any():
			if o.from["id"] != "" {
				a.tell(o, "empty-record", Warning, Dropped)
			}
			return
		case !pair:
			sum := o.sum()
			if a.made[sum] { // tables of services have the organization in every row
				return
			}
			a.made[sum] = true
		}
		a.add(o, place)
	}
	if o.cells["id"] == "" {
		return
	}
	for _, part := range o.parts {
		a.emitPart(part, place)
	}
}

// emitPart adds a part of an object that has an id.
func (a *applier) emitPart(o *parcel, place int) {
	if !o.any() {
		return
	}
	if need := needed[o.kind]; need != nil && !slices.ContainsFunc(need, func(f string) bool { return o.cells[f] != "" }) {
		a.tell(o, "incomplete-part", Warning, Dropped)
		return
	}
	if o.cells["id"] == "" {
		o.cells["id"] = fmt.Sprintf("%s/%s%d", o.of.cells["id"], o.list, o.n)
	}
	if line := o.cells[wholeAddress]; line != "" {
		delete(o.cells, wholeAddress)
		a.readAddress(o, line)
	}
	if o.kind == "attribute" {
		a.addTerm(o)
	}
	for key, id := range a.b.keys(o.of.kind, o.of.cells["id"], o.kind) {
		o.cells[key] = id
	}
	a.add(o, place)
	for _, part := range o.parts {
		a.emitPart(part, place)
	}
}

// readAddress puts an address in one line into the fields that have no value.
func (a *applier) readAddress(o *parcel, line string) {
	read, ok := repair.Address(line)
	if !ok {
		o.cells["address_1"] = line
		a.tell(o, string(repair.Unreadable), Warning, Kept)
		return
	}
	for field, text := range map[string]string{"address_1": read.Street, "city": read.City, "state_province": read.State, "postal_code": read.ZIP} {
		if o.cells[field] == "" && text != "" {
			o.cells[field] = text
		}
	}
}

// addTerm makes the term of an attribute, and its taxonomy, unless they are made.
func (a *applier) addTerm(o *parcel) {
	term := map[string]string{}
	for _, f := range termFields {
		term[strings.TrimPrefix(f, "taxonomy_term.")] = o.cells[f]
		delete(o.cells, f)
	}
	said := term["code"]
	if said == "" {
		said = term["name"]
	}
	if said == "" {
		return
	}
	if term["name"] == "" {
		term["name"] = said
	}
	if name := term["taxonomy"]; name != "" {
		a.once(&parcel{kind: "taxonomy", cells: map[string]string{"id": name, "name": name}})
		term["taxonomy_id"] = name
	}
	term["id"] = term["taxonomy"] + "/" + said
	o.cells["taxonomy_term_id"] = term["id"]
	a.once(&parcel{kind: "taxonomy_term", cells: term})
}

// once adds an object unless a row has made it in the same words.
func (a *applier) once(o *parcel) {
	if sum := o.sum(); !a.made[sum] {
		a.made[sum] = true
		a.add(o, 0)
	}
}

// add makes a row of the kind, in a table of its own for each place in the
// mapping, so that a report can name the columns of the file.
func (a *applier) add(o *parcel, place int) {
	e := entities[o.kind]
	t := a.b.origin(a.file, fmt.Sprintf("%d %s", place, o.path()), e)
	for field, heading := range o.from {
		t.headings[field] = heading
	}
	a.b.addTo(t, a.row.line, o.cells)
}

// path says where a part stands, without which of several it is.
func (o *parcel) path() string {
	if o.of == nil {
		return o.kind
	}
	return o.of.path() + "." + o.list
}

// tell adds a line about a part to the report, with what it says.
func (a *applier) tell(o *parcel, rule string, level Severity, done Action) {
	var said, from []string
	for _, f := range sortedKeys(o.from) {
		if text := o.cells[f]; text != "" {
			said = append(said, f+"="+text)
			from = append(from, o.from[f])
		}
	}
	a.b.report.add(Line{File: a.file, Row: a.row.line, Column: strings.Join(from, ", "), Value: strings.Join(said, "; "), Rule: rule, Level: level, Done: done})
}
