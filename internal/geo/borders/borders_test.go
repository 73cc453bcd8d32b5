package borders

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/havenloop/havenloop/internal/geo"
)

// inside tells whether the point is within the shape: a ray from it crosses
// the rings an odd number of times.
func (s Shape) inside(p geo.Point) bool {
	in := false
	for _, ring := range s.Rings {
		for i := range ring[1:] {
			a, b := ring[i], ring[i+1]
			if (a.Lat > p.Lat) != (b.Lat > p.Lat) && p.Lng < a.Lng+(p.Lat-a.Lat)/(b.Lat-a.Lat)*(b.Lng-a.Lng) {
				in = !in
			}
		}
	}
	return in
}

func around(p geo.Point, degrees float64) Box {
	return Box{p.Lat - degrees, p.Lng - degrees, p.Lat + degrees, p.Lng + degrees}
}

func TestCountiesHoldTheirPlaces(t *testing.T) {
	for name, place := range map[string]struct {
		at   geo.Point
		fips string
	}{
		"Civic Center, San Francisco": {geo.Point{Lat: 37.779, Lng: -122.419}, "06075"},
		"Modesto":                     {geo.Point{Lat: 37.639, Lng: -120.997}, "06099"},
		"Chicago":                     {geo.Point{Lat: 41.85, Lng: -87.68}, "17031"},
		"Honolulu":                    {geo.Point{Lat: 21.33, Lng: -157.86}, "15003"},
		"Baltimore city":              {geo.Point{Lat: 39.30, Lng: -76.61}, "24510"},
	} {
		var in []string
		for _, s := range Counties(around(place.at, 0.01)) {
			if s.inside(place.at) {
				in = append(in, s.FIPS)
			}
		}
		if !slices.Equal(in, []string{place.fips}) {
			t.Errorf("%s lies in the counties %v, want %s", name, in, place.fips)
		}
	}
	if s := States(around(geo.Point{Lat: 37.779, Lng: -122.419}, 0.01)); len(s) != 1 || s[0].FIPS != "06" || !s[0].inside(geo.Point{Lat: 37.639, Lng: -120.997}) {
		t.Errorf("San Francisco lies in %d states, want California", len(s))
	}
	if found := Counties(around(geo.Point{Lat: 30, Lng: -50}, 1)); len(found) > 0 {
		t.Errorf("the Atlantic has %d counties, want none", len(found))
	}
}

func TestRingsAreClosed(t *testing.T) {
	for _, s := range Counties(Box{-90, -180, 90, 180}) {
		for _, ring := range s.Rings {
			if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
				t.Errorf("county %s has a ring of %d points that is not closed", s.FIPS, len(ring))
			}
		}
		if _, known := geo.County(s.FIPS); !known && s.FIPS[:2] < "60" {
			t.Errorf("county %s has a shape and no name", s.FIPS)
		}
	}
}

func TestStateLines(t *testing.T) {
	if lines := StateLines(around(geo.Point{Lat: 37.64, Lng: -121}, 0.3)); len(lines) > 0 {
		t.Errorf("the middle of California has %d state lines, want none", len(lines))
	}
	if lines := StateLines(around(geo.Point{Lat: 38.95, Lng: -120}, 0.3)); len(lines) == 0 {
		t.Error("Lake Tahoe has no state line, want the one of Nevada")
	}
}

func TestDecodeRefusesWhatIsBroken(t *testing.T) {
	head := make([]byte, 32)
	for name, body := range map[string][]byte{
		"cut off":                 binary.AppendUvarint(slices.Clone(head), 3),
		"a line of no points":     append(slices.Clone(head), 1, 0),
		"no such line":            append(slices.Clone(head), 0, 1, 1, 1, 1, 14),
		"no such line of a state": append(slices.Clone(head), 0, 0, 1, 1, 1, 1, 14),
	} {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(body); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := decode(&b); err == nil {
			t.Errorf("%s: decode = no error, want one", name)
		}
	}
	if _, err := decode(bytes.NewReader(embedded[:len(embedded)-9])); err == nil {
		t.Error("decode of a file that is cut off = no error, want one")
	}
}
