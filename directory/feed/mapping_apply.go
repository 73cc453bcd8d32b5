package feed

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory/repair"
	"github.com/havenloop/havenloop/internal/geo"
)

// readMapped reads a table as a mapping says. took is false where no table of
// the mapping is like it.
func (b *builder) readMapped(file string, r io.Reader, m *Mapping) (took bool, err error) {
	comma, headings := m.form(file)
	a := &applier{b: b, file: file, row: mappedRow{columns: map[string]int{}}, made: map[[sha256.Size]byte]bool{}, members: map[string]int{}}
	err = readCSV(r, csvForm{comma, headings}, func(names []string) error {
		a.headings = names
		plain := make([]string, len(names))
		for i, h := range names {
			plain[i] = columnName(h)
			if _, twice := a.row.columns[plain[i]]; !twice {
				a.row.columns[plain[i]] = i
			}
		}
		if a.table = m.tableFor(file, plain); a.table == nil {
			return errOtherTable
		}
		a.lost, a.nothing = make([]int, len(names)), make([]int, len(names))
		a.missing()
		return nil
	}, func(line int, cells []string) error {
		a.take(line, cells)
		return nil
	}, func(line int, err error) {
		b.report.add(Line{File: file, Row: line, Value: err.Error(), Rule: "unreadable-row", Level: Error, Done: Dropped})
	})
	if errors.Is(err, errOtherTable) || err == nil && a.table == nil {
		return false, nil
	}
	if a.table == nil {
		return false, err
	}
	a.tellLost()
	return true, err
}

// errOtherTable ends the reading of a file that no table of a mapping takes.
var errOtherTable = errors.New("the mapping does not know such a table")

// applier makes objects of the rows of one file.
type applier struct {
	b        *builder
	file     string
	table    *mappedTable
	headings []string
	row      mappedRow
	// lost and nothing count, by column, the cells that became part of no
	// object, and those that stand for nothing.
	lost, nothing []int
	reads         map[string]bool // columns, and members of lists in them, that the mapping reads in some rows
	members       map[string]int  // members of lists that it does not read
	// made are objects that other rows made in the same words, and terms.
	made map[[sha256.Size]byte]bool
}

// take makes what a row says.
func (a *applier) take(line int, cells []string) {
	r := &a.row
	r.line, r.cells, r.blank, r.used = line, r.cells[:0], r.blank[:0], r.used[:0]
	empty := true
	for i, c := range cells {
		if i == len(a.headings) {
			a.b.report.add(Line{File: a.file, Row: line, Value: strings.Join(cells[i:], ", "), Rule: "no-heading", Level: Warning, Done: Dropped})
			break
		}
		c = strings.TrimSpace(c)
		blank := repair.Blank(c)
		r.cells, r.blank, r.used = append(r.cells, c), append(r.blank, blank), append(r.used, false)
		empty = empty && blank
	}
	if empty {
		return
	}
	matched := false
	for i := range a.table.rules {
		rule := &a.table.rules[i]
		if !r.holds(rule.when) {
			continue
		}
		matched = true
		if rule.each == "" {
			a.apply(rule, i)
			continue
		}
		list, ok := readList(r.text(rule.each))
		if !ok {
			a.b.report.add(Line{File: a.file, Row: line, Column: rule.each, Value: r.text(rule.each), Rule: string(repair.Unreadable), Level: Warning, Done: Dropped})
		}
		r.use()
		a.countMembers(rule.each, r.text(rule.each))
		for _, o := range list {
			r.member = o
			a.apply(rule, i)
		}
		r.member = nil
	}
	if !matched {
		a.b.report.add(Line{File: a.file, Row: line, Value: strings.Join(cells, "; "), Rule: "no-rule", Level: Warning, Done: Dropped})
		return
	}
	for i, c := range r.cells {
		switch {
		case r.used[i]:
		case !r.blank[i]:
			a.lost[i]++
		case c != "":
			a.nothing[i]++
		}
	}
}

// use notes that what was read became part of something.
func (r *mappedRow) use() {
	for _, i := range r.reads {
		r.used[i] = true
	}
}

