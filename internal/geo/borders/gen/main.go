// Command gen writes the boundaries that package borders embeds, from the
// counties of the US Census Bureau's cartographic boundary files, 2017 edition
// (public domain), as TopoJSON: counties-10m.json of the npm package us-atlas
// 3.0.1 (ISC).
//
//	npm pack us-atlas@3.0.1 && tar xzf us-atlas-3.0.1.tgz
//	go run ./gen -topology package/counties-10m.json
//
// The output is gzip of varints (u unsigned, s signed):
//
//	four float64, little endian: the size of a step and the origin, in degrees
//	of longitude, latitude
//	u number of lines, then for each: u number of points, then for each the
//	difference to the one before: s longitude, s latitude, in steps
//	u number of counties, then for each: u FIPS code, u number of rings, then
//	for each: u number of lines, then for each: s its place, or the
//	complement of it when the line is gone along backwards
//	the states in the same way
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"strconv"
)

// topology is what is read of the TopoJSON.
type topology struct {
	Transform struct {
		Scale     [2]float64 `json:"scale"`
		Translate [2]float64 `json:"translate"`
	} `json:"transform"`
	Arcs    [][][2]int64 `json:"arcs"`
	Objects struct {
		Counties collection `json:"counties"`
		States   collection `json:"states"`
	} `json:"objects"`
}

type collection struct {
	Geometries []struct {
		Type string          `json:"type"`
		ID   string          `json:"id"`
		Arcs json.RawMessage `json:"arcs"`
	} `json:"geometries"`
}

func main() {
	in := flag.String("topology", "counties-10m.json", "TopoJSON of the counties")
	out := flag.String("out", "borders.gz", "file to write")
	flag.Parse()
	if err := run(*in, *out); err != nil {
		log.Fatal(err)
	}
}

func run(in, out string) error {
	text, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	var t topology
	if err := json.Unmarshal(text, &t); err != nil {
		return err
	}
	b, err := encode(t)
	if err != nil {
		return err
	}
	var zipped bytes.Buffer
	w, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	log.Printf("%d lines, %d counties, %d bytes", len(t.Arcs), len(t.Objects.Counties.Geometries), zipped.Len())
	return os.WriteFile(out, zipped.Bytes(), 0o644)
}

func encode(t topology) ([]byte, error) {
	b, err := binary.Append(nil, binary.LittleEndian, []float64{t.Transform.Scale[0], t.Transform.Scale[1], t.Transform.Translate[0], t.Transform.Translate[1]})
	if err != nil {
		return nil, err
	}
	b = binary.AppendUvarint(b, uint64(len(t.Arcs)))
	for _, line := range t.Arcs {
		b = binary.AppendUvarint(b, uint64(len(line)))
		for _, p := range line {
			b = binary.AppendVarint(binary.AppendVarint(b, p[0]), p[1])
		}
	}
	if b, err = appendShapes(b, t.Objects.Counties); err != nil {
		return nil, err
	}
	return appendShapes(b, t.Objects.States)
}

func appendShapes(b []byte, c collection) ([]byte, error) {
	b = binary.AppendUvarint(b, uint64(len(c.Geometries)))
	for _, g := range c.Geometries {
		code, err := strconv.ParseUint(g.ID, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("shape %q: %w", g.ID, err)
		}
		var polygons [][][]int64
		if g.Type == "Polygon" {
			polygons = make([][][]int64, 1)
			err = json.Unmarshal(g.Arcs, &polygons[0])
		} else {
			err = json.Unmarshal(g.Arcs, &polygons)
		}
		if err != nil {
			return nil, fmt.Errorf("shape %q: %w", g.ID, err)
		}
		var rings [][]int64
		for _, p := range polygons {
			rings = append(rings, p...)
		}
		b = binary.AppendUvarint(binary.AppendUvarint(b, code), uint64(len(rings)))
		for _, ring := range rings {
			b = binary.AppendUvarint(b, uint64(len(ring)))
			for _, line := range ring {
				b = binary.AppendVarint(b, line)
			}
		}
	}
	return b, nil
}
