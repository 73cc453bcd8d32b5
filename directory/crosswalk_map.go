package directory

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/geo"
)

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
	named := false // the name says what the service is, or that it is nothing of this
	for _, p := range c.find(s.Name+" . "+s.AlternateName, true) {
		if named = named || !p.title; p.domain == "" {
			continue
		}
		source := "name"
		if p.title {
			source = "title"
		}
		add(p.domain, source, p.sure)
	}
	said := map[string]float64{} // by what says too little alone
	for domain, m := range c.ofTerms(terms, s.Description != "") {
		if _, ok := best[domain]; named && !ok && !m.own {
			m.sure = min(m.sure, confidence["description"])
		}
		if add(domain, "term", m.sure); m.sure < leastConfidence {
			said[domain] += m.sure
		}
	}
	for _, p := range c.find(referredOn.ReplaceAllString(s.Description, " . ")+" . "+s.EligibilityDescription, false) {
		said[p.domain] += p.told()
	}
	delete(said, "")
	c.weigh(said, best, named)
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

// referredOn finds where a description tells what others do, to whom the
// service sends people on.
var referredOn = regexp.MustCompile(`(?i)\breferr?(?:al|als|s|ing)?\s+(?:to|for)\b[^.;!?\n]*|\bfollowing referrals\b(?:[^\n]*\n?)*?(?:\n\s*\n\s*\n|$)`)

// What a description says beside the name and the terms of a service.
const (
	// besides is how much it takes in a description where name or terms tell
	// other needs: most descriptions touch what the service does not do.
	besides = 0.75
	// twoSaid is how much it takes of each where a description tells two needs.
	twoSaid = 0.6
	// besideMost is how much, of what is said most of, has to be said of a need.
	besideMost = 0.6
	// describedAtMost is the confidence of what a description alone says.
	describedAtMost = 0.7
)

// weigh adds to best the domains that are said often enough.
func (c *Crosswalk) weigh(said map[string]float64, best map[string]NeedMapping, named bool) {
	enough, most, second := leastConfidence, 0.0, 0.0
	for _, m := range best {
		named = named || m.Confidence >= leastConfidence
	}
	if named {
		enough = besides
	}
	for _, sum := range said {
		if sum > most {
			most, second = sum, most
		} else {
			second = max(second, sum)
		}
	}
	if second+rounding >= leastConfidence {
		enough = max(enough, twoSaid)
	}
	for d, sum := range said {
		sure := min(sum, describedAtMost)
		if sum+rounding >= enough && sum >= besideMost*most && sure > best[d].Confidence {
			best[d] = NeedMapping{Domain: d, Confidence: sure, Source: "description"}
		}
	}
	if !named {
		c.believeAlone(best)
	}
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

// Of how many needs the terms of a service may speak surely: who gives it more
// of them lists all that it touches. Where there is a description, it has to
// bear out even two.
const (
	manyDomains     = 2
	manyBesideWords = 1
)

// ofTerms answers the domains of taxonomy terms and how sure each is.
func (c *Crosswalk) ofTerms(terms []string, described bool) map[string]mapped {
	best, sure := map[string]mapped{}, 0
	for _, t := range terms {
		for _, m := range c.terms[geo.Normal(t)] {
			have := best[m.domain]
			if m.sure >= leastConfidence && have.sure < leastConfidence {
				sure++
			}
			best[m.domain] = mapped{m.domain, max(have.sure, m.sure), have.own || m.own}
		}
	}
	most := manyDomains
	if described {
		most = manyBesideWords
	}
	if sure > most {
		for domain, have := range best {
			if !have.own {
				have.sure = min(have.sure, confidence["description"])
				best[domain] = have
			}
		}
	}
	return best
}

// find answers the phrases in the text, each once; those inside a longer one do
// not count.
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
