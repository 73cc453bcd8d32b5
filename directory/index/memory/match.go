package memory

import "github.com/havenloop/havenloop/directory"

// plan is a clause made ready: a document has it that has one of the terms, or
// one of the phrases.
type plan struct {
	terms   []expansion
	phrases []phrasePlan
}

// phrasePlan is a phrase made ready: a document must have one of the terms of
// each part.
type phrasePlan struct {
	parts   [][]expansion
	synonym bool // stands for what was typed, and then costs this:
	cost    cost
	docs    [levels]docset // that have it in fields up to each level, once found out
}

// match answers the documents that the query finds, among those that fit by
// sets, and the clauses that they have: all that was typed, or as much of it
// as any has.
func (c *core) match(q *directory.Query, seeker *seeker, fit docset, s *scratch) (docset, []plan) {
	typed := typedWords(q.Text)
	if len(typed) == 0 {
		c.sift(q, seeker, fit, s)
		return fit, nil
	}
	found, clauses := c.having(typed, fit, s)
	c.sift(q, seeker, found, s)
	if len(typed) > 1 && found.empty() {
		c.sift(q, seeker, fit, s)
		return c.relax(typed, fit, s)
	}
	return found, clauses
}

// having answers the documents that fit and have all that was typed.
func (c *core) having(typed []typedWord, fit docset, s *scratch) (docset, []plan) {
	plans := c.plans(typed, s)
	return c.with(plans, inText, fit, s), plans
}

// plans makes ready what was typed.
func (c *core) plans(typed []typedWord, s *scratch) []plan {
	var plans []plan
	for _, cl := range c.lexicon.clauses(typed) {
		plans = append(plans, c.plan(cl, s))
	}
	return plans
}

// with answers the documents within others that have all the clauses in
// fields up to the level.
func (c *core) with(clauses []plan, upTo level, within docset, s *scratch) docset {
	found := s.take(len(within))
	copy(found, within)
	for _, p := range clauses {
		for i := range p.phrases {
			p.phrases[i].docs[upTo] = c.together(p.phrases[i].parts, upTo, found, s)
		}
		has := s.take(len(within))
		c.unite(p.terms, upTo, has)
		for i := range p.phrases {
			has.or(p.phrases[i].docs[upTo])
		}
		found.and(has)
		s.give()
	}
	return found
}

// plan lists what a clause may mean.
func (c *core) plan(cl clause, s *scratch) plan {
	var p plan
	s.expansions, s.replacements = s.expansions[:0], s.replacements[:0]
	if len(cl.words) == 1 {
		c.expand(cl.words[0], s)
	} else if len(cl.words) > 1 {
		p.phrases = append(p.phrases, phrasePlan{parts: partsOf(c, cl.words, c.expand, s)})
		s.replacements = s.replacements[:0] // of single words, not of the phrase
	}
	for _, words := range cl.others {
		s.replacements = append(s.replacements, replacement{words, bySynonym})
	}
	for _, r := range s.replacements {
		if len(r.words) > 1 {
			p.phrases = append(p.phrases, phrasePlan{parts: partsOf(c, r.words, c.expandExactly, s), synonym: true, cost: r.cost})
			continue
		}
		from := len(s.expansions)
		c.expandExactly(r.words[0], s)
		for i := range s.expansions[from:] {
			s.expansions[from+i].cost += r.cost
		}
	}
	p.terms = c.distinct(s.expansions, s)
	return p
}

// partsOf lists what each word of a phrase may mean.
func partsOf[W any](c *core, words []W, expand func(W, *scratch), s *scratch) [][]expansion {
	parts := make([][]expansion, len(words))
	from := len(s.expansions)
	for i, w := range words {
		expand(w, s)
		parts[i] = c.distinct(s.expansions[from:], s)
		s.expansions = s.expansions[:from]
	}
	return parts
}

// distinct copies a list, with each term once, at its lowest cost.
func (c *core) distinct(list []expansion, s *scratch) []expansion {
	for len(s.cheapest) < len(c.words.terms) {
		s.cheapest = append(s.cheapest, none)
	}
	out := make([]expansion, 0, len(list))
	for _, x := range list {
		if s.cheapest[x.term] == none {
			out = append(out, x)
		}
		s.cheapest[x.term] = min(s.cheapest[x.term], x.cost)
	}
	for i, x := range out {
		out[i].cost = s.cheapest[x.term]
		s.cheapest[x.term] = none
	}
	return out
}

// unite adds the documents that have one of the terms in fields up to the level.
func (c *core) unite(terms []expansion, upTo level, into docset) {
	for _, x := range terms {
		for l := range upTo + 1 {
			c.words.terms[x.term].lists[l].mark(into)
		}
	}
}

// together answers the documents within others that have all parts of a
// phrase in fields up to the level.
func (c *core) together(parts [][]expansion, upTo level, within docset, s *scratch) docset {
	all := s.take(len(within))
	copy(all, within)
	for _, terms := range parts {
		has := s.take(len(within))
		c.unite(terms, upTo, has)
		all.and(has)
		s.give()
		if all.empty() {
			break
		}
	}
	return all
}
