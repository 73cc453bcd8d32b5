package directory

import (
	"slices"

	"github.com/havenloop/havenloop/internal/geo"
)

// seekerPlace is where a person is: the point from which distance counts and
// the areas they live in; either may be unknown.
type seekerPlace struct {
	near   *geo.Point
	radius float64 // metres; 0: no cut
	areas  []string
}

// homeOf is where people with the ZIP code are. Its areas are nil when the
// county is not known, as with post office boxes: then nobody can say which
// services are not for them.
func homeOf(zip string) (near *geo.Point, areas []string) {
	z, _ := geo.LookupZIP(zip)
	if len(z.Counties) > 0 {
		areas = geo.Areas(zip)
	}
	if p, ok := geo.Approximate(zip); ok {
		near = &p
	}
	return near, areas
}

// name is the tier as the API says it: unknown for a person whose place is not known.
func (s seekerPlace) name(t Tier) string {
	if s.near == nil && len(s.areas) == 0 {
		return Unknown.String()
	}
	return t.String()
}

// tier tells whether a service at a place may be offered to a person, how sure
// that is, and how far it is (nil when unknown). These are the rules of
// [Query]: known areas that leave the person out do not fit; a radius cuts
// what is farther, unless it needs no visit or is statewide.
func (s seekerPlace) tier(e Entry) (t Tier, meters *float64, fits bool) {
	if s.near != nil && e.Point != nil {
		d := geo.Distance(*s.near, *e.Point)
		meters = &d
	}
	asked := len(s.areas) > 0
	covered := asked && slices.ContainsFunc(e.Areas, func(a string) bool { return slices.Contains(s.areas, a) })
	if asked && !covered && !e.AreaUnknown && len(e.Areas) > 0 {
		return 0, meters, false
	}
	if s.radius > 0 && meters != nil && *meters > s.radius && (!e.Statewide && !e.Virtual || asked && !covered) {
		return 0, meters, false
	}
	reach := float64(ReachMeters)
	if s.radius > 0 {
		reach = s.radius
	}
	near := meters != nil && *meters <= reach
	switch {
	case s.near == nil && !asked, covered && near:
		return CoversAndNear, meters, true
	case covered:
		return Covers, meters, true
	case near:
		return NearUnknown, meters, true
	default:
		return Unknown, meters, true
	}
}
