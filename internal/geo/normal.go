package geo

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Normal brings a place name into the form in which names are compared: lower
// case, without accents and punctuation, "Saint" and "Sainte" as "st".
func Normal(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r) || r == '.' || r == '\'' || r == '’':
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	for i, w := range words {
		if w == "saint" || w == "sainte" || w == "ste" {
			words[i] = "st"
		}
	}
	return strings.Join(words, " ")
}
