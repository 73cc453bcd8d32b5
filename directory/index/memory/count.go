package memory

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory"
)

// repeats tells whether the set has a document before this one of the same service.
func (c *core) repeats(id uint32, found docset) bool {
	for before := c.twin[id]; before != id; id, before = before, c.twin[before] {
		if found.has(before) {
			return true
		}
	}
	return false
}

// servicesIn counts the services that have a document in the set.
func (c *core) servicesIn(found docset) int {
	n := 0
	for i, w := range found {
		n += bits.OnesCount64(w)
		for w &= c.marks[later][i]; w != 0; w &= w - 1 {
			if c.repeats(uint32(i<<6+bits.TrailingZeros64(w)), found) {
				n--
			}
		}
	}
	return n
}

// count counts the services found for the facets asked for. Those over all
// services are remembered until something changes.
func (c *core) count(names []string, found docset, s *scratch) map[string][]directory.FacetCount {
	out := make(map[string][]directory.FacetCount, len(names))
	all, listed := slices.Equal(found, c.marks[live]), false
	for i, spec := range facetSpecs {
		if !slices.Contains(names, spec.name) {
			continue
		}
		if known := c.overall[i].Load(); all && known != nil {
			out[spec.name] = slices.Clone(*known)
			continue
		}
		if !listed {
			c.list(found, s)
			listed = true
		}
		counted := c.facets[i].sorted(c.countFacet(&c.facets[i], found, s))
		if all {
			kept := slices.Clone(counted)
			c.overall[i].Store(&kept)
		}
		out[spec.name] = counted
	}
	return out
}

// list puts one document of each service found in s.docs, the others in s.more.
func (c *core) list(found docset, s *scratch) {
	first, more := s.take(len(found)), s.take(len(found))
	copy(first, found)
	for i, w := range found {
		for w &= c.marks[later][i]; w != 0; w &= w - 1 {
			if id := uint32(i<<6 + bits.TrailingZeros64(w)); c.repeats(id, found) {
				first.remove(id)
				more.add(id)
			}
		}
	}
	s.docs, s.more = first.list(s.docs), more.list(s.more)
}

// countFacet counts the services listed by their values.
func (c *core) countFacet(f *facet, found docset, s *scratch) []uint32 {
	s.combos, s.counts = zeroed(s.combos, len(f.lists)), zeroed(s.counts, len(f.texts))
	combos, of := s.combos, f.of
	for _, id := range s.docs {
		combos[of[id]]++
	}
	for combo, n := range combos {
		for _, v := range f.lists[combo] {
			s.counts[v] += n
		}
	}
	for _, id := range s.more {
		for _, v := range f.lists[of[id]] {
			if !c.hadBefore(f, v, id, found) {
				s.counts[v]++
			}
		}
	}
	return s.counts
}

// hadBefore tells whether a document found before this one, of the same
// service, has the value.
func (c *core) hadBefore(f *facet, value, id uint32, found docset) bool {
	for before := c.twin[id]; before != id; id, before = before, c.twin[before] {
		if found.has(before) && slices.Contains(f.lists[f.of[before]], value) {
			return true
		}
	}
	return false
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
