package directory

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/geo"
)

// ListQuery asks for records of the HSDS API (HSDS 3.2.3, GET /services and
// the other lists, with what our profile adds). Fields combine with AND, the
// values of one field with OR; the zero ListQuery asks for all. The directory
// is public, so lists check nothing; what must not show of confidential places
// is left out.
type ListQuery struct {
	// Search is what somebody typed. Services are found as by
	// [Directory.Search], of which the searchMost best count; the others by
	// the beginnings of words.
	Search        string
	Terms         []string // ids of taxonomy terms
	Narrower      bool     // terms below Terms count too
	Taxonomies    []string // ids of taxonomies of which the record has any term
	Organizations []string // ids
	Statuses      []Status
	// ModifiedAfter is the first instant of a change that counts: on or after.
	ModifiedAfter time.Time

	// PostalCodes are where the people live: places for other areas only are left out.
	PostalCodes []string
	// Proximity is the most metres from the middle of a postal code; places
	// without a known position are left out. 0: no cut.
	Proximity float64
	// Near is from where RadiusMeters counts, and distance in place of PostalCodes.
	Near *geo.Point
	// RadiusMeters cuts as in [Query]: what is statewide or needs no visit stays.
	RadiusMeters float64
	Languages    []string    // of which the place speaks one
	OpenAt       []time.Time // surely open at each

	Sort ListSort // "" for ByFit
}

// ListSort is an order of a list. Ties go by name, then by id.
type ListSort string

// The orders.
const (
	// ByFit: relevance where something is searched, the last change where
	// changes are asked for, else the name.
	ByFit         ListSort = ""
	SortName      ListSort = "name"
	SortModified  ListSort = "last_modified" // oldest first
	SortDistance  ListSort = "distance"      // unknown last
	SortRelevance ListSort = "relevance"
)

// Bounds of lists.
const (
	searchMost     = 10_000 // services that a search finds
	searchLongest  = 200    // characters
	searchTime     = 10 * time.Second
	searchesAtHand = 16
	listBatch      = 100        // records read at a time
	metersMost     = 20_100_000 // half around the world
)

// View says how much of a record is shown.
type View int

// The views. Brief: direct fields and one-to-one objects. Full: everything below too.
const (
	Brief View = iota
	Full
)

// List is the answer to a ListQuery: it knows which records, and reads them
// when asked to. Records that vanished since are left out.
type List[T any] struct {
	ids  []string
	read func(ctx context.Context, ids []string) ([]T, error)
}

// Total is how many records there are.
func (l List[T]) Total() int { return len(l.ids) }

// Page reads one page; number counts from 1. One behind the last is empty.
func (l List[T]) Page(ctx context.Context, number, size int) ([]T, error) {
	if size <= 0 || number-1 > len(l.ids)/size {
		return []T{}, nil
	}
	from := min((number-1)*size, len(l.ids))
	return l.read(ctx, l.ids[from:min(from+size, len(l.ids))])
}

