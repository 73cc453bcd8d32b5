package memory

// evaluation finds the documents that have all clauses, one clause after the
// other, and adds up what each costs. It is reused by later searches.
type evaluation struct {
	step  uint8   // clauses done
	stage []uint8 // of each document, how many clauses it has had
	cost  []cost  // sum of the clauses done
	last  []place // where the last clause was found
	best  []cost  // of the clause at hand, none outside of it
	at    []place

	docs    []uint32 // that have had all clauses done
	touched []uint32 // that have the clause at hand
}

// begin makes the evaluation ready for n documents.
func (e *evaluation) begin(n int) {
	e.step, e.docs, e.touched = 0, e.docs[:0], e.touched[:0]
	e.stage = zeroed(e.stage, n)
	if len(e.best) < n {
		n += n / 8
		e.cost, e.last, e.at, e.best = make([]cost, n), make([]place, n), make([]place, n), make([]cost, n)
		for i := range e.best {
			e.best[i] = none
		}
	}
}

// offer tells that the document has the clause at hand, at a cost.
func (e *evaluation) offer(doc uint32, price cost, at place) {
	if e.stage[doc] != e.step || price >= e.best[doc] {
		return
	}
	if e.best[doc] == none {
		e.touched = append(e.touched, doc)
	}
	e.best[doc], e.at[doc] = price, at
}

// terms offers all documents of the terms. It does what offer does, in a loop
// that runs over hundreds of thousands of places when a prefix is short.
func (e *evaluation) terms(c *core, list []expansion) {
	stage, best, at, step, touched := e.stage, e.best, e.at, e.step, e.touched
	for _, x := range list {
		p := &c.words.terms[x.term].postings
		places := p.places
		for i, doc := range p.docs {
			price := x.cost + cost(places[i].field())*fieldCost
			if have := best[doc]; price < have && stage[doc] == step {
				if have == none {
					touched = append(touched, doc)
				}
				best[doc], at[doc] = price, places[i]
			}
		}
	}
	e.touched = touched
}

// finish ends the clause at hand.
func (e *evaluation) finish() {
	if len(e.touched) > len(e.best)/16 {
		e.lineUp()
	}
	for _, doc := range e.touched {
		price := e.best[doc]
		if e.step > 0 {
			price += e.cost[doc] + cost(gap(e.last[doc], e.at[doc]))*gapCost
		}
		e.cost[doc], e.last[doc], e.best[doc] = price, e.at[doc], none
		e.stage[doc] = e.step + 1
	}
	e.docs, e.touched = e.touched, e.docs[:0]
	e.step++
}

// lineUp puts the documents that have the clause in ascending order: who then
// looks at many of them goes through memory in one direction.
func (e *evaluation) lineUp() {
	touched := e.touched[:0]
	for doc, price := range e.best {
		if price != none {
			touched = append(touched, uint32(doc))
		}
	}
	e.touched = touched
}

// evaluate finds the documents that have all clauses, in s.outer.
func (c *core) evaluate(clauses []clause, s *scratch) {
	s.outer.begin(len(c.docs))
	for _, cl := range clauses {
		s.expansions, s.replacements = s.expansions[:0], s.replacements[:0]
		if len(cl.words) == 1 {
			c.expand(cl.words[0], s)
			s.outer.terms(c, s.expansions)
		} else if len(cl.words) > 1 {
			c.together(s, cl.words)
		}
		for _, words := range cl.others {
			c.stand(s, replacement{words, bySynonym})
		}
		for _, r := range s.replacements {
			c.stand(s, r)
		}
		s.outer.finish()
		if len(s.outer.docs) == 0 {
			return
		}
	}
}

// together offers the documents that have all the typed words of a phrase.
func (c *core) together(s *scratch, typed []typedWord) {
	in := &s.inner
	in.begin(len(c.docs))
	for _, w := range typed {
		s.expansions = s.expansions[:0]
		c.expand(w, s)
		in.terms(c, s.expansions)
		in.finish()
	}
	for _, doc := range in.docs {
		s.outer.offer(doc, in.cost[doc], in.last[doc])
	}
	s.replacements = s.replacements[:0] // of single words, not of the phrase
}

// scattered is what a synonym of several words costs when they do not stand
// together: then it may mean something else.
const scattered = 2 * typoCost

// stand offers the documents that have the phrase that stands for what was typed.
func (c *core) stand(s *scratch, r replacement) {
	if len(r.words) == 1 {
		s.expansions = s.expansions[:0]
		c.expandExactly(r.words[0], s)
		for i := range s.expansions {
			s.expansions[i].cost = r.cost
		}
		s.outer.terms(c, s.expansions)
		return
	}
	in := &s.inner
	in.begin(len(c.docs))
	for _, w := range r.words {
		s.expansions = s.expansions[:0]
		c.expandExactly(w, s)
		in.terms(c, s.expansions)
		in.finish()
	}
	for _, doc := range in.docs {
		price := in.cost[doc]&^(gapCost-1) + r.cost // how each word was found does not count
		if price/gapCost%256 > 2 {
			price += scattered
		}
		s.outer.offer(doc, price, in.last[doc])
	}
}
