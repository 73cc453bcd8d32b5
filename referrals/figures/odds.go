package figures

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/geo"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
)

// Odds tell, before a referral is sent, what became of others like it.
type Odds struct {
	// Area is how far they reach; Place names it: a ZIP code or the FIPS code of a county.
	Area  Area   `json:"area"`
	Place string `json:"place,omitempty"`
	// Percent of those that have ended got the service, wholly or in part.
	Percent int `json:"percent"`
	// MedianDays is how long half of those who got it waited from sending to
	// closing; null where too few were closed.
	MedianDays *float64 `json:"medianDays"`
	// Since is the first quarter that counts.
	Since string `json:"since"`
}

// Area says where referrals count.
type Area string

// The areas, narrowest first. NoArea is for odds that cannot be told.
const (
	NoArea    Area = "none"
	OfZIP     Area = "zip"
	OfCounty  Area = "county"
	OfNetwork Area = "network"
)

// oddsQuarters is how many quarters before the present one count.
const oddsQuarters = 7

// Odds tells what became of referrals of the whole network for a need, in the
// ZIP code, else in its county, else anywhere. An area is wide enough when at
// least [Fewest] people got the service there and at least as many did not. Of
// needs that are private nothing is told.
func (s *Service) Odds(ctx context.Context, need, zip string) (Odds, error) {
	if _, err := identity.Require(ctx, identity.ReferralsSend); err != nil {
		return Odds{}, err
	}
	if _, err := s.Load(ctx); err != nil {
		return Odds{}, err
	}
	if referrals.Violence(need) {
		return Odds{Area: NoArea}, nil
	}
	s.table.mu.RLock()
	defer s.table.mu.RUnlock()
	return s.table.odds(need, zip, s.Now()), nil
}

// chance counts how referrals of an area ended.
type chance struct {
	got, not group
	hours    []uint16 // of those who got it
}

func (t *table) odds(need, zip string, now time.Time) Odds {
	now = now.UTC()
	first := time.Date(now.Year(), (now.Month()-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, -3*oddsQuarters, 0)
	out := Odds{Area: NoArea, Since: quarter(first.UnixMilli())}
	code, ok := t.words[0].codes[need]
	if !ok {
		return out
	}
	county := countyOf(zip)
	near := make([]int, len(t.words[2].words)+1) // by ZIP: 0 for the same, 1 for the county, 2 elsewhere
	for i := range near {
		near[i] = 2
	}
	for i, z := range t.words[2].words {
		if z != "" && z == zip {
			near[i] = 0
		} else if county != "" && countyOf(z) == county {
			near[i] = 1
		}
	}
	var rings [3]chance
	since := uint32(first.Unix() / 3600)
	for row, n := range t.columns[0] {
		if n == code && t.kind[row] == Counted && t.sent[row] >= since {
			rings[near[t.columns[2][row]]].add(t, row)
		}
	}
	var all chance
	for ring, area := range []Area{OfZIP, OfCounty, OfNetwork} {
		all.join(&rings[ring])
		if all.got.people < Fewest || all.not.people < Fewest {
			continue
		}
		out.Area, out.Place = area, []string{zip, county, ""}[ring]
		out.Percent = int(math.Round(100 * float64(all.got.n) / float64(all.got.n+all.not.n)))
		if len(all.hours) >= int(Fewest) {
			out.MedianDays, _ = middle(all.hours)
		}
		return out
	}
	return out
}

func (c *chance) add(t *table, row int) {
	switch bits := t.bits[row]; {
	case bits>>Received&1 == 1:
		c.got.add(t.person[row])
		if h := t.hours[closeStep][row]; h != never {
			c.hours = append(c.hours, h)
		}
	case bits>>unhelped&1 == 1:
		c.not.add(t.person[row])
	}
}

func (c *chance) join(d *chance) {
	c.got.join(&d.got)
	c.not.join(&d.not)
	c.hours = slices.Concat(c.hours, d.hours)
}

// countyOf is the county of a ZIP code; "" when it is not known.
func countyOf(zip string) string {
	if z, ok := geo.LookupZIP(zip); ok && len(z.Counties) > 0 {
		return z.Counties[0]
	}
	return ""
}
