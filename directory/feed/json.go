package feed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxDepth bounds how deep objects stand in each other.
const maxDepth = 20

// readJSON reads objects of HSDS 3: one, a list, pages, or one a line.
func (b *builder) readJSON(file string, r io.Reader) (bool, error) {
	dec := json.NewDecoder(plainLines(r))
	dec.UseNumber()
	found := false
	for n := 1; ; n++ {
		var v any
		err := dec.Decode(&v)
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			if syntax, ok := errors.AsType[*json.SyntaxError](err); ok || errors.Is(err, io.ErrUnexpectedEOF) {
				b.report.add(Line{File: file, Row: n, Value: fmt.Sprint(syntax), Rule: "unreadable-json", Level: Error, Done: Dropped})
				return true, nil
			}
			return found, err
		}
		found = b.top(file, n, v) || found
	}
}

// top takes an object, a list or a page.
func (b *builder) top(file string, n int, v any) bool {
	switch v := v.(type) {
	case []any:
		found := false
		for i, one := range v {
			found = b.top(file, n+i, one) || found
		}
		return found
	case map[string]any:
		if list, ok := v["contents"].([]any); ok {
			return b.top(file, n, list)
		}
		kind := kindOfObject(v)
		if kind == "" {
			return false
		}
		b.take(file, n, kind, v, nil, 0)
		return true
	}
	return false
}

// kindField says what an object is where its fields do not: a taxonomy looks
// like an organization. The standard allows fields of one's own.
const kindField = "x_kind"

// kindOfObject tells what an object is by the fields that only its kind has.
func kindOfObject(v map[string]any) string {
	has := func(names ...string) bool {
		for _, n := range names {
			if _, ok := v[n]; ok {
				return true
			}
		}
		return false
	}
	if kind, _ := v[kindField].(string); entities[kind] != nil {
		return kind
	}
	switch {
	case has("service_at_locations", "fees_description", "application_process", "eligibility_description", "cost_options", "interpretation_services", "program_id"):
		return "service"
	case has("location_type", "latitude", "addresses", "transportation"):
		return "location"
	case has("service", "location") && !has("name"):
		return "service_at_location"
	case has("website", "organization_identifiers", "legal_status", "year_incorporated", "programs", "tax_id", "services"):
		return "organization"
	case has("taxonomy_detail", "taxonomy_id", "parent_id", "term_uri", "taxonomy"):
		return "taxonomy_term"
	case has("status") && has("name"):
		return "service"
	case has("version", "uri") && has("description"):
		return "taxonomy"
	case has("name", "description"):
		return "organization"
	}
	return ""
}

// one-to-one objects in objects, and the key that the parent gets of them.
var singles = map[string]string{"organization": "organization_id", "program": "program_id", "location": "location_id", "service": "service_id", "taxonomy_term": "taxonomy_term_id", "unit": "unit_id"}

// take turns an object into a row of its kind, and the objects in it into rows
// that name it. fixed are cells that the place it stands in says.
func (b *builder) take(file string, n int, kind string, v map[string]any, fixed map[string]string, depth int) string {
	e := entities[kind]
	if e == nil || depth > maxDepth {
		return ""
	}
	id, _ := v["id"].(string)
	if id == "" {
		id = fmt.Sprintf("%s:%d:%s:%d", file, n, kind, len(b.named(file, e).rows))
	} else if !isRoot(kind) && b.taken[kind+"/"+id] {
		return id // the same part of an object that stands in several others
	}
	b.taken[kind+"/"+id] = true
	cells := map[string]string{"id": id}
	lists := map[string]string{}
	for _, l := range e.lists {
		lists[tagOf(e, l.field)] = l.of
	}
	for _, name := range sortedKeys(v) {
		value := v[name]
		of, isList := lists[name]
		switch inner := value.(type) {
		case nil:
		case map[string]any:
			if name == "taxonomy_detail" {
				cells["taxonomy_id"] = b.take(file, n, "taxonomy", inner, nil, depth+1)
			} else if key := singles[name]; key != "" {
				cells[key] = b.take(file, n, name, inner, nil, depth+1)
			} else {
				text, _ := json.Marshal(inner)
				b.scalar(e, file, n, cells, name, string(text))
			}
		case []any:
			if !isList {
				text, _ := json.Marshal(inner)
				b.scalar(e, file, n, cells, name, string(text))
				continue
			}
			for _, one := range inner {
				part, ok := one.(map[string]any)
				if !ok {
					continue
				}
				b.take(file, n, of, part, b.keys(kind, id, of), depth+1)
			}
		default:
			b.scalar(e, file, n, cells, name, plainText(value))
		}
	}
	for k, text := range fixed {
		cells[k] = text
	}
	b.addRow(file, n, e, cells)
	return id
}

// keys are the cells by which a part names its parent.
func (b *builder) keys(parent, id, of string) map[string]string {
	switch of {
	case "attribute":
		return map[string]string{"link_id": id, "link_entity": parent}
	case "metadata":
		return map[string]string{"resource_id": id, "resource_type": parent}
	}
	out := map[string]string{parent + "_id": id}
	for _, o := range owners { // a part stands where it stands, whatever else it names
		if o != parent && holds(o, of) {
			out[o+"_id"] = ""
		}
	}
	return out
}

func (b *builder) scalar(e *entity, file string, n int, cells map[string]string, name, text string) {
	if text == "" || name == kindField {
		return
	}
	if !e.knows(name) {
		b.report.add(Line{File: file, Row: n, Column: e.name + "." + name, Value: text, Rule: "unknown-field", Level: Warning, Done: Dropped})
		return
	}
	cells[name] = text
}

func plainText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// named is the table of a kind for the objects of a file.
func (b *builder) named(file string, e *entity) *table {
	key := file + "/" + e.name
	if b.byFile[key] == nil {
		b.byFile[key] = b.table(file, e, nil)
	}
	return b.byFile[key]
}

func (b *builder) addRow(file string, n int, e *entity, cells map[string]string) {
	b.addTo(b.named(file, e), n, cells)
}

// origin is the table of what one place of a mapping makes of a file.
func (b *builder) origin(file, place string, e *entity) *table {
	key := file + "/" + e.name + "/" + place
	if b.byFile[key] == nil {
		b.byFile[key] = b.table(file, e, nil)
		b.byFile[key].headings = map[string]string{}
	}
	return b.byFile[key]
}

// addTo adds a row to a table, in the words of HSDS 3.
func (b *builder) addTo(t *table, n int, cells map[string]string) {
	r := row{line: n}
	for _, name := range sortedKeys(cells) {
		if cells[name] != "" {
			r.cells = append(r.cells, cell{t.column(name), cells[name]})
		}
	}
	rows := []row{r}
	if adapt := adapters[t.entity.name]; adapt != nil {
		rows = adapt(b, t, r)
	}
	b.add(t, rows...)
}

// tagOf is the JSON name of a field.
func tagOf(e *entity, field int) string {
	tag, _, _ := strings.Cut(e.typ.Field(field).Tag.Get("json"), ",")
	return tag
}