// All reads every record, some at a time.
func (l List[T]) All(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		for batch := range slices.Chunk(l.ids, listBatch) {
			items, err := l.read(ctx, batch)
			if err != nil {
				yield(none, err)
				return
			}
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

// inOrder answers the items of ids in the order of ids.
func inOrder[T any](ids []string, items map[string]T) []T {
	out := make([]T, 0, len(ids))
	for _, id := range ids {
		if item, ok := items[id]; ok {
			out = append(out, item)
		}
	}
	return out
}

// listPlan is a ListQuery made ready.
type listPlan struct {
	ListQuery
	since     int64
	now       time.Time
	hideAfter int           // days; 0 for never
	homes     []seekerPlace // of which one must be served; none: no matter
	// inTaxonomies are the terms of the taxonomies asked for; nil for no matter.
	inTaxonomies map[string]bool
}

// plan checks a query.
func (d *Directory) plan(ctx context.Context, q ListQuery) (listPlan, error) {
	p := listPlan{ListQuery: q, now: d.now()}
	rules, err := d.listingRules(ctx)
	if err != nil {
		return p, err
	}
	p.hideAfter = rules.HideAfterDays
	if len(q.Taxonomies) > 0 {
		terms, err := d.termList(ctx)
		if err != nil {
			return p, err
		}
		p.inTaxonomies = terms.in(q.Taxonomies)
	}
	var f fault.Fields
	if !q.ModifiedAfter.IsZero() {
		p.since = q.ModifiedAfter.UnixMilli()
		if q.ModifiedAfter.Nanosecond()%int(time.Millisecond) > 0 {
			p.since++
		}
	}
	f.Check(len([]rune(q.Search)) <= searchLongest, "search", "Search for at most %d characters.", searchLongest)
	f.Check(q.Proximity == 0 || len(q.PostalCodes) > 0, "proximity", "Give a postcode too.")
	f.Check(q.Proximity >= 0 && q.Proximity <= metersMost, "proximity", "Give a distance of more than 0.")
	f.Check(q.RadiusMeters == 0 || q.Near != nil, "radius", "Give both lat and lng too.")
	f.Check(q.RadiusMeters >= 0 && q.RadiusMeters <= metersMost, "radius", "Give a distance of more than 0.")
	f.Check(q.Near == nil || geo.Valid(*q.Near), "lat", "Give a lat from -90 to 90 and a lng from -180 to 180.")
	f.Check(q.Sort != SortDistance || q.Near != nil || len(q.PostalCodes) > 0, "sort", "To sort by distance, give a postcode or lat and lng.")
	f.Check(q.Sort != SortRelevance || q.Search != "", "sort", "To sort by relevance, search for something.")
	f.Check(slices.Contains([]ListSort{ByFit, SortName, SortModified, SortDistance, SortRelevance}, q.Sort), "sort", "Sort by name, last_modified, distance or relevance.")
	for _, s := range q.Statuses {
		f.Check(statuses[s] && s != Defunct, "status", "Choose if the service is active, inactive or temporarily closed.")
	}
	p.Languages = make([]string, 0, len(q.Languages))
	for _, l := range q.Languages {
		code := LanguageCode(l)
		f.Check(code != "", "language", "Choose a language from the list.")
		p.Languages = append(p.Languages, code)
	}
	p.place(&f)
	return p, f.Err()
}

// place works out where the people are.
func (p *listPlan) place(f *fault.Fields) {
	for _, code := range p.PostalCodes {
		near, areas := homeOf(code)
		read := geo.Areas(code) != nil
		f.Check(read, "postcode", "Enter a ZIP code with five digits.")
		f.Check(!read || near != nil || areas != nil, "postcode", "We do not know this ZIP code. Check it, or leave it empty.")
		p.homes = append(p.homes, seekerPlace{near: near, areas: areas})
	}
}

// offers tells whether a service is published at all.
func (p *listPlan) offers(r *shelved) bool { return !r.gone && !past(r.checked, p.now, p.hideAfter) }

// fits tells whether a service fits, apart from its places.
func (p *listPlan) fits(r *shelved) bool {
	return p.offers(r) && r.modified >= p.since &&
		anyOf(p.Organizations, r.organization) &&
		(len(p.Statuses) == 0 || slices.Contains(p.Statuses, r.status))
}

// fitsTerms tells whether a record fits that has these terms, and above them those.
func (p *listPlan) fitsTerms(above []string, lists ...[]string) bool {
	has := func(want []string) bool {
		return slices.ContainsFunc(lists, func(terms []string) bool { return overlap(want, terms) })
	}
	if len(p.Terms) > 0 && !has(p.Terms) && (!p.Narrower || !overlap(p.Terms, above)) {
		return false
	}
	return p.inTaxonomies == nil || slices.ContainsFunc(lists, func(terms []string) bool {
		return slices.ContainsFunc(terms, func(id string) bool { return p.inTaxonomies[id] })
	})
}

// asksPlaces tells whether the query asks anything of places.
func (p *listPlan) asksPlaces() bool {
	return p.Near != nil || len(p.homes) > 0 || len(p.Languages) > 0 || len(p.OpenAt) > 0
}

// fitsPlace tells whether a place fits, and how far it is from Near, else from
// the nearest home.
func (p *listPlan) fitsPlace(s *shelvedSpot) (meters *float64, fits bool) {
	if len(p.Languages) > 0 && !overlap(p.Languages, s.languages) || slices.ContainsFunc(p.OpenAt, func(at time.Time) bool { return s.hours.At(at) != Open }) {
		return nil, false
	}
	e := Entry{Point: s.point, Areas: s.areas, AreaUnknown: s.unknown, Statewide: s.statewide, Virtual: s.virtual}
	fits = len(p.homes) == 0
	for _, home := range p.homes {
		_, m, ok := home.tier(e)
		if !ok || p.Proximity > 0 && (m == nil || *m > p.Proximity) {
			continue
		}
		if fits = true; m != nil && (meters == nil || *m < *meters) {
			meters = m
		}
	}
	if p.Near == nil || !fits {
		return meters, fits
	}
	_, meters, fits = seekerPlace{near: p.Near, radius: p.RadiusMeters}.tier(e)
	return meters, fits
}

func anyOf(want []string, have string) bool { return len(want) == 0 || slices.Contains(want, have) }

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
