package feed

import (
	"cmp"
	"hash/maphash"
	"slices"
)

// partIndex finds the rows that name a parent. It keeps a fingerprint of 64
// bits for each, not the words, since large feeds have millions of rows. Its
// seed is random, so that nobody can make two words with one fingerprint; by
// chance two of ten million have one once in 370,000 feeds.
type partIndex struct {
	seed   maphash.Seed
	parts  []partAt
	sorted bool
}

type partAt struct {
	of uint64
	at ref
}

func newPartIndex() partIndex { return partIndex{seed: maphash.MakeSeed()} }

// sum is the fingerprint of a kind of parts, the column that names the parent,
// the parent's kind where the column does not tell it, and its id.
func (x *partIndex) sum(kind, key, parent, id string) uint64 {
	var h maphash.Hash
	h.SetSeed(x.seed)
	for _, s := range [...]string{kind, key, parent, id} {
		_, _ = h.WriteString(s) // a hash takes everything
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}

func (x *partIndex) add(kind, key, parent, id string, at ref) {
	x.parts = append(x.parts, partAt{x.sum(kind, key, parent, id), at})
}

// find answers the rows that name a parent, in the order of the feed.
func (x *partIndex) find(kind, key, parent, id string) []ref {
	if !x.sorted {
		x.sorted = true
		slices.SortFunc(x.parts, func(a, b partAt) int {
			return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(a.at.table, b.at.table), cmp.Compare(a.at.row, b.at.row))
		})
	}
	of := x.sum(kind, key, parent, id)
	i, _ := slices.BinarySearchFunc(x.parts, of, func(p partAt, of uint64) int { return cmp.Compare(p.of, of) })
	var out []ref
	for ; i < len(x.parts) && x.parts[i].of == of; i++ {
		out = append(out, x.parts[i].at)
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
