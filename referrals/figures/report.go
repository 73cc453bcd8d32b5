package figures

import (
	"context"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Filter narrows figures down: to a period and to one value of another
// dimension. Empty values ask for all.
type Filter struct {
	Need     string `json:"need,omitempty"`
	Agency   string `json:"agency,omitempty"`
	ZIP      string `json:"zip,omitempty"`
	Language string `json:"language,omitempty"`
	Period   string `json:"period,omitempty"` // for example "2026-Q1"
}

// values are the filter's, in the order of Dimensions.
func (f Filter) values() [filters]string {
	return [filters]string{f.Need, f.Agency, f.ZIP, f.Language, f.Period}
}

// Report tells what became of referrals.
type Report struct {
	AsOf time.Time `json:"asOf"`
	// Network says that the figures are of all organizations, else of the own one.
	Network bool      `json:"network"`
	Filter  Filter    `json:"filter"`
	By      Dimension `json:"by"`
	// TooFew says that nothing can be told, since it is about too few people.
	TooFew bool `json:"tooFew"`
	Total  Line `json:"total"`
	// Sources tells who reported each of the four measures.
	Sources []Reported `json:"sources"`
	Lines   []Line     `json:"lines"`
	// Choices are the values that can be chosen as filters.
	Choices []Choice `json:"choices"`
}

// Line counts one group of referrals. A number that cannot be told is null.
type Line struct {
	Value string `json:"value"`
	// Name is the agency's.
	Name string `json:"name,omitempty"`
	// Others stands for all values of too few people.
	Others       bool `json:"others,omitempty"`
	Sent         *int `json:"sent"`
	Acknowledged *int `json:"acknowledged"`
	Closed       *int `json:"closed"`
	Received     *int `json:"received"`
	Resolved     *int `json:"resolved"`
	// Unhelped ended without the service; Silent have had no answer for a week.
	Unhelped *int `json:"unhelped"`
	Silent   *int `json:"silent"`
	// Logged are numbers that were given without a referral. They are in no other count.
	Logged *int   `json:"logged"`
	Times  []Time `json:"times"`
}

// Reported tells how often who reported a measure.
type Reported struct {
	Measure string `json:"measure"`
	Agency  *int   `json:"agency"`
	Team    *int   `json:"team"`
	Patient *int   `json:"patient"`
	System  *int   `json:"system"`
}

// Choice is a value that can be chosen as a filter.
type Choice struct {
	Dimension Dimension `json:"dimension"`
	Value     string    `json:"value"`
	Name      string    `json:"name,omitempty"`
}

// MeasureNames are the four measures as the API names them.
var MeasureNames = []string{"acknowledged", "closed", "received", "resolved"}

// mostCells bounds how fine a table may be. Nearly all of a finer one would be hidden.
const mostCells = 600_000

var (
	errTwoFilters = fault.New(fault.Invalid, "Choose a period and at most one more filter.")
	errTooFine    = fault.New(fault.BusinessRule, "This would be too fine to show. Choose fewer filters.")
)

// Report answers the figures: to a supervisor those of the own organization,
// to those who run the network those of all.
func (s *Service) Report(ctx context.Context, f Filter, by Dimension) (Report, error) {
	actor, err := identity.Require(ctx, identity.FiguresRead)
	if err != nil {
		return Report{}, err
	}
	q := question{filter: f, by: slices.Index(Dimensions, by), now: s.Now()}
	if q.by < 0 {
		return Report{}, fault.New(fault.Invalid, "Choose need, agency, zip, language, period or reason.")
	}
	chosen := 0
	for d, v := range f.values() {
		if v != "" && Dimensions[d] != ByPeriod {
			chosen++
		}
	}
	if chosen > 1 {
		return Report{}, errTwoFilters
	}
	if _, err := s.Load(ctx); err != nil {
		return Report{}, err
	}
	if actor.Care() {
		q.sender = actor.OrganizationID
	}
	s.table.mu.RLock()
	defer s.table.mu.RUnlock()
	return q.answer(s.table)
}

// question is what is asked of the table.
type question struct {
	filter Filter
	by     int    // place in Dimensions
	sender string // "" for all
	now    time.Time
}

func (q question) answer(t *table) (Report, error) {
	r := Report{AsOf: q.now, Network: q.sender == "", Filter: q.filter, By: Dimensions[q.by], Sources: []Reported{}, Lines: []Line{}, Choices: []Choice{}}
	rows := rowFilter{kind: Counted, sender: -1}
	if q.sender != "" {
		rows.sender = 0xFFFFF // of an organization that has sent nothing
		if code, ok := t.senders.codes[q.sender]; ok {
			rows.sender = int32(code)
		}
	}
	c, err := q.count(t, rows)
	if err != nil {
		return r, err
	}
	r.Choices = c.choices(t)
	if r.TooFew = !c.found || c.base.hidden[c.filterLevel()][c.filterCell()]; r.TooFew {
		r.Total.Times = []Time{}
		return r, nil
	}
	r.Total = c.line(c.filterLevel(), c.filterCell())
	r.Sources = c.sources()
	for place, value := range c.pools[q.by].values {
		if !c.apart() {
			break
		}
		l := c.line(c.base.finest(), c.cell(place))
		if l.Sent != nil && *l.Sent == 0 {
			continue
		}
		l.Value, l.Others = value, place == 0 && c.pools[q.by].mixed
		if Dimensions[q.by] == ByAgencyOf {
			l.Name = t.names[value]
		}
		r.Lines = append(r.Lines, l)
	}
	slices.SortStableFunc(r.Lines, func(a, b Line) int { // all others last
		switch {
		case a.Others == b.Others:
			return 0
		case a.Others:
			return 1
		}
		return -1
	})
	rows.kind = Logged
	logged, err := q.count(t, rows)
	if err != nil {
		return r, err
	}
	logged.log(&r)
	c.times(t, &r)
	return r, nil
}
