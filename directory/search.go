package directory

import (
	"context"
	"fmt"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/geo"
	"github.com/havenloop/havenloop/internal/identity"
)

// Search asks for services. Conditions combine with AND; the zero Search finds
// every active service.
type Search struct {
	Q      string // what the person typed
	Locale string // the tag of the language in which they typed it; "" for English
	// Needs are need domains, of which a service serves one.
	Needs []string
	// Lat and Lng are where distance counts from, in degrees; without them,
	// the middle of the ZIP code.
	Lat, Lng *float64
	// RadiusKm cuts what is farther, unless it is statewide or needs no visit; nil: no cut.
	RadiusKm *float64
	// PostalCode is the ZIP code of the person's home. Services for other
	// areas only are left out, unless its county is not known.
	PostalCode     string
	Languages      []string // ISO 639 codes, tags or names, of which one is spoken
	Accessibility  []string
	Capacity       []string
	TaxonomyIDs    []string
	OrganizationID string
	Free           bool
	OpenNow        bool // surely open now
	// OpenAt asks for what is surely open at that instant, within the next week;
	// OpenOn for what is at some time of a part of a day. At most one of the
	// three. Days are those of the person's ZIP code, or of Zone where that does
	// not tell a time zone.
	OpenAt *time.Time
	OpenOn *OpenOn
	Zone   *time.Location
	// HoursUnknown asks instead for those of which it is not known whether they are open then.
	HoursUnknown bool
	Age          *float64
	Sort         Sort
	Page         int // from 1; 0 is 1
	PerPage      int // 0 is 20, at most 100
	// Facets names the facets to count; nil for needs, languages and capacity.
	Facets []string
}

// SearchPage is one page of services found.
type SearchPage struct {
	Total  int                     `json:"total"`
	Items  []ServiceSummary        `json:"items"`
	Facets map[string][]FacetCount `json:"facets"`
}

var defaultFacets = []string{"needs", "languages", "capacity"}

const maxPerPage = 100

// Search finds services. It needs DirectoryRead. While the index is away it
// fails with a fault.Transient or, when Options say so, reads through the
// store by plain words, without facets.
func (d *Directory) Search(ctx context.Context, in Search) (SearchPage, error) {
	if _, err := identity.Require(ctx, identity.DirectoryRead); err != nil {
		return SearchPage{}, err
	}
	q, err := d.query(in)
	if err != nil {
		return SearchPage{}, err
	}
	r, err := d.find(ctx, q)
	if err != nil {
		return SearchPage{}, err
	}
	if r.Total == 0 && in.Page <= 1 {
		d.missed.note(in.Q, d.now())
	}
	page := SearchPage{Total: r.Total, Facets: r.Facets, Items: make([]ServiceSummary, 0, len(r.Hits))}
	cards, err := d.loadCards(ctx, serviceIDs(r.Hits))
	if err != nil {
		return SearchPage{}, err
	}
	now, at := d.now(), seekerPlace{near: q.Near, areas: q.Areas}
	then := in.OpenAt != nil || in.OpenOn != nil
	for _, h := range r.Hits {
		if p := placeOf(cards, h); p != nil {
			s := p.show(now)
			s.DistanceMeters, s.Tier = h.DistanceMeters, at.name(h.Tier)
			if then {
				s.Then = p.then(&q)
			}
			page.Items = append(page.Items, s)
		}
	}
	return page, nil
}

// Suggest completes what a person types in the search box, best first. It
// needs DirectoryRead.
func (d *Directory) Suggest(ctx context.Context, prefix string, limit int) ([]Suggestion, error) {
	if _, err := identity.Require(ctx, identity.DirectoryRead); err != nil {
		return nil, err
	}
	return d.index.Suggest(ctx, prefix, limit)
}

// find asks the index, or the store where that is allowed.
func (d *Directory) find(ctx context.Context, q Query) (Results, error) {
	r, err := d.index.Search(ctx, q)
	if err == nil {
		return r, nil
	}
	if d.fallback && fault.Is(err, fault.Transient) {
		d.log.WarnContext(ctx, "the search index is away, reading through the store", "error", err)
		return d.scan(ctx, q)
	}
	return r, fmt.Errorf("search for services: %w", err)
}

