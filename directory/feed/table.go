package feed

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"
)

// A table is one table of a feed, already in the words of HSDS 3. Its rows lie
// in the builder's spool.
type table struct {
	entity *entity
	file   string
	// columns are the names of its columns by number.
	columns []string
	rows    []spot
	used    bits // rows that became part of an object, or said nothing new
	adds    bool // its rows add to those of another table
	// headings are those of the file by column, where a mapping reads it; nil
	// where the columns are called as in the file.
	headings map[string]string
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

// csvForm is how a file is cut into cells.
type csvForm struct {
	comma    rune // between cells; 0 to find out
	headings int  // the row in which the headings stand, from 1
}

// readCSV reads a table of comma-separated values, also where another sign
// stands for the comma; each gets the headings, and then each row.
func readCSV(r io.Reader, form csvForm, header func([]string) error, each func(line int, cells []string) error, bad func(line int, err error)) error {
	plain := plainLines(r)
	if form.comma == 0 {
		form.comma = sniff(plain)
	}
	in := csv.NewReader(plain)
	in.Comma, in.FieldsPerRecord, in.LazyQuotes = form.comma, -1, true
	for n := 1; ; n++ {
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
		switch {
		case len(cells) > maxColumns:
			return fmt.Errorf("a row has %d columns, more than %d", len(cells), maxColumns)
		case n < form.headings:
		case n == form.headings:
			err = header(cells)
		default:
			err = each(line, cells)
		}
		if err != nil {
			return err
		}
	}
}

// sniff finds the sign between cells: the most frequent one in the first line,
// outside of quotation marks.
func sniff(r *bufio.Reader) rune {
	start, _ := r.Peek(r.Size())
	var count [128]int
	quoted := false
	for _, c := range start {
		if c == '"' {
			quoted = !quoted
		}
		if c == '\n' && !quoted {
			break
		}
		if c < 128 && !quoted {
			count[c]++
		}
	}
	best := ','
	for _, c := range ";\t|" {
		if count[c] > count[best] {
			best = c
		}
	}
	return best
}

// columnName is a heading in the form that tables are compared in.
func columnName(s string) string {
	s = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(s, "\ufeff")))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '-' || r == '_' }), "_")
}

// plainLines reads text as UTF-8 with line feeds: it takes a byte order mark
// away, and mends UTF-16 and the lines of old spreadsheets, which end with a
// carriage return alone.
func plainLines(r io.Reader) *bufio.Reader {
	const size = 64 << 10
	in := bufio.NewReaderSize(r, size)
	switch b, _ := in.Peek(3); {
	case bytes.HasPrefix(b, []byte("\ufeff")):
		_, _ = in.Discard(3)
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		in = bufio.NewReaderSize(transform16.NewDecoder().Reader(in), size)
	}
	start, _ := in.Peek(size)
	if bytes.IndexByte(start, '\n') >= 0 || bytes.IndexByte(start, '\r') < 0 {
		return in
	}
	return bufio.NewReaderSize(&lineEnds{in}, size)
}

// transform16 reads UTF-16 in the order that its mark says.
var transform16 = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)

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
