package memory

import "unicode/utf8"

// cost says how badly a text fits, less is better. Its parts, the weightiest
// first, are wide enough for the sum over ten words.
type cost uint32

const (
	typoCost  cost = 1 << 26 // letters wrong
	apartCost cost = 1 << 22 // stands far from the word before it, or in another field
	fieldCost cost = 1 << 15 // how little the field counts
	howCost   cost = 1 << 10 // how it was found
	strayCost cost = 1 << 6  // is in no name of a taxonomy term: may be said in passing
	gapCost   cost = 1       // words between it and the word before it

	none = ^cost(0) // no match
)

// How a word was found.
const (
	byWord    cost = iota * howCost
	byStem         // or by prefix
	bySynonym      // byStem more when by its stem

	byPrefix = byStem
	howMask  = 31 * howCost
)

// expansion is a term that a typed word may mean, and what that costs.
type expansion struct {
	term uint32
	cost cost
}

// replacement is a phrase that a word found with typos, or typed in part, stands for.
type replacement struct {
	words sequence
	cost  cost
}

// shortPrefix is the number of letters below which the beginning of a word
// says so little that going on counts as a typo.
const shortPrefix = 4

// expand lists the terms a typed word may mean: itself, words with the same
// stem, words it begins, and words it resembles. What it finds is appended to
// s.expansions and s.replacements.
func (c *core) expand(w typedWord, s *scratch) {
	v := c.words
	self, known := v.ids[w.text]
	if known {
		s.expand(self, byWord)
	}
	from := len(s.expansions)
	c.expandStem(w.text, s)
	for _, x := range s.expansions[from:] {
		s.replace(v.terms[x.term].standsFor, x.cost)
	}
	if w.prefix {
		price := byPrefix
		if known && v.terms[self].standsFor != nil {
			price += bySynonym // who typed a phrase that is known means that, and what it stands for
		}
		if utf8.RuneCountInString(w.text) < shortPrefix {
			price += typoCost
		}
		for _, id := range v.withPrefix(w.text) {
			if id != self || !known {
				s.expand(id, price)
				if price < typoCost {
					s.replace(v.terms[id].standsFor, price)
				}
			}
		}
	}
	allowed := typosAllowed(w.text)
	if known && v.terms[self].used() {
		allowed = min(allowed, 1) // who writes a known word right seldom means one so different
	}
	v.similar(w.text, allowed, w.prefix, &s.alike, func(id uint32, typos int) {
		s.expand(id, cost(typos)*typoCost)
		s.replace(v.terms[id].standsFor, cost(typos)*typoCost)
	})
}

// expandStem lists the words with the same stem as the word.
func (c *core) expandStem(word string, s *scratch) {
	for _, st := range s.stemmers {
		stem := st.stem(word)
		if stem == "" {
			continue
		}
		c.words.stems.each(st.hash(stem), func(id uint32) {
			if t := c.words.terms[id].text; t != word && st.stem(t) == stem {
				s.expand(id, byStem)
			}
		})
	}
}

// expandExactly lists the word itself and those with the same stem.
func (c *core) expandExactly(word string, s *scratch) {
	if id, ok := c.words.ids[word]; ok {
		s.expand(id, byWord)
	}
	c.expandStem(word, s)
}

func (s *scratch) expand(id uint32, price cost) {
	s.expansions = append(s.expansions, expansion{id, price})
}

func (s *scratch) replace(list []sequence, price cost) {
	for _, words := range list {
		s.replacements = append(s.replacements, replacement{words, price + bySynonym})
	}
}
