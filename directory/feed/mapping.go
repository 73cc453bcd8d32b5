package feed

import (
	"path"
	"slices"
	"strings"
)

// Mapping says how tables of a layout that is not HSDS become objects of HSDS:
// which tables there are, what one row is, and which columns fill which fields.
// [ParseMapping] reads one; docs/importing.md explains how to write one.
type Mapping struct {
	// Name is a short word for it; About says in a sentence what it reads.
	Name, About string
	// hsds tells that files no table takes are read as tables of HSDS.
	hsds   bool
	tables []mappedTable
}

// mappedTable is one kind of table.
type mappedTable struct {
	files    []string // patterns of names, in small letters; none: any file
	has      []string // headings that tell it from others, as columnName writes them
	comma    rune     // between the cells; 0 to find out
	headings int      // the row in which the headings stand, from 1
	ignore   map[string]string
	rules    []rowRule
}

// rowRule says what the rows are that meet its conditions. A row can meet
// several rules, and then is all of that.
type rowRule struct {
	when     []condition
	each     string   // the column with a list: the row is one thing for each object in it
	existing []string // objects that other rows make: only parts of them are added
	settings []setting
	// paired tells that a row is a service and a location, and nothing says
	// more of the two together.
	paired bool
}

// condition holds for rows in which the column is, or is not, one of the words.
type condition struct {
	column string
	words  []string // in small letters; "" for an empty cell
	not    bool
}

// setting fills one field of one object from a row.
type setting struct {
	to     target
	from   []source
	label  string // what the report calls the source
	join   string
	first  bool
	value  string // where nothing is read: a constant
	other  string // where what is read is empty
	split  string
	list   string // the column that holds a list, as programs write it
	number int    // which of several numbered columns; -1 for none
	words  map[string]string
	rest   *string // what a word becomes that words does not list
	as     transform
	when   []condition
}

// source is a column, or a text with columns in it.
type source []piece

type piece struct {
	text   string
	column bool // text is the name of a column, as columnName writes it
}

// target is a place in an object: "service.phones[intake].number" or, read
// whole, "service.schedules[]".
type target struct {
	object string
	steps  []step
	field  string
}

// step goes into a list of an object.
type step struct {
	list, label string
	of          string // the kind of what is in it
}

// key is the same for all settings that fill the same object.
func (t target) key() string {
	var b strings.Builder
	b.WriteString(t.object)
	for _, s := range t.steps {
		b.WriteString("." + s.list + "[" + s.label + "]")
	}
	return b.String()
}

// tableFor is the table that takes a file with those headings, or nil.
func (m *Mapping) tableFor(file string, headings []string) *mappedTable {
	for i := range m.tables {
		t := &m.tables[i]
		named := len(t.files) == 0 || slices.ContainsFunc(t.files, func(p string) bool {
			ok, err := path.Match(p, strings.ToLower(file))
			return ok && err == nil
		})
		if named && !slices.ContainsFunc(t.has, func(h string) bool { return !slices.Contains(headings, h) }) {
			return t
		}
	}
	return nil
}

// form is how the file is cut into cells, which has to be known before its
// headings are: that of the first table that may take a file of the name.
func (m *Mapping) form(file string) (comma rune, headings int) {
	for i := range m.tables {
		t := &m.tables[i]
		if len(t.files) == 0 || slices.ContainsFunc(t.files, func(p string) bool {
			ok, err := path.Match(p, strings.ToLower(file))
			return ok && err == nil
		}) {
			return t.comma, t.headings
		}
	}
	return 0, 1
}
