package memory

import (
	"cmp"
	"encoding/binary"
	"math"
	"strings"

	"github.com/havenloop/havenloop/directory"
)

// match is a document that fits a query, with what its rank depends on.
type match struct {
	head    uint64  // says most of what the rank depends on; see core.head
	square  float64 // distance as a squared line
	doc     uint32
	cost    cost
	quality float32
	tier    directory.Tier
}

// head sums up a match: of two matches the one with the lower head comes
// first, and equal heads say nothing. It spares most comparisons when the best
// few of many are wanted.
func (c *core) head(m *match, by directory.Sort) uint64 {
	switch by {
	case directory.ByName:
		return c.initials[m.doc]
	case directory.ByDistance:
		return math.Float64bits(m.square) // positive floats are ordered as their bits are
	}
	rest := math.Float32bits(float32(m.square))
	if m.square == unknownDistance {
		rest = restOfQuality(m.quality)
	}
	return uint64(m.tier)<<62 | headOfCost(m.cost) | uint64(rest>>1)
}

// restOfQuality stands in a head for the distance where there is none: after
// every distance, the better quality first.
func restOfQuality(quality float32) uint32 { return 1<<31 - 1 - math.Float32bits(quality)>>1 }

// leastHead is the lowest head that a match with this cost can have, by
// relevance, as far as its document's brief tells.
func (c *core) leastHead(m *match, anywhere bool) uint64 {
	head := headOfCost(m.cost)
	if anywhere {
		head |= uint64(restOfQuality(c.brief[m.doc].quality()) >> 1)
	}
	return head
}

// headOfCost is the lowest head of a match with the cost, by relevance.
func headOfCost(cost cost) uint64 { return uint64(cost) << 30 }

// initialsOf are the first letters of a folded name as a number, in the same order.
func initialsOf(name string) uint64 {
	var first [8]byte
	copy(first[:], name)
	return binary.BigEndian.Uint64(first[:])
}

// order compares two matches in the order of the query: less comes first. Of
// the documents of one service, the one to show comes first in every order.
func (c *core) order(by directory.Sort) func(a, b match) int {
	switch by {
	case directory.ByName:
		return func(a, b match) int { return cmp.Or(c.byName(a, b), c.byRelevance(a, b)) }
	case directory.ByDistance:
		return func(a, b match) int {
			if a.square != b.square {
				return cmp.Compare(a.square, b.square)
			}
			return cmp.Or(c.byName(a, b), c.byRelevance(a, b))
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
	return cmp.Or(c.byName(a, b), strings.Compare(x.id, y.id))
}

// byName compares the services of two matches by name, then by id.
func (c *core) byName(a, b match) int {
	if d := strings.Compare(c.docs[a.doc].sortName, c.docs[b.doc].sortName); d != 0 {
		return d
	}
	p, q := c.hot[a.doc].service, c.hot[b.doc].service
	if p == q {
		return 0
	}
	return strings.Compare(c.services[p].id, c.services[q].id)
}
