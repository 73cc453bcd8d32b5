package feed

import (
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/directory"
)

// Feed says whose data is read, and how.
type Feed struct {
	// Name tells feeds apart; ids of records are made from it, so that it must
	// stay the same: "dc-2024" or the host name of the publisher.
	Name string
	// Country completes addresses that name none; "" for US.
	Country string
	// Mapping reads tables that are not those of HSDS; nil for none.
	Mapping *Mapping
}

// space is the namespace of ids that we make for records of feeds.
var space = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:feed"))

// id is the id of a record: its own where that is a UUID, else a UUIDv5 of
// feed, kind and old id, so that the next import finds it again.
func (f Feed) id(entity, old string) string {
	if u, err := uuid.Parse(old); err == nil && len(old) == 36 {
		return u.String()
	}
	return uuid.NewSHA1(space, []byte(f.Name+"\x00"+entity+"\x00"+old)).String()
}

// ref points to a row of a table.
type ref struct{ table, row int32 }

// builder puts rows together to objects.
type builder struct {
	feed   Feed
	report *Report
	tables []*table
	// rows are those of each kind by their own id, as the feed writes it.
	rows map[string]map[string]ref
	// parts are the rows of a kind that name a parent: parts[kind+key][parent's id].
	parts map[string]map[string][]ref
	// pairs are the ids of service_at_locations by service and location.
	pairs map[[2]string]string
	used  map[ref]bool // rows that became part of an object, or said nothing new
	taken map[string]bool
	given map[uuid.UUID]bool // ids that parts brought along
	// byFile are the tables that objects, and cells with several values, make.
	byFile map[string]*table
}

func newBuilder(feed Feed, report *Report) *builder {
	return &builder{feed: feed, report: report, rows: map[string]map[string]ref{}, parts: map[string]map[string][]ref{}, pairs: map[[2]string]string{},
		used: map[ref]bool{}, taken: map[string]bool{}, given: map[uuid.UUID]bool{}, byFile: map[string]*table{}}
}

// table makes a table for rows of a file.
func (b *builder) table(file string, e *entity, columns []string) *table {
	t := &table{entity: e, file: file, columns: columns}
	b.tables = append(b.tables, t)
	return t
}

// tell adds a line to the report about a cell.
func (b *builder) tell(t *table, r row, column, value, rule string, level Severity, done Action) {
	if h := t.headings[column]; h != "" {
		column = h
	}
	b.report.add(Line{File: t.file, Row: r.line, Column: column, Value: value, Rule: rule, Level: level, Done: done})
}

// index finds all rows by id and by parent. Rows with the same id: the later
// ones add to the first where they say something it does not.
func (b *builder) index() {
	slices.SortStableFunc(b.tables, func(x, y *table) int { return bit(x.adds) - bit(y.adds) })
	for n, t := range b.tables {
		name := t.entity.name
		if b.rows[name] == nil {
			b.rows[name] = map[string]ref{}
		}
		for i := range t.rows {
			at := ref{int32(n), int32(i)}
			id := t.get(t.rows[i], "id")
			if have, twice := b.rows[name][id]; id != "" && twice && isRoot(name) {
				b.merge(have, at)
				continue
			}
			if id != "" {
				b.rows[name][id] = at
			}
			if name == "service_at_location" {
				pair := [2]string{t.get(t.rows[i], "service_id"), t.get(t.rows[i], "location_id")}
				if b.pairs[pair] != "" { // said twice: in a list of the service, and in a table
					b.used[at] = true
					continue
				}
				b.pairs[pair] = id
			}
		}
	}
	b.ownByPlace()
	for n, t := range b.tables {
		for i := range t.rows {
			if t.entity.name == "taxonomy_term" {
				b.linkTerm(t, &t.rows[i])
			}
			b.attach(ref{int32(n), int32(i)})
		}
	}
}

// ownByPlace gives services that name no organization that of their location:
// some systems keep an organization's locations, and a location's services.
func (b *builder) ownByPlace() {
	for pair := range b.pairs {
		at, ok := b.rows["service"][pair[0]]
		place, there := b.rows["location"][pair[1]]
		if !ok || !there {
			continue
		}
		t, l := b.tables[at.table], b.tables[place.table]
		if owner := l.get(l.rows[place.row], "organization_id"); owner != "" && t.get(t.rows[at.row], "organization_id") == "" {
			t.rows[at.row].put(t, "organization_id", owner)
			b.tell(t, t.rows[at.row], "organization_id", owner, "organization-of-location", Info, Repaired)
		}
	}
}

