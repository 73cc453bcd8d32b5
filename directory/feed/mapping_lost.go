package feed

import (
	"fmt"

	"github.com/havenloop/havenloop/directory/repair"
)

// missing notes which columns the mapping reads, and tells of those that the
// file does not have.
func (a *applier) missing() {
	a.reads = map[string]bool{}
	see := func(column string) {
		if column == "" || a.reads[column] {
			return
		}
		a.reads[column] = true
		if _, ok := a.row.columns[column]; !ok {
			a.b.report.add(Line{File: a.file, Column: column, Rule: "no-such-column", Level: Info, Done: Kept})
		}
	}
	for _, r := range a.table.rules {
		see(r.each)
		for _, c := range r.when {
			see(c.column)
		}
		for _, s := range r.settings {
			see(s.list)
			for _, c := range s.when {
				a.reads[s.list+"."+c.column] = true
			}
			for _, f := range s.from {
				for _, p := range f {
					switch {
					case p.column && s.list != "":
						a.reads[s.list+"."+p.text] = true
					case p.column && r.each != "":
						a.reads[r.each+"."+p.text] = true
					case p.column:
						see(p.text)
					}
				}
			}
		}
	}
}

// countMembers notes what the objects of a list say that no setting reads.
func (a *applier) countMembers(column, text string) {
	list, _ := readList(text)
	for _, o := range list {
		for name, said := range o {
			if full := column + "." + name; name != "" && !a.reads[full] && !repair.Blank(said) {
				a.members[full]++
			}
		}
	}
}

// tellLost tells of the cells that became part of no object.
func (a *applier) tellLost() {
	for i, h := range a.headings {
		if n := a.nothing[i]; n > 0 {
			a.b.report.add(Line{File: a.file, Column: h, Value: fmt.Sprintf("%d cells", n), Rule: string(repair.Placeholder), Level: Info, Done: Repaired})
		}
		if n := a.lost[i]; n > 0 {
			l := Line{File: a.file, Column: h, Value: fmt.Sprintf("%d cells", n), Rule: "not-mapped", Level: Warning, Done: Dropped}
			if why, ok := a.table.ignore[columnName(h)]; ok {
				l.Rule, l.Level = "left-out", Info
				l.Value += ": " + why
			} else if a.reads[columnName(h)] {
				l.Rule, l.Level = "not-used", Info
			}
			a.b.report.add(l)
		}
	}
	for _, m := range sortedKeys(a.members) {
		a.b.report.add(Line{File: a.file, Column: m, Value: fmt.Sprintf("%d times", a.members[m]), Rule: "not-mapped", Level: Warning, Done: Dropped})
	}
}
