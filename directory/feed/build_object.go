package feed

import (
	"reflect"
	"strconv"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/directory"
)

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
