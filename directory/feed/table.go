package feed

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A table is one table of a feed, already in the words of HSDS 3.
type table struct {
	entity *entity
	file   string
	// columns are the names of its columns by number.
	columns []string
	rows    []row
	adds    bool // its rows add to those of another table
}

// row keeps the cells that say something; most cells of real tables are empty.
type row struct {
	line  int // as a spreadsheet counts
	cells []cell
}

type cell struct {
	column uint16
	text   string
}

func (t *table) get(r row, column string) string {
	for _, c := range r.cells {
		if t.columns[c.column] == column {
			return c.text
		}
	}
	return ""
}

// column is the number of a column, which becomes one of the table's.
func (t *table) column(name string) uint16 {
	for i, c := range t.columns {
		if c == name {
			return uint16(i)
		}
	}
	t.columns = append(t.columns, name)
	return uint16(len(t.columns) - 1)
}

// maxColumns bounds the columns of a table.
const maxColumns = 2000

// errRows is the mistake of a row that cannot be read as CSV.
var errRows = errors.New("this is not a table of comma-separated values")

// readCSV reads a table of comma-separated values; each gets the header, in
// small letters with underscores, and then each row.
func readCSV(r io.Reader, header func([]string) error, each func(line int, cells []string) error, bad func(line int, err error)) error {
	in := csv.NewReader(carriageReturns(r))
	in.FieldsPerRecord = -1
	in.LazyQuotes = true
	first := true
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if parse, ok := errors.AsType[*csv.ParseError](err); ok {
			bad(parse.StartLine, errRows)
			continue
		}
		if err != nil {
			return err
		}
		line, _ := in.FieldPos(0)
		if len(cells) > maxColumns {
			return fmt.Errorf("a row has %d columns, more than %d", len(cells), maxColumns)
		}
		if first {
			first = false
			names := make([]string, len(cells))
			for i, c := range cells {
				names[i] = columnName(c)
			}
			if err := header(names); err != nil {
				return err
			}
			continue
		}
		if err := each(line, cells); err != nil {
			return err
		}
	}
}

// columnName is a heading in the form that tables are compared in.
func columnName(s string) string {
	s = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(s, "\ufeff")))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '-' || r == '_' }), "_")
}

// carriageReturns reads files whose lines end with a carriage return alone, as
// old spreadsheets wrote them, and takes a byte order mark away.
func carriageReturns(r io.Reader) io.Reader {
	in := bufio.NewReaderSize(r, 64<<10)
	if b, _ := in.Peek(3); bytes.Equal(b, []byte("\ufeff")) {
		_, _ = in.Discard(3)
	}
	start, _ := in.Peek(64 << 10)
	if bytes.IndexByte(start, '\n') >= 0 || bytes.IndexByte(start, '\r') < 0 {
		return in
	}
	return &lineEnds{in}
}

type lineEnds struct{ in io.Reader }

func (l *lineEnds) Read(p []byte) (int, error) {
	n, err := l.in.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}
