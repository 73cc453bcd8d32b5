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

// again answers those of the documents found of whose service one was found
// before. Documents of a service mostly follow each other, so that this is
// found out for 64 at once, each handing on to the next; the others are looked
// at one by one.
func (c *core) again(found docset, s *scratch) docset {
	again := s.take(len(found))
	carry := uint64(0) // 1 when the last document of the word before, or one before it, is found
	for i, w := range found {
		next := c.marks[next][i]
		before := (w<<1 | carry) & next
		for apart := c.marks[later][i] &^ next; apart != 0; apart &= apart - 1 {
			if c.repeats(uint32(i<<6+bits.TrailingZeros64(apart)), found) {
				before |= apart & -apart
			}
		}
		for more := before; more != 0; before |= more {
			more = more << 1 & next &^ before
		}
		again[i] = w & before
		carry = (w | before) >> 63
	}
	return again
}

// servicesIn counts the services that have a document in the set.
func (c *core) servicesIn(found docset, s *scratch) int {
	defer s.give()
	return found.count() - c.again(found, s).count()
}

// count counts the services found for the facets asked for. Those over all
// services are remembered until something changes.
func (c *core) count(names []string, found docset, s *scratch) map[string][]directory.FacetCount {
	out := make(map[string][]directory.FacetCount, len(names))
	all := slices.Equal(found, c.marks[live])
	var asked []int // facets to count
	for i, spec := range facetSpecs {
		if !slices.Contains(names, spec.name) {
			continue
		}
		if known := c.overall[i].Load(); all && known != nil {
			out[spec.name] = slices.Clone(*known)
			continue
		}
		asked = append(asked, i)
	}
	if len(asked) == 0 {
		return out
	}
	c.list(found, s)
	for _, i := range asked {
		counted := c.facets[i].sorted(c.countFacet(&c.facets[i], found, s))
		if all {
			kept := slices.Clone(counted)
			c.overall[i].Store(&kept)
		}
		out[facetSpecs[i].name] = counted
	}
	return out
}

// list puts one document of each service found in s.docs, the others in s.more.
func (c *core) list(found docset, s *scratch) {
	first, more := s.take(len(found)), c.again(found, s)
	for i, w := range found {
		first[i] = w &^ more[i]
	}
	s.docs, s.more = first.list(s.docs), more.list(s.more)
}

// countFacet counts the services listed by their values.
func (c *core) countFacet(f *facet, found docset, s *scratch) []uint32 {
	s.combos, s.counts = zeroed(s.combos, len(f.lists)), zeroed(s.counts, len(f.texts))
	f.of.count(s.docs, s.combos)
	for combo, n := range s.combos {
		for _, v := range f.lists[combo] {
			s.counts[v] += n
		}
	}
	for _, id := range s.more {
		for _, v := range f.lists[f.of.get(id)] {
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
		if found.has(before) && slices.Contains(f.lists[f.of.get(before)], value) {
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
