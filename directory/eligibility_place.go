package directory

import (
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/geo"
)

// Words around the name of the place where somebody has to live.
var (
	residentWords = []string{"resident", "residents", "residentes", "residente"}
	livingWords   = []string{"resident", "residents", "residentes", "residente", "live", "lives", "living", "reside", "resides", "residing", "viven", "vivan", "vivir", "residen"}
	placeWords    = []string{"of", "in", "within", "de", "del", "en", "el", "the", "la"}
)

// placeNames are names of places that texts shorten.
var placeNames = map[string]string{
	"dc": "state:11", "washington dc": "state:11", "washington d c": "state:11", "d c": "state:11", "us": "us",
}

// stateCodes are the postal codes of states that are not also words of a sentence.
var stateCodes = strings.Fields("ak az ca ct fl ga ks ky md mi mn mo ms mt nc nd nh nj nm nv ny ri sc sd tn tx ut va vt wa wi wv wy")

// longestPlace is the most words that the name of a place has here.
const longestPlace = 5

// residence reads where somebody has to live: "DC residents", "residents of
// Marin County or Napa County". n is how many tokens say so; 0 when none do or
// the place is not known.
func residence(tokens []token, state string) (areas []string, n int) {
	if slices.Contains(livingWords, tokens[0].text) {
		i := 1
		for i < len(tokens) && i < 4 && slices.Contains(placeWords, tokens[i].text) {
			i++
		}
		if i == 1 {
			return nil, 0
		}
		return placeList(tokens, i, state)
	}
	if !residentAhead(tokens) {
		return nil, 0
	}
	areas, n = placeList(tokens, 0, state)
	if n > 0 && n < len(tokens) && slices.Contains(residentWords, tokens[n].text) {
		return areas, n + 1
	}
	return nil, 0
}

// longestList is the most words that a list of places before "residents" has.
const longestList = 12

// residentAhead tells whether a word for residents follows in the sentence.
func residentAhead(tokens []token) bool {
	for i, t := range tokens[:min(len(tokens), longestList)] {
		switch {
		case slices.Contains(residentWords, t.text):
			return i > 0
		case t.text == "." || t.text == ";":
			return false
		}
	}
	return false
}

// placeList reads one or several places from i on.
func placeList(tokens []token, i int, state string) (areas []string, n int) {
	for i < len(tokens) {
		code, k := longestName(tokens[i:], state)
		if k == 0 {
			break
		}
		areas = append(areas, code)
		i += k
		n = i
		for i < len(tokens) && (conjunctions[tokens[i].text] != "" || tokens[i].text == "the") {
			i++
		}
	}
	slices.Sort(areas)
	return slices.Compact(areas), n
}

// longestName finds the place with the longest name that the tokens begin with.
func longestName(tokens []token, state string) (code string, n int) {
	most := 0
	for most < len(tokens) && most < longestPlace && word(tokens[most].text) {
		most++
	}
	for k := most; k > 0; k-- {
		if code, ok := placeNamed(tokens[:k], state); ok {
			return code, k
		}
	}
	return "", 0
}

// word tells whether a token can be of the name of a place.
func word(text string) bool {
	_, joins := conjunctions[text]
	return !joins && text != "." && text != ";" && text != numberText
}

// placeNamed resolves the name of a place.
func placeNamed(tokens []token, state string) (string, bool) {
	words := make([]string, 0, len(tokens))
	for _, t := range tokens {
		if t.text != "the" || len(words) > 0 {
			words = append(words, t.text)
		}
	}
	name := strings.Join(words, " ")
	switch {
	case name == "":
		return "", false
	case placeNames[name] != "":
		return placeNames[name], true
	case name == "district" && state == "11":
		return "state:11", true
	case len(name) == 2:
		st, ok := geo.LookupState(name)
		return "state:" + st.FIPS, ok && slices.Contains(stateCodes, name)
	case name == "county" || name == "city" || name == "state":
		return "", false
	default:
		return resolveName(name, state)
	}
}
