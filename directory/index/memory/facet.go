package memory

import (
	"cmp"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/havenloop/havenloop/directory"
)

// facetCount is the number of facets.
const facetCount = 7

// facetSpecs lists the facets: their names in a query and their values in an
// entry.
var facetSpecs = [facetCount]struct {
	name   string
	values func(*directory.Entry) []string
	filter func(*directory.Query) []string // nil: counted only
}{
	{"needs", func(e *directory.Entry) []string { return e.Needs }, func(q *directory.Query) []string { return q.Needs }},
	{"languages", func(e *directory.Entry) []string { return e.Languages }, func(q *directory.Query) []string { return q.Languages }},
	{"city", func(e *directory.Entry) []string { return one(e.City) }, nil},
	{"capacity", func(e *directory.Entry) []string { return one(e.Capacity) }, func(q *directory.Query) []string { return q.Capacity }},
	{"accessibility", func(e *directory.Entry) []string { return e.Accessibility }, func(q *directory.Query) []string { return q.Accessibility }},
	{"organizationId", func(e *directory.Entry) []string { return one(e.OrganizationID) }, func(q *directory.Query) []string { return one(q.OrganizationID) }},
	{"taxonomyIds", func(e *directory.Entry) []string { return e.TaxonomyIDs }, func(q *directory.Query) []string { return q.TaxonomyIDs }},
}

func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// facet holds the values of one facet and, for filters, their documents.
type facet struct {
	ids   map[string]uint32
	texts []string
	docs  []*roaring.Bitmap // that have the value
}

// id is the number of a value, which becomes one of the facet's.
func (f *facet) id(value string) uint32 {
	id, ok := f.ids[value]
	if !ok {
		id = uint32(len(f.texts))
		f.ids[value] = id
		f.texts = append(f.texts, value)
		f.docs = append(f.docs, roaring.New())
	}
	return id
}

// setFacets makes the entry's values those of the document.
func (c *core) setFacets(id uint32, e *directory.Entry) {
	d := &c.facts[id]
	c.dropFacets(id)
	d.values = nil
	for i, spec := range facetSpecs {
		f := &c.facets[i]
		start := len(d.values)
		for _, v := range spec.values(e) {
			value := f.id(v)
			if slices.Contains(d.values[start:], value) {
				continue
			}
			d.values = append(d.values, value)
			f.docs[value].Add(id)
		}
		d.valueEnds[i] = uint16(len(d.values))
	}
	d.values = slices.Clip(d.values)
}

func (c *core) dropFacets(id uint32) {
	for i := range c.facets {
		for _, v := range c.facts[id].valuesOf(i) {
			c.facets[i].docs[v].Remove(id)
		}
	}
}

// valuesOf lists the document's values of a facet.
func (d *facts) valuesOf(facet int) []uint32 {
	start := uint16(0)
	if facet > 0 {
		start = d.valueEnds[facet-1]
	}
	return d.values[start:d.valueEnds[facet]]
}

// count counts the services found for the facets asked for: by one document of
// each, in s.first, and by what further documents of it have besides.
func (c *core) count(names []string, s *scratch) map[string][]directory.FacetCount {
	var asked []int
	for i, spec := range facetSpecs {
		if slices.Contains(names, spec.name) {
			asked = append(asked, i)
			s.counts[i] = zeroed(s.counts[i], len(c.facets[i].texts))
		}
	}
	c.countFirst(asked, s)
	for _, id := range s.further {
		f, earlier := &c.facts[id], &c.facts[s.before[id]]
		for _, i := range asked {
			values := f.valuesOf(i)
			if slices.Equal(values, earlier.valuesOf(i)) {
				continue
			}
			for _, v := range values {
				if !c.seenBefore(s, id, i, v) {
					s.counts[i][v]++
				}
			}
		}
	}
	out := make(map[string][]directory.FacetCount, len(asked))
	for _, i := range asked {
		out[facetSpecs[i].name] = c.facets[i].sorted(s.counts[i])
	}
	return out
}

// seenBefore tells whether a document of the same service, seen before this
// one, has the value of the facet.
func (c *core) seenBefore(s *scratch, id uint32, facet int, value uint32) bool {
	for before := s.before[id]; before != id; id, before = before, s.before[before] {
		if slices.Contains(c.facts[before].valuesOf(facet), value) {
			return true
		}
	}
	return false
}

// countFirst counts the documents in s.first. For many documents and few
// values it intersects their sets, else it goes through the documents.
func (c *core) countFirst(asked []int, s *scratch) {
	var rest []int
	var first *roaring.Bitmap
	for _, i := range asked {
		f := &c.facets[i]
		if len(s.first) < len(c.docs)/10 || len(f.docs) > 1000 {
			rest = append(rest, i)
			continue
		}
		if first == nil {
			first = asBitmap(s, len(c.docs))
		}
		for v, docs := range f.docs {
			s.counts[i][v] = uint32(first.AndCardinality(docs))
		}
	}
	if rest == nil {
		return
	}
	for _, id := range s.first {
		f := &c.facts[id]
		for _, i := range rest {
			counts := s.counts[i]
			for _, v := range f.valuesOf(i) {
				counts[v]++
			}
		}
	}
}

// asBitmap makes a set of the documents in s.first. It shares its memory with s.other.
func asBitmap(s *scratch, docs int) *roaring.Bitmap {
	s.other = zeroed(s.other, (docs+63)/64)
	for _, id := range s.first {
		set(s.other, id)
	}
	return roaring.FromDense(s.other, false)
}

// sorted answers the values that were counted, most first, then by value.
func (f *facet) sorted(counts []uint32) []directory.FacetCount {
	out := []directory.FacetCount{}
	for v, n := range counts {
		if n > 0 {
			out = append(out, directory.FacetCount{Value: f.texts[v], Count: int(n)})
		}
	}
	slices.SortFunc(out, func(a, b directory.FacetCount) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(a.Value, b.Value))
	})
	return out
}
