package geo

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestDistance(t *testing.T) {
	tests := []struct {
		name string
		a, b Point
		want float64 // metres
	}{
		{"nowhere to go", Point{37.77, -122.42}, Point{37.77, -122.42}, 0},
		{"a quarter around the equator", Point{0, 0}, Point{0, 90}, 10_007_557},
		{"pole to pole", Point{90, 0}, Point{-90, 0}, 20_015_115},
		{"over the date line", Point{0, 179.5}, Point{0, -179.5}, 111_195},
		{"San Francisco to Los Angeles", Point{37.7749, -122.4194}, Point{34.0522, -118.2437}, 559_121},
	}
	for _, tt := range tests {
		if got := Distance(tt.a, tt.b); math.Abs(got-tt.want) > 1+tt.want/100_000 {
			t.Errorf("%s: Distance(%v, %v) = %.0f, want %.0f", tt.name, tt.a, tt.b, got, tt.want)
		}
	}
}

func TestDistanceIsSymmetric(t *testing.T) {
	point := rapid.Custom(func(t *rapid.T) Point {
		return Point{rapid.Float64Range(-90, 90).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lng")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := point.Draw(t, "a"), point.Draw(t, "b")
		if there, back := Distance(a, b), Distance(b, a); math.IsNaN(there) || math.Abs(there-back) > 1e-3 || there > 20_015_116 {
			t.Errorf("Distance(%v, %v) = %v, back %v", a, b, there, back)
		}
	})
}

func TestValid(t *testing.T) {
	for p, want := range map[Point]bool{
		{37.7, -122.4}: true, {0, 0}: false, {91, 0}: false, {0, 180.5}: false, {-90, 180}: true, {4_200_000, 560_000}: false,
	} {
		if got := Valid(p); got != want {
			t.Errorf("Valid(%v) = %v, want %v", p, got, want)
		}
	}
	if Valid(Point{math.NaN(), 1}) {
		t.Error("Valid(NaN) = true, want false")
	}
}

func TestLookupZIP(t *testing.T) {
	want := ZIP{Code: "94109", Point: Point{37.79533, -122.42226}, Counties: []string{"06075"}, State: "06"}
	for _, in := range []string{"94109", " 94109 ", "94109-1234", "941091234"} {
		got, ok := LookupZIP(in)
		if !ok || got.Code != want.Code || Distance(got.Point, want.Point) > 1500 {
			t.Errorf("LookupZIP(%q) = %v, %v, want about %v", in, got, ok, want)
		}
		if d := cmp.Diff(want.Counties, got.Counties); d != "" {
			t.Errorf("LookupZIP(%q) counties (-want +got):\n%s", in, d)
		}
	}
	for _, in := range []string{"", "9410", "00000", "abcde", "94109-", "9410x"} {
		if got, ok := LookupZIP(in); ok && in != "94109-" {
			t.Errorf("LookupZIP(%q) = %v, want nothing", in, got)
		}
	}
}

func TestApproximate(t *testing.T) {
	sanFrancisco := Point{37.775, -122.42}
	for _, zip := range []string{"94109", "94119", "94119-0001"} { // the second is a post office box
		if got, ok := Approximate(zip); !ok || Distance(got, sanFrancisco) > 15_000 {
			t.Errorf("Approximate(%q) = %v, %v, want in San Francisco", zip, got, ok)
		}
	}
	if _, ok := LookupZIP("94119"); ok {
		t.Error(`LookupZIP("94119") finds it, so it is no test for ZIP codes the source does not know`)
	}
	for _, zip := range []string{"00000", "", "9410"} {
		if got, ok := Approximate(zip); ok {
			t.Errorf("Approximate(%q) = %v, want nothing", zip, got)
		}
	}
}

func TestAreas(t *testing.T) {
	tests := map[string][]string{
		"94109": {"zip:94109", "county:06075", "state:06", "us"},
		"00802": {"zip:00802", "state:78", "us"}, // no county in the source, but a known territory
		"00000": {"zip:00000", "us"},             // not known: nothing is sure but itself
		"high":  nil,
	}
	for zip, want := range tests {
		if d := cmp.Diff(want, Areas(zip)); d != "" {
			t.Errorf("Areas(%q) (-want +got):\n%s", zip, d)
		}
	}
}

func TestFindCounties(t *testing.T) {
	tests := []struct {
		name, state string
		want        []string
	}{
		{"Miami-Dade County", "12", []string{"12086"}},
		{"miami dade", "", []string{"12086"}},
		{"Baltimore County", "24", []string{"24005"}},
		{"Baltimore city", "24", []string{"24510"}},
		{"Baltimore", "24", []string{"24005", "24510"}},
		{"St. Louis County", "29", []string{"29189"}},
		{"Saint Louis City", "29", []string{"29510"}},
		{"Doña Ana", "35", []string{"35013"}},
		{"Dona Ana County", "", []string{"35013"}},
		{"Orleans Parish", "", []string{"22071"}},
		{"Orleans County", "22", nil},
		{"San Francisco", "48", nil},
		{"Nowhere", "", nil},
	}
	for _, tt := range tests {
		var got []string
		for _, c := range FindCounties(tt.name, tt.state) {
			got = append(got, c.FIPS)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("FindCounties(%q, %q) (-want +got):\n%s", tt.name, tt.state, d)
		}
	}
	if got := len(FindCounties("Washington County", "")); got < 25 {
		t.Errorf(`FindCounties("Washington County", "") = %d counties, want one of each of many states`, got)
	}
}

func TestLookupState(t *testing.T) {
	for _, in := range []string{"CA", "ca", "06", "California", "CALIFORNIA "} {
		if got, ok := LookupState(in); !ok || got.FIPS != "06" {
			t.Errorf("LookupState(%q) = %v, %v, want 06", in, got, ok)
		}
	}
	if got, ok := LookupState("Atlantis"); ok {
		t.Errorf(`LookupState("Atlantis") = %v, want nothing`, got)
	}
}

func BenchmarkLookupZIP(b *testing.B) {
	for b.Loop() {
		LookupZIP("94109")
	}
}
