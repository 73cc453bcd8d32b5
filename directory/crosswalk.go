package directory

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
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
// and words. It is data: crosswalk.json, or a file in the same form.
type Crosswalk struct {
	terms   map[string][]string // normal term → domains
	phrases map[string][]phrase // first word → phrases that begin with it
	words   map[string][]string // domain → what people type
}

type phrase struct {
	words  []string
	domain string
	title  bool // counts in a name only
}

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

// ParseCrosswalk reads a crosswalk file. It fails when the file cannot be read
// or names a domain that does not exist.
func ParseCrosswalk(b []byte) (*Crosswalk, error) {
	var file struct {
		Domains map[string]struct {
			Terms   []string `json:"terms"`
			Phrases []string `json:"phrases"`
			Titles  []string `json:"titles"`
			Words   []string `json:"words"`
		} `json:"domains"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, fmt.Errorf("crosswalk: %w", err)
	}
	c := &Crosswalk{terms: map[string][]string{}, phrases: map[string][]phrase{}, words: map[string][]string{}}
	for _, d := range domains { // in a fixed order
		for _, t := range file.Domains[d.Code].Terms {
			k := geo.Normal(t)
			c.terms[k] = append(c.terms[k], d.Code)
		}
		c.add(file.Domains[d.Code].Phrases, d.Code, false)
		c.add(file.Domains[d.Code].Titles, d.Code, true)
		c.words[d.Code] = file.Domains[d.Code].Words
		delete(file.Domains, d.Code)
	}
	for code := range file.Domains {
		return nil, fmt.Errorf("crosswalk: there is no need domain %q", code)
	}
	return c, nil
}

func (c *Crosswalk) add(phrases []string, domain string, title bool) {
	for _, p := range phrases {
		if words := wordsOf(p); len(words) > 1 {
			words = words[:len(words)-1] // without the end of the sentence
			c.phrases[words[0]] = append(c.phrases[words[0]], phrase{words, domain, title})
		}
	}
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
	for _, t := range terms {
		for _, d := range c.terms[geo.Normal(t)] {
			add(d, "term", confidence["term"])
		}
	}
	for _, p := range c.find(s.Name+" . "+s.AlternateName, true) {
		source := "name"
		if p.title {
			source = "title"
		}
		add(p.domain, source, confidence[source])
	}
	said := map[string]float64{}
	for _, p := range c.find(s.Description+" . "+s.EligibilityDescription, false) {
		said[p.domain] += confidence["description"]
	}
	for d, sure := range said {
		add(d, "description", min(sure, 0.7))
	}
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

// find answers the phrases in the text, each once; those inside a longer one
// do not count.
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
// "meals" and "meal" are one; "/" marks where a sentence ends.
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
		out = append(out, "/")
	}
	return out
}

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