// query checks a Search and turns it into what the index understands.
func (d *Directory) query(in Search) (Query, error) {
	var f fault.Fields
	q := Query{
		Text: in.Q, Language: in.Locale, Needs: in.Needs, TaxonomyIDs: in.TaxonomyIDs, Accessibility: in.Accessibility,
		Capacity: in.Capacity, OrganizationID: in.OrganizationID, CostFree: in.Free, Age: in.Age,
		Sort: in.Sort, Page: in.Page, PerPage: in.PerPage, Facets: in.Facets,
	}
	if q.Facets == nil {
		q.Facets = defaultFacets
	}
	for _, n := range in.Needs {
		_, ok := domainNames[n]
		f.Check(ok, "need", "Choose a need from the list.")
	}
	for _, c := range in.Capacity {
		f.Check(capacities[c], "capacity", "Choose open, waitlist, full or unknown.")
	}
	for _, l := range in.Languages {
		code := LanguageCode(l)
		f.Check(code != "", "language", "Choose a language from the list.")
		q.Languages = append(q.Languages, code)
	}
	if in.PostalCode != "" {
		q.Near, q.Areas = homeOf(in.PostalCode)
		read := geo.Areas(in.PostalCode) != nil
		f.Check(read, "postalCode", "Enter a ZIP code with five digits.")
		f.Check(!read || q.Near != nil || q.Areas != nil, "postalCode", "We do not know this ZIP code. Check it, or leave it empty.")
	}
	f.Check((in.Lat == nil) == (in.Lng == nil), "lat", "Give both lat and lng, or neither.")
	if in.Lat != nil && in.Lng != nil {
		q.Near = &geo.Point{Lat: *in.Lat, Lng: *in.Lng}
		f.Check(geo.Valid(*q.Near), "lat", "Give a lat from -90 to 90 and a lng from -180 to 180.")
	}
	if in.RadiusKm != nil {
		q.RadiusMeters = *in.RadiusKm * 1000
		f.Check(*in.RadiusKm > 0 && *in.RadiusKm <= 20_000, "radiusKm", "Give a distance of more than 0.")
	}
	f.Check(in.Page >= 0 && in.Page <= 1_000_000, "page", "Pages count from 1.")
	f.Check(in.PerPage >= 0 && in.PerPage <= maxPerPage, "perPage", "Ask for 1 to 100 services on a page.")
	f.Check(in.Sort == ByRelevance || in.Sort == ByDistance || in.Sort == ByName, "sort", "Sort by distance or name.")
	f.Check(in.Age == nil || *in.Age >= 0 && *in.Age < 150, "age", "Give an age in years.")
	d.openTimes(in, &q, &f)
	return q, f.Err()
}

// openAhead is how far ahead a search may ask whether a place is open: an index
// may keep the hours of one week only.
const openAhead = 7 * 24 * time.Hour

// openTimes turns what a search asks of opening hours into instants.
func (d *Directory) openTimes(in Search, q *Query, f *fault.Fields) {
	now := d.now()
	asked := 0
	if in.OpenNow {
		asked++
		q.OpenAt = &now
	}
	if in.OpenAt != nil {
		asked++
		q.OpenAt = in.OpenAt
		f.Check(!in.OpenAt.Before(now.Add(-time.Minute)) && !in.OpenAt.After(now.Add(openAhead)), "openAt", "Choose a time within the next seven days.")
	}
	if in.OpenOn != nil {
		asked++
		zone := loadZone(zoneOfZIP(in.PostalCode))
		if zone == nil {
			zone = in.Zone
		}
		f.Check(zone != nil, "timeZone", "Give a time zone, or a ZIP code that tells it.")
		if zone != nil {
			from, to, ok := in.OpenOn.Next(now, zone)
			f.Check(ok, "openOn", "Choose a day of the week, and a part of the day from the list.")
			q.OpenAt, q.OpenUntil = &from, &to
		}
	}
	f.Check(asked < 2, "openAt", "Ask for one time only.")
	f.Check(asked > 0 || !in.HoursUnknown, "hoursUnknown", "Say at which time the hours are not known.")
	q.HoursUnknown = in.HoursUnknown
}

func serviceIDs(hits []Hit) []string {
	ids := make([]string, len(hits))
	for i, h := range hits {
		ids[i] = h.ServiceID
	}
	return ids
}

// placeOf finds what a hit stands for; nil when the service is gone. When only
// the place is gone, which the index has yet to learn, it is the first one.
func placeOf(cards map[string]*card, h Hit) *place {
	k := cards[h.ServiceID]
	if k == nil || len(k.places) == 0 {
		return nil
	}
	if p := k.at(h.EntryID); p != nil {
		return p
	}
	return k.places[0]
}
