package memory

import (
	"cmp"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory"
)

// The kinds of suggestions.
const (
	kindService      = "service"
	kindOrganization = "organization"
	kindNeed         = "need"
)

// maxSuggestions is the most that Suggest answers.
const maxSuggestions = 50

// suggest completes what was typed: what people need first, for at most half
// of the answer, then the names of services and organizations.
func (c *core) suggest(text string, limit int, s *scratch) []directory.Suggestion {
	typed := typedWords(text)
	if len(typed) == 0 || limit <= 0 {
		return []directory.Suggestion{}
	}
	limit = min(limit, maxSuggestions)
	names := c.names(typed, limit, s)
	needs := c.needs(typed)
	room := max((limit+1)/2, limit-len(names))
	out := append([]directory.Suggestion{}, needs[:min(room, len(needs))]...)
	return append(out, names[:min(limit-len(out), len(names))]...)
}

// needs lists keywords and taxonomy terms that complete the typed words, those
// of most services first.
func (c *core) needs(typed []typedWord) []directory.Suggestion {
	var fit []*phrase
	for i := range c.phrases.list {
		if p := &c.phrases.list[i]; p.need && p.uses > 0 && p.completes(typed) {
			fit = append(fit, p)
		}
	}
	slices.SortFunc(fit, func(a, b *phrase) int {
		return cmp.Or(b.uses-a.uses, strings.Compare(a.folded, b.folded), strings.Compare(a.text, b.text))
	})
	var out []directory.Suggestion
	for _, p := range fit {
		out = addSuggestion(out, p.text, kindNeed)
	}
	return out
}

// names lists services whose name has all the typed words, perhaps with typos,
// and organizations whose name completes them, best first.
func (c *core) names(typed []typedWord, limit int, s *scratch) []directory.Suggestion {
	s.taken, s.stemmers = 0, stemmersFor("")
	nowhere := newSeeker(&directory.Query{})
	clauses := c.plans(typed, s)
	r := ranking{by: directory.ByRelevance, seeker: &nowhere, clauses: clauses, upTo: inLabel, loose: true, n: 4 * limit} // organizations are labels
	var out []directory.Suggestion
	for _, m := range c.rank(r, c.marks[live], s) {
		d := &c.docs[m.doc]
		if m.cost%typoCost < fieldCost {
			out = addSuggestion(out, d.name, kindService)
		}
		if org := &c.phrases.list[d.phrases[0]]; org.completes(typed) {
			out = addSuggestion(out, org.text, kindOrganization)
		}
	}
	return out
}

// addSuggestion adds a suggestion that is not there yet, perhaps in other case.
func addSuggestion(list []directory.Suggestion, text, kind string) []directory.Suggestion {
	for _, have := range list {
		if have.Kind == kind && strings.EqualFold(have.Text, text) {
			return list
		}
	}
	return append(list, directory.Suggestion{Text: text, Kind: kind})
}
