package directory

import (
	"cmp"
	"slices"
	"strings"
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
	name := c.ofName(s, add)
	said := map[string]hints{} // what says too little alone
	for domain, m := range c.ofTerms(terms, s.Description != "") {
		clear := !name.nothing && (m.sure >= leastConfidence || m.many)
		if _, ok := best[domain]; name.told && !ok && !m.own {
			m.sure = min(m.sure, confidence["description"])
		}
		if add(domain, "term", m.sure); m.sure < leastConfidence {
			said[domain] = hints{sum: m.sure, term: clear}
		}
	}
	yield(best, said)
	_, insurance := best[insured]
	for _, p := range c.find(ofOthers(s.Description, insurance)+" . "+s.EligibilityDescription, false) {
		h := said[p.domain]
		said[p.domain] = hints{h.sum + p.told(), h.term, h.sure || p.sure >= sureEnough}
	}
	delete(said, "")
	c.weigh(said, best, name.told)
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

// nameSays is what the name of a service tells: what it is, or that it is
// nothing of what its terms say.
type nameSays struct{ told, nothing bool }

// ofName adds the domains that the name of a service speaks of.
func (c *Crosswalk) ofName(s Service, add func(domain, source string, sure float64)) nameSays {
	n := nameSays{}
	for _, p := range c.find(s.Name+" . "+s.AlternateName, true) {
		n.told = n.told || !p.title
		switch {
		case p.domain == "":
			n.nothing = true
		case p.title:
			add(p.domain, "title", p.sure)
		default:
			add(p.domain, "name", p.sure)
		}
	}
	return n
}

// yield takes a word that means something in names only for a hint where terms
// tell clearly what else the service is: vision may be eyesight or an outlook.
func yield(best map[string]NeedMapping, said map[string]hints) {
	told := false
	for _, m := range best {
		told = told || m.Source == "term" && m.Confidence >= leastConfidence
	}
	for d, m := range best {
		if told && m.Source == "title" {
			h := said[d]
			said[d] = hints{h.sum + confidence["description"], h.term, h.sure}
			delete(best, d)
		}
	}
}

// unspecified is the domain of help with what has no domain of its own.
const unspecified = "sdoh-category-unspecified"

// hints are what terms and description say of a domain, none of which is
// enough alone.
type hints struct {
	sum  float64
	term bool // a term that says it clearly is among them
	sure bool // a sure phrase is among them
}

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

// weigh adds to best the domains that are said often enough. Beside other needs
// it takes one that is said clearly, by a sure phrase or by a term, not words in
// passing alone; a term and a sure phrase that say the same of a service whose
// name tells nothing bear each other out, however much is said of other needs.
func (c *Crosswalk) weigh(said map[string]hints, best map[string]NeedMapping, named bool) {
	enough, most, second, byName := leastConfidence, 0.0, 0.0, named
	for _, m := range best {
		named = named || m.Confidence >= leastConfidence
	}
	if named {
		enough = besides
	}
	for _, h := range said {
		if h.sum > most {
			most, second = h.sum, most
		} else {
			second = max(second, h.sum)
		}
	}
	if second+rounding >= leastConfidence {
		enough = max(enough, twoSaid)
	}
	for d, h := range said {
		clear := h.sure || h.term || !named
		borneOut := h.sure && h.term && !byName && d != unspecified
		sure := min(h.sum, describedAtMost)
		if clear && h.sum+rounding >= enough && (h.sum >= besideMost*most || borneOut) && sure > best[d].Confidence {
			best[d] = NeedMapping{Domain: d, Confidence: sure, Source: "description"}
		}
	}
	if !named {
		c.believeAlone(best)
	}
}

// believeAlone takes a broad term at its word when it is all that is known of
// the service's needs, and names one: with leastConfidence, 0.5, the least that
// counts, so that whatever is said more clearly stands before it.
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
