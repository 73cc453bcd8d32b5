package words

import (
	"slices"
	"strings"
)

// Languages in which the phrases of a group are typed. All groups count in all
// searches, since nobody says in which language they type; the language tells
// those who edit the list where a group belongs.
const (
	English = "en"
	Spanish = "es"
	Several = "mul" // ISO 639-2: phrases of several languages
)

// Group is one set of synonyms. Without Also it is mutual: each of its phrases
// stands for all others. With Also it is one-way: who types one of Words finds
// what has one of Also, and not the reverse.
type Group struct {
	Language string   `json:"language"`
	Words    []string `json:"words"`
	Also     []string `json:"also,omitempty"`
}

// Mutual tells whether each phrase of the group stands for all others.
func (g Group) Mutual() bool { return len(g.Also) == 0 }

// Key names the group: by its first phrase and its direction, so that a shipped
// group that was switched off stays so when a later version adds phrases to it.
func (g Group) Key() string {
	if len(g.Words) == 0 {
		return ""
	}
	key := strings.ReplaceAll(Phrase(g.Words[0]), " ", "-")
	if g.Mutual() {
		return key
	}
	return key + ">"
}

// Phrases are all phrases of the group.
func (g Group) Phrases() []string { return slices.Concat(g.Words, g.Also) }

// pairs calls fn with each phrase that may be typed and each that also counts.
func (g Group) pairs(fn func(from, to string)) {
	others := g.Also
	if g.Mutual() {
		others = g.Words
	}
	for _, from := range g.Words {
		for _, to := range others {
			fn(Phrase(from), Phrase(to))
		}
	}
}

// Phrase brings a phrase into the form in which phrases are compared: its
// folded words, one space apart.
func Phrase(s string) string {
	return strings.Join(slices.Collect(Split(Fold(s))), " ")
}
