package indextest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
)

// testCase is a query and what it must find. Fields left out are not checked.
type testCase struct {
	Name   string
	Query  directory.Query
	Seeker bool // the query comes from the seeker's place and areas
	Near   bool // from the place only

	Total    *int
	IDs      []string // of the services on the page, in order
	Entries  []string
	Tiers    []directory.Tier
	Top      []string    // the set of the first services
	Before   [][2]string // one service before another; both are found
	Absent   []string    // not on the page
	NotEmpty bool
	Facets   map[string][]directory.FacetCount
}

func cases(t *testing.T) []testCase {
	var list []testCase
	read(t, "queries.json", &list)
	for i := range list {
		c := &list[i]
		if c.Near || c.Seeker {
			c.Query.Near = &seekerPlace
		}
		if c.Seeker {
			c.Query.Areas = seekerAreas
		}
	}
	return list
}

func (c *testCase) check(t *testing.T, x directory.Index) {
	got, err := x.Search(t.Context(), c.Query)
	if err != nil {
		t.Fatalf("Search: %v", err)
	}
	ids := services(got)
	if c.Total != nil && got.Total != *c.Total {
		t.Errorf("Search: Total = %d, want %d", got.Total, *c.Total)
	}
	if c.IDs != nil {
		if diff := cmp.Diff(c.IDs, ids); diff != "" {
			t.Errorf("Search finds (-want +got):\n%s", diff)
		}
	}
	for i, h := range got.Hits {
		if c.Entries != nil && (i >= len(c.Entries) || h.EntryID != c.Entries[i]) {
			t.Errorf("Search: hit %d is entry %s, want %v", i, h.EntryID, c.Entries)
		}
		if c.Tiers != nil && (i >= len(c.Tiers) || h.Tier != c.Tiers[i]) {
			t.Errorf("Search: hit %d, %s, is in tier %d, want %v", i, h.ServiceID, h.Tier, c.Tiers)
		}
		if c.Query.Near == nil && h.DistanceMeters != nil {
			t.Errorf("Search: hit %s has a distance from nowhere", h.ServiceID)
		}
	}
	if len(ids) < len(c.Top) || !sameSet(ids[:len(c.Top)], c.Top) {
		t.Errorf("Search finds %v, want on top %v", ids, c.Top)
	}
	for _, pair := range c.Before {
		a, b := slices.Index(ids, pair[0]), slices.Index(ids, pair[1])
		if a < 0 || b < 0 || a > b {
			t.Errorf("Search finds %v, want %s before %s", ids, pair[0], pair[1])
		}
	}
	for _, id := range c.Absent {
		if slices.Contains(ids, id) {
			t.Errorf("Search finds %s, want it absent", id)
		}
	}
	if c.NotEmpty && len(ids) == 0 {
		t.Error("Search finds nothing, want something helpful")
	}
	if c.Facets != nil {
		if diff := cmp.Diff(c.Facets, got.Facets); diff != "" {
			t.Errorf("Search: facets (-want +got):\n%s", diff)
		}
	}
}

func services(r directory.Results) []string {
	ids := make([]string, len(r.Hits))
	for i, h := range r.Hits {
		ids[i] = h.ServiceID
	}
	return ids
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
