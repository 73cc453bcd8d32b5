package directory

import (
	"strings"
)

// pattern is a row of words as texts say them. It is written as words apart by
// spaces: "a|b" is one or the other, a "?" behind makes it optional, "#" is a
// number.
type pattern []element

type element struct {
	words    []string
	optional bool
}

// parsePattern reads a pattern. "Y" is short for how years of age are said.
func parsePattern(s string) pattern {
	s = strings.ReplaceAll(s, "Y", "year|years|yr|yrs|ano|anos? old|of|de? age|edad?")
	var p pattern
	for _, f := range strings.Fields(s) {
		word, optional := strings.CutSuffix(f, "?")
		p = append(p, element{strings.Split(word, "|"), optional})
	}
	return p
}

// first are the words with which the pattern can begin.
func (p pattern) first() []string {
	var out []string
	for _, e := range p {
		out = append(out, e.words...)
		if !e.optional {
			break
		}
	}
	return out
}

// match finds the end of the longest row of tokens that fits the pattern, and
// the numbers in it; end is 0 when none does.
func (p pattern) match(tokens []token) (end int, numbers []float64) {
	if len(p) == 0 {
		return 0, nil
	}
	e, rest := p[0], p[1:]
	if len(tokens) > 0 && e.fits(tokens[0].text) {
		n, more := rest.match(tokens[1:])
		if n > 0 || rest.done() {
			end = n + 1
			if tokens[0].text == numberText {
				more = append([]float64{tokens[0].number}, more...)
			}
			numbers = more
		}
	}
	if e.optional {
		if n, more := rest.match(tokens); n > end {
			return n, more
		}
	}
	return end, numbers
}

// done tells whether nothing more has to come.
func (p pattern) done() bool {
	for _, e := range p {
		if !e.optional {
			return false
		}
	}
	return true
}

func (e element) fits(word string) bool {
	for _, w := range e.words {
		if w == word {
			return true
		}
	}
	return false
}
