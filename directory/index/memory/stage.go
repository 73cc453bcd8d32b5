package memory

import (
	"math/bits"

	"github.com/havenloop/havenloop/directory"
)

// ranking is the order of one query.
type ranking struct {
	by      directory.Sort
	seeker  *seeker
	clauses []plan
	n       int // services wanted
}

// rank answers the first n services of those found, each with the document to
// show, in order. Where it can, it looks first at documents that surely come
// before all others, and at the others only when these are too few.
func (c *core) rank(r ranking, found docset, s *scratch) []match {
	s.podium.begin(c, r.n, r.by)
	near := r.seeker.near && r.by != directory.ByName
	switch {
	case len(r.clauses) == 0 && near && c.rankAround(r, found, s):
	case len(r.clauses) == 0 && !near && r.by == directory.ByRelevance:
		c.rankByQuality(r, found, s)
	case len(r.clauses) == 1 && r.seeker.anywhere() && r.by == directory.ByRelevance && c.rankCheapest(r, found, s):
	default:
		c.price(r.clauses, found, s)
		c.scan(r, found, s)
	}
	return s.podium.end(s)
}

// scan puts all the documents on the podium.
func (c *core) scan(r ranking, found docset, s *scratch) {
	p := &s.podium
	anywhere, typed := r.seeker.anywhere(), len(r.clauses)
	for i, w := range found {
		for ; w != 0; w &= w - 1 {
			id := uint32(i<<6 + bits.TrailingZeros64(w))
			m := match{doc: id, square: unknownDistance, quality: c.hot[id].quality}
			if typed > 0 {
				m.cost = c.whole(id, s.outer.of[id].total, typed)
			}
			if !anywhere {
				m.tier, m.square = c.place(r.seeker, id)
			}
			if m.head = headOf(&m, r.by); m.head <= p.worst {
				p.add(m, s)
			}
		}
	}
}

// whole adds to the cost of a document unless its name is just what was typed.
func (c *core) whole(id uint32, price cost, typed int) cost {
	if price < fieldCost && int(c.hot[id].nameWords) == typed {
		return price
	}
	return price + 1
}

// firstRing is the radius, in metres, of the first circle that is looked at
// around the seeker; each further one has twice the radius.
const firstRing = 1000

// rankAround looks for the nearest documents in growing circles. It tells
// whether they are all there, and else leaves the podium empty.
func (c *core) rankAround(r ranking, found docset, s *scratch) bool {
	set, reach := found, r.seeker.reach
	if r.by == directory.ByRelevance && r.seeker.areas { // the best tier is near and covers
		set = s.take(len(found))
		copy(set, found)
		set.and(r.seeker.covers)
	}
	ring := s.take(len(found))
	for meters := float64(firstRing); squareOf(meters) <= reach; meters *= 2 {
		clear(ring)
		if !c.grid.around(r.seeker.point, meters, ring) {
			return false
		}
		ring.and(set)
		edge := squareOf(meters)
		if ring.count() < r.n {
			continue
		}
		ring.keep(ring, func(id uint32) bool { return c.spots[id].square(r.seeker.spot) <= edge })
		if ring.count() < r.n {
			continue
		}
		c.scan(r, ring, s)
		if s.podium.full(s) {
			return true
		}
		s.podium.begin(c, r.n, r.by)
	}
	return false
}

// qualities is the number of steps of quality that are told apart at once.
const qualities = 16

func qualityStep(quality float32) int { return min(int(quality*qualities), qualities-1) }

// rankByQuality goes through the tiers, and in each from good records to bad.
func (c *core) rankByQuality(r ranking, found docset, s *scratch) {
	tiers := []docset{found}
	if r.seeker.areas {
		tiers = []docset{s.take(len(found)), s.take(len(found))}
		for i, covers := range r.seeker.covers {
			tiers[0][i], tiers[1][i] = found[i]&covers, found[i]&^covers
		}
	}
	stage := s.take(len(found))
	for _, tier := range tiers {
		for step := qualities - 1; step >= 0; step-- {
			copy(stage, tier)
			stage.and(c.quality[step])
			c.scan(r, stage, s)
			if s.podium.full(s) {
				return
			}
		}
	}
}

// rankCheapest looks for documents that have the only clause in their name as
// it was typed, or as near to it as any has. It tells whether they are enough,
// and else leaves the podium empty.
func (c *core) rankCheapest(r ranking, found docset, s *scratch) bool {
	limit := none
	for _, x := range r.clauses[0].terms {
		limit = min(limit, x.cost&^(fieldCost-1)+fieldCost)
	}
	if limit == none || len(r.clauses[0].phrases) > 0 {
		return false
	}
	s.outer.reach(len(c.docs))
	named := s.take(len(found))
	for _, x := range r.clauses[0].terms {
		if x.cost >= limit {
			continue
		}
		p := &c.words.terms[x.term].postings
		for i, at := range p.places {
			if at.field() != 0 {
				continue
			}
			doc := p.docs[i]
			price := x.cost + at.cost()
			if of := &s.outer.of[doc]; !named.has(doc) || price < of.total {
				of.total = price
			}
			named.add(doc)
		}
	}
	named.and(found)
	if named.count() < r.n {
		return false
	}
	c.scan(r, named, s)
	if s.podium.full(s) {
		return true
	}
	s.podium.begin(c, r.n, r.by)
	return false
}
