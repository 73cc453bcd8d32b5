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
// that says least. Words that are codes or have synonyms say what is needed and
// are kept the longest; of the others the rarest.
func (c *core) relaxParts(parts [][]typedWord, fit docset, s *scratch) (docset, []plan) {
	counts := make([]int, len(parts))
	var useful []int // places in parts, the rarest first
	for i, part := range parts {
		found, _ := c.having(part, fit, s)
		if counts[i] = c.servicesIn(found, s); counts[i] > 0 {
			useful = append(useful, i)
		}
	}
	slices.SortStableFunc(useful, func(a, b int) int {
		if x, y := c.namesNeed(parts[a]), c.namesNeed(parts[b]); x != y {
			return btoi(y) - btoi(x)
		}
		return counts[a] - counts[b]
	})
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

// namesNeed tells whether a part is a code, or has synonyms.
func (c *core) namesNeed(part []typedWord) bool {
	for _, cl := range c.lexicon.clauses(part) {
		if len(cl.others) > 0 || len(cl.words) == 1 && isExact(cl.words[0].text) {
			return true
		}
	}
	return false
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
