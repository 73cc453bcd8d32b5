package memory

import "github.com/havenloop/havenloop/directory"

// rankByField looks at the documents level by level: first at those that have
// all that was typed in their name, then at those that have it in their name
// and labels, and at all only when these are too few. What a document has
// farther down costs more than that, so that often a few of many documents are
// looked at and the answer is the same.
func (c *core) rankByField(r ranking, found docset, s *scratch) {
	least := leastCost(r.clauses)
	for upTo := inName; upTo < r.upTo; upTo++ {
		docs := c.with(r.clauses, upTo, found, s)
		if docs.count() < r.n {
			continue
		}
		c.price(r.clauses, upTo, docs, s)
		c.scan(r, docs, s)
		if p := &s.podium; p.full(s) && p.last.tier == directory.CoversAndNear && p.last.cost < least+upTo.costAfter() {
			return
		}
		s.podium.begin(c, r.n, r.by)
	}
	if r.loose {
		found = c.with(r.clauses, r.upTo, found, s)
	}
	c.price(r.clauses, r.upTo, found, s)
	c.scan(r, found, s)
}

// leastCost is what documents cost at least that have the clauses, apart from
// the fields in which they have them.
func leastCost(clauses []plan) cost {
	sum := cost(0)
	for _, p := range clauses {
		least := cheapest(p.terms)
		for _, phrase := range p.phrases {
			least = min(least, phrase.least())
		}
		sum += least &^ (fieldCost - 1)
	}
	return sum
}

// least is what the phrase costs at least; a phrase of which a part is nowhere
// costs none.
func (p *phrasePlan) least() cost {
	sum := p.cost
	for _, terms := range p.parts {
		part := cheapest(terms)
		if part == none {
			return none
		}
		sum += part &^ (fieldCost - 1)
	}
	return sum
}

// cheapest is the lowest cost of the terms.
func cheapest(terms []expansion) cost {
	least := none
	for _, x := range terms {
		least = min(least, x.cost)
	}
	return least
}
