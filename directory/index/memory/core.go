package memory

import (
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/havenloop/havenloop/directory"
)

// core is one state of the index. Whoever changes it keeps all others out.
type core struct {
	building bool // until finish: words are not in order yet
	words    *vocabulary
	lexicon  *lexicon
	docs     []document
	facts    []facts  // of the same documents
	free     []uint32 // numbers of documents that are no more
	live     *roaring.Bitmap

	services     []service
	serviceIDs   map[string]uint32
	freeServices []uint32

	facets   [facetCount]facet
	areas    facet           // area codes, filtered by coverage
	costFree *roaring.Bitmap // documents that cost nothing
	farAway  *roaring.Bitmap // documents without a point, or not cut by a radius
	grid     grid
	phrases  phrases

	found []occurrence // for analyze
}

// service is a service with its documents; a freed one has none.
type service struct {
	id   string
	docs []uint32
}

func newCore(l *lexicon) *core {
	c := &core{
		building: true, words: newVocabulary(), live: roaring.New(), serviceIDs: map[string]uint32{},
		areas: facet{ids: map[string]uint32{}}, costFree: roaring.New(), farAway: roaring.New(), grid: grid{},
		phrases: phrases{ids: map[string]uint32{}},
	}
	for i := range c.facets {
		c.facets[i].ids = map[string]uint32{}
	}
	c.teach(l)
	return c
}

// finish puts a core in order that was filled while building.
func (c *core) finish() {
	c.words.sort()
	for i := range c.words.terms {
		c.words.terms[i].postings.clip()
	}
	c.building = false
}

// service answers the number of the service, which becomes one of the index.
func (c *core) service(id string) uint32 {
	if n, ok := c.serviceIDs[id]; ok {
		return n
	}
	var n uint32
	if last := len(c.freeServices) - 1; last >= 0 {
		n, c.freeServices = c.freeServices[last], c.freeServices[:last]
		c.services[n].id = id
	} else {
		n = uint32(len(c.services))
		c.services = append(c.services, service{id: id})
	}
	c.serviceIDs[id] = n
	return n
}

// add puts one entry into the index; one with the same id and service before
// it is replaced. Entries that are not active are left out.
func (c *core) add(e *directory.Entry) {
	if e.Status != active {
		return
	}
	n := c.service(e.ServiceID)
	s := &c.services[n]
	for _, id := range s.docs {
		if c.docs[id].id == e.ID {
			c.set(id, n, e)
			c.line(s)
			return
		}
	}
	id := c.newDocument()
	c.set(id, n, e)
	s.docs = append(s.docs, id)
	c.line(s)
}

// line puts the documents of a service in the order of their ids.
func (c *core) line(s *service) {
	slices.SortFunc(s.docs, func(a, b uint32) int { return strings.Compare(c.docs[a].id, c.docs[b].id) })
	for i, id := range s.docs {
		f := &c.facts[id]
		f.turn = uint16(i)
		f.flags = f.flags&^shared | shared.when(len(s.docs) > 1)
	}
}

// active is the only status of which services are found.
const active = "active"

// replace makes the entries those of the service, in place of all it had.
// Documents keep their numbers where entries keep their ids, so that little
// changes inside when little changed outside.
func (c *core) replace(serviceID string, entries []directory.Entry) {
	if n, ok := c.serviceIDs[serviceID]; ok {
		s := &c.services[n]
		s.docs = slices.DeleteFunc(s.docs, func(id uint32) bool {
			keep := slices.ContainsFunc(entries, func(e directory.Entry) bool { return e.ID == c.docs[id].id && e.Status == active })
			if !keep {
				c.drop(id)
			}
			return !keep
		})
		c.line(s)
	}
	for i := range entries {
		e := entries[i]
		e.ServiceID = serviceID
		c.add(&e)
	}
	if n, ok := c.serviceIDs[serviceID]; ok && len(c.services[n].docs) == 0 {
		delete(c.serviceIDs, serviceID)
		c.services[n] = service{}
		c.freeServices = append(c.freeServices, n)
	}
}

func (c *core) newDocument() uint32 {
	var id uint32
	if last := len(c.free) - 1; last >= 0 {
		id, c.free = c.free[last], c.free[:last]
	} else {
		id = uint32(len(c.docs))
		c.docs = append(c.docs, document{})
		c.facts = append(c.facts, facts{})
	}
	c.live.Add(id)
	return id
}

// set makes the document say what the entry says.
func (c *core) set(id, service uint32, e *directory.Entry) {
	found, nameWords := c.analyze(e)
	c.setWords(id, found)
	c.setFacets(id, e)
	c.unplace(id)
	d, f := &c.docs[id], &c.facts[id]
	c.phrases.drop(d)
	c.fill(id, service, e, nameWords)
	c.phrases.set(d, e)
	for _, a := range e.Areas {
		area := c.areas.id(a)
		d.areas = append(d.areas, area)
		c.areas.docs[area].Add(id)
	}
	d.areas = slices.Clip(d.areas)
	if f.flags&hasPoint != 0 {
		c.grid.add(id, d.point)
	}
	if f.flags&hasPoint == 0 || f.flags&exempt != 0 {
		c.farAway.Add(id)
	}
	if f.flags&isFree != 0 {
		c.costFree.Add(id)
	}
}

// unplace takes the document out of what finds it by place and price.
func (c *core) unplace(id uint32) {
	d, f := &c.docs[id], &c.facts[id]
	for _, area := range d.areas {
		c.areas.docs[area].Remove(id)
	}
	d.areas = nil
	if f.flags&hasPoint != 0 {
		c.grid.remove(id, d.point)
	}
	c.farAway.Remove(id)
	c.costFree.Remove(id)
}

// drop takes the document out of the index and frees its number.
func (c *core) drop(id uint32) {
	c.setWords(id, nil)
	c.dropFacets(id)
	c.unplace(id)
	c.phrases.drop(&c.docs[id])
	c.docs[id], c.facts[id] = document{}, facts{}
	c.live.Remove(id)
	c.free = append(c.free, id)
}
