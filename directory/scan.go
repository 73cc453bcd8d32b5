package directory

import (
	"cmp"
	"context"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/geo"
)

// scan answers a query from the store alone: every service is looked at, text
// must occur word by word, and there are no facets. It stands in for an index
// that is away.
func (d *Directory) scan(ctx context.Context, q Query) (Results, error) {
	s := scanner{q: q, words: strings.Fields(geo.Normal(q.Text)), at: seekerPlace{q.Near, q.RadiusMeters, q.Areas}}
	batch := make([]ServiceDoc, 0, reindexBatch)
	look := func() error {
		listings, err := d.complete(ctx, batch)
		for _, l := range listings {
			s.look(l.indexed(d.crosswalk))
		}
		batch = batch[:0]
		return err
	}
	for doc, err := range d.candidates(ctx, q) {
		if err != nil {
			return Results{}, err
		}
		if batch = append(batch, doc); len(batch) == reindexBatch {
			if err := look(); err != nil {
				return Results{}, err
			}
		}
	}
	if err := look(); err != nil {
		return Results{}, err
	}
	return s.page(), nil
}

// candidates reads the services that a query can mean.
func (d *Directory) candidates(ctx context.Context, q Query) iter.Seq2[ServiceDoc, error] {
	if len(q.Needs) != 1 {
		return d.services.All(ctx)
	}
	return func(yield func(ServiceDoc, error) bool) {
		query := docstore.Query{
			Where: []docstore.Cond{docstore.Eq("need", docstore.String(q.Needs[0])), docstore.Eq("status", docstore.String(string(Active)))},
			Limit: reindexBatch,
		}
		for {
			page, err := d.services.Find(ctx, query)
			if err != nil {
				yield(ServiceDoc{}, err)
				return
			}
			for _, s := range page.Items {
				if !yield(s, nil) {
					return
				}
			}
			if query.After = page.Next; page.Next == "" {
				return
			}
		}
	}
}

// scanner collects what fits a query.
type scanner struct {
	q     Query
	words []string
	at    seekerPlace
	found []scanned
}

type scanned struct {
	hit  Hit
	name string
}

// look takes the best entry of a service that fits.
func (s *scanner) look(entries []Entry) {
	var best *scanned
	for _, e := range entries {
		t, meters, fits := s.at.tier(e)
		if !fits || !s.fits(e) {
			continue
		}
		h := scanned{Hit{ServiceID: e.ServiceID, EntryID: e.ID, Tier: t, DistanceMeters: meters}, e.Name}
		if best == nil || s.compare(h, *best) < 0 {
			best = &h
		}
	}
	if best != nil {
		s.found = append(s.found, *best)
	}
}

func (s *scanner) fits(e Entry) bool {
	q := s.q
	any := func(want, have []string) bool {
		return len(want) == 0 || slices.ContainsFunc(want, func(w string) bool { return slices.Contains(have, w) })
	}
	return e.Status == string(Active) &&
		any(q.Needs, e.Needs) && any(q.Languages, e.Languages) && any(q.TaxonomyIDs, e.TaxonomyIDs) &&
		any(q.Accessibility, e.Accessibility) && any(q.Capacity, []string{e.Capacity}) &&
		(q.OrganizationID == "" || q.OrganizationID == e.OrganizationID) &&
		(!q.CostFree || e.CostFree) && (q.Age == nil || ageFits(e, *q.Age)) &&
		q.FitsHours(e.Hours) && s.says(e)
}

// says tells whether every word typed begins a word of the entry.
func (s *scanner) says(e Entry) bool {
	if len(s.words) == 0 {
		return true
	}
	text := " " + geo.Normal(strings.Join(slices.Concat(
		[]string{e.Name, e.OrganizationName, e.ProgramName, e.Description, e.City}, e.AlternateNames, e.Keywords, e.TaxonomyNames), " "))
	return !slices.ContainsFunc(s.words, func(w string) bool { return !strings.Contains(text, " "+w) })
}

func (s *scanner) compare(a, b scanned) int {
	far := func(h Hit) float64 {
		if h.DistanceMeters == nil {
			return math.Inf(1)
		}
		return *h.DistanceMeters
	}
	var by int
	switch s.q.Sort {
	case ByDistance:
		by = cmp.Compare(far(a.hit), far(b.hit))
	case ByRelevance:
		by = cmp.Or(cmp.Compare(a.hit.Tier, b.hit.Tier), cmp.Compare(far(a.hit), far(b.hit)))
	}
	return cmp.Or(by, strings.Compare(a.name, b.name), strings.Compare(a.hit.ServiceID, b.hit.ServiceID), strings.Compare(a.hit.EntryID, b.hit.EntryID))
}

func (s *scanner) page() Results {
	slices.SortFunc(s.found, s.compare)
	r := Results{Total: len(s.found)}
	size := cmp.Or(s.q.PerPage, 20)
	from := min((max(s.q.Page, 1)-1)*size, len(s.found))
	for _, f := range s.found[from:min(from+size, len(s.found))] {
		r.Hits = append(r.Hits, f.hit)
	}
	return r
}

// ageFits tells whether a person of that age, in years, is within the limits.
func ageFits(e Entry, age float64) bool {
	return (e.AgeMin == nil || age >= *e.AgeMin) && (e.AgeMax == nil || age < AgeEnd(*e.AgeMax))
}
