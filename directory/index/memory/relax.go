package memory

import "slices"

// relax answers the documents that have some of what was typed, when none has
// all: phrases are left out first as a whole, and words only when no phrase is found.
func (c *core) relax(typed []typedWord, fit docset, s *scratch) (docset, []plan) {
	var whole, single [][]typedWord
	for _, cl := range c.lexicon.clauses(typed) {
		whole = append(whole, cl.typed)
		for i := range cl.words {
			single = append(single, cl.words[i:i+1])
		}
	}
	found, clauses := c.relaxParts(whole, fit, s)
	if found.empty() && len(single) != len(whole) {
		return c.relaxParts(single, fit, s)
	}
	return found, clauses
}

// relaxParts leaves out the parts that nothing has, and then always the one
// that says least, since most have it; the rarest parts are kept the longest.
func (c *core) relaxParts(parts [][]typedWord, fit docset, s *scratch) (docset, []plan) {
	counts := make([]int, len(parts))
	var useful []int // places in parts, the rarest first
	for i, part := range parts {
		found, _ := c.having(part, fit, s)
		if counts[i] = c.servicesIn(found); counts[i] > 0 {
			useful = append(useful, i)
		}
	}
	slices.SortStableFunc(useful, func(a, b int) int { return counts[a] - counts[b] })
	for ; len(useful) > 0; useful = useful[:len(useful)-1] {
		var kept []typedWord
		for i, part := range parts {
			if slices.Contains(useful, i) {
				kept = append(kept, part...)
			}
		}
		if found, clauses := c.having(kept, fit, s); !found.empty() {
			return found, clauses
		}
	}
	return s.take(len(fit)), nil
}
