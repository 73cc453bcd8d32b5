package feed

import (
	"reflect"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory"
)

// entity describes one kind of HSDS object: its columns, and the lists of
// other objects in it. It is read off the Go types, which are held against the
// standard's schemas by their own test.
type entity struct {
	name    string // as in link_entity: "service_at_location"
	typ     reflect.Type
	id      int // the field of its own id
	columns map[string]column
	lists   []list
}

// column is a plain field of an object.
type column struct {
	field int
	kind  columnKind
}

// list is a field that holds objects of another kind.
type list struct {
	field int
	of    string
	// key is the column by which a row of the other kind names its parent.
	key string
}

// columnKind says how a cell is read.
type columnKind uint8

const (
	textColumn columnKind = iota // several lines
	lineColumn
	idColumn
	numberColumn
	dateColumn
	timeColumn
	urlColumn
	emailColumn
	boolColumn
)

// kinds are the columns that are not read as a text of several lines.
var kinds = map[string]columnKind{
	"name": lineColumn, "alternate_name": lineColumn, "title": lineColumn, "department": lineColumn, "label": lineColumn,
	"attention": lineColumn, "address_1": lineColumn, "address_2": lineColumn, "city": lineColumn, "region": lineColumn,
	"state_province": lineColumn, "postal_code": lineColumn, "country": lineColumn, "code": lineColumn, "status": lineColumn,
	"type": lineColumn, "freq": lineColumn, "byday": lineColumn, "wkst": lineColumn, "byweekno": lineColumn, "bymonthday": lineColumn,
	"byyearday": lineColumn, "location_type": lineColumn, "address_type": lineColumn, "number": lineColumn, "currency": lineColumn,
	"extent_type": lineColumn, "attending_type": lineColumn, "language": lineColumn, "identifier": lineColumn,
	"url": urlColumn, "website": urlColumn, "logo": urlColumn, "uri": urlColumn, "term_uri": urlColumn, "schedule_link": urlColumn,
	"email": emailColumn, "assurer_email": emailColumn,
	"assured_date": dateColumn, "valid_from": dateColumn, "valid_to": dateColumn, "dtstart": dateColumn, "until": dateColumn,
	"opens_at": timeColumn, "closes_at": timeColumn,
}

// parents name the keys that are not the parent's name with "_id".
var parentKeys = map[string]string{"attribute": "link_id", "metadata": "resource_id"}

// entities are all kinds of objects by name.
var entities = func() map[string]*entity {
	out := map[string]*entity{}
	for _, v := range []any{
		directory.Organization{}, directory.Program{}, directory.Service{}, directory.ServiceAtLocation{}, directory.Location{},
		directory.Address{}, directory.Phone{}, directory.Contact{}, directory.Schedule{}, directory.ServiceArea{}, directory.Language{},
		directory.Accessibility{}, directory.RequiredDocument{}, directory.CostOption{}, directory.Funding{},
		directory.OrganizationIdentifier{}, directory.ServiceCapacity{}, directory.Unit{}, directory.URL{}, directory.Taxonomy{},
		directory.TaxonomyTerm{}, directory.Attribute{}, directory.Metadata{},
	} {
		e := describe(reflect.TypeOf(v))
		out[e.name] = e
	}
	return out
}()

func describe(t reflect.Type) *entity {
	e := &entity{name: snake(t.Name()), typ: t, columns: map[string]column{}}
	for i := range t.NumField() {
		f := t.Field(i)
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct:
			of := snake(f.Type.Elem().Name())
			key := parentKeys[of]
			if key == "" {
				key = e.name + "_id"
			}
			e.lists = append(e.lists, list{field: i, of: of, key: key})
		case f.Type.Kind() == reflect.String:
			if tag == "id" {
				e.id = i
			}
			e.columns[tag] = column{i, kindOf(tag)}
		case f.Type.Kind() == reflect.Float64, f.Type.Kind() == reflect.Pointer && f.Type.Elem().Kind() == reflect.Float64:
			e.columns[tag] = column{i, numberColumn}
		case f.Type.Kind() == reflect.Bool:
			e.columns[tag] = column{i, boolColumn}
		}
	}
	return e
}

func kindOf(tag string) columnKind {
	if tag == "id" || strings.HasSuffix(tag, "_id") {
		return idColumn
	}
	return kinds[tag]
}

// snake turns a Go name into the standard's: ServiceAtLocation, URL.
func snake(name string) string {
	if name == strings.ToUpper(name) {
		return strings.ToLower(name)
	}
	var b strings.Builder
	for i, r := range name {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// roots are the objects that are stored as documents of their own; they are
// never part of another one here.
var roots = []string{"organization", "location", "service", "taxonomy", "taxonomy_term"}

func isRoot(name string) bool { return slices.Contains(roots, name) }
