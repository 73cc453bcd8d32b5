package memory

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory"
)

// match is a document that fits a query, with what its rank depends on.
type match struct {
	head    uint64  // says most of what the rank depends on; see headOf
	square  float64 // distance as a squared line
	doc     uint32
	cost    cost
	quality float32
	tier    directory.Tier
}

// headOf sums up a match for the order by relevance: of two matches the one
// with the lower head comes first, and equal heads say nothing. It spares most
// comparisons when the best few of many are wanted.
func headOf(m *match) uint64 {
	rest := math.Float32bits(float32(m.square)) // positive floats are ordered as their bits are
	if m.square == unknownDistance {
		rest = 1<<31 - 1 - math.Float32bits(m.quality)>>1 // after every distance
	}
	return uint64(m.tier)<<62 | uint64(m.cost)<<30 | uint64(rest>>1)
}

// order compares two matches in the order of the query: less comes first.
func (c *core) order(by directory.Sort) func(a, b match) int {
	switch by {
	case directory.ByName:
		return c.byName
	case directory.ByDistance:
		return func(a, b match) int {
			if a.square != b.square {
				return cmp.Compare(a.square, b.square)
			}
			return c.byName(a, b)
		}
	default:
		return c.byRelevance
	}
}

func (c *core) byRelevance(a, b match) int {
	switch {
	case a.tier != b.tier:
		return cmp.Compare(a.tier, b.tier)
	case a.cost != b.cost:
		return cmp.Compare(a.cost, b.cost)
	case a.square != b.square:
		return cmp.Compare(a.square, b.square)
	case a.quality != b.quality:
		return cmp.Compare(b.quality, a.quality)
	}
	x, y := &c.docs[a.doc], &c.docs[b.doc]
	switch {
	case x.verified != y.verified:
		return cmp.Compare(y.verified, x.verified)
	case x.modified != y.modified:
		return cmp.Compare(y.modified, x.modified)
	}
	return c.byName(a, b)
}

func (c *core) byName(a, b match) int {
	x, y := &c.docs[a.doc], &c.docs[b.doc]
	if d := strings.Compare(x.sortName, y.sortName); d != 0 {
		return d
	}
	if p, q := c.facts[a.doc].service, c.facts[b.doc].service; p != q {
		return strings.Compare(c.services[p].id, c.services[q].id)
	}
	return strings.Compare(x.id, y.id)
}

// better tells whether, of two documents of one service, a is the one to show:
// in the better tier, fitting better, nearer, of better quality; the nearest
// when that is asked for. Name and dates are the service's and do not differ.
func (c *core) better(a, b match, by directory.Sort) bool {
	if by == directory.ByDistance && a.square != b.square {
		return a.square < b.square
	}
	switch {
	case a.tier != b.tier:
		return a.tier < b.tier
	case a.cost != b.cost:
		return a.cost < b.cost
	case a.square != b.square:
		return a.square < b.square
	case a.quality != b.quality:
		return a.quality > b.quality
	}
	return c.facts[a.doc].turn < c.facts[b.doc].turn
}

// best puts the first n of the list, in order, at its beginning and answers them.
func best(list []match, n int, order func(a, b match) int) []match {
	if len(list) <= 2*n {
		slices.SortFunc(list, order)
		return list[:min(n, len(list))]
	}
	// Keep up to 2n candidates at the beginning of the list; when they are
	// full, sort them and let the later half go.
	slices.SortFunc(list[:n], order)
	kept, worst := n, list[n-1]
	for i := n; i < len(list); i++ {
		if list[i].head > worst.head || order(list[i], worst) >= 0 {
			continue
		}
		list[kept] = list[i]
		kept++
		if kept == 2*n {
			slices.SortFunc(list[:kept], order)
			kept, worst = n, list[n-1]
		}
	}
	slices.SortFunc(list[:kept], order)
	return list[:n]
}
