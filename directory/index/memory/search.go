package memory

import (
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/geo"
)

// scratch is the working memory of one search, reused by later ones.
type scratch struct {
	stemmers     []stemmer
	outer, inner evaluation
	expansions   []expansion
	replacements []replacement
	alike        alike

	bits, other, covers []uint64             // sets of documents
	matches             []match              // the best document of each service
	of                  []ofService          // of each service with several documents
	first               []uint32             // one document of each service found
	further             []uint32             // more documents of those services
	before              []uint32             // of those, the document of the same service seen before
	counts              [facetCount][]uint32 // by value
}

// zeroed answers a slice of n zeros, made of s when it is large enough.
func zeroed[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/8)
	}
	s = s[:n]
	clear(s)
	return s
}

// search answers the query.
func (c *core) search(q *directory.Query, s *scratch) directory.Results {
	s.stemmers = stemmersFor(q.Language)
	seeker := newSeeker(q)
	c.filter(q, &seeker, s)
	typed := typedWords(q.Text)
	if c.attempt(q, &seeker, typed, s) == 0 && len(typed) > 1 {
		c.relax(q, &seeker, typed, s)
	}
	results := directory.Results{Hits: []directory.Hit{}}
	order := c.order(q.Sort)
	results.Total = len(s.matches)
	if len(q.Facets) > 0 {
		results.Facets = c.count(q.Facets, s)
	}
	from, to := page(q, results.Total)
	if from < to {
		for _, m := range best(s.matches, to, order)[from:] {
			results.Hits = append(results.Hits, c.hit(q, m, len(typed) > 0))
		}
	}
	return results
}

// page answers which of total hits are on the page asked for.
func page(q *directory.Query, total int) (from, to int) {
	per := q.PerPage
	if per <= 0 {
		per = 20
	}
	per = min(per, 100)
	number := max(q.Page, 1)
	if number-1 > total/per {
		return 0, 0
	}
	from = (number - 1) * per
	return from, min(from+per, total)
}

func (c *core) hit(q *directory.Query, m match, text bool) directory.Hit {
	d := &c.docs[m.doc]
	h := directory.Hit{ServiceID: c.services[c.facts[m.doc].service].id, EntryID: d.id, Tier: m.tier}
	if text {
		h.Score = 1 / (1 + float64(m.cost)/float64(typoCost))
	}
	if m.square != unknownDistance {
		meters := geo.Distance(*q.Near, d.point)
		h.DistanceMeters = &meters
	}
	return h
}

// filter marks in s.bits the documents that fit the filters, apart from what
// place, age and hours decide, and prepares the seeker's coverage.
func (c *core) filter(q *directory.Query, seeker *seeker, s *scratch) {
	n := (len(c.docs) + 63) / 64
	s.bits = zeroed(s.bits, n)
	c.live.WriteDenseTo(s.bits)
	for i, spec := range facetSpecs {
		if spec.filter == nil {
			continue
		}
		if values := spec.filter(q); len(values) > 0 {
			s.other = c.facets[i].union(values, zeroed(s.other, n))
			intersect(s.bits, s.other)
		}
	}
	if q.CostFree {
		s.other = zeroed(s.other, n)
		c.costFree.WriteDenseTo(s.other)
		intersect(s.bits, s.other)
	}
	if seeker.areas {
		s.covers = c.areas.union(q.Areas, zeroed(s.covers, n))
		seeker.covers = s.covers
	}
	if seeker.near && q.RadiusMeters > 0 {
		s.other = zeroed(s.other, n)
		c.farAway.WriteDenseTo(s.other)
		if c.grid.around(*q.Near, q.RadiusMeters, s.other) {
			intersect(s.bits, s.other)
		}
	}
}

// union marks the documents that have one of the values.
func (f *facet) union(values []string, mark []uint64) []uint64 {
	var sets []*roaring.Bitmap
	for _, v := range values {
		if id, ok := f.ids[v]; ok {
			sets = append(sets, f.docs[id])
		}
	}
	switch len(sets) {
	case 0:
	case 1:
		sets[0].WriteDenseTo(mark)
	default:
		roaring.FastOr(sets...).WriteDenseTo(mark)
	}
	return mark
}

func intersect(a, b []uint64) {
	for i := range a {
		a[i] &= b[i]
	}
}

// attempt collects in s.matches the best document of each service that has all
// typed words and fits the query, and answers how many.
func (c *core) attempt(q *directory.Query, seeker *seeker, typed []typedWord, s *scratch) int {
	found := c.gather(q, seeker, s)
	if len(typed) == 0 {
		for i, word := range s.bits {
			for ; word != 0; word &= word - 1 {
				found.add(uint32(i<<6+bits.TrailingZeros64(word)), 0)
			}
		}
		return len(s.matches)
	}
	clauses := c.lexicon.clauses(typed)
	c.evaluate(clauses, s)
	for _, id := range s.outer.docs {
		if has(s.bits, id) {
			found.add(id, c.whole(id, s.outer.cost[id], len(clauses)))
		}
	}
	return len(s.matches)
}

// whole adds to the cost of a document unless its name is just what was typed.
func (c *core) whole(id uint32, price cost, typed int) cost {
	if price < fieldCost && int(c.facts[id].nameWords) == typed {
		return price
	}
	return price + 1
}
