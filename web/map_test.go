package web

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/geo"
	"github.com/havenloop/havenloop/internal/identity"
)

// around draws spots within some degrees of a place.
func spotsAround(t *rapid.T, middle geo.Point, n int) []mapSpot {
	span := rapid.SampledFrom([]float64{0, 0.001, 0.05, 0.5, 5}).Draw(t, "span")
	spots := make([]mapSpot, n)
	for i := range spots {
		at := geo.Point{Lat: middle.Lat + rapid.Float64Range(-span, span).Draw(t, "lat"), Lng: middle.Lng + rapid.Float64Range(-span, span).Draw(t, "lng")}
		spots[i] = mapSpot{at: at, label: fmt.Sprint(i + 1), href: fmt.Sprintf("#found-%d", i+1), name: "Place"}
	}
	return spots
}

func TestMapOfAnySpots(t *testing.T) {
	l := samplePage(t, identity.CHW, "/directory", "directory.title").Locale
	rapid.Check(t, func(t *rapid.T) {
		middle := rapid.SampledFrom([]geo.Point{{Lat: 37.77, Lng: -122.42}, {Lat: 21.3, Lng: -157.85}, {Lat: 61.2, Lng: -149.9}, {Lat: 38.9, Lng: -77.03}}).Draw(t, "middle")
		n := rapid.IntRange(1, 10).Draw(t, "spots")
		spots := spotsAround(t, middle, n)
		zip, _ := geo.LookupZIP(rapid.SampledFrom([]string{"", "94109", "96813"}).Draw(t, "zip"))
		v, far, ok := drawMap(l, spots, zip)
		if !ok || len(v.Pins)+far != n {
			t.Fatalf("the map has %d pins and leaves out %d, want %d", len(v.Pins), far, n)
		}
		for i, p := range v.Pins {
			if p.X < pinRadius || p.X > mapWidth-pinRadius || p.Y < pinRadius || p.Y > mapHeight-pinRadius {
				t.Fatalf("pin %s is at %v, beyond the edge", p.Label, p.MapPoint)
			}
			for _, other := range v.Pins[:i] {
				if gap := math.Hypot(p.X-other.X, p.Y-other.Y); gap < pinApart-4 {
					t.Fatalf("pins %s and %s are %.0f apart, want %v", p.Label, other.Label, gap, pinApart)
				}
			}
		}
	})
}

// TestMapIsSmall: 50 pins weigh at most 30 KB, wherever they are.
func TestMapIsSmall(t *testing.T) {
	l := samplePage(t, identity.CHW, "/directory", "directory.title").Locale
	for name, middle := range map[string]geo.Point{
		"San Francisco": {Lat: 37.77, Lng: -122.42}, "Chesapeake Bay": {Lat: 38.3, Lng: -76.4}, "Alaska": {Lat: 58.3, Lng: -134.4}, "Louisiana": {Lat: 29.9, Lng: -90},
	} {
		for _, span := range []float64{0.05, 0.5, 2, 10} {
			var spots []mapSpot
			for i := range 50 {
				at := geo.Point{Lat: middle.Lat + span*math.Sin(float64(i)), Lng: middle.Lng + span*math.Cos(float64(i)*1.7)}
				spots = append(spots, mapSpot{at: at, label: fmt.Sprint(i + 1), href: fmt.Sprintf("#found-%d", i+1), name: "A service with a name of some length"})
			}
			v, _, _ := drawMap(l, spots, geo.ZIP{})
			v.Label, v.Text = "Map", "Map"
			size := len(renderHTML(t, mapFigure(l, v)))
			if size > 30_000 {
				t.Errorf("%s at %v degrees: the map is %d bytes, want at most 30000", name, span, size)
			}
			t.Logf("%s at %v degrees: %d bytes", name, span, size)
		}
	}
}

