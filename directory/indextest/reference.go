package indextest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
	"github.com/havenloop/havenloop/internal/geo"
)

// Reference answers a query without text as the contract of directory.Index
// says, by going through all entries: slow, and simple enough to be believed.
func Reference(entries []directory.Entry, q directory.Query) directory.Results {
	found := map[string][]candidate{}
	for i := range entries {
		if c, ok := fits(&entries[i], &q); ok {
			found[c.ServiceID] = append(found[c.ServiceID], c)
		}
	}
	var best []candidate
	facets := map[string]map[string]int{}
	for _, list := range found {
		slices.SortFunc(list, func(a, b candidate) int {
			if q.Sort == directory.ByDistance {
				return cmp.Or(byDistance(a, b), compare(a, b, directory.ByRelevance))
			}
			return compare(a, b, directory.ByRelevance)
		})
		best = append(best, list[0])
		for _, name := range q.Facets {
			seen := map[string]bool{}
			for _, c := range list {
				for _, v := range facetValues(c.Entry, name) {
					seen[v] = true
				}
			}
			for v := range seen {
				if facets[name] == nil {
					facets[name] = map[string]int{}
				}
				facets[name][v]++
			}
		}
	}
	slices.SortFunc(best, func(a, b candidate) int { return compare(a, b, q.Sort) })
	r := directory.Results{Total: len(best), Hits: []directory.Hit{}}
	per := cmp.Or(max(q.PerPage, 0), 20)
	per = min(per, 100)
	from := min((max(q.Page, 1)-1)*per, len(best))
	for _, c := range best[from:min(from+per, len(best))] {
		r.Hits = append(r.Hits, directory.Hit{ServiceID: c.ServiceID, EntryID: c.ID, Tier: c.tier, DistanceMeters: c.meters})
	}
	if len(q.Facets) > 0 {
		r.Facets = map[string][]directory.FacetCount{}
	}
	for _, name := range q.Facets {
		r.Facets[name] = []directory.FacetCount{}
		for v, n := range facets[name] {
			r.Facets[name] = append(r.Facets[name], directory.FacetCount{Value: v, Count: n})
		}
		slices.SortFunc(r.Facets[name], func(a, b directory.FacetCount) int {
			return cmp.Or(b.Count-a.Count, strings.Compare(a.Value, b.Value))
		})
	}
	return r
}

// candidate is an entry that fits a query.
type candidate struct {
	*directory.Entry
	tier   directory.Tier
	meters *float64
}

func fits(e *directory.Entry, q *directory.Query) (candidate, bool) {
	c := candidate{Entry: e}
	any := func(asked, have []string) bool {
		return len(asked) == 0 || slices.ContainsFunc(asked, func(v string) bool { return slices.Contains(have, v) })
	}
	ok := e.Status == "active" && any(q.Needs, e.Needs) && any(q.TaxonomyIDs, e.TaxonomyIDs) && any(q.Languages, e.Languages) &&
		any(q.Accessibility, e.Accessibility) && any(q.Capacity, []string{e.Capacity}) &&
		(q.OrganizationID == "" || q.OrganizationID == e.OrganizationID) && (!q.CostFree || e.CostFree) &&
		(q.Age == nil || (e.AgeMin == nil || *q.Age >= *e.AgeMin) && (e.AgeMax == nil || *q.Age < directory.AgeEnd(*e.AgeMax))) &&
		q.FitsHours(e.Hours)
	if !ok {
		return c, false
	}
	known := !e.AreaUnknown && len(e.Areas) > 0
	covers := len(q.Areas) > 0 && any(q.Areas, e.Areas)
	if len(q.Areas) > 0 && known && !covers {
		return c, false
	}
	if q.Near != nil && e.Point != nil {
		m := geo.Distance(*q.Near, *e.Point)
		c.meters = &m
	}
	spared := (e.Statewide || e.Virtual) && (covers || len(q.Areas) == 0)
	if q.RadiusMeters > 0 && c.meters != nil && *c.meters > q.RadiusMeters && !spared {
		return c, false
	}
	near := c.meters != nil && *c.meters <= cmp.Or(q.RadiusMeters, directory.ReachMeters)
	switch {
	case q.Near == nil && len(q.Areas) == 0, covers && near:
		c.tier = directory.CoversAndNear
	case covers:
		c.tier = directory.Covers
	case near:
		c.tier = directory.NearUnknown
	default:
		c.tier = directory.Unknown
	}
	return c, true
}

func compare(a, b candidate, by directory.Sort) int {
	d := 0
	switch by {
	case directory.ByRelevance:
		d = cmp.Or(cmp.Compare(a.tier, b.tier), byDistance(a, b), cmp.Compare(b.Quality, a.Quality),
			b.VerifiedAt.Compare(a.VerifiedAt), b.LastModified.Compare(a.LastModified))
	case directory.ByDistance:
		d = byDistance(a, b)
	}
	return cmp.Or(d, strings.Compare(words.Fold(a.Name), words.Fold(b.Name)), strings.Compare(a.ServiceID, b.ServiceID), strings.Compare(a.ID, b.ID))
}

func byDistance(a, b candidate) int {
	if a.meters == nil || b.meters == nil {
		return btoi(a.meters == nil) - btoi(b.meters == nil)
	}
	return cmp.Compare(*a.meters, *b.meters)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// facetValues lists an entry's values of a facet.
func facetValues(e *directory.Entry, name string) []string {
	return map[string][]string{
		"needs": e.Needs, "languages": e.Languages, "city": present(e.City), "capacity": present(e.Capacity),
		"accessibility": e.Accessibility, "organizationId": present(e.OrganizationID), "taxonomyIds": e.TaxonomyIDs,
	}[name]
}

func present(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}
