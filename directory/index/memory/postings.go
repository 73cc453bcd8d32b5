package memory

import "slices"

// postings lists the documents a term occurs in, in ascending order, and of
// each the best place of the term. Two lists need less memory than one of pairs.
type postings struct {
	docs   []uint32
	places []place
	dense  docset // the same documents; nil for most terms
}

// place is where in a document a term stands: the field that counts most in
// the upper four bits, its first position there in the others.
type place uint16

// maxPosition is the last position that is told apart.
const maxPosition = 1<<12 - 1

func placeAt(field, position int) place { return place(field<<12 | min(position, maxPosition)) }

func (p place) field() uint32 { return uint32(p >> 12) }

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
	if p.dense != nil {
		p.dense.reach(doc)
		p.dense.add(doc)
	}
	n := len(p.docs)
	if n == 0 || p.docs[n-1] < doc {
		p.docs, p.places = append(p.docs, doc), append(p.places, at)
		return
	}
	i, found := slices.BinarySearch(p.docs, doc)
	if found {
		p.places[i] = at
		return
	}
	p.docs, p.places = slices.Insert(p.docs, i, doc), slices.Insert(p.places, i, at)
}

func (p *postings) remove(doc uint32) {
	p.dense.removeWithin(doc)
	if i, found := slices.BinarySearch(p.docs, doc); found {
		p.docs, p.places = slices.Delete(p.docs, i, i+1), slices.Delete(p.places, i, i+1)
	}
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
	}
}

// denseShare: a term has a set of its own when more than one in so many
// documents has it. Then the set needs no more memory than the list.
const denseShare = 24
