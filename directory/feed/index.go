package feed

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
)

// partIndex finds the rows that name a parent. It keeps a fingerprint of 64
// bits for each, not the words, since large feeds have millions of rows. Its
// seed is random, so that nobody can make two words with one fingerprint; by
// chance two of ten million have one once in 370,000 feeds.
type partIndex struct {
	seed   maphash.Seed
	parts  []partAt
	named  map[naming]bool // the ways that occur
	starts []int32         // by the first bits of the fingerprint; made by sort
}

// naming is how rows name their parent: the kind of the rows, the column that
// does, and the parent's kind where the column does not tell it.
type naming struct{ kind, key, parent string }

type partAt struct {
	of uint64
	at ref
}

func newPartIndex() partIndex {
	return partIndex{seed: maphash.MakeSeed(), named: map[naming]bool{}}
}

// sum is the fingerprint of how a parent is named, and of its id.
func (x *partIndex) sum(n naming, id string) uint64 {
	var h maphash.Hash
	h.SetSeed(x.seed)
	for _, s := range [...]string{n.kind, n.key, n.parent, id} {
		_, _ = h.WriteString(s) // a hash takes everything
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}

// add notes a row. All are added before the first is looked for.
func (x *partIndex) add(n naming, id string, at ref) {
	if !x.named[n] {
		n.parent = strings.Clone(n.parent) // the rest of the row goes
		x.named[n] = true
	}
	x.parts = append(x.parts, partAt{x.sum(n, id), at})
}

// startBits is how many bits of a fingerprint lead to where it stands: ten
// million rows leave some 150 to look through, in one place of the memory.
const startBits = 16

// sort makes the rows ready to be found.
func (x *partIndex) sort() {
	slices.SortFunc(x.parts, func(a, b partAt) int {
		return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(a.at.table, b.at.table), cmp.Compare(a.at.row, b.at.row))
	})
	x.starts = make([]int32, 1<<startBits+1)
	for _, p := range x.parts {
		x.starts[p.of>>(64-startBits)+1]++
	}
	for i := range 1 << startBits {
		x.starts[i+1] += x.starts[i]
	}
}

// find answers the rows that name a parent, in the order of the feed.
func (x *partIndex) find(n naming, id string) []ref {
	if !x.named[n] {
		return nil
	}
	if x.starts == nil {
		x.sort()
	}
	of := x.sum(n, id)
	start := of >> (64 - startBits)
	near := x.parts[x.starts[start]:x.starts[start+1]]
	i, _ := slices.BinarySearchFunc(near, of, func(p partAt, of uint64) int { return cmp.Compare(p.of, of) })
	var out []ref
	for ; i < len(near) && near[i].of == of; i++ {
		out = append(out, near[i].at)
	}
	return out
}

// bits is a set of small numbers.
type bits []uint64

func (b *bits) set(i int32) {
	for int(i/64) >= len(*b) {
		*b = append(*b, 0)
	}
	(*b)[i/64] |= 1 << (i % 64)
}

func (b bits) has(i int32) bool {
	return int(i/64) < len(b) && b[i/64]&(1<<(i%64)) != 0
}
