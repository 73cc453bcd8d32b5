package directory

import (
	"math"
	"strings"
	"unicode"

	"github.com/havenloop/havenloop/internal/geo"
)

// emptyWords say nothing of who an organization is: articles, conjunctions and
// the legal forms of companies in the United States.
var emptyWords = wordSet("the a an of and for in at on to by de la el y inc incorporated llc llp ltd limited corp corporation co company pc pllc nonprofit 501c3 501 c3 c 3")

// longForms are common abbreviations in names of organizations.
var longForms = map[string]string{
	"ctr": "center", "centre": "center", "cntr": "center", "dept": "department", "svc": "service", "svcs": "service", "srvcs": "service",
	"assn": "association", "assoc": "association", "natl": "national", "intl": "international", "govt": "government", "univ": "university",
	"hosp": "hospital", "comm": "community", "cmty": "community", "cnty": "county", "admin": "administration", "dist": "district", "div": "division",
	"saint": "st", "mount": "mt", "fort": "ft", "nw": "northwest", "ne": "northeast", "sw": "southwest", "se": "southeast",
	"elem": "elementary", "info": "information", "prog": "program", "org": "organization", "wa": "washington", "ca": "california",
	"rehab": "rehabilitation", "min": "ministry", "bros": "brothers", "dba": "", "aka": "",
}

// streetForms are the parts of street addresses as USPS Publication 28,
// appendices B and C, shortens them.
var streetForms = map[string]string{
	"street": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr", "boulevard": "blvd", "lane": "ln", "court": "ct", "place": "pl",
	"highway": "hwy", "parkway": "pkwy", "terrace": "ter", "circle": "cir", "square": "sq", "trail": "trl", "plaza": "plz", "center": "ctr",
	"north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
	"first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th",
	"saint": "st", "mount": "mt", "fort": "ft",
}

// unitWords begin the part of an address inside a building (USPS Publication
// 28, appendix C2); what follows does not tell two organizations apart.
var unitWords = wordSet("suite ste apt apartment unit room rm floor fl building bldg space dept lower upper lot office ofc # box")

// streetEnds are suffixes after which a number is a unit and not the street's.
var streetEnds = wordSet("st ave dr blvd ln ct pl pkwy ter cir sq rd")

// withoutBranch is a name without what stands in brackets, which tells apart
// the branches of one organization; "" where that changes nothing.
func withoutBranch(name string) string {
	from, to := strings.IndexByte(name, '('), strings.LastIndexByte(name, ')')
	if from <= 0 || to < from {
		return ""
	}
	return name[:from] + " " + name[to+1:]
}

func wordSet(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// nameWords are the words of a name that tell whose it is, in the order of the
// name: in small letters, abbreviations written out, without the plural's s.
func nameWords(name string) []string {
	name = strings.NewReplacer("'", "", "’", "", "&", " ", ".", "").Replace(name)
	var out []string
	for _, w := range strings.Fields(geo.Normal(name)) {
		if emptyWords[w] {
			continue
		}
		if long, ok := longForms[w]; ok {
			w = long
		}
		switch {
		case len(w) > 4 && strings.HasSuffix(w, "ies"):
			w = w[:len(w)-3] + "y"
		case len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss"):
			w = w[:len(w)-1]
		}
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}

// streetKey is the street and number of an address in one spelling; "" where
// there is no number, since then many have the same.
func streetKey(line string) string {
	var out []string
	digits := false
	for _, w := range strings.FieldsFunc(strings.ToLower(strings.NewReplacer(".", "", "'", "").Replace(line)), notWord) {
		if unitWords[w] && len(out) > 0 {
			break
		}
		if short, ok := streetForms[w]; ok {
			w = short
		}
		if n := len(out); n > 2 && streetEnds[out[n-1]] && w[0] >= '0' && w[0] <= '9' {
			break // a unit without its word
		}
		digits = digits || w[0] >= '0' && w[0] <= '9'
		out = append(out, w)
	}
	if !digits || len(out) < 2 {
		return ""
	}
	return strings.Join(out, " ")
}

// notWord tells whether a letter stands between words.
func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '#' }

// placeWeight is the share of its weight that a word counts that is the name
// of a place where one of the two is; our own estimate.
const placeWeight = 0.25

// rarity tells how much a word of a name says: less the more names have it.
type rarity struct {
	names int
	with  map[string]int
}

func newRarity() *rarity { return &rarity{with: map[string]int{}} }

func (r *rarity) add(words []string) {
	r.names++
	seen := map[string]bool{}
	for _, w := range words {
		if !seen[w] {
			seen[w] = true
			r.with[w]++
		}
	}
}

// weight is the inverse document frequency of a word, from about 0.3 to 1.
func (r *rarity) weight(word string) float64 {
	if r == nil || r.names < 2 {
		return 1
	}
	n := float64(r.names)
	idf := math.Log((n+1)/(float64(r.with[word])+0.5)) / math.Log((n+1)/1.5)
	return max(0.3, min(1, idf))
}

// likeNames is how alike two names are, from 0 to 1: the weight of the words
// that both have, almost or exactly, as a share of all. Words of places where
// the two are count little, so that a branch is like its organization.
func likeNames(a, b []string, places map[string]bool, rare *rarity) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	weight := func(w string) float64 {
		if places[w] || w == "county" || w == "city" {
			return placeWeight * rare.weight(w)
		}
		return rare.weight(w)
	}
	used := make([]bool, len(b))
	var both, onlyA, onlyB float64
	for _, w := range a {
		best, at := 0.0, -1
		for j, x := range b {
			if used[j] {
				continue
			}
			if s := likeWords(w, x); s > best {
				best, at = s, j
			}
		}
		if best < leastLikeWord {
			onlyA += weight(w)
			continue
		}
		used[at] = true
		common := (weight(w) + weight(b[at])) / 2
		both += common * best
		onlyA += common * (1 - best) / 2
		onlyB += common * (1 - best) / 2
	}
	for j, x := range b {
		if !used[j] {
			onlyB += weight(x)
		}
	}
	whole := both / (both + onlyA + onlyB)
	if strings.Join(a, "") == strings.Join(b, "") {
		whole = 1
	}
	return max(whole, runTogether(a, b))
}

// runTogether compares the names as one word each, which finds those whose
// spaces and letters were mangled.
func runTogether(a, b []string) float64 {
	x, y := strings.Join(a, ""), strings.Join(b, "")
	if len(x) < 8 || len(y) < 8 {
		return 0
	}
	return likeText(x, y)
}

// leastLikeWord is from where on two words count as one misspelt; our own
// choice: one letter of five, two of ten.
const leastLikeWord = 0.75

// likeWords is how alike two words are: 1 less the share of letters to change.
// Short words and numbers are the same or not at all.
func likeWords(a, b string) float64 {
	if a == b {
		return 1
	}
	if len(a) < 4 || len(b) < 4 || a[0] <= '9' || b[0] <= '9' {
		return 0
	}
	return likeText(a, b)
}

// likeText is 1 less the Levenshtein distance as a share of the longer text.
func likeText(a, b string) float64 {
	longest := max(len(a), len(b))
	if longest == 0 || float64(min(len(a), len(b)))/float64(longest) < 0.5 {
		return 0
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return 1 - float64(row[len(b)])/float64(longest)
}
