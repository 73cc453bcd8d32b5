// Package borders knows the shapes of counties and where states meet, to draw
// maps without asking anybody else for them.
//
// The shapes are rough: made for maps at 1 : 10,000,000, points are some
// hundred metres off. They are good to see on which side of a county or a
// shore a place is, not to find out in which county an address lies.
package borders

import "github.com/havenloop/havenloop/internal/geo"

// Box is a stretch of the earth between two parallels and two meridians, in
// degrees.
type Box struct{ South, West, North, East float64 }

// Meets tells whether two boxes have a point in common.
func (b Box) Meets(o Box) bool {
	return b.South <= o.North && o.South <= b.North && b.West <= o.East && o.West <= b.East
}

// with is the box made large enough for the point.
func (b Box) with(p geo.Point) Box {
	return Box{min(b.South, p.Lat), min(b.West, p.Lng), max(b.North, p.Lat), max(b.East, p.Lng)}
}

// Shape is the land of a county or a state.
type Shape struct {
	FIPS string
	// Rings enclose its parts; what two rings enclose is a hole. The last point
	// of a ring is the first one.
	Rings [][]geo.Point
}

// Counties answers the counties of which a part may lie in the box, by FIPS code.
func Counties(in Box) []Shape {
	d := load()
	return d.shapes(d.counties, in)
}

// States answers the states of which a part may lie in the box, by FIPS code.
func States(in Box) []Shape {
	d := load()
	return d.shapes(d.states, in)
}

func (d *data) shapes(list []outline, in Box) []Shape {
	var out []Shape
	for _, o := range list {
		if o.box.Meets(in) {
			out = append(out, Shape{FIPS: o.fips, Rings: d.rings(o)})
		}
	}
	return out
}

// StateLines answers the lines between states of which a part may lie in the box.
func StateLines(in Box) [][]geo.Point {
	d := load()
	var out [][]geo.Point
	for _, i := range d.between {
		if d.boxes[i].Meets(in) {
			out = append(out, d.lines[i])
		}
	}
	return out
}

// rings puts the lines of a shape together.
func (d *data) rings(c outline) [][]geo.Point {
	out := make([][]geo.Point, 0, len(c.rings))
	for _, ring := range c.rings {
		var points []geo.Point
		for _, line := range ring {
			next, backwards := line, line < 0
			if backwards {
				next = ^line
			}
			along := d.lines[next]
			for i := range along {
				p := along[i]
				if backwards {
					p = along[len(along)-1-i]
				}
				if i > 0 || len(points) == 0 { // where lines meet, both have the point
					points = append(points, p)
				}
			}
		}
		if len(points) > 3 { // smaller parts are a point or a line at this scale
			out = append(out, points)
		}
	}
	return out
}
