package memory

import (
	"slices"

	"github.com/havenloop/havenloop/directory"
)

// relax looks for documents that have some of what was typed, when none has
// all: phrases are left out first as a whole, and words only when no phrase is found.
func (c *core) relax(q *directory.Query, seeker *seeker, typed []typedWord, s *scratch) {
	var whole, single [][]typedWord
	for _, cl := range c.lexicon.clauses(typed) {
		whole = append(whole, cl.typed)
		for i := range cl.words {
			single = append(single, cl.words[i:i+1])
		}
	}
	if c.relaxParts(q, seeker, whole, s) == 0 && len(single) != len(whole) {
		c.relaxParts(q, seeker, single, s)
	}
}

// relaxParts leaves out the parts that nothing has, and then always the one
// that says least, since most have it; the rarest parts are kept the longest.
func (c *core) relaxParts(q *directory.Query, seeker *seeker, parts [][]typedWord, s *scratch) int {
	counts := make([]int, len(parts))
	var useful []int // places in parts, the rarest first
	for i, part := range parts {
		if counts[i] = c.attempt(q, seeker, part, s); counts[i] > 0 {
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
		if n := c.attempt(q, seeker, kept, s); n > 0 {
			return n
		}
	}
	return 0
}