// apply makes the objects of a rule from the row.
func (a *applier) apply(rule *rowRule, place int) {
	p := &parcels{byKey: map[string][]*parcel{}, counts: map[string]int{}, left: map[string]bool{}}
	for _, several := range []bool{true, false} { // what there are several of says how many there are
		for i := range rule.settings {
			if s := &rule.settings[i]; (s.split != "" || s.list != "" || s.number >= 0) == several {
				a.set(p, s)
			}
		}
	}
	by := map[string]*parcel{}
	for _, o := range p.roots {
		by[o.kind] = o
	}
	for _, kind := range objects { // those that others name come first
		if o := by[kind]; o != nil {
			a.identify(o, by)
		}
	}
	for _, kind := range objects {
		if o := by[kind]; o != nil {
			a.emit(o, place, slices.Contains(rule.existing, kind))
		}
	}
	if s, l := by["service"], by["location"]; rule.paired && s != nil && l != nil && s.cells["id"] != "" && l.cells["id"] != "" && (l.any() || slices.Contains(rule.existing, "location")) {
		a.emit(&parcel{kind: "service_at_location", said: true, cells: map[string]string{"service_id": s.cells["id"], "location_id": l.cells["id"]}}, place, false)
	}
}

// set fills the field of a setting.
func (a *applier) set(p *parcels, s *setting) {
	r := &a.row
	if s.list == "" && !r.holds(s.when) {
		return
	}
	values := []string{s.value}
	r.skipped = 0
	if s.value == "" {
		values = r.read(*s, func(text string) {
			a.b.report.add(Line{File: a.file, Row: r.line, Column: s.label, Value: text, Rule: string(repair.Unreadable), Level: Warning, Done: Dropped})
		})
	}
	several := s.split != "" || s.list != ""
	if r.skipped > 0 && !p.left[s.list+s.to.key()] {
		p.left[s.list+s.to.key()] = true
		a.b.report.add(Line{File: a.file, Row: r.line, Column: s.list, Value: fmt.Sprintf("%d of the list, for %s", r.skipped, s.to.key()), Rule: "not-used", Level: Info, Done: Dropped})
	}
	if s.list != "" && !p.left[s.list] {
		p.left[s.list] = true
		a.countMembers(s.list, r.text(s.list))
	}
	if several && !p.sameCount(s, len(values)) {
		a.b.report.add(Line{File: a.file, Row: r.line, Column: s.label, Value: strings.Join(values, "; "), Rule: "lists-differ", Level: Warning, Done: Dropped})
		r.use() // the line says so
		return
	}
	took := false
	for n, v := range values {
		said := v != "" && s.value == ""
		if v == "" {
			v = s.other
		}
		if v == "" {
			continue
		}
		for _, o := range p.at(s, n) {
			took = o.put(s, v, said) || took
		}
	}
	if took {
		r.use()
	}
}

// identify gives an object its id, from its content where the row has none, and
// the ids of the objects around it.
func (a *applier) identify(o *parcel, by map[string]*parcel) {
	for _, parent := range map[string][]string{"service": {"organization"}, "location": {"organization"}, "service_at_location": {"service", "location"}}[o.kind] {
		if around := by[parent]; around != nil && o.cells[parent+"_id"] == "" {
			o.cells[parent+"_id"] = around.cells["id"]
		}
	}
	if o.cells["id"] != "" {
		return
	}
	says := func(fields ...string) string {
		var words []string
		for _, f := range fields {
			words = append(words, geo.Normal(o.cells[f]))
		}
		for _, part := range o.parts {
			if part.kind == "address" {
				words = append(words, geo.Normal(part.cells["address_1"]+" "+part.cells[wholeAddress]+" "+part.cells["city"]+" "+part.cells["postal_code"]))
			}
		}
		return strings.TrimSpace(strings.Join(words, "/"))
	}
	var id string
	switch o.kind {
	case "organization", "taxonomy":
		id = says("name")
	case "service", "location":
		id = says("organization_id", "name")
	case "taxonomy_term":
		id = says("taxonomy_id", "code", "name")
	case "service_at_location":
		id = o.cells["service_id"] + "@" + o.cells["location_id"]
	}
	if strings.Trim(id, "/@") != "" {
		o.cells["id"] = id
	}
}
