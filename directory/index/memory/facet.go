package memory

import (
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/havenloop/havenloop/directory"
)

// facetCount is the number of facets.
const facetCount = 7

// facetSpecs lists the facets: their names in a query and their values in an
// entry. A filter needs the documents of a value, a facet only counts them.
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
	docs  []*roaring.Bitmap // nil where nothing filters by the facet
}

// id is the number of a value, which becomes one of the facet's.
func (f *facet) id(value string, filtered bool) uint32 {
	id, ok := f.ids[value]
	if !ok {
		id = uint32(len(f.texts))
		f.ids[value] = id
		f.texts = append(f.texts, value)
		if filtered {
			f.docs = append(f.docs, roaring.New())
		}
	}
	return id
}

// setFacets makes the entry's values those of the document.
func (c *core) setFacets(id uint32, e *directory.Entry) {
	d := &c.docs[id]
	c.dropFacets(id)
	d.values = nil
	for i, spec := range facetSpecs {
		f := &c.facets[i]
		start := len(d.values)
		for _, v := range spec.values(e) {
			value := f.id(v, spec.filter != nil)
			if slices.Contains(d.values[start:], value) {
				continue
			}
			d.values = append(d.values, value)
			if spec.filter != nil {
				f.docs[value].Add(id)
			}
		}
		d.valueEnds[i] = uint16(len(d.values))
	}
	d.values = slices.Clip(d.values)
}

func (c *core) dropFacets(id uint32) {
	for i, spec := range facetSpecs {
		for _, v := range c.docs[id].valuesOf(i) {
			if spec.filter != nil {
				c.facets[i].docs[v].Remove(id)
			}
		}
	}
}

// valuesOf lists the document's values of a facet.
func (d *document) valuesOf(facet int) []uint32 {
	start := uint16(0)
	if facet > 0 {
		start = d.valueEnds[facet-1]
	}
	return d.values[start:d.valueEnds[facet]]
}

// count counts, for one facet, the services among the found documents that
// have each value; found holds the documents of one service side by side.
func (c *core) count(facet int, found []uint32, s *scratch) []directory.FacetCount {
	f := &c.facets[facet]
	s.counts = zeroed(s.counts, len(f.texts))
	s.seen = zeroed(s.seen, len(f.texts))
	different := 0
	for _, id := range found {
		d := &c.docs[id]
		for _, v := range d.valuesOf(facet) {
			if s.seen[v] == d.service+1 {
				continue
			}
			s.seen[v] = d.service + 1
			if s.counts[v] == 0 {
				different++
			}
			s.counts[v]++
		}
	}
	out := make([]directory.FacetCount, 0, different)
	for v, n := range s.counts {
		if n > 0 {
			out = append(out, directory.FacetCount{Value: f.texts[v], Count: int(n)})
		}
	}
	slices.SortFunc(out, func(a, b directory.FacetCount) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Value, b.Value)
	})
	return out
}
