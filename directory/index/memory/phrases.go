package memory

import (
	"strings"

	"github.com/havenloop/havenloop/directory/index/words"
)

// phrases are the names of organizations, keywords and taxonomy terms, each
// kept once, however many documents have it.
type phrases struct {
	ids  map[string]uint32 // "o" or "n" and the text
	list []phrase
}

type phrase struct {
	text, folded string
	need         bool // a keyword or taxonomy term, else an organization
	uses         int  // documents that have it
}

// use answers the number of a phrase, and counts one more document that has it.
func (p *phrases) use(text string, need bool) uint32 {
	key := phraseKey(text, need)
	id, ok := p.ids[key]
	if !ok {
		id = uint32(len(p.list))
		p.ids[key] = id
		p.list = append(p.list, phrase{text: key[1:], folded: words.Fold(text), need: need})
	}
	p.list[id].uses++
	return id
}

func phraseKey(text string, need bool) string {
	if need {
		return "n" + text
	}
	return "o" + text
}

// completes tells whether the phrase has all the typed words, the last of them
// perhaps not yet written to its end.
func (p *phrase) completes(typed []typedWord) bool {
	for _, w := range typed {
		if !hasWord(p.folded, w) {
			return false
		}
	}
	return len(typed) > 0
}

func hasWord(folded string, w typedWord) bool {
	if !strings.Contains(folded, w.text) {
		return false
	}
	for have := range words.Split(folded) {
		if have == w.text || w.prefix && strings.HasPrefix(have, w.text) {
			return true
		}
	}
	return false
}