// linkTerm sees whether what a term says of its taxonomy is the id of one.
func (b *builder) linkTerm(t *table, r *row) {
	said := r.get(t, "taxonomy")
	at, ok := b.rows["taxonomy"][said]
	if !ok || said == "" || r.get(t, "taxonomy_id") != "" {
		return
	}
	other := b.tables[at.table]
	r.put(t, "taxonomy_id", said)
	r.put(t, "taxonomy", other.get(other.rows[at.row], "name"))
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// merge adds what a later row with the same id says besides the first.
func (b *builder) merge(first, later ref) {
	t, other := b.tables[first.table], b.tables[later.table]
	r, more := &t.rows[first.row], other.rows[later.row]
	b.used[later] = true
	for _, c := range more.cells {
		name := other.columns[c.column]
		switch have := t.get(*r, name); {
		case have == c.text:
		case have == "":
			r.cells = append(r.cells, cell{t.column(name), c.text})
		default:
			b.tell(other, more, name, c.text, "same-id-twice", Warning, Dropped)
		}
	}
}

// owners are the kinds of parents that a row may name, the most exact first:
// a phone of a contact of a service is the contact's.
var owners = []string{"contact", "phone", "service_at_location", "service", "location", "organization"}

// attach notes a row under its parent.
func (b *builder) attach(at ref) {
	t := b.tables[at.table]
	r := t.rows[at.row]
	if isRoot(t.entity.name) || b.used[at] {
		return
	}
	if key := parentKeys[t.entity.name]; key != "" {
		b.under(t, at, key, t.get(r, key), t.get(r, "link_entity")+t.get(r, "resource_type"))
		return
	}
	service, location := t.get(r, "service_id"), t.get(r, "location_id")
	if t.entity.name != "service_at_location" && service != "" && location != "" {
		if id := b.pairs[[2]string{service, location}]; id != "" && holds("service_at_location", t.entity.name) {
			b.under(t, at, "service_at_location_id", id, "")
			return
		}
	}
	for _, o := range owners {
		found := false
		for _, id := range ids(t.get(r, o+"_id")) {
			if _, there := b.rows[o][id]; there && holds(o, t.entity.name) {
				b.under(t, at, o+"_id", id, "")
				found = true
			}
		}
		if found {
			return
		}
	}
}

// holds tells whether objects of a kind have a list of objects of another.
func holds(parent, kind string) bool {
	for _, l := range entities[parent].lists {
		if l.of == kind {
			return true
		}
	}
	return false
}

func (b *builder) under(t *table, at ref, key, id, of string) {
	k := t.entity.name + " " + key
	if b.parts[k] == nil {
		b.parts[k] = map[string][]ref{}
	}
	if of != "" {
		id = strings.ToLower(of) + "\x00" + id
	}
	b.parts[k][id] = append(b.parts[k][id], at)
}

// object fills a new object of the row's kind, with all its parts.
func (b *builder) object(at ref, path string) reflect.Value {
	t := b.tables[at.table]
	r := t.rows[at.row]
	b.used[at] = true
	v := reflect.New(t.entity.typ).Elem()
	old := t.get(r, "id")
	if old != "" && isRoot(t.entity.name) {
		path = t.entity.name + "/" + old
	}
	b.fill(t, r, v)
	id := b.idOf(t.entity.name, old, path)
	v.FieldByName("ID").SetString(id)
	if c, ok := v.Addr().Interface().(*directory.ServiceCapacity); ok {
		c.Unit = b.unit(t.get(r, "unit_id"))
	}
	for _, l := range t.entity.lists {
		if isRoot(l.of) || l.of == "service_at_location" && t.entity.name != "service" {
			continue
		}
		for n, part := range b.partsOf(l, t.entity.name, old) {
			o := b.object(part, fmt.Sprintf("%s/%s/%d", path, l.of, n))
			name(o, t.entity.name, id, l)
			if !b.repeated(v.Field(l.field), o, part) {
				v.Field(l.field).Set(reflect.Append(v.Field(l.field), o))
			}
		}
	}
	return v
}

// unit is the unit with the id; nil where the feed has none. One unit stands in
// many capacities, with the same id in each.
func (b *builder) unit(old string) *directory.Unit {
	at, ok := b.rows["unit"][old]
	if !ok {
		return nil
	}
	u := b.object(at, "unit/"+old).Interface().(directory.Unit)
	u.ID = b.feed.id("unit", old)
	return &u
}

// idOf is the id of an object. Parts that bring no UUID get one by where they
// stand, since systems write one row's id for several parents; so do parts whose
// UUID another has already.
func (b *builder) idOf(kind, old, path string) string {
	if isRoot(kind) && old != "" {
		return b.feed.id(kind, old)
	}
	if u, err := uuid.Parse(old); err == nil && len(old) == 36 && !b.given[u] {
		b.given[u] = true
		return u.String()
	}
	return uuid.NewSHA1(space, []byte(b.feed.Name+"\x00"+path+"\x00"+old)).String()
}

// repeated tells whether a list has the same part already: tables repeat rows.
func (b *builder) repeated(have, part reflect.Value, at ref) bool {
	for i := range have.Len() {
		one := reflect.New(part.Type()).Elem()
		one.Set(have.Index(i))
		one.FieldByName("ID").SetString(part.FieldByName("ID").String())
		if reflect.DeepEqual(one.Interface(), part.Interface()) {
			t := b.tables[at.table]
			b.tell(t, t.rows[at.row], "", summary(t, t.rows[at.row]), "repeated-row", Info, Dropped)
			return true
		}
	}
	return false
}

// name says in a part what it belongs to, and nothing else: rows of tables
// often name all that is around.
func name(part reflect.Value, parent, id string, l list) {
	e := entities[l.of]
	for _, o := range owners {
		if c, ok := e.columns[o+"_id"]; ok && parentKeys[l.of] == "" && !(e.name == "service_at_location" && o == "location") {
			part.Field(c.field).SetString("")
		}
	}
	for key, value := range keysOf(parent, id, l) {
		if c, ok := e.columns[key]; ok {
			part.Field(c.field).SetString(value)
		}
	}
}

// partsOf are the rows that belong into a list of an object.
func (b *builder) partsOf(l list, parent, id string) []ref {
	if id == "" {
		return nil
	}
	named := b.parts[l.of+" "+l.key]
	if parentKeys[l.of] == "" {
		return named[id]
	}
	out := append([]ref(nil), named[parent+"\x00"+id]...)
	if isRoot(parent) {
		out = append(out, named[id]...)
	}
	return out
}

// base is the file's name in a report.
func base(name string) string { return path.Base(name) }
