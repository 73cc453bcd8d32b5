package feed

import (
	"path"

	"github.com/google/uuid"
)

// Feed says whose data is read, and how.
type Feed struct {
	// Name tells feeds apart; ids of records are made from it, so that it must
	// stay the same: "dc-2024" or the host name of the publisher.
	Name string
	// Country completes addresses that name none; "" for US.
	Country string
	// Mapping reads tables that are not those of HSDS; nil for none.
	Mapping *Mapping
}

// space is the namespace of ids that we make for records of feeds.
var space = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:feed"))

// id is the id of a record: its own where that is a UUID, else a UUIDv5 of
// feed, kind and old id, so that the next import finds it again.
func (f Feed) id(entity, old string) string {
	if u, err := uuid.Parse(old); err == nil && len(old) == 36 {
		return u.String()
	}
	return uuid.NewSHA1(space, []byte(f.Name+"\x00"+entity+"\x00"+old)).String()
}

// ref points to a row of a table.
type ref struct{ table, row int32 }

// builder puts rows together to objects.
type builder struct {
	feed   Feed
	report *Report
	tables []*table
	spool  spool
	// rows are those of each kind that others name, by their own id, as the feed
	// writes it.
	rows  map[string]map[string]ref
	parts partIndex
	// pairs are the ids of service_at_locations by service and location.
	pairs map[[2]string]string
	taken map[string]bool
	given map[uuid.UUID]bool // ids that parts brought along
	// byFile are the tables that objects, and cells with several values, make.
	byFile map[string]*table
}

func newBuilder(feed Feed, report *Report) *builder {
	return &builder{feed: feed, report: report, rows: map[string]map[string]ref{}, parts: newPartIndex(), pairs: map[[2]string]string{},
		taken: map[string]bool{}, given: map[uuid.UUID]bool{}, byFile: map[string]*table{}}
}

// table makes a table for rows of a file.
func (b *builder) table(file string, e *entity, columns []string) *table {
	t := &table{entity: e, file: file, columns: columns}
	b.tables = append(b.tables, t)
	return t
}

// add adds rows to a table.
func (b *builder) add(t *table, rows ...row) {
	for _, r := range rows {
		t.rows = append(t.rows, b.spool.put(r))
	}
}

// row reads a row.
func (b *builder) row(at ref) row { return b.spool.get(b.tables[at.table].rows[at.row]) }

// change puts a row in the place of another.
func (b *builder) change(at ref, r row) { b.tables[at.table].rows[at.row] = b.spool.put(r) }

// use notes that a row became part of an object, or says nothing new.
func (b *builder) use(at ref) { b.tables[at.table].used.set(at.row) }

// tell adds a line to the report about a cell.
func (b *builder) tell(t *table, r row, column, value, rule string, level Severity, done Action) {
	if h := t.headings[column]; h != "" {
		column = h
	}
	b.report.add(Line{File: t.file, Row: r.line, Column: column, Value: value, Rule: rule, Level: level, Done: done})
}

// base is the file's name in a report.
func base(name string) string { return path.Base(name) }
