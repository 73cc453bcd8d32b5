package memory

import (
	"sync"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/indextest"
)

func TestIndex(t *testing.T) {
	indextest.Run(t, func(*testing.T) directory.Index { return New() })
}

func TestClockChange(t *testing.T) { indextest.RunClockChange(t, New()) }

// TestStems tests what only this engine does for both languages.
func TestStems(t *testing.T) {
	x := filled(t, indextest.Entries(t))
	e := directory.Entry{ID: "cocina-1", ServiceID: "cocina", Name: "Taller", Description: "Clases gratuitas de cocinar.", Status: "active"}
	if err := x.Apply(t.Context(), []directory.Change{{ServiceID: "cocina", Entries: []directory.Entry{e}}}); err != nil {
		t.Fatalf("Apply: %v", err)
	}
	for _, tt := range []struct{ text, language, want string }{
		{"volunteering", "", "rides-senior"},
		{"enrolling", "en-US", "snap-help"},
		{"cocinando", "es", "cocina"},
		{"cocinando", "es-MX", "cocina"},
		{"volunteering", "es", "rides-senior"}, // services are written in English at least
		{"cocinando", "en", ""},
	} {
		r, err := x.Search(t.Context(), directory.Query{Text: tt.text, Language: tt.language})
		got := ""
		if len(r.Hits) > 0 {
			got = r.Hits[0].ServiceID
		}
		if err != nil || got != tt.want {
			t.Errorf("Search(%q, %s) finds %q first, %v, want %q", tt.text, tt.language, got, err, tt.want)
		}
	}
}

// TestKnownPhraseMeansItself: who typed a word that is known to stand for
// others means these before words that go on where it ends.
func TestKnownPhraseMeansItself(t *testing.T) {
	x := filled(t, []directory.Entry{
		{ID: "1", ServiceID: "rental-fair", Name: "Rental fair", Quality: 1, Status: "active"},
		{ID: "2", ServiceID: "rent", Name: "Help with the rent", Status: "active"},
		{ID: "3", ServiceID: "rentavision", Name: "Rentavision", Status: "active"},
	})
	for _, tt := range []struct {
		text, want string
	}{
		{"renta", "rent"}, // Spanish for rent
		{"rentavi", "rentavision"},
	} {
		r, err := x.Search(t.Context(), directory.Query{Text: tt.text})
		if err != nil || len(r.Hits) == 0 || r.Hits[0].ServiceID != tt.want {
			t.Errorf("Search(%q) = %+v, %v, want %s first", tt.text, r.Hits, err, tt.want)
		}
	}
}

// TestSearchSeesWholeChanges changes a service to and fro while others search.
func TestSearchSeesWholeChanges(t *testing.T) {
	x := filled(t, indextest.Entries(t))
	a := directory.Entry{ID: "s-1", ServiceID: "s", Name: "Zebra", Needs: []string{"zz"}, City: "A", Capacity: directory.CapacityOpen, Status: "active"}
	b := a
	b.ID, b.City = "s-2", "B"
	c := a
	c.Name, c.City, c.Capacity = "Okapi", "C", directory.CapacityFull
	states := [][]directory.Entry{{a, b}, {c}}
	apply := func(n int) {
		if err := x.Apply(t.Context(), []directory.Change{{ServiceID: "s", Entries: states[n%2]}}); err != nil {
			t.Errorf("Apply: %v", err)
		}
	}
	apply(0)
	done := make(chan struct{})
	var searches sync.WaitGroup
	for range 4 {
		searches.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				r, err := x.Search(t.Context(), directory.Query{Needs: []string{"zz"}, Facets: []string{"city", "capacity"}})
				cities, open := len(r.Facets["city"]), len(r.Facets["capacity"]) == 1 && r.Facets["capacity"][0].Value == directory.CapacityOpen
				if err != nil || r.Total != 1 || open && cities != 2 || !open && cities != 1 {
					t.Errorf("Search during changes = %+v, %v, want one whole state", r, err)
					return
				}
			}
		})
	}
	for n := range 500 {
		apply(n)
	}
	close(done)
	searches.Wait()
}
