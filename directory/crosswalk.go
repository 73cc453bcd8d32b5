package directory

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/havenloop/havenloop/internal/geo"
)

// NeedMapping says that a service serves a need domain, and how sure that is.
type NeedMapping struct {
	Domain string `json:"domain"`
	// Confidence is 1 for what a person said, else from 0 to 1.
	Confidence float64 `json:"confidence"`
	// Source is "manual", "code", "term", "name", "title" or "description".
	Source string `json:"source"`
}

// Manual is the source of mappings that a person made; the crosswalk leaves them.
const Manual = "manual"

// confidence is how far each source of a mapping is trusted; below
// leastConfidence it is none. Our own estimate; one phrase in a description
// says too little, two different ones are enough.
var confidence = map[string]float64{"code": 1, "term": 0.95, "name": 0.8, "title": 0.6, "description": 0.3}

const leastConfidence = 0.5

// Crosswalk finds the need domains a service serves from its taxonomy terms
// and words. It is data: crosswalk.json, or a file in the same form, with the
// changes of the network over it.
type Crosswalk struct {
	terms   map[string][]mapped // normal term → domains
	phrases map[string][]phrase // first word → phrases that begin with it
	words   map[string][]string // domain → what people type
}

// mapped is a domain and how sure it is.
type mapped struct {
	domain string
	sure   float64
}

// phrase is some words that say which need is served. Without a domain they
// say nothing, and hide the phrases inside them: pet food is no food.
type phrase struct {
	words  []string
	domain string
	title  bool // counts in a name only
	sure   float64
}

// told is how much the phrase counts in a description: a sure one is enough,
// of others it takes two.
func (p phrase) told() float64 {
	if p.sure >= sureEnough {
		return leastConfidence
	}
	return p.sure * confidence["description"] / confidence["name"]
}

// sureEnough is the confidence from which one phrase in a description suffices.
const sureEnough = 0.9

//go:embed crosswalk.json
var crosswalkSource []byte

// DefaultCrosswalk is the one that comes with Havenloop.
var DefaultCrosswalk = sync.OnceValue(func() *Crosswalk {
	c, err := ParseCrosswalk(crosswalkSource)
	if err != nil {
		panic(err) // embedded data; a test reads it
	}
	return c
})

// crosswalkFile is the form of crosswalk.json.
type crosswalkFile struct {
	Domains map[string]crosswalkWords `json:"domains"`
	// Languages have phrases and titles in other languages than English.
	Languages map[string]map[string]crosswalkWords `json:"languages"`
	// Nothing lists phrases that say nothing.
	Nothing []string `json:"nothing"`
}

// crosswalkWords are what stands for a domain; see "about" in crosswalk.json.
type crosswalkWords struct {
	Terms   []string `json:"terms"`
	Broad   []string `json:"broad"`
	Sure    []string `json:"sure"`
	Phrases []string `json:"phrases"`
	Titles  []string `json:"titles"`
	Words   []string `json:"words"`
}

// ParseCrosswalk reads a crosswalk file. It fails when the file cannot be read
// or names a domain that does not exist.
func ParseCrosswalk(b []byte) (*Crosswalk, error) {
	var file crosswalkFile
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, fmt.Errorf("crosswalk: %w", err)
	}
	c := &Crosswalk{terms: map[string][]mapped{}, phrases: map[string][]phrase{}, words: map[string][]string{}}
	for _, p := range file.Nothing {
		c.add(p, phrase{})
	}
	tables := []map[string]crosswalkWords{file.Domains}
	for _, language := range slices.Sorted(maps.Keys(file.Languages)) {
		tables = append(tables, file.Languages[language])
	}
	for _, table := range tables {
		for code := range table {
			if _, ok := domainNames[code]; !ok {
				return nil, fmt.Errorf("crosswalk: there is no need domain %q", code)
			}
		}
		for _, d := range domains { // in a fixed order
			c.learn(d.Code, table[d.Code])
		}
	}
	return c, nil
}

// learn takes what stands for a domain.
func (c *Crosswalk) learn(domain string, w crosswalkWords) {
	for _, t := range w.Terms {
		k := geo.Normal(t)
		c.terms[k] = append(c.terms[k], mapped{domain, confidence["term"]})
	}
	for _, t := range w.Broad {
		k := geo.Normal(t)
		c.terms[k] = append(c.terms[k], mapped{domain, confidence["description"]})
	}
	for _, p := range w.Sure {
		c.add(p, phrase{domain: domain, sure: sureEnough})
	}
	for _, p := range w.Phrases {
		c.add(p, phrase{domain: domain, sure: confidence["name"]})
	}
	for _, p := range w.Titles {
		c.add(p, phrase{domain: domain, sure: confidence["title"], title: true})
	}
	c.words[domain] = append(c.words[domain], w.Words...)
}

// add takes a phrase; p tells what its words mean.
func (c *Crosswalk) add(text string, p phrase) {
	if p.words = phraseWords(text); len(p.words) > 0 {
		c.phrases[p.words[0]] = append(c.phrases[p.words[0]], p)
	}
}

