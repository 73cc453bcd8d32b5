package feed

import (
	"path"
	"reflect"
	"slices"
	"strconv"
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
	spool  spool
	// rows are those of each kind that others name, by their own id, as the feed
	// writes it.
	rows  map[string]map[string]ref
	parts partIndex
	// pairs are the ids of service_at_locations by service and location.
	pairs map[[2]string]string
	taken map[string]bool
	given map[uuid.UUID]bool // ids that parts brought along
	// byFile are the tables that objects, and cells with several values, make.
	byFile map[string]*table
}

func newBuilder(feed Feed, report *Report) *builder {
	return &builder{feed: feed, report: report, rows: map[string]map[string]ref{}, parts: newPartIndex(), pairs: map[[2]string]string{},
		taken: map[string]bool{}, given: map[uuid.UUID]bool{}, byFile: map[string]*table{}}
}

// table makes a table for rows of a file.
func (b *builder) table(file string, e *entity, columns []string) *table {
	t := &table{entity: e, file: file, columns: columns}
	b.tables = append(b.tables, t)
	return t
}

// add adds rows to a table.
func (b *builder) add(t *table, rows ...row) {
	for _, r := range rows {
		t.rows = append(t.rows, b.spool.put(r))
	}
}

// row reads a row.
func (b *builder) row(at ref) row { return b.spool.get(b.tables[at.table].rows[at.row]) }

// change puts a row in the place of another.
func (b *builder) change(at ref, r row) { b.tables[at.table].rows[at.row] = b.spool.put(r) }

// use notes that a row became part of an object, or says nothing new.
func (b *builder) use(at ref) { b.tables[at.table].used.set(at.row) }

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
		named := isRoot(name) || name == "unit" || slices.Contains(owners, name)
		for i := range t.rows {
			if !named {
				break
			}
			at := ref{int32(n), int32(i)}
			r := b.row(at)
			id := t.get(r, "id")
			if have, twice := b.rows[name][id]; id != "" && twice && isRoot(name) {
				b.merge(have, at)
				continue
			}
			id = strings.Clone(id) // the rest of the row goes
			if id != "" {
				b.rows[name][id] = at
			}
			if name == "service_at_location" {
				pair := [2]string{strings.Clone(t.get(r, "service_id")), strings.Clone(t.get(r, "location_id"))}
				if b.pairs[pair] != "" { // said twice: in a list of the service, and in a table
					b.use(at)
					continue
				}
				b.pairs[pair] = id
			}
		}
	}
	b.ownByPlace()
	for n, t := range b.tables {
		if isRoot(t.entity.name) && t.entity.name != "taxonomy_term" {
			continue
		}
		for i := range t.rows {
			at := ref{int32(n), int32(i)}
			if t.entity.name == "taxonomy_term" {
				b.linkTerm(at)
			} else if !t.used.has(at.row) {
				b.attach(at)
			}
		}
	}
	b.rows, b.pairs = map[string]map[string]ref{"unit": b.rows["unit"]}, nil // the rest is linked, and large
}

// ownByPlace gives services that name no organization that of their first
// location: some systems keep an organization's locations, and a location's services.
func (b *builder) ownByPlace() {
	for n, t := range b.tables {
		if t.entity.name != "service_at_location" {
			continue
		}
		for i := range t.rows {
			r := b.row(ref{int32(n), int32(i)})
			service, known := b.rows["service"][t.get(r, "service_id")]
			place, there := b.rows["location"][t.get(r, "location_id")]
			if !known || !there {
				continue
			}
			s, l := b.tables[service.table], b.tables[place.table]
			of := b.row(service)
			if s.get(of, "organization_id") != "" {
				continue
			}
			if owner := l.get(b.row(place), "organization_id"); owner != "" {
				of.put(s, "organization_id", owner)
				b.change(service, of)
				b.tell(s, of, "organization_id", owner, "organization-of-location", Info, Repaired)
			}
		}
	}
}