func TestMapShows(t *testing.T) {
	v := sampleFound(t, samplePage(t, identity.CHW, "/directory", "directory.title"), "map", 10)
	page := renderHTML(t, directoryPage(v))
	for _, want := range []string{
		`href="#found-1"`, `id="found-1"`, "San Francisco County", "The shaded circle is about where ZIP code 94109 is.", "1 has no place on the map.", " km<", "miles<",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page with a map lacks %q", want)
		}
	}
	if strings.Contains(page, `href="#found-10"`) {
		t.Error("a service by telephone has a pin")
	}
	if strings.Contains(page, "http://") || strings.Contains(strings.ReplaceAll(page, "https://food.example.org", ""), "https://") {
		t.Error("the page with a map leads elsewhere")
	}
}

func TestConfidentialPlacesHaveNoPin(t *testing.T) {
	p := samplePage(t, identity.CHW, "/directory", "directory.title")
	s := sampleService()
	s.Confidential = true // even if a point came with it
	v := foundView(p.Locale, p.form().With(findText, "shelter"), directory.SearchPage{Total: 1, Items: []directory.ServiceSummary{s}}, directory.SearchPage{}, func(string) bool { return false })
	if v.Map != nil || v.Results[0].Contact.Directions != "" {
		t.Errorf("a confidential place has the map %v and the directions %q, want neither", v.Map, v.Results[0].Contact.Directions)
	}
}

func TestMapLeavesOutWhatIsFar(t *testing.T) {
	l := samplePage(t, identity.CHW, "/directory", "directory.title").Locale
	zip, _ := geo.LookupZIP("94109")
	spots := []mapSpot{{at: geo.Point{Lat: 37.78, Lng: -122.42}, label: "1"}, {at: geo.Point{Lat: 34.05, Lng: -118.25}, label: "2"}}
	if v, far, _ := drawMap(l, spots, zip); len(v.Pins) != 1 || far != 1 {
		t.Errorf("the map has %d pins and leaves out %d, want one each", len(v.Pins), far)
	}
	if v, far, _ := drawMap(l, spots[1:], zip); len(v.Pins) != 1 || far != 0 {
		t.Errorf("the map of what is far alone has %d pins, want it shown", len(v.Pins))
	}
	if _, _, ok := drawMap(l, nil, zip); ok {
		t.Error("a map without places is drawn")
	}
}

func TestScale(t *testing.T) {
	l := samplePage(t, identity.CHW, "/directory", "directory.title").Locale
	s := scaleOf(l, 100) // a drawing 48 km wide
	if s.Miles.Text != "5 miles" || s.Km.Text != "5 km" || s.Km.Width != 50 || s.Miles.Width != 80 {
		t.Errorf("scaleOf(100 m) = %+v, want 5 miles in 80 units and 5 km in 50", s)
	}
	for n, want := range map[float64]float64{0.7: 0.5, 1: 1, 1.9: 1, 2: 2, 49: 20, 50: 50, 999: 500} {
		if got := round125(n); math.Abs(got-want) > 1e-9 {
			t.Errorf("round125(%v) = %v, want %v", n, got, want)
		}
	}
}

func TestClip(t *testing.T) {
	big := []MapPoint{{-1000, -1000}, {1000, -1000}, {1000, 1000}, {-1000, 1000}}
	if _, size := middle(clip(big)); math.Abs(size-(mapWidth+2*bleed)*(mapHeight+2*bleed)) > 1 {
		t.Errorf("clip of a large square has the size %v, want the whole drawing", size)
	}
	if out := clip([]MapPoint{{-100, -100}, {-50, -100}, {-50, -50}}); len(out) > 0 {
		t.Errorf("clip of what is beyond the edge = %v, want nothing", out)
	}
	if parts := visible([]MapPoint{{-100, 10}, {-50, 10}, {10, 10}, {900, 10}, {950, 10}, {950, 1000}}); len(parts) != 1 || len(parts[0]) != 3 {
		t.Errorf("visible = %v, want one part of three points", parts)
	}
}
