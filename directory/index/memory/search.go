package memory

import (
	"math/bits"
	"slices"
	"time"

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

	bits, other, covers []uint64 // sets of documents
	matches             []match  // all documents that fit; then one of each service
	several             []uint32 // documents that fit, of services that have others too
	found               []uint32 // all documents that fit, those of a service side by side
	first               []uint32 // of each service with several documents, 1 + its place in matches
	counts, seen        []uint32 // of each value of a facet
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
	count := c.attempt(q, &seeker, typed, s)
	if count == 0 && len(typed) > 1 {
		count = c.relax(q, &seeker, typed, s)
	}
	results := directory.Results{Hits: []directory.Hit{}}
	if len(q.Facets) > 0 {
		results.Facets = map[string][]directory.FacetCount{}
	}
	order := c.order(q.Sort)
	c.distinct(s, order, len(q.Facets) > 0)
	results.Total = len(s.matches)
	for i, spec := range facetSpecs {
		if slices.Contains(q.Facets, spec.name) {
			results.Facets[spec.name] = c.count(i, s.found, s)
		}
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
	h := directory.Hit{ServiceID: c.services[d.service].id, EntryID: d.id, Tier: m.tier}
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

// attempt collects in s.matches the documents that have all typed words and
// fit the query, and answers how many.
func (c *core) attempt(q *directory.Query, seeker *seeker, typed []typedWord, s *scratch) int {
	s.matches = s.matches[:0]
	fit := c.fitter(q, seeker, s)
	if len(typed) == 0 {
		for i, word := range s.bits {
			for ; word != 0; word &= word - 1 {
				fit(uint32(i<<6+bits.TrailingZeros64(word)), 0)
			}
		}
		return len(s.matches)
	}
	clauses := clausesOf(typed)
	c.evaluate(clauses, s)
	for _, id := range s.outer.docs {
		if has(s.bits, id) {
			fit(id, c.whole(id, s.outer.cost[id], len(clauses)))
		}
	}
	return len(s.matches)
}

// whole adds to the cost of a document unless its name is just what was typed.
func (c *core) whole(id uint32, price cost, typed int) cost {
	if price < fieldCost && int(c.docs[id].nameWords) == typed {
		return price
	}
	return price + 1
}

// fitter answers a function that adds a document to s.matches if it fits in
// place, age and hours.
func (c *core) fitter(q *directory.Query, seeker *seeker, s *scratch) func(id uint32, price cost) {
	var at time.Time
	if q.OpenAt != nil {
		at = *q.OpenAt
	}
	return func(id uint32, price cost) {
		d := &c.docs[id]
		tier, square, fits := seeker.place(id, d)
		if !fits || q.Age != nil && (*q.Age < d.ageFrom || *q.Age >= d.ageEnd) {
			return
		}
		if q.OpenAt != nil && d.hours.At(at) != directory.Open {
			return
		}
		s.matches = append(s.matches, match{doc: id, tier: tier, cost: price, square: square})
	}
}

// relax looks for documents that have some of what was typed, when none has
// all: phrases are left out first as a whole, and words only when no phrase is found.
func (c *core) relax(q *directory.Query, seeker *seeker, typed []typedWord, s *scratch) int {
	var whole, single [][]typedWord
	for _, cl := range clausesOf(typed) {
		whole = append(whole, cl.typed)
		for i := range cl.words {
			single = append(single, cl.words[i:i+1])
		}
	}
	if n := c.relaxParts(q, seeker, whole, s); n > 0 || len(single) == len(whole) {
		return n
	}
	return c.relaxParts(q, seeker, single, s)
}

// relaxParts leaves out the parts that nothing has, and then always the one
// that says least, since most have it; the rarest parts are kept the longest.
func (c *core) relaxParts(q *directory.Query, seeker *seeker, parts [][]typedWord, s *scratch) int {
	counts := make([]int, len(parts))
	var useful []int // places in parts, the rarest first
	for i, part := range parts {
		if counts[i] = c.attempt(q, seeker, part, s); counts[i] > 0 {
			useful = append(useful, i)
		}
	}
	slices.SortStableFunc(useful, func(a, b int) int { return counts[a] - counts[b] })
	for ; len(useful) > 0; useful = useful[:len(useful)-1] {
		var kept []typedWord
		for i, part := range parts {
			if slices.Contains(useful, i) {
				kept = append(kept, part...)
			}
		}
		if n := c.attempt(q, seeker, kept, s); n > 0 {
			return n
		}
	}
	return 0
}

// distinct leaves the best document of each service in s.matches. With facets
// to count it collects all documents in s.found first.
func (c *core) distinct(s *scratch, order func(a, b match) int, facets bool) {
	s.first = zeroed(s.first, len(c.services))
	s.found = s.found[:0]
	several := s.several[:0]
	kept := s.matches[:0]
	for _, m := range s.matches {
		n := c.docs[m.doc].service
		if len(c.services[n].docs) == 1 {
			s.found = append(s.found, m.doc)
			kept = append(kept, m)
			continue
		}
		several = append(several, m.doc)
		if at := s.first[n]; at == 0 {
			kept = append(kept, m)
			s.first[n] = uint32(len(kept))
		} else if order(m, kept[at-1]) < 0 {
			kept[at-1] = m
		}
	}
	s.matches = kept
	if facets {
		slices.SortFunc(several, func(a, b uint32) int { return int(int64(c.docs[a].service) - int64(c.docs[b].service)) })
		s.found = append(s.found, several...)
	}
	s.several = several
}
