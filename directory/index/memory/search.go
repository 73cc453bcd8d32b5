package memory

import (
	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/geo"
)

// scratch is the working memory of one search, reused by later ones.
type scratch struct {
	sets  []docset // lent by take
	taken int

	stemmers     []stemmer
	alike        alike
	expansions   []expansion
	replacements []replacement
	cheapest     []cost // by term; none between uses
	outer, inner pricing

	openness openness
	podium   podium
	seen     docset   // of services, not documents
	docs     []uint32 // those found
	more     []uint32 // those whose service has another one among them
	combos   []uint32 // services found with each combination of values
	counts   []uint32 // services found with each value
}

// take lends an empty set of so many words until the search ends.
func (s *scratch) take(words int) docset {
	if s.taken == len(s.sets) {
		s.sets = append(s.sets, nil)
	}
	set := zeroed(s.sets[s.taken], words)
	s.sets[s.taken] = set
	s.taken++
	return set
}

// give ends the lending of the set taken last.
func (s *scratch) give() { s.taken-- }

// zeroed answers a slice of n zeros, made of s when it is large enough.
func zeroed[S ~[]T, T any](s S, n int) S {
	if cap(s) < n {
		return make(S, n, n+n/8)
	}
	s = s[:n]
	clear(s)
	return s
}

// search answers the query in three steps: which documents fit, a set; how
// many services these are; and of those on the page, which order they have.
func (c *core) search(q *directory.Query, s *scratch) directory.Results {
	s.taken, s.stemmers = 0, stemmersFor(q.Language)
	seeker := newSeeker(q)
	fit := c.filter(q, &seeker, s)
	found, clauses := c.match(q, &seeker, fit, s)
	results := directory.Results{Hits: []directory.Hit{}, Total: c.servicesIn(found, s)}
	if len(q.Facets) > 0 {
		results.Facets = c.count(q.Facets, found, s)
	}
	from, to := page(q, results.Total)
	if from == to {
		return results
	}
	for _, m := range c.rank(ranking{by: q.Sort, seeker: &seeker, clauses: clauses, upTo: inText, n: to}, found, s)[from:] {
		results.Hits = append(results.Hits, c.hit(q, m, len(clauses) > 0))
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
	from = min((number-1)*per, total)
	return from, min(from+per, total)
}

func (c *core) hit(q *directory.Query, m match, text bool) directory.Hit {
	d := &c.docs[m.doc]
	h := directory.Hit{ServiceID: c.services[c.hot[m.doc].service].id, EntryID: d.id, Tier: m.tier}
	if text {
		h.Score = 1 / (1 + float64(m.cost)/float64(typoCost))
	}
	if m.square != unknownDistance {
		meters := geo.Distance(*q.Near, d.point)
		h.DistanceMeters = &meters
	}
	return h
}

// filter answers the documents that fit the query apart from its text and what
// sift looks at.
func (c *core) filter(q *directory.Query, seeker *seeker, s *scratch) docset {
	fit := s.take(len(c.marks[live]))
	copy(fit, c.marks[live])
	for i, spec := range facetSpecs {
		if spec.filter == nil {
			continue
		}
		if values := spec.filter(q); len(values) > 0 {
			fit.and(c.facets[i].union(values, s.take(len(fit))))
			s.give()
		}
	}
	if q.CostFree {
		fit.and(c.marks[isFree])
	}
	if seeker.areas {
		seeker.covers = c.areas.union(q.Areas, s.take(len(fit)))
		for i, w := range c.marks[areaUnknown] {
			fit[i] &= seeker.covers[i] | w
		}
	}
	return fit
}

// sift takes out of docs what does not fit the query and takes a look at each
// document to find out, so that it comes last.
func (c *core) sift(q *directory.Query, seeker *seeker, docs docset, s *scratch) {
	if q.Age != nil {
		age := *q.Age
		docs.keep(c.marks[aged], func(id uint32) bool { return age >= c.ages[id].from && age < c.ages[id].end })
	}
	if q.OpenAt != nil {
		s.openness.begin(q, &c.timetables)
		s.openness.keep(docs, c.hours)
	}
	c.cut(seeker, docs, s)
}
