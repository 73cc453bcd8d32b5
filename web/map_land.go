package web

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/havenloop/havenloop/internal/geo"
	"github.com/havenloop/havenloop/internal/geo/borders"
)

const (
	// mostShapes is how many counties a map draws; where there are more, it
	// draws states.
	mostShapes = 60
	// mostLand is how long the path data of a map may be, in bytes; longer ones
	// are drawn with fewer points.
	mostLand = 12_000
)

// land draws the counties as one path, or the states where there are many, and
// the lines between states as another.
func (f frame) land() (land, states string) {
	shapes := borders.Counties(f.box())
	if len(shapes) > mostShapes {
		shapes = borders.States(f.box())
	}
	lines := borders.StateLines(f.box())
	for step := 2.0; ; step *= 2 {
		land, states = f.path(shapes, step), f.paths(lines, step)
		if len(land)+len(states) <= mostLand || step > mapWidth {
			return land, states
		}
	}
}

// path draws shapes with points at least so far from each other.
func (f frame) path(shapes []borders.Shape, step float64) string {
	var b []byte
	for _, s := range shapes {
		for _, ring := range s.Rings {
			points := clip(f.along(ring))
			if _, size := middle(points); len(points) > 2 && size >= step*step {
				b = append(appendPath(b, simple(points, step)), 'Z')
			}
		}
	}
	return string(b)
}

func (f frame) paths(lines [][]geo.Point, step float64) string {
	var b []byte
	for _, line := range lines {
		for _, part := range visible(f.along(line)) {
			b = appendPath(b, simple(part, step))
		}
	}
	return string(b)
}

// along are the points of a line on the drawing.
func (f frame) along(line []geo.Point) []MapPoint {
	out := make([]MapPoint, len(line))
	for i, p := range line {
		out[i] = f.at(p)
	}
	return out
}

// bleed is how far shapes go beyond the drawing, so that the cut is not seen.
const bleed = 4.0

// sides are the four edges at which shapes are cut: how far inside of it a
// point is.
var sides = [4]func(MapPoint) float64{
	func(p MapPoint) float64 { return p.X + bleed },
	func(p MapPoint) float64 { return mapWidth + bleed - p.X },
	func(p MapPoint) float64 { return p.Y + bleed },
	func(p MapPoint) float64 { return mapHeight + bleed - p.Y },
}

// clip cuts a closed shape at the edges of the drawing (the Sutherland-Hodgman
// algorithm, Communications of the ACM 17(1), 1974).
func clip(shape []MapPoint) []MapPoint {
	for _, side := range sides {
		var out []MapPoint
		for i, p := range shape {
			last := shape[(i+len(shape)-1)%len(shape)]
			from, to := side(last), side(p)
			if (from < 0) != (to < 0) {
				t := from / (from - to)
				out = append(out, MapPoint{last.X + t*(p.X-last.X), last.Y + t*(p.Y-last.Y)})
			}
			if to >= 0 {
				out = append(out, p)
			}
		}
		shape = out
	}
	return shape
}

// visible are the parts of a line that are on the drawing, with one point more
// at either end.
func visible(line []MapPoint) [][]MapPoint {
	var out [][]MapPoint
	begin := -1
	for i := 1; i < len(line); i++ {
		on := crosses(line[i-1], line[i])
		if on && begin < 0 {
			begin = i - 1
		}
		if begin >= 0 && (!on || i == len(line)-1) {
			end := i
			if on {
				end = i + 1
			}
			out = append(out, line[begin:end])
			begin = -1
		}
	}
	return out
}

// crosses tells whether the way from a to b may touch the drawing.
func crosses(a, b MapPoint) bool {
	return !slices.ContainsFunc(sides[:], func(side func(MapPoint) float64) bool { return side(a) < 0 && side(b) < 0 })
}

