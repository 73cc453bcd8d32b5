package web

import "math"

// MapScale is the bars that tell how long a way on the drawing is.
type MapScale struct{ Miles, Km MapBar }

// MapBar is a length on the drawing with what it is on the ground.
type MapBar struct {
	Width float64
	Text  string
}

// scaleOf makes the bars of a drawing, of which a unit is so many metres.
func scaleOf(l *Locale, metres float64) MapScale {
	bar := func(key string, unit float64) MapBar {
		n := round125(90 * metres / unit)
		return MapBar{Width: math.Round(n * unit / metres), Text: l.T(key, "count", n)}
	}
	return MapScale{Miles: bar("distance.miles", metresPerMile), Km: bar("map.km", 1000)}
}

// round125 is the largest of … 0.5, 1, 2, 5, 10, 20 … that is not above n.
func round125(n float64) float64 {
	ten := math.Pow(10, math.Floor(math.Log10(n)))
	for _, step := range []float64{5, 2} {
		if n >= step*ten {
			return step * ten
		}
	}
	return ten
}
