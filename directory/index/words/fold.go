package words

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// plain are letters that Unicode does not take apart, as people type them.
var plain = map[rune]string{
	'đ': "d", 'ð': "d", 'ø': "o", 'ł': "l", 'ı': "i", 'ß': "ss", 'æ': "ae", 'œ': "oe", 'þ': "th",
	'’': "'", 'ʼ': "'",
}

// Fold writes s in lower case and without accents, the form in which words
// are compared and names are sorted. Other scripts keep their vowel signs.
func Fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		r = unicode.ToLower(r)
		if p, ok := plain[r]; ok {
			b.WriteString(p)
		} else if !accent(r) {
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// accent tells whether r is a mark that people leave out when they type: the
// general combining marks, and the points of Hebrew and Arabic.
func accent(r rune) bool {
	return r >= 0x0300 && r <= 0x036f || r >= 0x0591 && r <= 0x05c7 || r >= 0x064b && r <= 0x0652
}

// maxWord is the length in bytes after which the rest of a word is ignored.
const maxWord = 48

// Split goes over the words of a folded text. A word is a run of letters,
// marks and digits; "women's" is "women", and since Chinese and Japanese
// write no spaces, each of their characters is a word.
func Split(folded string) iter.Seq[string] {
	return func(yield func(string) bool) {
		start, after := -1, rune(0) // where the word began; the rune before it
		emit := func(end int) bool {
			w := folded[start:end]
			start = -1
			if after == '\'' && w == "s" {
				return true
			}
			return yield(cut(w))
		}
		prev := rune(0)
		for i, r := range folded {
			ideograph := r >= 0x3040 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
			inWord := !ideograph && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
			if start >= 0 && !inWord && !emit(i) {
				return
			}
			if inWord && start < 0 {
				start, after = i, prev
			}
			if ideograph && !yield(folded[i:i+utf8.RuneLen(r)]) {
				return
			}
			prev = r
		}
		if start >= 0 {
			emit(len(folded))
		}
	}
}

// cut shortens a word to maxWord bytes, at a rune.
func cut(w string) string {
	if len(w) <= maxWord {
		return w
	}
	end := maxWord
	for !utf8.RuneStart(w[end]) {
		end--
	}
	return w[:end]
}
