package memory

import (
	"slices"
	"sync/atomic"

	"github.com/havenloop/havenloop/directory"
)

// core is one state of the index. Whoever changes it keeps all others out.
type core struct {
	building bool // until finish: words are not in order yet
	words    *vocabulary
	lexicon  *lexicon
	docs     []document
	columns                    // of the same documents
	marks    marks             // of the same documents
	quality  [qualities]docset // live documents by quality
	free     []uint32          // numbers of documents that are no more

	services     []service
	serviceIDs   map[string]uint32
	freeServices []uint32

	facets     [facetCount]facet
	areas      values // area codes, filtered by coverage
	grid       grid
	timetables timetables
	phrases    phrases

	// overall remembers the counts of the facets over all services until
	// something changes.
	overall [facetCount]atomic.Pointer[[]directory.FacetCount]

	found []occurrence // for analyze
	refs  []uint32     // for refer
}

// service is a service with its documents; a freed one has none.
type service struct {
	id   string
	docs []uint32
}

func newCore(l *lexicon) *core {
	c := &core{
		building: true, words: newVocabulary(), serviceIDs: map[string]uint32{}, timetables: newTimetables(),
		areas: newValues(), grid: grid{}, phrases: phrases{ids: map[string]uint32{}},
	}
	for i := range c.facets {
		c.facets[i] = newFacet()
	}
	c.teach(l)
	return c
}

// finish puts a core in order that was filled while building.
func (c *core) finish() {
	c.words.sort()
	for i := range c.words.terms {
		for l := range c.words.terms[i].lists {
			c.words.terms[i].lists[l].finish(len(c.docs))
		}
	}
	c.docs = append(make([]document, 0, len(c.docs)), c.docs...)
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
			return
		}
	}
	id := c.newDocument()
	c.set(id, n, e)
	s.docs = append(s.docs, id)
	c.line(s)
}

// line puts the documents of a service in order, and tells each of the one before it.
func (c *core) line(s *service) {
	slices.Sort(s.docs)
	for i, id := range s.docs {
		c.twin[id] = s.docs[max(i-1, 0)]
		c.marks.put(id, later, i > 0)
		c.marks.put(id, next, i > 0 && s.docs[i-1] == id-1)
	}
}

// active is the only status of which services are found.
const active = "active"

// replace makes the entries those of the service, in place of all it had.
// Documents keep their numbers where entries keep their ids, so that little
// changes inside when little changed outside.
func (c *core) replace(serviceID string, entries []directory.Entry) {
	for i := range c.overall {
		c.overall[i].Store(nil)
	}
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
		c.columns.grow()
		for i := range c.facets {
			c.facets[i].of.grow()
		}
		for i := range c.marks {
			c.marks[i].reach(id)
		}
		for i := range c.quality {
			c.quality[i].reach(id)
		}
	}
	c.marks.put(id, live, true)
	return id
}

// set makes the document say what the entry says.
func (c *core) set(id, service uint32, e *directory.Entry) {
	found, nameWords := c.analyze(e)
	c.setWords(id, found)
	c.forget(id)
	c.fill(id, service, e, nameWords)
	c.refer(id, e)
}

// drop takes the document out of the index and frees its number.
func (c *core) drop(id uint32) {
	c.setWords(id, nil)
	c.forget(id)
	for i := range c.marks {
		c.marks[i].remove(id)
	}
	c.docs[id] = document{}
	c.free = append(c.free, id)
}
