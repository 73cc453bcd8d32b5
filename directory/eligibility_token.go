package directory

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word, a number or a mark of a text; words are in small letters
// without accents.
type token struct {
	text   string
	number float64 // where text is "#"
}

// numberText stands for every number, so that patterns can ask for one.
const numberText = "#"

// longestText bounds how much of a text is read, in bytes.
const longestText = 4000

// accents are the letters of Spanish that stand for plain ones here.
var accents = map[rune]rune{'á': 'a', 'é': 'e', 'í': 'i', 'ó': 'o', 'ú': 'u', 'ü': 'u', 'ñ': 'n', '–': '-', '—': '-', '‐': '-', '‑': '-', '’': '\'', '‘': '\'', '&': '&', '•': ';', '·': ';', '*': ';', '\n': ';', '!': '.', '?': '.', '[': '(', ']': ')', '≥': '>', '≤': '<'}

// abbreviations are written without their dots, which would end a sentence.
var abbreviations = strings.NewReplacer("d.c.", "dc", "u.s.a.", "usa", "u.s.", "us", "yrs.", "yrs", "yr.", "yr", "i.d.", "id", "approx.", "approx", "etc.", "etc")

// tokenize splits a text into words, numbers and marks.
func tokenize(text string) []token {
	if len(text) > longestText {
		text = strings.ToValidUTF8(text[:longestText], "")
	}
	text = abbreviations.Replace(strings.ToLower(text))
	var out []token
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if plain, ok := accents[r]; ok {
			r = plain
		}
		switch {
		case r >= '0' && r <= '9':
			j := i
			for j < len(text) && (text[j] >= '0' && text[j] <= '9' || text[j] == '.' && j+1 < len(text) && text[j+1] >= '0' && text[j+1] <= '9') {
				j++
			}
			if v, err := strconv.ParseFloat(text[i:j], 64); err == nil {
				out = append(out, token{numberText, v})
			} else {
				out = append(out, token{text: "?"})
			}
			i = j
		case unicode.IsLetter(r):
			word, j := wordAt(text, i)
			if v, ok := numberWords[word]; ok {
				out = append(out, token{numberText, v})
			} else {
				out = append(out, token{text: word})
			}
			i = j
		case r == '-':
			if len(out) > 0 && (out[len(out)-1].text == numberText || units[out[len(out)-1].text]) {
				out = append(out, token{text: "-"})
			}
			i += n
		case unicode.IsSpace(r) && r != '\n' || r == '"' || r == '\'' || r == ':' || r == '(' || r == ')' || r == '\u00ad':
			i += n
		case r == '&':
			out = append(out, token{text: "and"})
			i += n
		default:
			out = append(out, token{text: string(r)})
			i += n
		}
	}
	return out
}

// wordAt reads the word that begins at i; an apostrophe ends it, and what
// follows that ("women's") is left out.
func wordAt(text string, i int) (word string, next int) {
	var b strings.Builder
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if plain, ok := accents[r]; ok {
			r = plain
		}
		if r == '\'' {
			i += n
			if i < len(text) && text[i] == 's' {
				i++
			}
			break
		}
		if !unicode.IsLetter(r) && !unicode.Is(unicode.M, r) {
			break
		}
		b.WriteRune(r)
		i += n
	}
	return b.String(), i
}

// numberWords are the numbers that texts about ages spell out.
var numberWords = map[string]float64{
	"eighteen": 18, "sixteen": 16, "twelve": 12, "fourteen": 14, "twenty": 20, "sixty": 60, "dieciocho": 18, "sesenta": 60,
}

// units of an age.
var units = map[string]bool{"year": true, "years": true, "yr": true, "yrs": true, "month": true, "months": true, "week": true, "weeks": true, "mos": true, "meses": true, "semanas": true, "anos": true}
