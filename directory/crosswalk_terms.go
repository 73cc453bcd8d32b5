package directory

import (
	"regexp"

	"github.com/havenloop/havenloop/internal/geo"
)

// Of how many needs the terms of a service may speak surely: who gives it more
// of them lists all that it touches. Where there is a description, it has to
// bear out even two.
const (
	manyDomains     = 2
	manyBesideWords = 1
)

// ofTerms answers the domains of taxonomy terms and how sure each is.
func (c *Crosswalk) ofTerms(terms []string, described bool) map[string]mapped {
	best, sure := map[string]mapped{}, map[string]int{}
	for _, t := range terms {
		for _, m := range c.ofTerm(t) {
			have := best[m.domain]
			if m.sure >= leastConfidence {
				sure[m.domain]++
			}
			best[m.domain] = mapped{m.domain, max(have.sure, m.sure), have.own || m.own, false}
		}
	}
	most := manyDomains
	if described {
		most = manyBesideWords
	}
	if len(sure) > most {
		main := outweighs(sure)
		for domain, have := range best {
			if !have.own && domain != main {
				have.many = have.sure >= leastConfidence
				have.sure = min(have.sure, confidence["description"])
				best[domain] = have
			}
		}
	}
	return best
}

// outweighs answers the domain of which so many terms speak, next to the others,
// that it is what the service is about: a law office that lists its fields of law.
func outweighs(terms map[string]int) string {
	for domain, n := range terms {
		others := 0
		for other, m := range terms {
			if other != domain {
				others = max(others, m)
			}
		}
		if n >= outweighFold*others {
			return domain
		}
	}
	return ""
}

// outweighFold is how many times as many terms it takes to outweigh others.
const outweighFold = 2

// ofTerm answers what a term stands for. Where one is written with all above
// it ("Legal Services - Landlord/Tenant"), its own name, the last, counts.
func (c *Crosswalk) ofTerm(term string) []mapped {
	if m, ok := c.terms[geo.Normal(term)]; ok {
		return m
	}
	parts := termPath.Split(term, -1)
	return c.terms[geo.Normal(parts[len(parts)-1])]
}

// termPath parts a term from those above it.
var termPath = regexp.MustCompile(`\s+[-–>|]\s+`)
