package directory

import (
	"maps"
	"reflect"
	"strings"
	"time"
)

// Source says who a field's value comes from, and since when.
type Source struct {
	// Feed is the name of a feed; "" where a person said it.
	Feed string `json:"feed,omitempty"`
	// Record is the feed's record that says it, where that was merged into the
	// present one; "" for the record of the same id.
	Record string `json:"record,omitempty"`
	// By is the person's user id.
	By string    `json:"by,omitempty"`
	At time.Time `json:"at"`
}

// Sources are the origins of an object's fields by their HSDS names. The
// source named "" is that of all others.
type Sources map[string]Source

// fieldsOf lists the plain fields and lists of an HSDS object by their HSDS
// names, without its id.
func fieldsOf(object any) map[string]reflect.Value {
	v := reflect.ValueOf(object).Elem()
	out := make(map[string]reflect.Value, v.NumField())
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name != "id" && name != "last_modified" && name != "metadata" {
			out[name] = v.Field(i)
		}
	}
	return out
}

// edited notes as the person's the fields in which an object differs from what
// is stored. stored is nil for a new object, of which the person said all.
func (s Sources) edited(stored, object any, by string, at time.Time) Sources {
	if reflect.ValueOf(stored).IsNil() {
		return Sources{"": {By: by, At: at}}
	}
	out := maps.Clone(s)
	before := fieldsOf(stored)
	for name, now := range fieldsOf(object) {
		if !same(before[name], now) {
			if out == nil {
				out = Sources{}
			}
			out[name] = Source{By: by, At: at}
		}
	}
	return out
}

// same compares two values of a field; an empty list is as good as none.
func same(a, b reflect.Value) bool {
	if a.Kind() == reflect.Slice && a.Len() == 0 && b.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// take puts into object, which a feed brings, the fields of stored that are not
// the feed's to change, and answers which of them the feed would have changed.
func (s Sources) take(feed string, stored, object any) (kept []string) {
	before := fieldsOf(stored)
	whole := s[""]
	for name, now := range fieldsOf(object) {
		from, own := s[name]
		if !own {
			from = whole
		}
		if from.Feed == feed && from.Record == "" || from == (Source{}) {
			continue
		}
		if now.IsZero() || !same(before[name], now) {
			if !now.IsZero() {
				kept = append(kept, name)
			}
			if !before[name].IsZero() || from.By != "" {
				now.Set(before[name])
			}
		}
	}
	return kept
}

// of is who says a field.
func (s Sources) of(field string) Source {
	if own, ok := s[field]; ok {
		return own
	}
	return s[""]
}

// follow puts into stored the fields that come from the feed's record, which was
// merged into it, as object has them now. It tells whether any changed.
func (s Sources) follow(feed, record string, object, stored any) (changed bool) {
	said := fieldsOf(object)
	for name, now := range fieldsOf(stored) {
		if from := s.of(name); from.Feed == feed && from.Record == record && !same(now, said[name]) {
			now.Set(said[name])
			changed = true
		}
	}
	return changed
}
