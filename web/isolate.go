package web

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// The characters that keep a stretch of text apart from the direction of what
// stands around it. Source: Unicode Standard Annex #9, 2.4 and 2.5.
const (
	firstStrong  = "\u2068" // FSI: the stretch has the direction of its own first letter
	leftToRight  = "\u2066" // LRI
	endOfStretch = "\u2069" // PDI
)

// isolate keeps a text that is put into another one, such as a name, from
// being torn apart, and from tearing what follows, where one of them runs from
// right to left. It changes nothing where both run from left to right.
func (l *Locale) isolate(text string) string {
	if text == "" || l.Dir != "rtl" && !runsLeft(text) {
		return text
	}
	return firstStrong + text + endOfStretch
}

// Phone is a stored telephone number as people write it, to be shown: it runs
// from left to right in every language.
func (l *Locale) Phone(number string) string {
	text := phoneText(number)
	if text == "" || l.Dir != "rtl" {
		return text
	}
	return leftToRight + text + endOfStretch
}

// join puts texts together with the words of the key between them.
func (l *Locale) join(key string, texts []string) string {
	apart := make([]string, len(texts))
	for i, t := range texts {
		apart[i] = l.isolate(t)
	}
	return strings.Join(apart, l.T(key))
}

// runsLeft tells whether the text has letters that are written from right to left.
func runsLeft(text string) bool {
	for _, r := range text {
		if p, _ := bidi.LookupRune(r); p.Class() == bidi.R || p.Class() == bidi.AL {
			return true
		}
	}
	return false
}
