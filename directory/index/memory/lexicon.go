package memory

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/havenloop/havenloop/directory/index/words"
)

// sequence is a phrase as the words that a document must have.
type sequence []string

// lexicon is the synonyms in the form in which typed text is compared. A
// phrase of which two words and more say something is also there without those
// that say nothing, as in "can't pay rent", so that "can't pay my rent" is known.
type lexicon struct {
	phrases map[string][]sequence // a phrase, its words joined by spaces → what also counts
	longest int                   // words of the longest phrase, at least 1
}

func newLexicon(set words.Set) *lexicon {
	l := &lexicon{phrases: map[string][]sequence{}, longest: 1}
	for from, all := range set.Synonyms {
		l.longest = max(l.longest, 1+strings.Count(from, " "))
		for _, to := range all {
			l.phrases[from] = append(l.phrases[from], telling(strings.Split(to, " ")))
		}
	}
	for from, others := range maps.Clone(l.phrases) {
		short := strings.Join(telling(strings.Split(from, " ")), " ")
		if strings.Contains(short, " ") && l.phrases[short] == nil {
			l.phrases[short] = others
		}
	}
	return l
}

// constants are the shared words that nobody changes while a program runs.
var constants = sync.OnceValue(func() (c struct{ stop, exact map[string]bool }) {
	c.stop, c.exact = foldedSet(words.Stop()), foldedSet(words.Exact())
	return c
})

func isStop(word string) bool { return constants().stop[word] }

func isExact(word string) bool { return constants().exact[word] }

// telling leaves out stop words, unless there are no others.
func telling(all []string) sequence {
	out := slices.DeleteFunc(slices.Clone(all), isStop)
	if len(out) == 0 {
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

// teach makes the core search with the synonyms of l, in place of those it had.
func (c *core) teach(l *lexicon) {
	if c.lexicon != nil {
		for phrase := range c.lexicon.phrases {
			if id, ok := c.words.ids[phrase]; ok {
				c.words.terms[id].standsFor = nil
			}
		}
	}
	c.lexicon = l
	for phrase, stands := range l.phrases {
		if !strings.Contains(phrase, " ") {
			id := c.words.id(phrase, c.building)
			c.words.terms[id].standsFor = stands
		}
	}
}
