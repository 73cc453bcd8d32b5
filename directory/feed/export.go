package feed

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/havenloop/havenloop/directory"
)

// Format is a form of an export.
type Format string

// The formats.
const (
	HSDSJSON Format = "hsds-json" // one list of objects of HSDS 3
	NDJSON   Format = "ndjson"    // the same, one object a line
	HSDSCSV  Format = "hsds-csv"  // a tabular data package in a .zip
)

// Formats lists all there are.
func Formats() []Format { return []Format{HSDSJSON, HSDSCSV, NDJSON} }

// Write exports the whole directory as anybody may see it: services with their
// organization, program and locations, then organizations and locations that no
// service names, and the taxonomies. It answers how many objects of each kind
// were written, and needs DirectoryRead.
func Write(ctx context.Context, d *directory.Directory, format Format, w io.Writer, at time.Time) (map[string]int, error) {
	x, err := d.Export(ctx)
	if err != nil {
		return nil, err
	}
	out := bufio.NewWriterSize(w, 256<<10)
	var sink sink
	switch format {
	case HSDSJSON:
		sink = &jsonSink{w: out, open: "[\n", between: ",\n", end: "\n]\n"}
	case NDJSON:
		sink = &jsonSink{w: out, between: "\n", end: "\n"}
	case HSDSCSV:
		sink = newTableSink(zip.NewWriter(out), at)
	default:
		return nil, fmt.Errorf("there is no export format %q", format)
	}
	counts := map[string]int{}
	seen := map[string]bool{} // organizations and locations that services brought along
	err = errors.Join(exportAll(x, sink, counts, seen), x.Err())
	if err = errors.Join(err, sink.close(), out.Flush()); err != nil {
		return nil, fmt.Errorf("export the directory: %w", err)
	}
	return counts, nil
}

// sink takes the objects of an export.
type sink interface {
	put(kind string, object any) error
	close() error
}

func exportAll(x *directory.Export, s sink, counts map[string]int, seen map[string]bool) error {
	put := func(kind string, object any) error {
		counts[kind]++
		return s.put(kind, object)
	}
	for t := range x.Taxonomies() {
		if err := put("taxonomy", &t); err != nil {
			return err
		}
	}
	for t := range x.Terms() {
		if err := put("taxonomy_term", &t); err != nil {
			return err
		}
	}
	for v := range x.Services() {
		if v.Organization != nil {
			seen[v.Organization.ID] = true
		}
		for _, l := range v.ServiceAtLocations {
			seen[l.LocationID] = true
		}
		if err := put("service", &v); err != nil {
			return err
		}
	}
	for o := range x.Organizations() {
		if !seen[o.ID] {
			if err := put("organization", &o); err != nil {
				return err
			}
		}
	}
	for l := range x.Locations() {
		if !seen[l.ID] {
			if err := put("location", &l); err != nil {
				return err
			}
		}
	}
	return nil
}

// jsonSink writes objects as JSON.
type jsonSink struct {
	w                  *bufio.Writer
	open, between, end string
	begun              bool
}

func (s *jsonSink) put(kind string, object any) error {
	b, err := json.Marshal(object)
	if err != nil {
		return err
	}
	if kind == "taxonomy" {
		b = append(b[:len(b)-1], fmt.Sprintf(",%q:%q}", kindField, kind)...)
	}
	if _, err := s.w.WriteString(s.before()); err != nil {
		return err
	}
	_, err = s.w.Write(b)
	return err
}

func (s *jsonSink) before() string {
	if s.begun {
		return s.between
	}
	s.begun = true
	return s.open
}

func (s *jsonSink) close() error {
	start := ""
	if !s.begun {
		start = s.open
	}
	_, err := s.w.WriteString(start + s.end)
	return err
}
