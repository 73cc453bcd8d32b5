package directory

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"time"
)

// listed is a service that fits a query, or one of its places.
type listed struct {
	*shelved
	spot   *shelvedSpot // nil for the service as a whole
	meters float64      // infinite where unknown
	rank   int          // of what was searched, from 0
}

// pick answers the services that fit a query in its order, or, with places,
// the service_at_locations.
func (d *Directory) pick(ctx context.Context, q ListQuery, places bool) ([]listed, error) {
	p, err := d.plan(ctx, q)
	if err != nil {
		return nil, err
	}
	s, err := d.shelf(ctx)
	if err != nil {
		return nil, err
	}
	var ranks map[string]int
	if q.Search != "" {
		if ranks, err = d.searchAll(ctx, s, q.Search); err != nil {
			return nil, err
		}
	}
	var out []listed
	add := func(c listed, meters *float64) {
		c.meters = math.Inf(1)
		if meters != nil {
			c.meters = *meters
		}
		out = append(out, c)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	sort := p.sort()
	records := s.byName.items
	if sort == SortModified {
		records = s.byTime.items
	}
	for _, r := range records {
		rank, found := ranks[r.id]
		if ranks != nil && !found || !p.fits(r) {
			continue
		}
		c := listed{shelved: r, rank: rank}
		if places {
			p.pickPlaces(c, add)
		} else if meters, ok := p.fitsService(r); ok {
			add(c, meters)
		}
	}
	switch sort {
	case SortDistance:
		slices.SortStableFunc(out, func(a, b listed) int { return cmp.Compare(a.meters, b.meters) })
	case SortRelevance:
		slices.SortStableFunc(out, func(a, b listed) int { return a.rank - b.rank })
	}
	return out, nil
}

// sort is the order of the answer.
func (p *listPlan) sort() ListSort {
	switch {
	case p.Sort != ByFit:
		return p.Sort
	case p.Search != "":
		return SortRelevance
	case !p.ModifiedAfter.IsZero():
		return SortModified
	}
	return SortName
}

// fitsService tells whether a service fits, at one place at least, and how far
// the nearest of those is.
func (p *listPlan) fitsService(r *shelved) (meters *float64, fits bool) {
	if !p.fitsTerms(r.above, r.terms) {
		return nil, false
	}
	if !p.asksPlaces() {
		return nil, true
	}
	for i := range r.spots {
		m, ok := p.fitsPlace(&r.spots[i])
		if ok && m != nil && (meters == nil || *m < *meters) {
			meters = m
		}
		fits = fits || ok
	}
	return meters, fits
}

func (p *listPlan) pickPlaces(c listed, add func(listed, *float64)) {
	for i := range c.spots {
		sp := &c.spots[i]
		if sp.id == "" || !p.fitsTerms(c.above, c.terms, sp.terms) {
			continue
		}
		if meters, ok := p.fitsPlace(sp); ok {
			c.spot = sp
			add(c, meters)
		}
	}
}

// searched keeps the last searches, since one list is asked for page by page.
type searched struct {
	mu   sync.Mutex
	last []searchResult // newest last
}

type searchResult struct {
	text       string
	generation uint64
	at         time.Time
	ranks      map[string]int
}

// searchAll finds the best services for a text, each with its rank.
func (d *Directory) searchAll(ctx context.Context, s *shelf, text string) (map[string]int, error) {
	s.mu.RLock()
	generation := s.generation
	s.mu.RUnlock()
	k, now := &d.stock.found, d.now()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.last = slices.DeleteFunc(k.last, func(r searchResult) bool {
		return r.generation != generation || now.Sub(r.at) >= searchTime
	})
	if i := slices.IndexFunc(k.last, func(r searchResult) bool { return r.text == text }); i >= 0 {
		return k.last[i].ranks, nil
	}
	ranks := map[string]int{}
	for page := 1; len(ranks) < searchMost; page++ {
		r, err := d.find(ctx, Query{Text: text, Page: page, PerPage: maxPerPage})
		if err != nil {
			return nil, err
		}
		for _, h := range r.Hits {
			if _, twice := ranks[h.ServiceID]; !twice {
				ranks[h.ServiceID] = len(ranks)
			}
		}
		if len(r.Hits) == 0 || page*maxPerPage >= r.Total {
			break
		}
	}
	if len(k.last) == searchesAtHand {
		k.last = k.last[1:]
	}
	k.last = append(k.last, searchResult{text, generation, now, ranks})
	return ranks, nil
}
