package directory

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/geo"
)

// Seeker is the person for whom services are matched; no names are needed.
// What is not known stays empty.
type Seeker struct {
	// Point is where distance counts from; nil for the middle of the ZIP code.
	Point      *geo.Point
	PostalCode string
	// Areas are the area codes the person lives in; nil for those of the ZIP code.
	Areas     []string
	Languages []string // codes or tags, preferred first
	Age       *float64 // years
	// Sex is Female or Male, "" where not known or neither.
	Sex string
	// Veteran, Pregnant (also after a birth), Disability, Homeless and Children
	// (some live with the person) are nil where not known.
	Veteran, Pregnant, Disability, Homeless, Children *bool
	// HouseholdSize counts the person too; 0 where not known.
	HouseholdSize int
	// Insurance is Medicaid, Medicare, Uninsured, or Insured for any other.
	Insurance string
	// IncomePercent is the income of the household in percent of the federal poverty level.
	IncomePercent *float64
	// Wheelchair and NoCar say how the person gets around.
	Wheelchair, NoCar bool
	// RadiusMeters cuts what is farther, unless it is statewide or needs no visit; 0: no cut.
	RadiusMeters float64
}

// place is where the seeker is, completed from the ZIP code.
func (s Seeker) place() seekerPlace {
	p := seekerPlace{near: s.Point, radius: s.RadiusMeters, areas: s.Areas}
	near, areas := homeOf(s.PostalCode)
	if p.areas == nil {
		p.areas = areas
	}
	if p.near == nil {
		p.near = near
	}
	return p
}

// ready is a seeker made ready to be matched.
type ready struct {
	Seeker
	seekerPlace
	languages []string // codes
}

func (s Seeker) ready() ready {
	r := ready{Seeker: s, seekerPlace: s.place()}
	for _, l := range s.Languages {
		if code := LanguageCode(l); code != "" {
			r.languages = append(r.languages, code)
		}
	}
	return r
}

// Candidate is a service at a place that may serve a need.
type Candidate struct {
	Service ServiceSummary
	Entry   Entry
	// Confidence is how sure it is that it serves the need, from 0 to 1.
	Confidence float64
	// Eligibility is for whom the service is, as far as that is structured.
	Eligibility Eligibility
	// Past is how it answered referrals; nil when nobody knows.
	Past *Past
}

// Match is a service proposed for a need.
type Match struct {
	Service ServiceSummary `json:"service"`
	// Score orders matches, more is better, from 0 to 1.
	Score float64 `json:"score"`
	// Fit is FitSure, FitAsk or FitDoubtful.
	Fit     Fit      `json:"fit"`
	Reasons []Reason `json:"reasons"`
	Unknown []Reason `json:"unknown"`
}

// Fit says how sure it is that a service is for the seeker.
type Fit string

// The values of Fit.
const (
	FitSure     Fit = "sure"     // nothing known speaks against it, and nothing is to be asked
	FitAsk      Fit = "ask"      // who may use it, or where, has to be asked
	FitDoubtful Fit = "doubtful" // it seems to be for others, but that is not sure
)

// Candidates finds at most limit services (at most 100) that serve the need
// domain and may be offered to the seeker, for other rooms; it checks nothing.
func (d *Directory) Candidates(ctx context.Context, s Seeker, domain string, limit int) ([]Candidate, error) {
	p := s.place()
	r, err := d.find(ctx, Query{
		Needs: []string{domain}, Near: p.near, Areas: p.areas, RadiusMeters: p.radius, Age: s.ownAge(),
		PerPage: min(max(limit, 1), maxPerPage),
	})
	if err != nil {
		return nil, err
	}
	cards, err := d.loadCards(ctx, serviceIDs(r.Hits))
	if err != nil {
		return nil, err
	}
	now := d.now()
	var out []Candidate
	for _, h := range r.Hits {
		if at := placeOf(cards, h); at != nil {
			out = append(out, Candidate{
				Service: at.show(now), Entry: at.entry, Confidence: cards[h.ServiceID].needs[domain], Eligibility: cards[h.ServiceID].eligibility,
			})
		}
	}
	return out, nil
}

// ownAge is the age by which services are looked for: none for somebody who
// may ask for a child.
func (s Seeker) ownAge() *float64 {
	if s.Age != nil && *s.Age >= grownUp && (ready{Seeker: s}).children() != notMet {
		return nil
	}
	return s.Age
}

// Rank orders candidates for the seeker's need and says why, best first, each
// service once with its best place. It leaves out what does not serve the
// need, is surely not for the seeker, or is not active. It depends on
// nothing but its arguments, and not on the order of the candidates.
func Rank(s Seeker, domain string, candidates []Candidate, now time.Time) []Match {
	r := s.ready()
	best := map[string]scored{}
	for _, c := range candidates {
		m, ok := r.weigh(domain, c, now)
		if old, have := best[c.Service.ID]; ok && (!have || compareScored(m, old) < 0) {
			best[c.Service.ID] = m
		}
	}
	list := make([]scored, 0, len(best))
	for _, m := range best {
		list = append(list, m)
	}
	slices.SortFunc(list, compareScored)
	out := make([]Match, len(list))
	for i, m := range list {
		out[i] = m.match
		out[i].Score = math.Round(m.points/mostPoints*1e6) / 1e6
	}
	return out
}

// Match is Rank, as a method for those who hold the directory as an interface.
func (*Directory) Match(s Seeker, domain string, candidates []Candidate, now time.Time) []Match {
	return Rank(s, domain, candidates, now)
}

type scored struct {
	match  Match
	points float64
	entry  string
}

func compareScored(a, b scored) int {
	return cmp.Or(cmp.Compare(b.points, a.points), strings.Compare(a.match.Service.Name, b.match.Service.Name),
		strings.Compare(a.match.Service.ID, b.match.Service.ID), strings.Compare(a.entry, b.entry))
}
