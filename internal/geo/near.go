package geo

import (
	"math"
	"slices"
	"strconv"
)

// ZIPsIn lists the ZIP codes whose centroid lies between the parallels and
// meridians, in order.
func ZIPsIn(south, west, north, east float64) []ZIP {
	d := load()
	var out []ZIP
	for _, r := range d.zips {
		if p := r.point(); p.Lat >= south && p.Lat <= north && p.Lng >= west && p.Lng <= east && Valid(p) {
			out = append(out, d.zip(r, code(r.zip)))
		}
	}
	return out
}

// Reach is about how far a ZIP code stretches from its centroid, in metres:
// half of the mean way to the three nearest centroids, at least 500 m and at
// most 20 km. The source has no shapes of ZIP codes.
func Reach(zip ZIP) float64 {
	const degree = 111_195.0 // metres of a degree of latitude
	p := zip.Point
	for span := 0.1; span < 3; span *= 2 {
		wide := span / max(math.Cos(p.Lat*radians), 0.1)
		var near []float64
		for _, z := range ZIPsIn(p.Lat-span, p.Lng-wide, p.Lat+span, p.Lng+wide) {
			if m := Distance(p, z.Point); z.Code != zip.Code && m <= span*degree {
				near = append(near, m)
			}
		}
		if slices.Sort(near); len(near) >= 3 {
			return min(max((near[0]+near[1]+near[2])/6, 500), 20_000)
		}
	}
	return 20_000
}

func code(zip uint32) string {
	text := strconv.FormatUint(uint64(zip), 10)
	return "00000"[len(text):] + text
}
