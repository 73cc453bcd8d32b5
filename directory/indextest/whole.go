package indextest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/havenloop/havenloop/directory"
)

// testWholeAnswers rebuilds the index and changes services while others search.
// Each state of the directory has a capacity of its own that all services have,
// so that an answer of two of them, or of a part of one, gives itself away.
func testWholeAnswers(t *testing.T, x directory.Index, entries []directory.Entry) {
	states := []string{directory.CapacityOpen, directory.CapacityFull}
	state := func(n int) []directory.Entry {
		out := make([]directory.Entry, 0, len(entries))
		for _, e := range entries {
			if e.Status == "active" {
				e.Capacity = states[n%len(states)]
				out = append(out, e)
			}
		}
		return out
	}
	rebuild(t, x, state(0))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var searches sync.WaitGroup
	for range 3 {
		searches.Go(func() {
			for ctx.Err() == nil {
				// The service that is changed to and fro is left out by its language.
				r, err := x.Search(ctx, directory.Query{Languages: []string{"en"}, Facets: []string{"capacity"}})
				if err != nil {
					if ctx.Err() == nil {
						t.Errorf("Search meanwhile: %v", err)
					}
					return
				}
				if c := r.Facets["capacity"]; len(c) != 1 || c[0].Count != r.Total || r.Total != activeServices {
					t.Errorf("Search meanwhile: Total = %d, capacities %v, want all %d services in one state", r.Total, c, activeServices)
					return
				}
			}
		})
	}
	for n := range 4 {
		extra := entries[0]
		extra.ID, extra.ServiceID, extra.Languages = "extra-1", "extra", []string{"eo"}
		extra.Name = fmt.Sprint("Extra ", n)
		rebuild(t, x, state(n+1))
		if err := x.Apply(t.Context(), []directory.Change{{ServiceID: "extra", Entries: []directory.Entry{extra}}}); err != nil {
			t.Errorf("Apply: %v", err)
		}
	}
	stop()
	searches.Wait()
}
