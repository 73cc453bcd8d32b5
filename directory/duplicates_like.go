package directory

import (
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/geo"
)

// From which likeness on names count as the same, alike, near and not quite
// another; chosen on the labelled pairs.
const (
	sameName = 0.93
	likeName = 0.72
	nearName = 0.5
	farName  = 0.3
)

const (
	// nearMeters is how near two points of one place may be, and farMeters
	// from where on two places are not one town's.
	nearMeters = 150
	farMeters  = 20_000
	// sharedBy is from how many records on a phone, a website or an address
	// says little: that of a town hall or a directory.
	sharedBy = 4
)

// subject is what of a record is compared.
type subject struct {
	kind, id, owner string // owner: the organization, of services and locations
	title           string
	names           [][]string // as nameWords, the usual one first
	whole           [][]string // each name without its branch; empty where it has none
	places          map[string]bool
	identifiers     map[string]string // by scheme
	phones, emails  []string
	hosts           []string
	pages           []string // web addresses whole
	streets         []string // street key and town
	towns           []string
	points          []geo.Point
	text            string
}

// common says how often things occur in the whole directory: words in names,
// and phones, websites and addresses with differently named records.
type common struct {
	names *rarity
	has   map[string]int
	seen  map[string]bool
}

func newCommon() *common { return &common{newRarity(), map[string]int{}, map[string]bool{}} }

func (c *common) add(s *subject) {
	for _, n := range s.names {
		c.names.add(n)
	}
	for _, list := range [][]string{s.phones, s.hosts, s.streets} {
		for _, x := range list {
			if key := x + "\x00" + strings.ToLower(s.title); !c.seen[key] {
				c.seen[key] = true
				c.has[x]++
			}
		}
	}
}

func (c *common) shared(x string) bool { return c.has[x] >= sharedBy }

// like is how likely two records are the same, from 0 to 1, with the reasons,
// the weightiest first. It is the same whichever comes first.
func like(a, b *subject, c *common) (float64, []Because) {
	var why []Because
	add := func(code string) {
		if code != "" {
			why = append(why, Because{code, weightOf(a.kind, code)})
		}
	}
	add(likeIdentifiers(a, b))
	add(likeNamesOf(a, b, c))
	add(meet(a.phones, b.phones, c, "same-phone", "shared-phone", ""))
	add(meet(a.emails, b.emails, nil, "same-email", "", ""))
	add(likeWebsites(a, b, c))
	add(likePlaces(a, b, c))
	if a.text != "" && a.text == b.text {
		add("same-text")
	}
	odds, corroborated := float64(prior), false
	for _, w := range why {
		odds += w.Weight
		corroborated = corroborated || corroborates[w.Code]
	}
	score := 1 / (1 + math.Exp(-odds))
	if !corroborated {
		score = min(score, onName)
	}
	slices.SortStableFunc(why, func(x, y Because) int {
		return int(math.Copysign(1, math.Abs(y.Weight)-math.Abs(x.Weight)))
	})
	return math.Round(score*1000) / 1000, why
}

// likeIdentifiers compares registration numbers of the same register.
func likeIdentifiers(a, b *subject) string {
	other := false
	for scheme, id := range a.identifiers {
		switch x, ok := b.identifiers[scheme]; {
		case ok && x == id:
			return "same-identifier"
		case ok:
			other = true
		}
	}
	if other {
		return "other-identifier"
	}
	return ""
}

// likeNamesOf compares the best of all names.
func likeNamesOf(a, b *subject, c *common) string {
	places := map[string]bool{}
	for _, s := range []*subject{a, b} {
		for p := range s.places {
			places[p] = true
		}
	}
	best := 0.0
	for i, x := range a.names {
		for j, y := range b.names {
			best = max(best, likeNames(x, y, places, c.names))
			for _, pair := range [][2][]string{{a.whole[i], y}, {x, b.whole[j]}, {a.whole[i], b.whole[j]}} {
				best = max(best, min(likeNames(pair[0], pair[1], places, c.names), sameName-0.01)) // a branch is like, not the same
			}
		}
	}
	switch {
	case best < 1 && best >= sameName && a.owner != "": // one organization's "Phase I" and "Phase II", "Men's" and "Women's"
		return "like-name"
	case best >= sameName:
		return "same-name"
	case best >= likeName:
		return "like-name"
	case best >= nearName:
		return "near-name"
	case best >= farName:
		return "other-name"
	case len(a.names) == 0 || len(b.names) == 0:
		return ""
	}
	return "alien-name"
}

// meet tells whether two lists have something in common, and whether many have it.
func meet(a, b []string, c *common, same, shared, none string) string {
	found := ""
	for _, x := range a {
		if !slices.Contains(b, x) {
			continue
		}
		if c == nil || !c.shared(x) {
			return same
		}
		found = shared
	}
	if found == "" && len(a) > 0 && len(b) > 0 {
		return none
	}
	return found
}

func likeWebsites(a, b *subject, c *common) string {
	if meet(a.pages, b.pages, nil, "same", "", "") != "" {
		return "same-website"
	}
	return meet(a.hosts, b.hosts, c, "same-website", "shared-website", "other-website")
}

// likePlaces compares addresses, then points, then towns.
func likePlaces(a, b *subject, c *common) string {
	if code := meet(a.streets, b.streets, c, "same-address", "shared-address", ""); code != "" {
		return code
	}
	nearest := math.Inf(1)
	for _, p := range a.points {
		for _, q := range b.points {
			nearest = min(nearest, geo.Distance(p, q))
		}
	}
	switch {
	case nearest <= nearMeters:
		return "near-place"
	case nearest > farMeters && !math.IsInf(nearest, 1):
		return "far-place"
	case len(a.streets) > 0 && len(b.streets) > 0 && meet(a.towns, b.towns, nil, "same", "", "other") == "other":
		return "other-place"
	}
	return ""
}

// webHost is the host of a web address without "www"; the page is the whole
// address in one spelling, "" where it names no page of the host.
func webHost(address string) (host, page string) {
	address = strings.ToLower(strings.TrimSpace(address))
	if address == "" {
		return "", ""
	}
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || !strings.Contains(u.Hostname(), ".") {
		return "", ""
	}
	host = strings.TrimPrefix(u.Hostname(), "www.")
	if path := strings.Trim(u.Path, "/"); path != "" {
		page = host + "/" + path
	}
	return host, page
}

// phoneKey is the ten digits of a number of the North American plan; "" for
// what is none, and for the numbers of three digits that all have.
func phoneKey(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	digits = strings.TrimPrefix(digits, "1")
	if len(digits) < 10 {
		return ""
	}
	return digits[:10]
}
