package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory"
)

// Reading is a feed that was read, ready to be taken object by object.
type Reading struct {
	b *builder
	// Rows is how many rows were read.
	Rows int
}

// Close lets go of what was read.
func (r *Reading) Close() error { return errors.Join(r.b.spool.err, r.b.spool.close()) }

// Read reads a source whole; Close of what it answers lets go of it. What it finds wrong goes to the report; it fails
// only where the source itself cannot be read.
func Read(ctx context.Context, s *Source, feed Feed, report *Report) (*Reading, error) {
	b := newBuilder(feed, report)
	r, err := b.read(ctx, s)
	if err != nil {
		return nil, errors.Join(err, b.spool.close())
	}
	return r, nil
}

func (b *builder) read(ctx context.Context, s *Source) (*Reading, error) {
	known := 0
	for _, name := range s.names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		took, err := b.readFile(s, name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path.Base(name), err)
		}
		if took {
			known++
		} else {
			b.report.add(Line{File: base(name), Rule: "unknown-file", Level: Warning, Done: Dropped})
		}
	}
	if known == 0 {
		return nil, ErrNoFeed
	}
	b.index()
	if b.spool.err != nil {
		return nil, fmt.Errorf("keep the rows of the feed: %w", b.spool.err)
	}
	r := &Reading{b: b}
	for _, t := range b.tables {
		r.Rows += len(t.rows)
	}
	return r, nil
}

func (b *builder) readFile(s *Source, name string) (bool, error) {
	f, err := s.open(name)
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }() // it was only read
	if isTable(name) && b.feed.Mapping != nil {
		if took, err := b.readMapped(base(name), f, b.feed.Mapping); took || err != nil || !b.feed.Mapping.hsds {
			return took, err
		}
		if err := f.Close(); err != nil {
			return false, err
		}
		if f, err = s.open(name); err != nil { // from its beginning, as a table of HSDS
			return false, err
		}
	}
	if isTable(name) {
		l, ok := layoutOf(path.Base(name))
		if !ok {
			return false, nil
		}
		return true, b.readTable(base(name), f, l)
	}
	return b.readJSON(base(name), f)
}

// readTable reads a table of an HSDS package.
func (b *builder) readTable(file string, r io.Reader, l layout) error {
	e := entities[l.entity]
	t := b.table(file, e, nil)
	t.adds = l.adds
	var columns, headings []string // by place in the file; "-" for those not taken
	lost := map[int]int{}
	adapt := adapters[l.entity]
	err := readCSV(r, csvForm{headings: 1}, func(header []string) error {
		for i, h := range header {
			header[i] = columnName(h)
		}
		headings = header
		taken := map[string]bool{}
		for _, h := range header {
			to, known := l.rename(h)
			if known && to != h && e.knows(h) && slices.Contains(header, to) {
				to = h // a table of HSDS 3, which has both
			}
			if !known || taken[to] {
				to = ignored
			}
			taken[to] = to != ignored
			columns = append(columns, to)
		}
		if columns[0] == ignored && len(columns) > 1 && !taken["id"] && header[0] == "" {
			columns[0] = "id"
		}
		t.columns = distinct(columns)
		return nil
	}, func(line int, cells []string) error {
		r := row{line: line, cells: make([]cell, 0, filled(cells))}
		for i, text := range cells {
			if i >= len(columns) || text == "" || strings.TrimSpace(text) == "" {
				continue
			}
			if columns[i] == ignored {
				lost[i]++
				continue
			}
			if name := columns[i]; name == "id" || strings.HasSuffix(name, "_id") {
				text = strings.TrimSpace(text)
			}
			r.cells = append(r.cells, cell{t.column(columns[i]), text})
		}
		for name, value := range l.fixed {
			if t.get(r, name) == "" {
				r.cells = append(r.cells, cell{t.column(name), value})
			}
		}
		if len(r.cells) == 0 {
			return nil
		}
		if adapt == nil {
			b.add(t, r)
		} else {
			b.add(t, adapt(b, t, r)...)
		}
		return b.spool.err
	}, func(line int, err error) {
		b.report.add(Line{File: file, Row: line, Value: err.Error(), Rule: "unreadable-row", Level: Error, Done: Dropped})
	})
	for i, h := range headings {
		if n := lost[i]; n > 0 {
			b.report.add(Line{File: file, Column: h, Value: fmt.Sprintf("%d cells", n), Rule: "unknown-column", Level: Warning, Done: Dropped})
		}
	}
	return err
}

func filled(cells []string) (n int) {
	for _, c := range cells {
		if c != "" {
			n++
		}
	}
	return n
}

func distinct(columns []string) []string {
	var out []string
	for _, c := range columns {
		if c != ignored {
			out = append(out, c)
		}
	}
	return out
}

// Taxonomies are the taxonomies of the feed.
func (r *Reading) Taxonomies() iter.Seq[directory.Taxonomy] {
	return each[directory.Taxonomy](r, "taxonomy")
}

// Terms are its taxonomy terms.
func (r *Reading) Terms() iter.Seq[directory.TaxonomyTerm] {
	return each[directory.TaxonomyTerm](r, "taxonomy_term")
}

// Organizations are its organizations, with their programs, phones and contacts.
func (r *Reading) Organizations() iter.Seq[directory.Organization] {
	return each[directory.Organization](r, "organization")
}

// Locations are its locations.
func (r *Reading) Locations() iter.Seq[directory.Location] {
	return each[directory.Location](r, "location")
}

// Services are its services, with everything below them but the locations,
// which they name.
func (r *Reading) Services() iter.Seq[directory.Service] {
	return each[directory.Service](r, "service")
}

// Finish tells of the rows that nothing took: they name a parent that is not there.
func (r *Reading) Finish() {
	for n, t := range r.b.tables {
		for i := range t.rows {
			if at := (ref{int32(n), int32(i)}); !t.used.has(at.row) {
				row := r.b.row(at)
				r.b.tell(t, row, "", summary(t, row), "no-parent", Warning, Dropped)
			}
		}
	}
}

// summary quotes the beginning of a row.
func summary(t *table, r row) string {
	var parts []string
	for _, c := range r.cells {
		parts = append(parts, t.columns[c.column]+"="+c.text)
	}
	return strings.Join(parts, "; ")
}

// count is how many rows of a kind there are.
func (r *Reading) count(kind string) (n int) {
	for _, t := range r.b.tables {
		if t.entity.name == kind {
			n += len(t.rows)
		}
	}
	return n
}

// counted tells how far a sequence is, now and then.
func counted[T any](seq iter.Seq[T], step string, all int, tell func(Progress)) iter.Seq[T] {
	const often = 500
	return func(yield func(T) bool) {
		n := 0
		for v := range seq {
			if n%often == 0 {
				tell(Progress{Step: step, Done: n, All: all})
			}
			n++
			if !yield(v) {
				return
			}
		}
		tell(Progress{Step: step, Done: n, All: all})
	}
}
