package patients

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// words splits a name into words of lower case letters without accents;
// apostrophes join, all else parts.
func words(name string) []string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’', r == 'ʻ':
		case unicode.IsLetter(r):
			b.WriteString(plain(r))
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}

// plain writes letters that have no decomposition as their usual ASCII spelling.
func plain(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ':
		return "d"
	case 'ı':
		return "i"
	}
	return string(r)
}

// sound is the NYSIIS code of a word of plain lower case letters, without the
// original cut after six letters: the same for names that sound alike, such as
// "gonzalez" and "gonsales". A word in another script is its own code.
//
// Source: Robert L. Taft, "Name Search Techniques", New York State
// Identification and Intelligence System, special report 1, Albany 1970.
func sound(word string) string {
	for _, r := range word {
		if r < 'a' || r > 'z' {
			return word
		}
	}
	if word == "" {
		return ""
	}
	w := []byte(replaceEnds(word))
	key := []byte{w[0]}
	for i := 1; i < len(w); i++ {
		soundAt(w, i)
		if w[i] != key[len(key)-1] {
			key = append(key, w[i])
		}
	}
	return strings.ToUpper(trimSound(string(key)))
}

// starts and ends are steps 1 and 2: the first and last letters of the name.
var (
	starts = [][2]string{{"mac", "mcc"}, {"kn", "nn"}, {"k", "c"}, {"ph", "ff"}, {"pf", "ff"}, {"sch", "sss"}}
	ends   = [][2]string{{"ee", "y"}, {"ie", "y"}, {"dt", "d"}, {"rt", "d"}, {"rd", "d"}, {"nt", "d"}, {"nd", "d"}}
)

func replaceEnds(w string) string {
	for _, r := range starts {
		if rest, ok := strings.CutPrefix(w, r[0]); ok {
			w = r[1] + rest
			break
		}
	}
	for _, r := range ends {
		if rest, ok := strings.CutSuffix(w, r[0]); ok && rest != "" {
			return rest + r[1]
		}
	}
	return w
}

// soundAt is step 4: it writes over the letter at i, and perhaps those that
// follow, what they sound like.
func soundAt(w []byte, i int) {
	rest := string(w[i:])
	switch {
	case strings.HasPrefix(rest, "ev"):
		w[i], w[i+1] = 'a', 'f'
	case vowel(w[i]):
		w[i] = 'a'
	case w[i] == 'q':
		w[i] = 'g'
	case w[i] == 'z':
		w[i] = 's'
	case w[i] == 'm':
		w[i] = 'n'
	case strings.HasPrefix(rest, "kn"):
		w[i] = 'n'
	case w[i] == 'k':
		w[i] = 'c'
	case strings.HasPrefix(rest, "sch"):
		w[i], w[i+1], w[i+2] = 's', 's', 's'
	case strings.HasPrefix(rest, "ph"):
		w[i], w[i+1] = 'f', 'f'
	case w[i] == 'h' && (!vowel(w[i-1]) || i+1 < len(w) && !vowel(w[i+1])),
		w[i] == 'w' && vowel(w[i-1]):
		w[i] = w[i-1]
	}
}

// trimSound is steps 5 to 7: the end of the key.
func trimSound(key string) string {
	if len(key) > 1 {
		key = strings.TrimSuffix(key, "s")
	}
	if rest, ok := strings.CutSuffix(key, "ay"); ok {
		key = rest + "y"
	}
	if len(key) > 1 {
		key = strings.TrimSuffix(key, "a")
	}
	return key
}

func vowel(b byte) bool { return strings.IndexByte("aeiou", b) >= 0 }
