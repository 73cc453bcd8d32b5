package geo

import "testing"

func TestZIPsIn(t *testing.T) {
	found := map[string]bool{}
	for _, z := range ZIPsIn(37.7, -122.52, 37.82, -122.36) {
		found[z.Code] = true
	}
	if !found["94109"] || !found["94110"] || found["94601"] || len(found) < 20 {
		t.Errorf("ZIPsIn(San Francisco) = %v, want those of the city", found)
	}
	if z := ZIPsIn(42.3, -71.1, 42.4, -71.0); len(z) == 0 || len(z[0].Code) != 5 || z[0].Code[0] != '0' {
		t.Errorf("ZIPsIn(Boston) = %v, want five digits that begin with 0", z)
	}
}

func TestReach(t *testing.T) {
	for code, bounds := range map[string][2]float64{"94109": {500, 2500}, "95351": {1000, 8000}, "59001": {8000, 20_000}} {
		z, ok := LookupZIP(code)
		if got := Reach(z); !ok || got < bounds[0] || got > bounds[1] {
			t.Errorf("Reach(%s) = %.0f m, want %v", code, got, bounds)
		}
	}
}
