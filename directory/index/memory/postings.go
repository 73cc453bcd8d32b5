package memory

import "slices"

// postings lists the documents a term occurs in, in ascending order, and of
// each the best place of the term. Two lists need less memory than one of pairs.
type postings struct {
	docs   []uint32
	places []place
	// dense is the set of the documents, in place of docs, when these are very many.
	dense *ranked
}

// denseShare: a list becomes a set when more than one in so many documents is
// in it. The set goes faster, several times where there are many; the few
// hundred words that are so frequent take little memory in either form.
const denseShare = 96

// find tells whether the document is there, and where it is in the list or would be.
func (p *postings) find(doc uint32) (at int, found bool) {
	last := len(p.docs) - 1
	switch {
	case p.dense != nil && int(doc>>6) < len(p.dense.docset):
		return p.dense.index(doc), p.dense.has(doc)
	case p.dense != nil, last < 0, p.docs[last] < doc:
		return len(p.places), false
	default:
		return slices.BinarySearch(p.docs, doc)
	}
}

// put adds the document, or changes its place.
func (p *postings) put(doc uint32, at place) {
	i, found := p.find(doc)
	if found {
		p.places[i] = at
		return
	}
	p.places = slices.Insert(p.places, i, at)
	if p.dense != nil {
		p.dense.put(doc)
	} else {
		p.docs = slices.Insert(p.docs, i, doc)
	}
}

// remove takes the document away, if it is there.
func (p *postings) remove(doc uint32) {
	i, found := p.find(doc)
	if !found {
		return
	}
	p.places = slices.Delete(p.places, i, i+1)
	if p.dense != nil {
		p.dense.drop(doc)
	} else {
		p.docs = slices.Delete(p.docs, i, i+1)
	}
}

// mark adds the documents to the set.
func (p *postings) mark(into docset) {
	if p.dense != nil {
		into.or(p.dense.docset)
		return
	}
	for _, doc := range p.docs {
		into.add(doc)
	}
}

// finish ends the building of a list, of an index of so many documents. It
// gives back memory kept for growth, and makes a long list dense.
func (p *postings) finish(docs int) {
	if cap(p.places)-len(p.places) > len(p.places)/8 {
		p.places = append(make([]place, 0, len(p.places)), p.places...)
	}
	if len(p.docs) > docs/denseShare {
		set := make(docset, (docs+63)/64)
		p.mark(set)
		p.dense, p.docs = new(ranked), nil
		p.dense.of(set)
	} else if cap(p.docs)-len(p.docs) > len(p.docs)/8 {
		p.docs = append(make([]uint32, 0, len(p.docs)), p.docs...)
	}
}
