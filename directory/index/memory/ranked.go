package memory

import "math/bits"

// ranked is a set that also tells where each of its documents stands among
// them, and so where a list that runs beside it speaks of the document.
type ranked struct {
	docset
	ranks []uint32 // how many stand before each 64 documents
}

// of makes the set the documents of docs, which is kept.
func (r *ranked) of(docs docset) (count int) {
	r.docset = docs
	if cap(r.ranks) < len(docs) {
		r.ranks = make([]uint32, len(docs))
	}
	r.ranks = r.ranks[:len(docs)]
	for i, w := range docs {
		r.ranks[i] = uint32(count)
		count += bits.OnesCount64(w)
	}
	return count
}

// index is how many documents of the set stand before this one.
func (r *ranked) index(doc uint32) int {
	before := r.docset[doc>>6] & (1<<(doc&63) - 1)
	return int(r.ranks[doc>>6]) + bits.OnesCount64(before)
}

// put adds a document that is not there yet.
func (r *ranked) put(doc uint32) {
	for int(doc>>6) >= len(r.docset) {
		last := len(r.docset) - 1
		r.docset, r.ranks = append(r.docset, 0), append(r.ranks, r.ranks[last]+uint32(bits.OnesCount64(r.docset[last])))
	}
	r.add(doc)
	r.shift(doc, 1)
}

// drop takes away a document that is there.
func (r *ranked) drop(doc uint32) {
	r.remove(doc)
	r.shift(doc, ^uint32(0))
}

// shift counts one more or less behind the document.
func (r *ranked) shift(doc, by uint32) {
	behind := r.ranks[doc>>6+1:]
	for i := range behind {
		behind[i] += by
	}
}
