package memory

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

// reach makes room for n documents.
func (p *pricing) reach(n int) {
	if len(p.of) < n {
		p.of = make([]price, n+n/8)
	}
}

// begin makes the pricing ready for the documents among n of the index.
func (p *pricing) begin(docs []uint32, n int) {
	p.reach(n)
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
			between := gap(x.last, x.at)
			x.total += cost(between)*gapCost + cost(between/farGap)*apartCost
		}
		x.last, x.best = x.at, none
	}
}

// terms offers the places of the terms in the documents, which are also given
// as a set.
func (p *pricing) terms(c *core, list []expansion, docs []uint32, set docset) {
	of := p.of
	for _, x := range list {
		t := &c.words.terms[x.term].postings
		if t.dense == nil || len(docs) > len(t.docs)/2 {
			places := t.places
			for i, doc := range t.docs {
				if set.has(doc) {
					of[doc].offer(x.cost+places[i].cost(), places[i])
				}
			}
			continue
		}
		for _, doc := range docs {
			if int(doc>>6) < len(t.dense) && t.dense.has(doc) {
				at := t.places[t.index(doc)]
				of[doc].offer(x.cost+at.cost(), at)
			}
		}
	}
}

// price finds out what each of the documents found costs, in s.outer.
func (c *core) price(clauses []plan, found docset, s *scratch) {
	if len(clauses) == 0 {
		return
	}
	s.docs = found.list(s.docs)
	docs := s.docs
	s.outer.begin(docs, len(c.docs))
	for i, clause := range clauses {
		s.outer.terms(c, clause.terms, docs, found)
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
		s.inner.terms(c, terms, docs, set)
		s.inner.finish(docs, i == 0)
	}
	for _, doc := range docs {
		x := s.inner.of[doc]
		total := x.total
		if phrase.synonym {
			total = total&^howMask + phrase.cost // how each word was found does not count
			if total%strayCost > 2*gapCost {
				total += scattered
			}
		}
		s.outer.of[doc].offer(total, x.last)
	}
}
