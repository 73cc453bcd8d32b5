package web

import (
	"cmp"
	"math"
	"slices"

	"github.com/havenloop/havenloop/internal/geo"
	"github.com/havenloop/havenloop/internal/geo/borders"
)

// MapView is a map of a list: land, lines and pins, drawn by ourselves, so that
// nobody else learns where somebody looks for help.
type MapView struct {
	// Label says what the map shows; Text tells it to who does not see it.
	Label, Text string
	// Land, States and Home are path data; Home is about where the seeker's ZIP
	// code is, "" when none was given.
	Land, States string
	Home         MapCircle
	Names        []MapName
	Pins         []MapPin
	Scale        MapScale
}

// MapPoint is a place on the drawing.
type MapPoint struct{ X, Y float64 }

// MapCircle is an area on the drawing; no radius for none.
type MapCircle struct {
	MapPoint
	R float64
}

// MapName is a name of a county or the number of a ZIP code.
type MapName struct {
	MapPoint
	Text string
	Area bool // of a county
}

// MapPin is a numbered place that leads to its card.
type MapPin struct {
	MapPoint
	// True is the place itself, where the pin had to move aside.
	True  MapPoint
	Moved bool
	Label string // its number in the list
	Href  string
	Name  string
}

// mapSpot is what a pin is made of.
type mapSpot struct {
	at                geo.Point
	label, href, name string
}

// The size of the drawing, and how near its edge a pin may be. The units are
// about pixels on a phone.
const (
	mapWidth  = 480.0
	mapHeight = 440.0
	mapMargin = 44.0
	// mapLeast is the least that a map shows, in metres from north to south: the
	// lines are too rough for less.
	mapLeast = 6_000.0
)

// frame turns places into points of the drawing: a plain grid with the parallel
// in the middle at its true length, which is right to a few metres in a city
// and good enough for a state.
type frame struct {
	middle geo.Point
	lng    float64 // length of a degree of longitude, of one of latitude
	scale  float64 // units per degree of latitude
}

// metresPerDegree is the length of a degree of latitude.
const metresPerDegree = 111_195.0

// frameOf makes a frame in which all places are well inside.
func frameOf(places []geo.Point) frame {
	south, north, west, east := 90.0, -90.0, 180.0, -180.0
	for _, p := range places {
		south, north = min(south, p.Lat), max(north, p.Lat)
		west, east = min(west, p.Lng), max(east, p.Lng)
	}
	f := frame{middle: geo.Point{Lat: (south + north) / 2, Lng: (west + east) / 2}}
	f.lng = max(math.Cos(f.middle.Lat*math.Pi/180), 0.1)
	high := max(north-south, mapLeast/metresPerDegree)
	f.scale = (mapHeight - 2*mapMargin) / high
	if wide := (east - west) * f.lng; wide > 0 {
		f.scale = min(f.scale, (mapWidth-2*mapMargin)/wide)
	}
	return f
}

// at is where the place is on the drawing.
func (f frame) at(p geo.Point) MapPoint {
	return MapPoint{mapWidth/2 + (p.Lng-f.middle.Lng)*f.lng*f.scale, mapHeight/2 - (p.Lat-f.middle.Lat)*f.scale}
}

// box is what of the earth is on the drawing.
func (f frame) box() borders.Box {
	high, wide := mapHeight/2/f.scale, mapWidth/2/f.scale/f.lng
	return borders.Box{South: f.middle.Lat - high, West: f.middle.Lng - wide, North: f.middle.Lat + high, East: f.middle.Lng + wide}
}

// metres is the length of a unit of the drawing.
func (f frame) metres() float64 { return metresPerDegree / f.scale }

// drawMap draws the spots, with the area of a ZIP code where it is known; ok is
// false when there is nothing to draw. far counts the spots left out because
// they are beyond reach of the ZIP code while others are not.
func drawMap(l *Locale, spots []mapSpot, zip geo.ZIP) (v MapView, far int, ok bool) {
	home := geo.Valid(zip.Point)
	if home {
		near := slices.DeleteFunc(slices.Clone(spots), func(s mapSpot) bool { return geo.Distance(s.at, zip.Point) > mapReach })
		if len(near) > 0 {
			spots, far = near, len(spots)-len(near)
		}
	}
	var places []geo.Point
	for _, s := range spots {
		places = append(places, s.at)
	}
	if len(places) == 0 {
		return v, 0, false
	}
	reach := 0.0
	if home {
		reach = geo.Reach(zip) / metresPerDegree
		wide := reach / max(math.Cos(zip.Point.Lat*math.Pi/180), 0.1)
		places = append(places, geo.Point{Lat: zip.Point.Lat - reach, Lng: zip.Point.Lng - wide}, geo.Point{Lat: zip.Point.Lat + reach, Lng: zip.Point.Lng + wide})
	}
	f := frameOf(places)
	v.Land, v.States = f.land()
	if home {
		v.Home = MapCircle{f.at(zip.Point), math.Round(reach * f.scale)}
	}
	v.Pins = f.pins(spots)
	v.Names = f.names(v.Pins, zip.Code)
	v.Scale = scaleOf(l, f.metres())
	return v, far, true
}

// mapReach is how far from the seeker's ZIP code the map goes while anything
// is nearer, in metres: about 60 miles.
const mapReach = 100_000

// pins places the pins, apart from each other so that each can be read and tapped.
func (f frame) pins(spots []mapSpot) []MapPin {
	pins := make([]MapPin, len(spots))
	for i, s := range spots {
		at := f.at(s.at)
		pins[i] = MapPin{MapPoint: at, True: at, Label: s.label, Href: s.href, Name: s.name}
	}
	spread(pins)
	for i := range pins {
		p := &pins[i]
		p.X, p.Y = math.Round(p.X), math.Round(p.Y)
		p.True.X, p.True.Y = math.Round(p.True.X), math.Round(p.True.Y)
		p.Moved = math.Hypot(p.X-p.True.X, p.Y-p.True.Y) > pinRadius/2
	}
	// What is farther north is drawn first, so that pins overlap like tiles.
	slices.SortStableFunc(pins, func(a, b MapPin) int { return cmp.Compare(a.Y, b.Y) })
	return pins
}

const (
	pinRadius = 13.0
	// pinApart keeps the middles of pins so far from each other that each has 24
	// pixels of its own also where the drawing is shrunk to a phone (WCAG 2.5.8).
	pinApart = 36.0
)

// spread pushes pins apart that are too near to each other, in steps, always
// in the same way.
func spread(pins []MapPin) {
	for range 200 {
		moved := false
		for i := range pins {
			for j := range i {
				a, b := &pins[i], &pins[j]
				dx, dy := a.X-b.X, a.Y-b.Y
				gap := math.Hypot(dx, dy)
				if gap >= pinApart-0.5 {
					continue
				}
				if gap < 0.01 { // at one place: each in a direction of its own
					dx, dy, gap = math.Cos(float64(i)*2.4), math.Sin(float64(i)*2.4), 1
				}
				push := (pinApart - math.Hypot(a.X-b.X, a.Y-b.Y)) / 2
				a.X, a.Y = onDrawing(a.X+dx/gap*push, mapWidth), onDrawing(a.Y+dy/gap*push, mapHeight)
				b.X, b.Y = onDrawing(b.X-dx/gap*push, mapWidth), onDrawing(b.Y-dy/gap*push, mapHeight)
				moved = true
			}
		}
		if !moved {
			return
		}
	}
}

// onDrawing keeps a pin on the drawing.
func onDrawing(at, size float64) float64 { return min(max(at, pinRadius+2), size-pinRadius-2) }
