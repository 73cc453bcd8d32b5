package memory

import (
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/spanish"
	"golang.org/x/text/language"
)

// stemmer takes the endings off the words of one language. Stems are a second
// field of the vocabulary: "pantries" finds "pantry", and ranks after it.
type stemmer struct {
	language string // ISO 639-1
	run      func(*snowballstem.Env) bool
}

var stemmers = []stemmer{{"en", english.Stem}, {"es", spanish.Stem}}

// stemmersFor are the stemmers for what a person with the language tag types.
// Services are written in English at least, so its endings always count.
func stemmersFor(tag string) []stemmer {
	if base, _ := language.Make(tag).Base(); base.String() == "es" {
		return stemmers
	}
	return stemmers[:1]
}

// stem answers the stem of a folded word, or "" for words that have none.
func (s stemmer) stem(word string) string {
	if utf8.RuneCountInString(word) < 3 || isExact(word) {
		return ""
	}
	for _, r := range word {
		if !unicode.Is(unicode.Latin, r) {
			return ""
		}
	}
	env := snowballstem.NewEnv(word)
	s.run(env)
	return env.Current()
}

// hash is the key of a stem in the vocabulary.
func (s stemmer) hash(stem string) uint32 {
	h := hashWithout([]rune(s.language), -1, -1)
	for _, r := range stem {
		h = (h ^ uint32(r)) * 16777619
	}
	return h
}
