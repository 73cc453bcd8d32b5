package memory

import "slices"

// pricing finds out how well documents fit the clauses that they all have. It
// is reused by later searches.
type pricing struct {
	of []price // of each document
}

// price is what a document costs.
type price struct {
	total cost  // of the clauses done
	best  cost  // of the clause at hand
	last  place // where the last clause was found
	at    place
}

// begin makes the pricing ready for the documents among n of the index.
func (p *pricing) begin(docs []uint32, n int) {
	if len(p.of) < n {
		p.of = make([]price, n+n/8)
	}
	for _, doc := range docs {
		p.of[doc] = price{best: none}
	}
}

// offer tells that a document has the clause at hand, at a cost.
func (p *price) offer(price cost, at place) {
	if price < p.best {
		p.best, p.at = price, at
	}
}

// finish ends the clause at hand, which all the documents have.
func (p *pricing) finish(docs []uint32, first bool) {
	for _, doc := range docs {
		x := &p.of[doc]
		x.total += x.best
		if !first {
			x.total += cost(gap(x.last, x.at)) * gapCost
		}
		x.last, x.best = x.at, none
	}
}

// few is how many times longer than the list of documents a list of postings
// must be for looking up each document in it to be faster than reading it.
const few = 32

// terms offers the places of the terms in the documents, which are also given
// as a set. Terms that cost limit or more are left out.
func (p *pricing) terms(c *core, list []expansion, limit cost, docs []uint32, set docset) {
	of := p.of
	for _, x := range list {
		if x.cost >= limit {
			continue
		}
		t := &c.words.terms[x.term].postings
		if len(t.docs) > few*len(docs) {
			from := 0
			for _, doc := range docs {
				i, found := slices.BinarySearch(t.docs[from:], doc)
				if from += i; found {
					at := t.places[from]
					of[doc].offer(x.cost+cost(at.field())*fieldCost, at)
				}
			}
			continue
		}
		places := t.places
		for i, doc := range t.docs {
			if set.has(doc) {
				of[doc].offer(x.cost+cost(places[i].field())*fieldCost, places[i])
			}
		}
	}
}

// price finds out what each of the documents found costs, in s.outer. Terms
// that cost limit or more alone are left out.
func (c *core) price(clauses []plan, found docset, limit cost, s *scratch) {
	if len(clauses) == 0 {
		return
	}
	s.docs = found.list(s.docs)
	docs := s.docs
	s.outer.begin(docs, len(c.docs))
	for i, clause := range clauses {
		s.outer.terms(c, clause.terms, limit, docs, found)
		for _, phrase := range clause.phrases {
			c.pricePhrase(phrase, found, s)
		}
		s.outer.finish(docs, i == 0)
	}
}

// scattered is what a synonym of several words costs when they do not stand
// together: then it may mean something else.
const scattered = 2 * typoCost

// pricePhrase offers the places of a phrase in the documents found.
func (c *core) pricePhrase(phrase phrasePlan, found docset, s *scratch) {
	set := phrase.docs
	set.and(found)
	s.phrase = set.list(s.phrase)
	docs := s.phrase
	s.inner.begin(docs, len(c.docs))
	for i, terms := range phrase.parts {
		s.inner.terms(c, terms, none, docs, set)
		s.inner.finish(docs, i == 0)
	}
	for _, doc := range docs {
		x := s.inner.of[doc]
		total := x.total
		if phrase.synonym {
			total = total&^(gapCost-1) + phrase.cost // how each word was found does not count
			if total/gapCost%256 > 2 {
				total += scattered
			}
		}
		s.outer.of[doc].offer(total, x.last)
	}
}
