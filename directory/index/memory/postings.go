package memory

import "slices"

// postings lists the documents a term occurs in, in ascending order, and of
// each the best place of the term. Two lists need less memory than one of pairs.
type postings struct {
	docs   []uint32
	places []place
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
	if i, found := slices.BinarySearch(p.docs, doc); found {
		p.docs, p.places = slices.Delete(p.docs, i, i+1), slices.Delete(p.places, i, i+1)
	}
}

// clip gives back memory kept for growth.
func (p *postings) clip() {
	if cap(p.docs)-len(p.docs) > len(p.docs)/8 {
		p.docs, p.places = append(make([]uint32, 0, len(p.docs)), p.docs...), append(make([]place, 0, len(p.places)), p.places...)
	}
}
