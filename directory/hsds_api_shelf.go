package directory

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"
	"unique"

	"github.com/havenloop/havenloop/internal/geo"
)

// shelf keeps in memory, for every record that the lists of the HSDS API show,
// by what they are filtered and ordered. So the total of a query and any of its
// pages are known without reading documents, and lists combine any parameters,
// which no index of a store serves. It is filled when a list is first asked for
// ([Directory.ListsConsumer] keeps it current); a record is replaced, never changed, so a list once
// made stays as it was while it is read.
type shelf struct {
	mu       sync.RWMutex
	services map[string]*shelved
	byName   ordered[*shelved]
	byTime   ordered[*shelved]
	places   map[string]*shelved // by the id of a service_at_location

	organizations map[string]*named
	locations     map[string]*named
	orgsByName    ordered[*named]
	placesByName  ordered[*named]

	// generation counts changes, for what is derived of the shelf.
	generation uint64
}

// shelved is a service.
type shelved struct {
	id, organization, name string
	status                 Status
	// gone says that it is defunct or its organization gone: only its
	// tombstone is listed.
	gone     bool
	modified int64     // Unix milliseconds
	checked  time.Time // from when it grows old
	terms    []string
	above    []string // terms with all above them
	spots    []shelvedSpot
}

// shelvedSpot is a service at one place; one without an id for a service without a place.
type shelvedSpot struct {
	id, location string
	terms        []string // of the service_at_location and the location
	languages    []string
	point        *geo.Point
	areas        []string
	unknown      bool // areas
	statewide    bool
	virtual      bool
	hours        *Hours
}

// named is an organization or a location.
type named struct {
	id, organization, name string
	text                   string // what a search looks at, in plain letters
	modified               int64
	terms                  []string
}

func newShelf() *shelf {
	name := func(a, b *named) int { return compareNames(a.name, b.name, a.id, b.id) }
	return &shelf{
		services: map[string]*shelved{}, places: map[string]*shelved{},
		organizations: map[string]*named{}, locations: map[string]*named{},
		byName: ordered[*shelved]{less: func(a, b *shelved) int { return compareNames(a.name, b.name, a.id, b.id) }},
		byTime: ordered[*shelved]{less: func(a, b *shelved) int {
			return cmp.Or(cmp.Compare(a.modified, b.modified), strings.Compare(a.id, b.id))
		}},
		orgsByName: ordered[*named]{less: name}, placesByName: ordered[*named]{less: name},
	}
}

func compareNames(a, b, idA, idB string) int {
	return cmp.Or(strings.Compare(a, b), strings.Compare(idA, idB))
}

// ordered is a list that stays in order.
type ordered[T any] struct {
	items []T
	less  func(a, b T) int
}

func (o *ordered[T]) put(t T) {
	i, _ := slices.BinarySearchFunc(o.items, t, o.less)
	o.items = slices.Insert(o.items, i, t)
}

func (o *ordered[T]) remove(t T) {
	if i, found := slices.BinarySearchFunc(o.items, t, o.less); found {
		o.items = slices.Delete(o.items, i, i+1)
	}
}

func (o *ordered[T]) fill(items []T) {
	slices.SortFunc(items, o.less)
	o.items = items
}

// putService puts a service on the shelf in place of the one of its id.
func (s *shelf) putService(r *shelved) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.generation++
	s.dropService(r.id)
	s.services[r.id] = r
	s.byName.put(r)
	s.byTime.put(r)
	for _, sp := range r.spots {
		if sp.id != "" && !r.gone {
			s.places[sp.id] = r
		}
	}
}

// removeService takes a service from the shelf that exists no longer.
func (s *shelf) removeService(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.generation++
	s.dropService(id)
}

func (s *shelf) dropService(id string) {
	old := s.services[id]
	if old == nil {
		return
	}
	delete(s.services, id)
	s.byName.remove(old)
	s.byTime.remove(old)
	for _, sp := range old.spots {
		if s.places[sp.id] == old {
			delete(s.places, sp.id)
		}
	}
}

// putNamed puts an organization or a location on the shelf.
func (s *shelf) putNamed(of map[string]*named, order *ordered[*named], r *named) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.generation++
	if old := of[r.id]; old != nil {
		order.remove(old)
	}
	of[r.id] = r
	order.put(r)
}

// shelve makes the record of a service.
func (l listing) shelve() *shelved {
	s := l.doc.Service
	r := &shelved{
		id: l.doc.ID, organization: unique.Make(s.OrganizationID).Value(), name: nameKey(s.Name).Str(),
		status: s.Status, gone: s.Status == Defunct || l.org.ID == "", modified: l.doc.UpdatedAt.UnixMilli(),
		checked: l.doc.checkedAt(), terms: termIDs(s.Attributes),
	}
	for id := range l.terms {
		r.above = append(r.above, unique.Make(id).Value())
	}
	for _, sp := range l.spots() {
		r.spots = append(r.spots, l.shelveSpot(sp))
	}
	return r
}

func (l listing) shelveSpot(sp spot) shelvedSpot {
	e := l.entryAt(Entry{}, sp)
	out := shelvedSpot{
		id: sp.sal.ID, location: sp.loc.ID, languages: interned(e.Languages), point: e.Point,
		areas: interned(e.Areas), unknown: e.AreaUnknown, statewide: e.Statewide, virtual: e.Virtual, hours: e.Hours,
	}
	if !l.confidential(sp) {
		out.terms = termIDs(sp.sal.Attributes, sp.loc.Location.Attributes)
	}
	return out
}

// termIDs are the terms that attributes name, each once.
func termIDs(lists ...[]Attribute) []string {
	var out []string
	for _, list := range lists {
		for _, a := range list {
			id := a.TaxonomyTermID
			if id == "" && a.TaxonomyTerm != nil {
				id = a.TaxonomyTerm.ID
			}
			if id != "" && !slices.Contains(out, id) {
				out = append(out, unique.Make(id).Value())
			}
		}
	}
	return out
}

// interned answers the same strings, each kept in memory once for all records.
func interned(list []string) []string {
	for i, s := range list {
		list[i] = unique.Make(s).Value()
	}
	return slices.Clip(list)
}

func shelveOrganization(o OrganizationDoc) *named {
	h := o.Organization
	return &named{
		id: o.ID, organization: o.ID, name: nameKey(h.Name).Str(), modified: o.UpdatedAt.UnixMilli(),
		text: searchText(h.Name, h.AlternateName, h.Description), terms: termIDs(h.Attributes),
	}
}

// shelveLocation makes the record of a location; of a secret one nobody learns
// by a search what does not show.
func shelveLocation(l LocationDoc, secret bool) *named {
	h := l.Location
	if secret || l.Confidential {
		h = hiddenLocation(h)
	}
	return &named{
		id: l.ID, organization: h.OrganizationID, name: nameKey(h.Name).Str(), modified: l.UpdatedAt.UnixMilli(),
		text: searchText(h.Name),
	}
}

// searchText is what a search by words looks at: plain words, each with a space before it.
func searchText(parts ...string) string { return " " + geo.Normal(strings.Join(parts, " ")) }

// says tells whether each of the words begins a word of a searchText.
func says(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, " "+w) {
			return false
		}
	}
	return true
}
