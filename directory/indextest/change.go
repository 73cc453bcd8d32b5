package indextest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
)

// testApply tests each kind of change, and that nothing else changes with it.
func testApply(t *testing.T, x directory.Index, entries []directory.Entry) {
	rebuild(t, x, entries)
	byID := map[string]directory.Entry{}
	for _, e := range entries {
		byID[e.ID] = e
	}
	apply := func(changes ...directory.Change) {
		t.Helper()
		if err := x.Apply(t.Context(), changes); err != nil {
			t.Fatalf("%s: %v", describe(changes[0]), err)
		}
	}
	find := func(q directory.Query, want ...string) {
		t.Helper()
		r, err := x.Search(t.Context(), q)
		if err != nil {
			t.Fatalf("Search(%+v): %v", q, err)
		}
		if diff := cmp.Diff(append([]string{}, want...), services(r)); diff != "" || r.Total != len(want) {
			t.Errorf("Search(%+v): Total = %d; services (-want +got):\n%s", q, r.Total, diff)
		}
	}

	// Added: found by its words, its typos and its filters.
	novel := directory.Entry{ID: "quilt-1", ServiceID: "quilt", Name: "Quilting Circle", Description: "Zygomorphic patchwork.", Needs: []string{"social-connection"}, Status: "active", Capacity: directory.CapacityOpen, Languages: []string{"eo"}, Point: &seekerPlace, Areas: []string{"zip:00001"}}
	apply(directory.Change{ServiceID: "quilt", Entries: []directory.Entry{novel}})
	find(directory.Query{Text: "zygomorphic"}, "quilt")
	find(directory.Query{Text: "zigomorphic"}, "quilt")
	find(directory.Query{Text: "zygomo"}, "quilt")
	find(directory.Query{Languages: []string{"eo"}}, "quilt")
	find(directory.Query{Needs: []string{"social-connection"}, Sort: directory.ByName}, "quilt", "wicker")
	wantTotal(t, x, directory.Query{}, activeServices+1)

	// Replaced: found by what it says now, and no longer by what it said.
	novel.Description, novel.Languages, novel.Needs = "Plain sewing.", []string{"la"}, []string{"stress"}
	apply(directory.Change{ServiceID: "quilt", Entries: []directory.Entry{novel}})
	find(directory.Query{Text: "zygomorphic"})
	find(directory.Query{Languages: []string{"eo"}})
	find(directory.Query{Languages: []string{"la"}, Text: "sewing"}, "quilt")

	// Several entries, then fewer: the service still stands once, then the other entry.
	second := novel
	second.ID, second.Point, second.City = "quilt-2", nil, "Fresno"
	apply(directory.Change{ServiceID: "quilt", Entries: []directory.Entry{novel, second}})
	find(directory.Query{Text: "sewing", Facets: []string{"city"}}, "quilt")
	apply(directory.Change{ServiceID: "quilt", Entries: []directory.Entry{second}})
	if r, err := x.Search(t.Context(), directory.Query{Text: "sewing", Near: &seekerPlace}); err != nil || len(r.Hits) != 1 || r.Hits[0].EntryID != "quilt-2" || r.Hits[0].DistanceMeters != nil {
		t.Errorf("Search after the first entry went = %+v, %v, want quilt-2 without a distance", r.Hits, err)
	}

	// Removed, by no entries or by an inactive one; removing what is not there is no error.
	apply(directory.Change{ServiceID: "quilt"})
	find(directory.Query{Text: "sewing"})
	second.Status = "defunct"
	apply(directory.Change{ServiceID: "quilt", Entries: []directory.Entry{second}})
	find(directory.Query{Text: "sewing"})
	apply(directory.Change{ServiceID: "never-there"})
	wantTotal(t, x, directory.Query{}, activeServices)

	// Several changes at once, of which the last of a service stands.
	full := byID["pantry-mission-1"]
	full.Capacity = directory.CapacityFull
	apply(directory.Change{ServiceID: "quilt", Entries: []directory.Entry{novel}}, directory.Change{ServiceID: full.ServiceID, Entries: []directory.Entry{full}}, directory.Change{ServiceID: "quilt"})
	find(directory.Query{TaxonomyIDs: []string{"tx-pantry"}, Capacity: []string{directory.CapacityFull}}, "pantry-mission")
	find(directory.Query{Text: "quilting"})
}

// testRebuildWhileSearching makes sure that searches always see one whole
// index, the old or the new one, and that changes made meanwhile are kept.
func testRebuildWhileSearching(t *testing.T, x directory.Index, entries []directory.Entry) {
	rebuild(t, x, entries)
	next := entries[:12] // the new directory has fewer services
	halfway, goOn := make(chan struct{}), make(chan struct{})
	slow := func(yield func(directory.Entry, error) bool) {
		for i, e := range next {
			if i == len(next)/2 {
				close(halfway)
				<-goOn
			}
			if !yield(e, nil) {
				return
			}
		}
	}
	var searches sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	for range 4 {
		searches.Go(func() {
			for ctx.Err() == nil {
				r, err := x.Search(ctx, directory.Query{Facets: []string{"needs"}})
				if err != nil {
					if ctx.Err() == nil {
						t.Errorf("Search while rebuilding: %v", err)
					}
					return
				}
				if !slices.Contains([]int{activeServices, activeServices + 1, len(next) + 1}, r.Total) {
					t.Errorf("Search while rebuilding: Total = %d, want all of the old or the new services", r.Total)
					return
				}
			}
		})
	}
	done := make(chan error, 1)
	go func() { done <- x.Rebuild(t.Context(), slow) }()
	<-halfway
	wantTotal(t, x, directory.Query{}, activeServices)
	late := entries[0]
	late.ID, late.ServiceID, late.Name = "late-1", "late", "Latecomer"
	if err := x.Apply(t.Context(), []directory.Change{{ServiceID: "late", Entries: []directory.Entry{late}}}); err != nil {
		t.Errorf("Apply while rebuilding: %v", err)
	}
	wantTotal(t, x, directory.Query{Text: "latecomer"}, 1)
	close(goOn)
	if err := <-done; err != nil {
		t.Errorf("Rebuild: %v", err)
	}
	stop()
	searches.Wait()
	wantTotal(t, x, directory.Query{}, len(next)+1)
	wantTotal(t, x, directory.Query{Text: "latecomer"}, 1)

	// A rebuild that is broken off leaves everything as it is.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := x.Rebuild(ctx, all(entries)); !errors.Is(err, context.Canceled) {
		t.Errorf("Rebuild with an ended context = %v, want context.Canceled", err)
	}
	wantTotal(t, x, directory.Query{}, len(next)+1)
}
