package directory

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
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
// leastConfidence it is none. Our own estimate; "description" is how much a
// broad term adds to what a description says.
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
	own    bool // the network says so, whatever else a service says of itself
	many   bool // one of so many that it is not believed alone
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
// of others it takes three, or one beside a broad term.
func (p phrase) told() float64 {
	if p.sure >= sureEnough {
		return leastConfidence
	}
	return p.sure * inPassing
}

const (
	// sureEnough is the confidence from which one phrase in a description suffices.
	sureEnough = 0.9
	// inPassing is how much of its confidence another phrase there keeps.
	inPassing = 0.3
)

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
		c.terms[k] = append(c.terms[k], mapped{domain: domain, sure: confidence["term"]})
	}
	for _, t := range w.Broad {
		k := geo.Normal(t)
		c.terms[k] = append(c.terms[k], mapped{domain: domain, sure: confidence["description"]})
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