// phraseWords are the words of a phrase, in the form in which texts are compared.
func phraseWords(text string) []string {
	return slices.DeleteFunc(wordsOf(text), func(w string) bool { return w == sentenceEnd })
}

// Words is what people type who have the need.
func (c *Crosswalk) Words(domain string) []string { return c.words[domain] }

// Map finds the need domains of a service, surest first. terms are the names
// of its taxonomy terms and all above them; codes their codes.
func (c *Crosswalk) Map(s Service, terms, codes []string) []NeedMapping {
	best := map[string]NeedMapping{}
	add := func(domain, source string, sure float64) {
		if m, ok := best[domain]; !ok || sure > m.Confidence {
			best[domain] = NeedMapping{Domain: domain, Confidence: sure, Source: source}
		}
	}
	for _, code := range codes {
		if _, ok := domainNames[code]; ok {
			add(code, "code", confidence["code"])
		}
	}
	said := map[string]float64{} // by what says too little alone
	for domain, sure := range c.ofTerms(terms) {
		if add(domain, "term", sure); sure < leastConfidence {
			said[domain] += sure
		}
	}
	for _, p := range c.find(s.Name+" . "+s.AlternateName, true) {
		source := "name"
		if p.title {
			source = "title"
		}
		add(p.domain, source, p.sure)
	}
	for _, p := range c.find(s.Description+" . "+s.EligibilityDescription, false) {
		said[p.domain] += p.told()
	}
	c.weigh(said, best)
	var out []NeedMapping
	for _, m := range best {
		if m.Confidence >= leastConfidence {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b NeedMapping) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), strings.Compare(a.Domain, b.Domain))
	})
	return out
}

// What a description says beside the name and the terms of a service.
const (
	// besides is how much it takes in a description where name or terms tell
	// other needs: most descriptions touch what the service does not do.
	besides = 0.75
	// besideMost is how much, of what is said most of, has to be said of a need.
	besideMost = 0.6
	// describedAtMost is the confidence of what a description alone says.
	describedAtMost = 0.7
)

// weigh adds to best the domains that are said often enough.
func (c *Crosswalk) weigh(said map[string]float64, best map[string]NeedMapping) {
	enough, most := leastConfidence, 0.0
	for _, m := range best {
		if m.Confidence >= leastConfidence {
			enough = besides
		}
	}
	for _, sum := range said {
		most = max(most, sum)
	}
	for d, sum := range said {
		sure := min(sum, describedAtMost)
		if sum+rounding >= enough && sum >= besideMost*most && sure > best[d].Confidence {
			best[d] = NeedMapping{Domain: d, Confidence: sure, Source: "description"}
		}
	}
	c.believeAlone(best)
}

// believeAlone takes a broad term at its word when it is all that is known of
// the service's needs, and names one.
func (c *Crosswalk) believeAlone(best map[string]NeedMapping) {
	if len(best) != 1 {
		return
	}
	for d, m := range best {
		if m.Source == "term" && m.Confidence < leastConfidence {
			best[d] = NeedMapping{Domain: d, Confidence: leastConfidence, Source: "term"}
		}
	}
}

// rounding is more than sums of confidences are off.
const rounding = 1e-9

// manyDomains is of how many needs the terms of a service may speak surely:
// who gives it more of them lists all that it touches.
const manyDomains = 2

// ofTerms answers the domains of taxonomy terms and how sure each is.
func (c *Crosswalk) ofTerms(terms []string) map[string]float64 {
	best, sure := map[string]float64{}, 0
	for _, t := range terms {
		for _, m := range c.terms[geo.Normal(t)] {
			if m.sure >= leastConfidence && best[m.domain] < leastConfidence {
				sure++
			}
			best[m.domain] = max(best[m.domain], m.sure)
		}
	}
	if sure > manyDomains {
		for domain, have := range best {
			best[domain] = min(have, confidence["description"])
		}
	}
	return best
}

// find answers the phrases in the text that say something, each once; those
// inside a longer one do not count.
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
			if p.domain != "" && !slices.ContainsFunc(found, func(f phrase) bool { return f.domain == p.domain && slices.Equal(f.words, p.words) }) {
				found = append(found, p)
			}
		}
	}
	return found
}

// wordsOf splits a text into words without the s of the plural, so that
// "meals" and "meal" are one; sentenceEnd marks where a sentence ends.
func wordsOf(text string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".;:!?\n", r) }) {
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

// sentenceEnd is no word; no phrase reaches over it.
const sentenceEnd = "/"

// mergeNeeds keeps what a person said; only where nobody did, what the
// crosswalk found counts.
func mergeNeeds(said, found []NeedMapping) []NeedMapping {
	var out []NeedMapping
	for _, m := range said {
		if m.Source == Manual {
			m.Confidence = 1
			out = append(out, m)
		}
	}
	if len(out) == 0 {
		return found
	}
	return out
}
