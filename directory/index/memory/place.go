package memory

import (
	"math"
	"math/bits"

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
	point  geo.Point
	spot   spot
	radius float64 // metres, as asked
	reach  float64 // squared line within which a point is near
	cut    float64 // squared line beyond which a document is cut; +Inf: none
	areas  bool    // whether coverage is asked
	covers docset  // documents that cover the seeker
}

func newSeeker(q *directory.Query) seeker {
	s := seeker{cut: math.Inf(1), areas: len(q.Areas) > 0}
	if q.Near == nil || !geo.Valid(*q.Near) {
		return s
	}
	s.near, s.point, s.spot = true, *q.Near, spotOf(*q.Near)
	s.reach = squareOf(directory.ReachMeters)
	if q.RadiusMeters > 0 {
		s.radius, s.reach = q.RadiusMeters, squareOf(q.RadiusMeters)
		s.cut = s.reach
	}
	return s
}

// anywhere tells whether the query asks for no place.
func (s *seeker) anywhere() bool { return !s.near && !s.areas }

// manyPlaces is the number of documents above which the grid finds those within
// the radius faster than a look at the distance of each.
const manyPlaces = 1 << 14

// cut takes out of docs those beyond the radius, unless they are exempt and
// nothing says that they do not cover the seeker.
func (c *core) cut(seeker *seeker, docs docset, s *scratch) {
	if math.IsInf(seeker.cut, 1) {
		return
	}
	cuttable := s.take(len(docs))
	for i, w := range docs {
		spared := c.marks[exempt][i]
		if seeker.areas {
			spared &= seeker.covers[i]
		}
		cuttable[i] = w & c.marks[placed][i] &^ spared
	}
	if cuttable.count() > manyPlaces {
		around := s.take(len(docs))
		if c.grid.around(seeker.point, seeker.radius, around) {
			for i := range docs {
				docs[i] &= around[i] | ^cuttable[i]
			}
		}
	}
	for i, w := range cuttable {
		c.beyond(seeker, docs, i, w&docs[i])
	}
}

// beyond takes out of docs those of 64 that are farther than the seeker's cut.
// About as many are as are not, so that it computes instead of deciding.
func (c *core) beyond(seeker *seeker, docs docset, at int, some uint64) {
	far := uint64(0)
	for ; some != 0; some &= some - 1 {
		bit := bits.TrailingZeros64(some)
		far |= uint64(btoi(c.spots[at<<6+bit].square(seeker.spot) > seeker.cut)) << bit
	}
	docs[at] &^= far
}

// place tells of a document that is for the seeker in which tier it is, and
// how far away (as a squared line).
func (c *core) place(seeker *seeker, id uint32) (tier directory.Tier, square float64) {
	square = unknownDistance
	if seeker.near && c.marks[placed].has(id) {
		square = c.spots[id].square(seeker.spot)
	}
	covered, near := seeker.areas && seeker.covers.has(id), square <= seeker.reach
	switch {
	case covered && near, seeker.anywhere():
		return directory.CoversAndNear, square
	case covered:
		return directory.Covers, square
	case near:
		return directory.NearUnknown, square
	default:
		return directory.Unknown, square
	}
}
