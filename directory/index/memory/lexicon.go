package memory

import (
	"slices"
	"strings"
	"sync"

	"github.com/havenloop/havenloop/directory/index/words"
)

// sequence is a phrase as the words that a document must have.
type sequence []string

// wordLists are the shared words in the form in which typed text is compared.
type wordLists struct {
	stop, exact map[string]bool
	phrases     map[string][]sequence // a phrase, its words joined by spaces → what also counts
	longest     int                   // words of the longest phrase
}

// lexicon answers the shared words, prepared once.
var lexicon = sync.OnceValue(func() wordLists {
	l := wordLists{stop: foldedSet(words.Stop()), exact: foldedSet(words.Exact()), phrases: map[string][]sequence{}}
	for from, all := range words.Synonyms() {
		typed := slices.Collect(words.Split(words.Fold(from)))
		l.longest = max(l.longest, len(typed))
		key := strings.Join(typed, " ")
		for _, to := range all {
			l.phrases[key] = append(l.phrases[key], l.telling(slices.Collect(words.Split(words.Fold(to)))))
		}
	}
	return l
})

func isExact(word string) bool { return lexicon().exact[word] }

// telling leaves out stop words, unless there are no others.
func (l wordLists) telling(all []string) sequence {
	var out sequence
	for _, w := range all {
		if !l.stop[w] {
			out = append(out, w)
		}
	}
	if out == nil {
		return all
	}
	return out
}

func foldedSet(list []string) map[string]bool {
	set := map[string]bool{}
	for _, w := range list {
		set[words.Fold(w)] = true
	}
	return set
}
