package repair

import (
	"math"
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/internal/geo"
)

// earthRadius is that of the sphere of Web Mercator, in metres (EPSG:3857).
const earthRadius = 6378137.0

// mercatorLimit is the farthest a coordinate of Web Mercator can be from 0, in metres.
const mercatorLimit = 20037508.343

// Point reads a latitude and a longitude as written. It answers nil where
// there is none: both empty, 0,0, or outside of the world. Only one of the two
// is none either.
//
// Swapped pairs are turned only where that is sure: the latitude cannot be one,
// or the pair lies far outside of the United States and, turned, within.
func Point(lat, lng string) (*geo.Point, []Rule) {
	a, okA := number(lat)
	b, okB := number(lng)
	if !okA || !okB {
		if strings.TrimSpace(lat+lng) == "" {
			return nil, nil
		}
		return nil, []Rule{NoPlace}
	}
	p := geo.Point{Lat: a, Lng: b}
	turned := geo.Point{Lat: b, Lng: a}
	switch {
	case a == 0 && b == 0:
		return nil, []Rule{NoPlace}
	case geo.Valid(p) && (inUS(p) || !geo.Valid(turned) || !inUS(turned)):
		return &p, nil
	case geo.Valid(turned) && (inUS(turned) || !geo.Valid(p)):
		return &turned, []Rule{Swapped}
	case math.Abs(a) <= mercatorLimit && math.Abs(b) <= mercatorLimit && (math.Abs(a) > 180 || math.Abs(b) > 180):
		return unproject(a, b)
	}
	return nil, []Rule{NoPlace}
}

// unproject turns metres of Web Mercator, y and x in either order, into degrees.
func unproject(a, b float64) (*geo.Point, []Rule) {
	degrees := func(y, x float64) geo.Point {
		return geo.Point{
			Lat: (2*math.Atan(math.Exp(y/earthRadius)) - math.Pi/2) * 180 / math.Pi,
			Lng: x / earthRadius * 180 / math.Pi,
		}
	}
	if p := degrees(a, b); inUS(p) {
		return &p, []Rule{Projected}
	}
	if p := degrees(b, a); inUS(p) {
		return &p, []Rule{Projected, Swapped}
	}
	return nil, []Rule{NoPlace}
}

// inUS tells whether a point lies in the boxes around the states and
// territories: Alaska to Florida, Hawaii, Puerto Rico, Guam and Samoa.
func inUS(p geo.Point) bool {
	for _, b := range [...][4]float64{{24, 72, -180, -66}, {18, 23, -161, -154}, {17, 19, -68, -64}, {13, 21, 144, 147}, {-15, -14, -171, -168}} {
		if p.Lat >= b[0] && p.Lat <= b[1] && p.Lng >= b[2] && p.Lng <= b[3] {
			return true
		}
	}
	return false
}

func number(s string) (float64, bool) {
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "°"))
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}
