package memory

import (
	"math/bits"
	"slices"
)

// postings lists the documents a term occurs in, in ascending order, and of
// each the best place of the term. Two lists need less memory than one of pairs.
type postings struct {
	docs   []uint32
	places []place
	// Of a term that very many documents have, also the set of them, and how
	// many there are before each 64 of it: that tells the place in the list.
	dense docset
	ranks []uint32
}

// place is where in a document a term stands: the field that counts most in
// the upper four bits, then whether it is a stray (in no name of a taxonomy
// term), and its first position in that field.
type place uint16

const (
	stray       place = 1 << 11
	maxPosition       = 1<<11 - 1 // the last position that is told apart
)

func placeAt(field, position int) place { return place(field<<12 | min(position, maxPosition)) }

func (p place) field() int { return int(p >> 12) }

// cost is what the place costs.
func (p place) cost() cost { return cost(p>>12)*fieldCost + cost(p/stray&1)*strayCost }

// gap is how far b stands after a, from 0 for the next word to farGap for far
// away or another field.
func gap(a, b place) uint32 {
	if a>>12 != b>>12 {
		return farGap
	}
	d := int(b&maxPosition) - int(a&maxPosition)
	if d <= 0 {
		d = 2 - d // the other way round is one worse
	}
	return uint32(min(d-1, farGap))
}

const farGap = 7

// put adds the document, or changes its place.
func (p *postings) put(doc uint32, at place) {
	i := len(p.docs)
	if i > 0 && p.docs[i-1] >= doc {
		var found bool
		if i, found = slices.BinarySearch(p.docs, doc); found {
			p.places[i] = at
			return
		}
	}
	p.docs, p.places = slices.Insert(p.docs, i, doc), slices.Insert(p.places, i, at)
	if p.dense != nil {
		for p.dense.reach(doc); len(p.ranks) < len(p.dense); {
			p.ranks = append(p.ranks, uint32(len(p.docs)-1))
		}
		p.dense.add(doc)
		p.shift(doc, 1)
	}
}

func (p *postings) remove(doc uint32) {
	if i, found := slices.BinarySearch(p.docs, doc); found {
		p.docs, p.places = slices.Delete(p.docs, i, i+1), slices.Delete(p.places, i, i+1)
		if p.dense != nil {
			p.dense.remove(doc)
			p.shift(doc, ^uint32(0))
		}
	}
}

// shift counts one more or less behind the document.
func (p *postings) shift(doc, by uint32) {
	behind := p.ranks[doc>>6+1:]
	for i := range behind {
		behind[i] += by
	}
}

// index is the place in the list of a document of the dense set.
func (p *postings) index(doc uint32) int {
	before := p.dense[doc>>6] & (1<<(doc&63) - 1)
	return int(p.ranks[doc>>6]) + bits.OnesCount64(before)
}

// finish gives back memory kept for growth and, for a term that very many of
// the documents have, makes the set of them.
func (p *postings) finish(docs int) {
	if cap(p.docs)-len(p.docs) > len(p.docs)/8 {
		p.docs, p.places = append(make([]uint32, 0, len(p.docs)), p.docs...), append(make([]place, 0, len(p.places)), p.places...)
	}
	if len(p.docs) > docs/denseShare {
		p.dense = make(docset, (docs+63)/64)
		for _, doc := range p.docs {
			p.dense.add(doc)
		}
		p.ranks = make([]uint32, len(p.dense))
		for i := 1; i < len(p.ranks); i++ {
			p.ranks[i] = p.ranks[i-1] + uint32(bits.OnesCount64(p.dense[i-1]))
		}
	}
}

// denseShare: a term has a set of its own when more than one in so many
// documents has it. Then the set needs no more memory than the list.
const denseShare = 24
