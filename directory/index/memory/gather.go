package memory

import (
	"math"

	"github.com/havenloop/havenloop/directory"
)

// gatherer collects the documents that fit a query, and keeps of each service
// the best one in s.matches. When facets are asked for, s.first and s.further
// list all that were there.
type gatherer struct {
	c      *core
	s      *scratch
	q      *directory.Query
	seeker *seeker
	any    bool // place, age and hours do not matter
	facets bool

	relevance, distance bool // the order asked for
}

// ofService is what was seen of a service with several documents.
type ofService struct {
	best uint32 // 1 + the place in matches of its best document
	last uint32 // the document seen last
}

// gather makes a gatherer that has nothing yet.
func (c *core) gather(q *directory.Query, seeker *seeker, s *scratch) gatherer {
	g := gatherer{c: c, s: s, q: q, seeker: seeker, facets: len(q.Facets) > 0}
	g.any = !seeker.near && !seeker.areas && q.Age == nil && q.OpenAt == nil
	g.distance = q.Sort == directory.ByDistance
	g.relevance = !g.distance && q.Sort != directory.ByName
	s.matches, s.first, s.further = s.matches[:0], s.first[:0], s.further[:0]
	s.of = zeroed(s.of, len(c.services))
	if len(s.before) < len(c.docs) {
		s.before = make([]uint32, len(c.docs)+len(c.docs)/8)
	}
	return g
}

// add takes a document that has what was typed, if it fits in place, age and hours.
func (g *gatherer) add(id uint32, price cost) {
	f := &g.c.facts[id]
	m := match{doc: id, cost: price, square: unknownDistance, quality: f.quality}
	if !g.any {
		var fits bool
		if m.tier, m.square, fits = g.seeker.place(id, f); !fits || !g.suits(id, f) {
			return
		}
	}
	switch {
	case g.relevance:
		m.head = headOf(&m)
	case g.distance:
		m.head = math.Float64bits(m.square)
	}
	s := g.s
	var of *ofService
	if f.flags&shared != 0 {
		of = &s.of[f.service]
	}
	if of == nil || of.best == 0 {
		s.matches = append(s.matches, m)
	} else if have := &s.matches[of.best-1]; g.c.better(m, *have, g.q.Sort) {
		*have = m
	}
	if g.facets {
		s.note(id, of)
	}
	if of != nil {
		if of.best == 0 {
			of.best = uint32(len(s.matches))
		}
		of.last = id
	}
}

// note lists a document for the facets: as the first of its service, or with
// the one seen before it.
func (s *scratch) note(id uint32, of *ofService) {
	if of == nil || of.best == 0 {
		s.first = append(s.first, id)
		s.before[id] = id
		return
	}
	s.further = append(s.further, id)
	s.before[id] = of.last
}

// suits tells whether the document serves the age asked for and is open at the
// time asked for.
func (g *gatherer) suits(id uint32, f *facts) bool {
	if age := g.q.Age; age != nil && (*age < f.ageFrom || *age >= f.ageEnd) {
		return false
	}
	if g.q.OpenAt == nil {
		return true
	}
	if f.flags&hasHours == 0 {
		return g.q.HoursUnknown
	}
	return g.q.FitsHours(g.c.docs[id].hours)
}
