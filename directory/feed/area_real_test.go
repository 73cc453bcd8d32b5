package feed_test

import (
	"path/filepath"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/internal/geo"
)

// TestAreasOfRealFeeds measures how many of the areas of real directories become
// codes, and holds the share. What is left are cities, of which we have no
// borders, parts of cities, "DC Metro Area" and the like; the feed of the
// District of Columbia calls its neighborhoods counties of Maryland.
func TestAreasOfRealFeeds(t *testing.T) {
	for _, tt := range []struct {
		mapping, path, state string
		least                float64
	}{
		{"florida", "fl-sample", "FL", 1},
		{"wellsky", "vendor-formats/wellskydata", "FL", 0.98},
		{"icarol", "vendor-formats/iCarol", "MD", 0.85},
		{"icarol", "sf-211-icarol/211.csv", "DC", 0.38},
		{"visionlink", "vendor-formats/visionlink", "PA", 0.28},
		{"ohana", "ohana-sample/data/sample-csv", "CA", 0.5},
	} {
		t.Run(filepath.Base(tt.path), func(t *testing.T) {
			s, err := feed.OpenSource(shared(t, filepath.Join("data/directory", tt.path)))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close() //nolint:errcheck // it was only read
			r, err := feed.Read(t.Context(), s, feed.Feed{Name: "test", Mapping: mapping(t, tt.mapping)}, &feed.Report{})
			if err != nil {
				t.Fatal(err)
			}
			st, _ := geo.LookupState(tt.state)
			all, resolved := 0, 0
			left := map[string]int{}
			for v := range r.Services() {
				for _, a := range v.ServiceAreas {
					all++
					if c := directory.ResolveAreas([]directory.ServiceArea{a}, st.FIPS); c.Unknown {
						left[a.Name]++
					} else {
						resolved++
					}
				}
			}
			share := float64(resolved) / float64(all)
			t.Logf("%d of %d areas are codes: %.3f; left: %v", resolved, all, share, left)
			if share < tt.least {
				t.Errorf("%.3f of the areas are codes, want at least %.2f", share, tt.least)
			}
		})
	}
}
