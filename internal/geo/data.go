package geo

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
)

// census holds the facts of the US Census Bureau (public domain): centroids of
// the 2021 Gazetteer, the 2010 ZCTA to county relationship file, and county
// names of the cartographic boundary files. Package gen writes it and tells
// its form.
//
//go:generate go run ./gen
//go:embed census.gz
var census []byte

// scale is how many steps a degree has in the embedded data; one is about a metre.
const scale = 1e5

type data struct {
	zips     []zipRow // by zip
	counties []CountyInfo
	county   map[string]int   // FIPS code → counties
	byName   map[string][]int // normal name without kind → counties
}

// zipRow is one ZIP code; what is not known is 0 (county and state count from 1).
type zipRow struct {
	zip      uint32
	lat, lng int32
	county   uint16
	state    uint8
}

// load decodes the embedded facts when they are first asked for.
var load = sync.OnceValue(func() *data {
	d, err := decode(bytes.NewReader(census))
	if err != nil {
		panic(fmt.Sprintf("embedded Census data: %v", err)) // built wrongly; every test of the package would fail
	}
	return d
})

func decode(r io.Reader) (*data, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	in := &reader{r: bufio.NewReader(z)}
	d := &data{county: map[string]int{}, byName: map[string][]int{}}
	for i := range int(in.uint()) {
		c := CountyInfo{FIPS: fmt.Sprintf("%05d", in.uint()), Name: in.string()}
		c.State = c.FIPS[:2]
		d.counties = append(d.counties, c)
		d.county[c.FIPS] = i
		base, _ := cutKind(Normal(c.Name))
		d.byName[base] = append(d.byName[base], i)
	}
	d.zips = make([]zipRow, in.uint())
	var last zipRow
	for i := range d.zips {
		last.zip += uint32(in.uint())
		last.lat += int32(in.int())
		last.lng += int32(in.int())
		last.county, last.state = uint16(in.uint()), uint8(in.uint())
		d.zips[i] = last
	}
	if in.err == nil { // the checksum stands at the end
		_, in.err = io.Copy(io.Discard, in.r)
	}
	return d, in.err
}

func (r zipRow) point() Point { return Point{Lat: float64(r.lat) / scale, Lng: float64(r.lng) / scale} }

func (d *data) zip(r zipRow, code string) ZIP {
	z := ZIP{Code: code, Point: r.point()}
	if r.county > 0 {
		z.Counties = []string{d.counties[r.county-1].FIPS}
	}
	if r.state > 0 {
		z.State = states[r.state-1].FIPS
	}
	return z
}

// reader reads varints and strings until the first error, which it keeps.
type reader struct {
	r   *bufio.Reader
	err error
}

func (r *reader) uint() uint64 {
	if r.err != nil {
		return 0
	}
	var n uint64
	n, r.err = binary.ReadUvarint(r.r)
	return n
}

func (r *reader) int() int64 {
	if r.err != nil {
		return 0
	}
	var n int64
	n, r.err = binary.ReadVarint(r.r)
	return n
}

func (r *reader) string() string {
	b := make([]byte, r.uint())
	if r.err == nil {
		_, r.err = io.ReadFull(r.r, b)
	}
	return string(b)
}
