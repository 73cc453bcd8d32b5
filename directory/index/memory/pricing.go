package memory

import "math/bits"

// pricing finds out how well documents fit the clauses that they all have. It
// is reused by later searches.
type pricing struct {
	docs ranked
	of   []price // of each of the documents, in their order
}

// price is what a document costs.
type price struct {
	total cost  // of the clauses done
	best  cost  // of the clause at hand
	last  place // where the last clause was found
	at    place
}

// begin makes the pricing ready for the documents.
func (p *pricing) begin(docs docset) {
	n := p.docs.of(docs)
	if cap(p.of) < n {
		p.of = make([]price, n+n/8)
	}
	p.of = p.of[:n]
	for i := range p.of {
		p.of[i] = price{best: none}
	}
}

// offer tells that a document has the clause at hand, at a cost.
func (p *price) offer(price cost, at place) {
	if price < p.best {
		p.best, p.at = price, at
	}
}

// finish ends the clause at hand, which all the documents have.
func (p *pricing) finish(first bool) {
	for i := range p.of {
		x := &p.of[i]
		x.total += x.best
		if !first {
			between := gap(x.last, x.at)
			x.total += cost(between)*gapCost + cost(between/farGap)*apartCost
		}
		x.last, x.best = x.at, none
	}
}

// terms offers the places of the terms, in fields up to the level.
func (p *pricing) terms(c *core, list []expansion, upTo level) {
	for _, x := range list {
		for l := range upTo + 1 {
			p.places(&c.words.terms[x.term].lists[l], x.cost)
		}
	}
}

// places offers the places of one list of a term that costs so much.
func (p *pricing) places(t *postings, how cost) {
	if t.dense == nil {
		for i, doc := range t.docs {
			if p.docs.has(doc) {
				p.of[p.docs.index(doc)].offer(how+t.places[i].cost(), t.places[i])
			}
		}
		return
	}
	for i, have := range t.dense.docset {
		among := p.docs.docset[i]
		for w := have & among; w != 0; w &= w - 1 {
			before := w&-w - 1
			at := t.places[int(t.dense.ranks[i])+bits.OnesCount64(have&before)]
			p.of[int(p.docs.ranks[i])+bits.OnesCount64(among&before)].offer(how+at.cost(), at)
		}
	}
}

// price finds out what each of the documents, which have all the clauses in
// fields up to the level, costs, in s.outer.
func (c *core) price(clauses []plan, upTo level, docs docset, s *scratch) {
	s.outer.begin(docs)
	for i, clause := range clauses {
		s.outer.terms(c, clause.terms, upTo)
		for _, phrase := range clause.phrases {
			c.pricePhrase(phrase, upTo, docs, s)
		}
		s.outer.finish(i == 0)
	}
}

// scattered is what a synonym of several words costs when they do not stand
// together: then it may mean something else.
const scattered = 2 * typoCost

// pricePhrase offers the places of a phrase in the documents.
func (c *core) pricePhrase(phrase phrasePlan, upTo level, docs docset, s *scratch) {
	set := s.take(len(docs))
	defer s.give()
	copy(set, phrase.docs[upTo])
	set.and(docs)
	if set.empty() {
		return
	}
	s.inner.begin(set)
	for i, terms := range phrase.parts {
		s.inner.terms(c, terms, upTo)
		s.inner.finish(i == 0)
	}
	next := 0
	for i, w := range set {
		for ; w != 0; w &= w - 1 {
			x := s.inner.of[next]
			next++
			total := x.total
			if phrase.synonym {
				total = total&^howMask + phrase.cost // how each word was found does not count
				if total%strayCost > 2*gapCost {
					total += scattered
				}
			}
			s.outer.of[s.outer.docs.index(uint32(i<<6+bits.TrailingZeros64(w)))].offer(total, x.last)
		}
	}
}
