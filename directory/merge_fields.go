package directory

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
)

// Choice says which value of a field stays when two records become one.
type Choice string

// The choices.
const (
	ChooseKeep Choice = "keep" // of the record that stays
	ChooseDrop Choice = "drop" // of the record that goes
	ChooseBoth Choice = "both" // of a list: what either has
)

// ownedBy are fields that are no person's to choose: to whom a record belongs,
// and what are documents of their own.
var ownedBy = wordSet("id organization_id locations services organization program last_modified metadata")

// fieldNames are the fields of an HSDS object that can be chosen, in its order.
func fieldNames(object any) []string {
	t := reflect.TypeOf(object).Elem()
	var out []string
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); !ownedBy[name] {
			out = append(out, name)
		}
	}
	return out
}

// usual is the choice where nobody made one: what only one of them has, and of
// lists what either has.
func usual(keep, drop reflect.Value) Choice {
	switch {
	case blank(drop):
		return ChooseKeep
	case blank(keep):
		return ChooseDrop
	case keep.Kind() == reflect.Slice && len(missingParts(keep, drop)) > 0:
		return ChooseBoth
	}
	return ChooseKeep
}

func blank(v reflect.Value) bool { return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0 }

// missingParts are the parts of a second list that a first one has not, whatever
// their ids.
func missingParts(have, want reflect.Value) []reflect.Value {
	known := map[string]bool{}
	for i := range have.Len() {
		known[partKey(have.Index(i))] = true
	}
	var out []reflect.Value
	for i := range want.Len() {
		if part := want.Index(i); !known[partKey(part)] {
			known[partKey(part)] = true
			out = append(out, part)
		}
	}
	return out
}

// partKey is what a part says, without ids and with telephone numbers in one
// spelling.
func partKey(part reflect.Value) string {
	t, err := treeOf(part.Interface())
	if err != nil {
		return fmt.Sprint(part.Interface())
	}
	if number, ok := t["number"].(string); ok && phoneKey(number) != "" {
		t["number"] = phoneKey(number)
	}
	b, err := json.Marshal(withoutIDs(t))
	if err != nil {
		return fmt.Sprint(t)
	}
	return string(b)
}

func withoutIDs(v any) any {
	switch v := v.(type) {
	case tree:
		out := tree{}
		for name, x := range v {
			if name == "location_id" || name != "id" && name != "metadata" && !strings.HasSuffix(name, "_id") {
				out[name] = withoutIDs(x)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = withoutIDs(x)
		}
		return out
	}
	return v
}

// joinFields puts the chosen values into keep, and notes where they come from: a
// value of the record that goes is still its feed's, a list of both is the person's.
func joinFields(m Merge, choices map[string]Choice, keep, drop any, keeps *Sources, drops Sources) error {
	var wrong fault.Fields
	mine, theirs := fieldsOf(keep), fieldsOf(drop)
	names := fieldNames(keep)
	for name, choice := range choices {
		known := slices.Contains(names, name) && slices.Contains([]Choice{ChooseKeep, ChooseDrop, ChooseBoth}, choice)
		wrong.Check(known && (choice != ChooseBoth || mine[name].Kind() == reflect.Slice), name, "Choose one of the two values.")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	for _, name := range names {
		choice, chosen := choices[name]
		if !chosen || name == "programs" || name == "service_at_locations" { // services and referrals go by these
			choice = usual(mine[name], theirs[name])
		}
		switch choice {
		case ChooseDrop:
			mine[name].Set(theirs[name])
			keeps.set(name, drops.of(name).through(m.Drop.ID))
		case ChooseBoth:
			all := reflect.AppendSlice(reflect.MakeSlice(mine[name].Type(), 0, 0), mine[name])
			mine[name].Set(reflect.Append(all, missingParts(mine[name], theirs[name])...))
			keeps.set(name, Source{By: m.By, At: m.At})
		}
	}
	return nil
}

// set notes a field's source.
func (s *Sources) set(name string, from Source) {
	out := Sources{}
	for field, source := range *s {
		out[field] = source
	}
	out[name] = from
	*s = out
}

// through is the source of a field that came by way of another record.
func (s Source) through(record string) Source {
	if s.Feed != "" && s.Record == "" {
		s.Record = record
	}
	return s
}

// joinNeeds is what both services serve; what a person said counts more.
func joinNeeds(a, b []NeedMapping) []NeedMapping {
	out := slices.Clone(a)
	for _, n := range b {
		i := slices.IndexFunc(out, func(o NeedMapping) bool { return o.Domain == n.Domain })
		switch {
		case i < 0:
			out = append(out, n)
		case n.Confidence > out[i].Confidence:
			out[i] = n
		}
	}
	return mergeNeeds(out, out)
}

// joinPlaces leaves each location of a service in once; what stands at a second
// mention of it is kept with the first.
func joinPlaces(list []ServiceAtLocation) []ServiceAtLocation {
	var out []ServiceAtLocation
	for _, p := range list {
		i := slices.IndexFunc(out, func(o ServiceAtLocation) bool { return o.LocationID != "" && o.LocationID == p.LocationID })
		if i < 0 {
			out = append(out, p)
			continue
		}
		first := &out[i]
		first.Phones = append(first.Phones[:len(first.Phones):len(first.Phones)], p.Phones...)
		first.Contacts = append(first.Contacts[:len(first.Contacts):len(first.Contacts)], p.Contacts...)
		if len(first.Schedules) == 0 {
			first.Schedules = p.Schedules
		}
		if len(first.ServiceAreas) == 0 {
			first.ServiceAreas = p.ServiceAreas
		}
	}
	return out
}

// reown makes the parts of the record that goes belong to the one that stays.
func reown(v any, kind, from, to string) {
	switch v := v.(type) {
	case tree:
		for name, x := range v {
			if name == kind+"_id" && x == from {
				v[name] = to
				continue
			}
			reown(x, kind, from, to)
		}
	case []any:
		for _, x := range v {
			reown(x, kind, from, to)
		}
	}
}

// earlier is the sooner of two times of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.IsZero() {
		return noTime
	}
	if b.Before(a) {
		return b
	}
	return a
}

// MergeFields lists the fields of all kinds between which a merge chooses.
func MergeFields() []string {
	seen := map[string]bool{}
	for _, object := range []any{&Organization{}, &Service{}, &Location{}} {
		for _, name := range fieldNames(object) {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
