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
	rightToLeft  = "\u2067" // RLI
	endOfStretch = "\u2069" // PDI
)

// isolate keeps a text that is put into another one, such as a name, from
// being torn apart, and from tearing what follows, where one of them runs from
// right to left. What runs the same way as the page, and a plain number, needs
// nothing; mixed texts on a page that runs to the left are sentences of ours.
func (l *Locale) isolate(text string) string {
	toRight, toLeft, signs := runs(text)
	switch rtl := l.Dir == "rtl"; {
	case rtl && toRight && toLeft:
		return rightToLeft + text + endOfStretch
	case rtl && !toLeft && (toRight || signs):
		return leftToRight + text + endOfStretch
	case !rtl && toLeft:
		return firstStrong + text + endOfStretch
	default:
		return text
	}
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

// runs tells whether the text has letters that are written from left to right,
// from right to left, and signs that make it more than a plain number.
func runs(text string) (toRight, toLeft, signs bool) {
	for _, r := range text {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			toRight = true
		case bidi.R, bidi.AL:
			toLeft = true
		case bidi.EN, bidi.CS: // digits, and what may stand within a number or a time
		default:
			signs = true
		}
	}
	return toRight, toLeft, signs
}
