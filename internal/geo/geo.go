// Package geo knows where places are: distances, the centroids of ZIP codes,
// and the county and state a ZIP code is in. The facts are those of the US
// Census Bureau and are embedded, so nothing is looked up over a network.
package geo

import "math"

// Point is a place on the earth in degrees (WGS 84).
type Point struct {
	Lat float64 `json:"lat"`
	Lng float64 `json:"lng"`
}

// earthRadius is the mean radius of the earth in metres (IUGG R1).
const earthRadius = 6_371_008.8

const radians = math.Pi / 180

// Valid tells whether p can be a place in the directory: within the range of
// degrees, and not 0,0, which data sources write when they do not know.
func Valid(p Point) bool {
	return p != Point{} && math.Abs(p.Lat) <= 90 && math.Abs(p.Lng) <= 180
}

// Distance is the way from a to b over the ground in metres, as the crow
// flies (haversine formula; off by less than 0.6 %, since the earth is no sphere).
func Distance(a, b Point) float64 {
	sinLat := math.Sin((b.Lat - a.Lat) * radians / 2)
	sinLng := math.Sin((b.Lng - a.Lng) * radians / 2)
	h := sinLat*sinLat + math.Cos(a.Lat*radians)*math.Cos(b.Lat*radians)*sinLng*sinLng
	return 2 * earthRadius * math.Asin(math.Sqrt(min(1, h)))
}
