package memory

import (
	"math"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/geo"
)

// spot is a point on the unit sphere. The straight line between two spots
// grows with the way over the ground and is much cheaper to compute.
type spot struct{ x, y, z float64 }

func spotOf(p geo.Point) spot {
	lat, lng := p.Lat*math.Pi/180, p.Lng*math.Pi/180
	return spot{math.Cos(lat) * math.Cos(lng), math.Cos(lat) * math.Sin(lng), math.Sin(lat)}
}

// square is the squared straight line between two spots.
func (a spot) square(b spot) float64 {
	x, y, z := a.x-b.x, a.y-b.y, a.z-b.z
	return x*x + y*y + z*z
}

// earth is the radius of the earth in metres that geo.Distance counts with: a
// quarter of the way around, from equator to pole, gives it away.
var earth = geo.Distance(geo.Point{}, geo.Point{Lat: 90}) / (math.Pi / 2)

// squareOf is the squared straight line that belongs to metres over the ground.
func squareOf(meters float64) float64 {
	s := 2 * math.Sin(min(meters/earth, math.Pi)/2)
	return s * s
}

// unknownDistance stands for the distance to a document without a point.
const unknownDistance = math.MaxFloat64

// seeker is the place part of a query, made ready.
type seeker struct {
	near   bool
	spot   spot
	reach  float64 // squared line within which a point is near
	cut    float64 // squared line beyond which a document is cut; +Inf: none
	areas  bool    // whether coverage is asked
	covers []uint64
}

func newSeeker(q *directory.Query) seeker {
	s := seeker{cut: math.Inf(1), areas: len(q.Areas) > 0}
	if q.Near == nil || !geo.Valid(*q.Near) {
		return s
	}
	s.near, s.spot = true, spotOf(*q.Near)
	s.reach = squareOf(directory.ReachMeters)
	if q.RadiusMeters > 0 {
		s.reach = squareOf(q.RadiusMeters)
		s.cut = s.reach
	}
	return s
}

// place tells whether a document may be offered to the seeker, in which tier,
// and how far it is (as a squared line).
func (s *seeker) place(id uint32, d *facts) (tier directory.Tier, square float64, fits bool) {
	square = unknownDistance
	if s.near && d.flags&hasPoint != 0 {
		square = d.spot.square(s.spot)
	}
	covered := false
	if s.areas {
		covered = has(s.covers, id)
		if !covered && d.flags&areaUnknown == 0 {
			return 0, square, false
		}
	}
	if square != unknownDistance && square > s.cut && (d.flags&exempt == 0 || s.areas && !covered) {
		return 0, square, false
	}
	near := square <= s.reach && square != unknownDistance
	switch {
	case !s.near && !s.areas, covered && near:
		return directory.CoversAndNear, square, true
	case covered:
		return directory.Covers, square, true
	case near:
		return directory.NearUnknown, square, true
	default:
		return directory.Unknown, square, true
	}
}
