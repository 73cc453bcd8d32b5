package feed

import (
	"slices"
	"strings"
)

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