// simple leaves out points that are nearer than step to the one before.
func simple(points []MapPoint, step float64) []MapPoint {
	out := points[:0:0]
	for i, p := range points {
		if i > 0 && i < len(points)-1 && math.Abs(p.X-out[len(out)-1].X)+math.Abs(p.Y-out[len(out)-1].Y) < step {
			continue
		}
		out = append(out, p)
	}
	return out
}

// appendPath writes points as path data in whole units.
func appendPath(b []byte, points []MapPoint) []byte {
	x, y := 0, 0
	for i, p := range points {
		nextX, nextY := int(math.Round(p.X)), int(math.Round(p.Y))
		if i == 0 {
			b = append(b, 'M')
			b = strconv.AppendInt(b, int64(nextX), 10)
			b = append(b, ' ')
			b = strconv.AppendInt(b, int64(nextY), 10)
			b = append(b, 'l')
		} else {
			b = appendStep(b, nextX-x)
			b = appendStep(b, nextY-y)
		}
		x, y = nextX, nextY
	}
	return b
}

// appendStep writes a difference; a minus parts it from the number before.
func appendStep(b []byte, step int) []byte {
	if last := b[len(b)-1]; step >= 0 && last >= '0' && last <= '9' {
		b = append(b, ' ')
	}
	return strconv.AppendInt(b, int64(step), 10)
}

// mostNames is how many names of a kind a map has at most.
const mostNames = 9

// names are the counties and, where the map shows few of them, ZIP codes, by
// which people know their way around. A name keeps away from pins and others.
func (f frame) names(pins []MapPin, home string) []MapName {
	var out []MapName
	put := func(n MapName, room float64) bool {
		free := n.X > room && n.X < mapWidth-room && n.Y > 18 && n.Y < mapHeight-34 &&
			!slices.ContainsFunc(pins, func(p MapPin) bool {
				return math.Abs(p.X-n.X) < room+pinRadius && math.Abs(p.Y-n.Y) < pinRadius+9
			}) &&
			!slices.ContainsFunc(out, func(o MapName) bool { return math.Abs(o.X-n.X) < 2*room && math.Abs(o.Y-n.Y) < 20 })
		if free {
			n.X, n.Y = math.Round(n.X), math.Round(n.Y)
			out = append(out, n)
		}
		return free
	}
	type named struct {
		at   MapPoint
		size float64
		name string
	}
	var counties []named
	for _, c := range borders.Counties(f.box()) {
		info, _ := geo.County(c.FIPS)
		for _, ring := range c.Rings {
			if at, size := middle(clip(f.along(ring))); size > 4000 && info.Name != "" {
				counties = append(counties, named{at, size, info.Name})
			}
		}
	}
	slices.SortStableFunc(counties, func(a, b named) int { return cmp.Compare(b.size, a.size) })
	for _, c := range counties[:min(len(counties), mostNames)] {
		for _, shift := range []float64{0, 40, -40, 80, -80, 120, -120} { // beside what is in the way
			if put(MapName{MapPoint: MapPoint{c.at.X, c.at.Y + shift}, Text: c.name, Area: true}, 4*float64(len(c.name))) {
				break
			}
		}
	}
	b := f.box()
	left := mostNames
	for _, z := range geo.ZIPsIn(b.South, b.West, b.North, b.East) {
		if left > 0 && z.Code != home && f.metres()*mapHeight < 60_000 && put(MapName{MapPoint: f.at(z.Point), Text: z.Code}, 26) {
			left--
		}
	}
	return out
}

// middle is the centroid of a closed shape, and its size.
func middle(shape []MapPoint) (at MapPoint, size float64) {
	for i, p := range shape {
		q := shape[(i+1)%len(shape)]
		cross := p.X*q.Y - q.X*p.Y
		at.X += (p.X + q.X) * cross
		at.Y += (p.Y + q.Y) * cross
		size += cross
	}
	if size == 0 {
		return at, 0
	}
	return MapPoint{at.X / 3 / size, at.Y / 3 / size}, math.Abs(size) / 2
}
