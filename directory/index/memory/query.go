package memory

import (
	"strings"

	"github.com/havenloop/havenloop/directory/index/words"
)

// What is read of a typed text; the rest is ignored. Ten words are also all
// that Meilisearch reads.
const (
	maxText   = 1000 // bytes
	maxTyped  = 20   // words, with stop words
	maxClause = 10   // words and phrases
)

// typedWord is a word that a person typed.
type typedWord struct {
	text   string
	prefix bool // the last word may go on
}

// typedWords takes a text apart. A text of stop words alone asks for nothing.
func typedWords(text string) []typedWord {
	if len(text) > maxText {
		text = text[:maxText]
	}
	var out []typedWord
	telling := false
	for w := range words.Split(words.Fold(text)) {
		out = append(out, typedWord{text: w})
		telling = telling || !isStop(w)
		if len(out) == maxTyped {
			break
		}
	}
	if !telling {
		return nil
	}
	out[len(out)-1].prefix = true
	return out
}

// clause is a word, or a phrase that has synonyms: a document must have all
// its words, or those of one of the others.
type clause struct {
	typed  []typedWord // with stop words
	words  []typedWord
	others []sequence
}

// clauses reads typed words as clauses, phrases first, the longest before others.
func (l *lexicon) clauses(typed []typedWord) []clause {
	var out []clause
	for len(typed) > 0 && len(out) < maxClause {
		n := min(l.longest, len(typed))
		for ; n > 1 && l.phrases[phraseOf(typed[:n])] == nil; n-- {
		}
		c := clause{typed: typed[:n], others: l.phrases[phraseOf(typed[:n])]}
		for _, w := range typed[:n] {
			if !isStop(w.text) {
				c.words = append(c.words, w)
			}
		}
		if len(c.words) > 0 || c.others != nil {
			out = append(out, c)
		}
		typed = typed[n:]
	}
	return out
}

func phraseOf(typed []typedWord) string {
	if len(typed) == 1 {
		return typed[0].text
	}
	var b strings.Builder
	for i, w := range typed {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return b.String()
}
