package feed

import (
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/directory/repair"
)

// fill sets the plain fields of an object from a row.
func (b *builder) fill(t *table, r row, v reflect.Value) {
	for _, c := range r.cells {
		name := t.columns[c.column]
		col, ok := t.entity.columns[name]
		if !ok || name == "id" {
			continue
		}
		b.set(t, r, name, col, v.Field(col.field), c.text)
	}
}

// set reads one cell into a field.
func (b *builder) set(t *table, r row, name string, col column, field reflect.Value, text string) {
	note := func(rules []repair.Rule, lost bool) {
		for _, rule := range rules {
			level, done := Info, Repaired
			if lost {
				level, done = Warning, Dropped
			}
			b.tell(t, r, name, text, string(rule), level, done)
		}
	}
	switch col.kind {
	case idColumn:
		kind := strings.TrimSuffix(name, "_id")
		switch name {
		case "parent_organization_id":
			kind = "organization"
		case "parent_id":
			kind = "taxonomy_term"
		case "link_id", "resource_id":
			return // it is named by where it stands
		}
		field.SetString(b.feed.id(kind, strings.TrimSpace(text)))
	case numberColumn:
		if n, ok := number(text); ok && field.Kind() == reflect.Float64 {
			field.SetFloat(n)
		} else if ok {
			field.Set(reflect.ValueOf(&n))
		} else if _, rules := repair.Line(text); len(rules) == 0 || strings.TrimSpace(text) != "" {
			b.tell(t, r, name, text, "not-a-number", Warning, Dropped)
		}
	case boolColumn:
		field.SetBool(yes[strings.ToLower(strings.TrimSpace(text))])
	case dateColumn:
		day, rules := repair.Day(text)
		note(rules, day == "")
		field.SetString(day)
	case timeColumn:
		b.setTime(t, r, name, field, text)
	case urlColumn:
		address, rules := repair.URL(text)
		note(rules, address == "")
		field.SetString(address)
	case emailColumn:
		list, rules := repair.Emails(text)
		note(rules, len(list) == 0)
		field.SetString(strings.Join(list, ", "))
		if len(list) > 1 {
			field.SetString(list[0])
			for _, more := range list[1:] {
				b.tell(t, r, name, more, string(repair.ManyInOne), Warning, Dropped)
			}
		}
	case lineColumn:
		line, rules := repair.Line(text)
		note(rules, false)
		field.SetString(line)
	default:
		text, rules := repair.Text(text)
		note(rules, false)
		field.SetString(text)
	}
}

// setTime reads a time of day; one with an offset or seconds that is written as
// the standard has it stays as it is.
func (b *builder) setTime(t *table, r row, name string, field reflect.Value, text string) {
	if strings.ContainsAny(text, "Zz+") || strings.Count(text, "-") == 1 && strings.Contains(text, ":") {
		field.SetString(strings.TrimSpace(text))
		return
	}
	at, ok := repair.Time(text)
	if !ok {
		b.tell(t, r, name, text, string(repair.Unreadable), Warning, Dropped)
		return
	}
	if at != text && at+":00" != text {
		b.tell(t, r, name, text, string(repair.Times), Info, Repaired)
	}
	field.SetString(at)
}

// yes are the ways to write that something is so.
var yes = map[string]bool{"true": true, "yes": true, "y": true, "1": true, "t": true, "x": true}

func number(s string) (float64, bool) {
	s = strings.TrimSpace(strings.ReplaceAll(s, ",", ""))
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil && !math.IsNaN(n) && !math.IsInf(n, 0)
}
