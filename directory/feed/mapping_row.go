package feed

import (
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory/repair"
)

// mappedRow is the row at hand.
type mappedRow struct {
	line    int
	columns map[string]int // places of the cells by heading
	cells   []string       // trimmed
	blank   []bool         // cells that are empty, or stand for nothing: "NA"
	used    []bool         // cells that became part of an object, or decided
	reads   []int          // cells that the setting at hand read
	words   map[string]string
	member  map[string]string // of the list's object at hand
	skipped int               // objects of the list just read that meet no condition
}

// text is the cell under a heading, or the member of the list's object at hand.
// Stand-ins for nothing are empty, but for those that the setting gives a meaning.
func (r *mappedRow) text(column string) string {
	if s, ok := r.member[column]; ok {
		return s
	}
	i, ok := r.columns[column]
	if !ok || i >= len(r.cells) {
		return ""
	}
	if r.blank[i] {
		if _, meant := r.words[strings.ToLower(r.cells[i])]; !meant {
			return ""
		}
	}
	r.reads = append(r.reads, i)
	return r.cells[i]
}

// holds tells whether the row meets all conditions. A cell that decides by what
// it says counts as used, one that decides by being there does not.
func (r *mappedRow) holds(conditions []condition) bool {
	all := true
	for _, c := range conditions {
		r.reads = r.reads[:0]
		all = slices.Contains(c.words, strings.ToLower(r.text(c.column))) != c.not && all
		if !slices.Contains(c.words, "") {
			r.use()
		}
	}
	r.reads = r.reads[:0]
	return all
}

// fill is the text of a source; empty where one of its columns is.
func (r *mappedRow) fill(s source) string {
	if len(s) == 1 && s[0].column {
		return r.text(s[0].text)
	}
	var b strings.Builder
	for _, p := range s {
		text := p.text
		if p.column {
			if text = r.text(p.text); text == "" {
				return ""
			}
		}
		b.WriteString(text)
	}
	return b.String()
}

// combine is what the sources of a setting say together.
func (r *mappedRow) combine(s setting) string {
	if len(s.from) == 0 {
		return r.member[""]
	}
	var parts []string
	for _, f := range s.from {
		text := r.fill(f)
		if text == "" {
			continue
		}
		parts = append(parts, text)
		if s.first {
			break
		}
	}
	return strings.Join(parts, s.join)
}

// read answers the values of a setting; one that is empty keeps its place among several.
func (r *mappedRow) read(s setting, unreadable func(string)) []string {
	r.reads, r.words, r.skipped = r.reads[:0], s.words, 0
	defer func() { r.words = nil }()
	var out []string
	switch {
	case s.list != "":
		text := r.text(s.list)
		objects, ok := readList(text)
		if !ok {
			unreadable(text)
		}
		around := r.member
		for _, o := range objects {
			r.member = o
			v := ""
			if r.holds(s.when) { // of the object at hand
				v = r.word(s, r.combine(s), unreadable)
			} else {
				r.skipped++
			}
			out = append(out, v)
		}
		r.member = around
		r.reads = r.reads[:0]
		r.text(s.list)
	case s.split != "":
		for part := range strings.SplitSeq(r.combine(s), s.split) {
			out = append(out, r.word(s, part, unreadable))
		}
		for len(out) > 0 && out[len(out)-1] == "" { // "Hospitals; Clinics; "
			out = out[:len(out)-1]
		}
	default:
		out = []string{r.word(s, r.combine(s), unreadable)}
	}
	return out
}

// word is a value after the table of words and the transform.
func (r *mappedRow) word(s setting, text string, unreadable func(string)) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	if w, ok := s.words[strings.ToLower(text)]; ok {
		if w == "" {
			for _, i := range r.reads { // the mapping says that it means nothing
				r.blank[i] = true
			}
		}
		return w
	}
	if s.rest != nil {
		return *s.rest
	}
	if repair.Blank(text) {
		return ""
	}
	if s.as != nil {
		out, ok := s.as(text)
		if !ok {
			unreadable(text)
			return ""
		}
		return out
	}
	return text
}
