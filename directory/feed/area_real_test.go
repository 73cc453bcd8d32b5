package feed_test

import (
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/geo"
)

// holdAreas measures how many areas of a real directory become codes, and holds
// the share. What is left are cities, of which we have no borders, parts of
// cities, "DC Metro Area" and the like; the feed of the District of Columbia
// calls its neighborhoods counties of Maryland.
func holdAreas(t *testing.T, areas []directory.ServiceArea, state string, least float64) {
	t.Helper()
	st, _ := geo.LookupState(state)
	resolved := 0
	left := map[string]int{}
	for _, a := range areas {
		if c := directory.ResolveAreas([]directory.ServiceArea{a}, st.FIPS); c.Unknown {
			left[a.Name]++
		} else {
			resolved++
		}
	}
	share := float64(resolved) / float64(len(areas))
	t.Logf("%d of %d areas are codes: %.3f; left: %v", resolved, len(areas), share, left)
	if share < least {
		t.Errorf("%.3f of the areas are codes, want at least %.2f", share, least)
	}
}
