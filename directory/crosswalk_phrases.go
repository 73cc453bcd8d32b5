package directory

import (
	"regexp"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/geo"
)

// find answers the phrases in the text, each once; those inside a longer one do
// not count.
func (c *Crosswalk) find(text string, titles bool) []phrase {
	words := wordsOf(text)
	var found []phrase
	covered := 0 // where the phrases found so far end
	for i, w := range words {
		var here []phrase // the longest that begin here
		for _, p := range c.phrases[w] {
			n := len(p.words)
			if p.title && !titles || i+n > len(words) || i+n <= covered || !slices.Equal(words[i:i+n], p.words) {
				continue
			}
			if len(here) > 0 && n > len(here[0].words) {
				here = nil
			}
			if len(here) == 0 || n == len(here[0].words) {
				here = append(here, p)
			}
		}
		for _, p := range here {
			covered = max(covered, i+len(p.words))
			if !slices.ContainsFunc(found, func(f phrase) bool { return f.domain == p.domain && slices.Equal(f.words, p.words) }) {
				found = append(found, p)
			}
		}
	}
	return found
}

// wordsOf splits a text into words without the s of the plural, so that
// "meals" and "meal" are one; sentenceEnd marks where a sentence ends.
func wordsOf(text string) []string {
	out := make([]string, 0, len(text)/meanWord)
	for _, part := range strings.FieldsFunc(text, endsSentence) {
		for _, w := range strings.Fields(geo.Normal(part)) {
			switch {
			case len(w) > 4 && strings.HasSuffix(w, "ies"):
				w = w[:len(w)-3] + "y"
			case len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss"):
				w = w[:len(w)-1]
			}
			out = append(out, w)
		}
		out = append(out, sentenceEnd)
	}
	return out
}

// meanWord is about how long a word is, with the space behind it.
const meanWord = 6

func endsSentence(r rune) bool {
	return r == '.' || r == ';' || r == ':' || r == '!' || r == '?' || r == '\n'
}

// sentenceEnd is no word; no phrase reaches over it.
const sentenceEnd = "/"

// referredOn finds where a description tells what others do, to whom the
// service sends people on.
var referredOn = regexp.MustCompile(`(?i)\breferr?(?:al|als|s|ing)?\s+(?:to|for)\b[^.;!?\n]*|\bfollowing referrals\b(?:[^\n]*\n?)*?(?:\n\s*\n\s*\n|$)`)

// insured is the domain of insurance, and covered finds what one pays for.
const insured = "health-insurance-coverage-status"

var covered = regexp.MustCompile(`(?i)\b(?:covers?|coverage includes)\b[^.;!?\n]*`)

// ofOthers answers a description without what others do: those to whom the
// service sends people on and, of an insurance, those whose bills it pays.
func ofOthers(description string, insurance bool) string {
	if strings.Contains(strings.ToLower(description), "refer") { // most do not, and the pattern is slow
		description = referredOn.ReplaceAllString(description, " . ")
	}
	if insurance {
		description = covered.ReplaceAllString(description, " . ")
	}
	return description
}
