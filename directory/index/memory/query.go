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
		n, others := l.phrase(typed)
		c := clause{typed: typed[:n], words: tellingWords(typed[:n]), others: others}
		if len(c.words) > 0 || c.others != nil {
			out = append(out, c)
		}
		typed = typed[n:]
	}
	return out
}

// phrase answers how many of the first typed words are a phrase, as typed or
// without the stop words among them, and what else it stands for. One word
// that is none is a phrase of its own.
func (l *lexicon) phrase(typed []typedWord) (n int, others []sequence) {
	telling := 0
	for n = range typed {
		if !isStop(typed[n].text) {
			if telling++; telling > l.longest {
				break
			}
		}
	}
	for n++; n > 1; n-- {
		if others = l.phrases[phraseOf(typed[:n])]; others != nil {
			return n, others
		}
		if isStop(typed[0].text) || isStop(typed[n-1].text) {
			continue
		}
		if short := tellingWords(typed[:n]); len(short) > 1 {
			if others = l.phrases[phraseOf(short)]; others != nil {
				return n, others
			}
		}
	}
	return 1, l.phrases[typed[0].text]
}

// tellingWords are the words that are no stop words.
func tellingWords(typed []typedWord) []typedWord {
	var out []typedWord
	for _, w := range typed {
		if !isStop(w.text) {
			out = append(out, w)
		}
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
