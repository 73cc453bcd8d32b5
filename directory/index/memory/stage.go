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
	upTo    level // in which fields at most documents have the clauses
	loose   bool  // that not all documents found have them; by relevance only
	n       int   // services wanted
}

// rank answers the first n services of those found, each with the document to
// show, in order. Where it can, it looks first at documents that surely come
// before all others, and at the others only when these are too few.
func (c *core) rank(r ranking, found docset, s *scratch) []match {
	s.podium.begin(c, r.n, r.by)
	near := r.seeker.near && r.by != directory.ByName
	switch {
	case near && (len(r.clauses) == 0 || r.by == directory.ByDistance) && c.rankAround(r, found, s):
	case len(r.clauses) == 0 && !near && r.by == directory.ByRelevance:
		c.rankByQuality(r, found, s)
	case len(r.clauses) > 0 && r.by == directory.ByRelevance:
		c.rankByField(r, found, s)
	case len(r.clauses) > 0:
		c.rankThenPrice(r, found, s)
	default:
		c.scan(r, found, s)
	}
	return s.podium.end(s)
}

// scan puts the documents, which have been priced where clauses were typed, on
// the podium. Most are too bad for it, and known to be as soon as the first
// part of their head is.
func (c *core) scan(r ranking, docs docset, s *scratch) {
	p := &s.podium
	anywhere, typed, relevance := r.seeker.anywhere(), len(r.clauses), r.by == directory.ByRelevance
	next := 0 // of the prices
	for i, w := range docs {
		for ; w != 0; w &= w - 1 {
			m := match{doc: uint32(i<<6 + bits.TrailingZeros64(w)), square: unknownDistance}
			if typed > 0 {
				m.cost = s.outer.of[next].total
				next++
				if relevance && headOfCost(m.cost) > p.worst {
					continue
				}
				m.cost = c.whole(m.doc, m.cost, typed)
			}
			if relevance && c.leastHead(&m, anywhere) > p.worst {
				continue
			}
			if r.by == directory.ByName && c.initials[m.doc] > p.worst {
				continue
			}
			m.quality = c.hot[m.doc].quality
			if !anywhere {
				m.tier, m.square = c.place(r.seeker, m.doc)
			}
			if m.head = c.head(&m, r.by); m.head <= p.worst {
				p.add(m, s)
			}
		}
	}
}

// rankThenPrice is for orders in which the price of a document says little:
// only those that come before the last service wanted, or beside it, are priced.
func (c *core) rankThenPrice(r ranking, found docset, s *scratch) {
	bare := r
	bare.clauses = nil
	c.scan(bare, found, s)
	if s.podium.full(s) {
		worst := s.podium.worst
		first := s.take(len(found))
		copy(first, found)
		first.keep(first, func(id uint32) bool {
			m := match{doc: id}
			m.tier, m.square = c.place(r.seeker, id)
			return c.head(&m, r.by) <= worst
		})
		found = first
	}
	s.podium.begin(c, r.n, r.by)
	c.price(r.clauses, r.upTo, found, s)
	c.scan(r, found, s)
}

// whole adds to the cost of a document unless its name is just what was typed.
func (c *core) whole(id uint32, price cost, typed int) cost {
	if price < fieldCost && c.brief[id].nameWords() == typed {
		return price
	}
	return price + 1
}

// firstRing is the radius, in metres, of the first circle that is looked at
// around the seeker; each further one has twice the radius.
const firstRing = 1000

// rankAround looks for the nearest documents in growing circles, and prices
// them where clauses were typed. It tells whether they are all there, and else
// leaves the podium empty.
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
		if len(r.clauses) > 0 {
			c.price(r.clauses, r.upTo, ring, s)
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
