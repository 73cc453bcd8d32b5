package words

import (
	"cmp"
	"slices"
	"strings"
)

// What Meilisearch keeps of the synonyms of one word; longer lists are cut
// there without notice, so no list here is longer. Source: HSDS fact sheet,
// section 10, read from the server's code as of version 1.50.
const (
	MaxPhrases = 50
	MaxWords   = 100 // in all phrases together
)

// Set is the words with which an engine searches. Nobody changes one that was
// handed out.
type Set struct {
	// Synonyms lists, for each phrase that has some, the phrases that also
	// count, sorted; all in the form of [Phrase].
	Synonyms map[string][]string
}

// Compose makes a Set of groups.
func Compose(groups []Group) Set {
	all := map[string][]string{}
	for _, g := range groups {
		g.pairs(func(from, to string) {
			if from != "" && to != "" && from != to {
				all[from] = append(all[from], to)
			}
		})
	}
	for from, to := range all {
		slices.SortFunc(to, cmp.Compare[string])
		all[from] = slices.Compact(to)
	}
	return Set{Synonyms: all}
}

// Excess lists the phrases that have more synonyms than engines keep, sorted.
func (s Set) Excess() []string {
	var out []string
	for from, to := range s.Synonyms {
		if len(to) > MaxPhrases || len(strings.Fields(strings.Join(to, " "))) > MaxWords {
			out = append(out, from)
		}
	}
	slices.Sort(out)
	return out
}