// linkTerm sees whether what a term says of its taxonomy is the id of one.
func (b *builder) linkTerm(term ref) {
	t, r := b.tables[term.table], b.row(term)
	said := r.get(t, "taxonomy")
	at, ok := b.rows["taxonomy"][said]
	if !ok || said == "" || r.get(t, "taxonomy_id") != "" {
		return
	}
	r.put(t, "taxonomy_id", said)
	r.put(t, "taxonomy", b.tables[at.table].get(b.row(at), "name"))
	b.change(term, r)
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
	r, more := b.row(first), b.row(later)
	b.use(later)
	added := false
	for _, c := range more.cells {
		name := other.columns[c.column]
		switch have := t.get(r, name); {
		case have == c.text:
		case have == "":
			r.cells, added = append(r.cells, cell{t.column(name), c.text}), true
		default:
			b.tell(other, more, name, c.text, "same-id-twice", Warning, Dropped)
		}
	}
	if added {
		b.change(first, r)
	}
}

// owners are the kinds of parents that a row may name, the most exact first:
// a phone of a contact of a service is the contact's.
var owners = []string{"contact", "phone", "service_at_location", "service", "location", "organization"}

// attach notes a row under its parent.
func (b *builder) attach(at ref) {
	t, r := b.tables[at.table], b.row(at)
	kind := t.entity.name
	if key := parentKeys[kind]; key != "" {
		b.parts.add(naming{kind, key, strings.ToLower(t.get(r, "link_entity") + t.get(r, "resource_type"))}, t.get(r, key), at)
		return
	}
	service, location := t.get(r, "service_id"), t.get(r, "location_id")
	if kind != "service_at_location" && service != "" && location != "" {
		if id := b.pairs[[2]string{service, location}]; id != "" && holds("service_at_location", kind) {
			b.parts.add(naming{kind, "service_at_location_id", ""}, id, at)
			return
		}
	}
	for _, o := range owners {
		found := false
		for _, id := range ids(t.get(r, o+"_id")) {
			if _, there := b.rows[o][id]; there && holds(o, kind) {
				b.parts.add(naming{kind, o + "_id", ""}, id, at)
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

// object fills a new object of the row's kind, with all its parts. path says
// where a part stands; objects that are no part have none.
func (b *builder) object(at ref, path string) reflect.Value {
	t, r := b.tables[at.table], b.row(at)
	b.use(at)
	v := reflect.New(t.entity.typ).Elem()
	old := t.get(r, "id")
	if path == "" || old != "" && isRoot(t.entity.name) {
		path = pathOf(t, r)
	}
	b.fill(t, r, v)
	id := b.idOf(t.entity.name, old, path)
	v.Field(t.entity.id).SetString(id)
	if c, ok := v.Addr().Interface().(*directory.ServiceCapacity); ok {
		c.Unit = b.unit(t.get(r, "unit_id"))
	}
	for _, l := range t.entity.lists {
		if isRoot(l.of) || l.of == "service_at_location" && t.entity.name != "service" {
			continue
		}
		for n, part := range b.partsOf(l, t.entity.name, old) {
			o := b.object(part, path+"/"+l.of+"/"+strconv.Itoa(n))
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
	t := b.tables[at.table]
	for i := range have.Len() {
		id := have.Index(i).Field(t.entity.id)
		own := id.String()
		id.Set(part.Field(t.entity.id))
		same := reflect.DeepEqual(have.Index(i).Addr().Interface(), part.Addr().Interface())
		id.SetString(own)
		if same {
			r := b.row(at)
			b.tell(t, r, "", summary(t, r), "repeated-row", Info, Dropped)
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
	if parentKeys[l.of] == "" {
		return b.parts.find(naming{l.of, l.key, ""}, id)
	}
	out := b.parts.find(naming{l.of, l.key, parent}, id)
	if isRoot(parent) {
		out = append(out, b.parts.find(naming{l.of, l.key, ""}, id)...)
	}
	return out
}

// base is the file's name in a report.
func base(name string) string { return path.Base(name) }
