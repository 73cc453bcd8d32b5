package borders

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/havenloop/havenloop/internal/geo"
)

// embedded holds the counties of the cartographic boundary files of the US
// Census Bureau, 2017 edition (public domain). Package gen writes it and tells
// its form.
//
//go:embed borders.gz
var embedded []byte

type data struct {
	lines    [][]geo.Point
	boxes    []Box // of the lines
	counties []outline
	states   []outline
	between  []int // places of the lines with another state on each side
}

// outline is the shape of a county or a state.
type outline struct {
	fips  string
	box   Box
	rings [][]int // places in lines; the complement of one gone along backwards
}

// load decodes the embedded shapes when they are first asked for.
var load = sync.OnceValue(func() *data {
	d, err := decode(bytes.NewReader(embedded))
	if err != nil {
		panic(fmt.Sprintf("embedded boundaries: %v", err)) // built wrongly; every test of the package would fail
	}
	return d
})

func decode(r io.Reader) (*data, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	in := &reader{r: bufio.NewReader(z)}
	var grid [4]float64 // size of a step, origin; longitude first
	if err := binary.Read(in.r, binary.LittleEndian, &grid); err != nil {
		return nil, err
	}
	d := &data{}
	for n := in.uint(); n > 0 && in.err == nil; n-- {
		d.addLine(in, grid)
	}
	for n := in.uint(); n > 0 && in.err == nil; n-- {
		d.counties = append(d.counties, d.outline(in, "%05d"))
	}
	for n := in.uint(); n > 0 && in.err == nil; n-- {
		d.states = append(d.states, d.outline(in, "%02d"))
	}
	if in.err == nil { // the checksum stands at the end
		_, in.err = io.Copy(io.Discard, in.r)
	}
	if in.err != nil {
		return nil, in.err
	}
	for _, list := range [][]outline{d.counties, d.states} {
		slices.SortFunc(list, func(a, b outline) int { return cmp.Compare(a.fips, b.fips) })
	}
	d.findBetween()
	return d, nil
}

func (d *data) addLine(in *reader, grid [4]float64) {
	var line []geo.Point
	var x, y int64
	for n := in.uint(); n > 0 && in.err == nil; n-- {
		x, y = x+in.int(), y+in.int()
		line = append(line, geo.Point{Lat: grid[3] + float64(y)*grid[1], Lng: grid[2] + float64(x)*grid[0]})
	}
	if len(line) == 0 {
		in.fail("a line without points")
		return
	}
	box := Box{line[0].Lat, line[0].Lng, line[0].Lat, line[0].Lng}
	for _, p := range line {
		box = box.with(p)
	}
	d.lines, d.boxes = append(d.lines, line), append(d.boxes, box)
}

// outline reads one shape; form is that of its FIPS code.
func (d *data) outline(in *reader, form string) outline {
	c := outline{fips: fmt.Sprintf(form, in.uint()), box: Box{90, 180, -90, -180}}
	for rings := in.uint(); rings > 0 && in.err == nil; rings-- {
		var ring []int
		for n := in.uint(); n > 0 && in.err == nil; n-- {
			line := int(in.int())
			place := max(line, ^line)
			if place >= len(d.lines) {
				in.fail("a line that is not there")
				return c
			}
			ring = append(ring, line)
			b := d.boxes[place]
			c.box = c.box.with(geo.Point{Lat: b.South, Lng: b.West}).with(geo.Point{Lat: b.North, Lng: b.East})
		}
		c.rings = append(c.rings, ring)
	}
	return c
}

// findBetween finds the lines that counties of two states share.
func (d *data) findBetween() {
	first := make([]string, len(d.lines)) // the state that had the line first
	for _, c := range d.counties {
		for _, ring := range c.rings {
			for _, line := range ring {
				i, state := max(line, ^line), c.fips[:2]
				switch first[i] {
				case "":
					first[i] = state
				case state:
				default:
					d.between = append(d.between, i)
				}
			}
		}
	}
}

// reader reads varints until the first error, which it keeps.
type reader struct {
	r   *bufio.Reader
	err error
}

func (r *reader) fail(why string) {
	if r.err == nil {
		r.err = fmt.Errorf("borders: %s", why)
	}
}

func (r *reader) uint() (n uint64) {
	if r.err == nil {
		n, r.err = binary.ReadUvarint(r.r)
	}
	return n
}

func (r *reader) int() (n int64) {
	if r.err == nil {
		n, r.err = binary.ReadVarint(r.r)
	}
	return n
}
