package feed

import (
	"slices"
	"strings"
	"unicode"

	"github.com/havenloop/havenloop/directory/repair"
)

// transform turns a text into another; ok is false where it cannot be read.
// Dates, times, numbers, telephone numbers, web addresses and opening hours
// need none: fields of those kinds are read as they are in any feed.
type transform func(string) (out string, ok bool)

// transforms are those that a mapping can name.
var transforms = map[string]transform{
	"title":  func(s string) (string, bool) { return titleCase(s), true },
	"upper":  func(s string) (string, bool) { return strings.ToUpper(s), true },
	"lower":  func(s string) (string, bool) { return strings.ToLower(s), true },
	"digits": onlyDigits,
	"number": firstNumber,
	"date":   func(s string) (string, bool) { day, _ := repair.Day(s); return day, day != "" },
	"yes-no": yesNo,
	"phone":  onePhone,
	"hours":  timesOfDay,
	"county": func(s string) (string, bool) { return county(s), true },
}

// small are words that a title does not begin with a capital.
var small = map[string]bool{"a": true, "an": true, "and": true, "at": true, "by": true, "for": true, "in": true, "of": true, "on": true, "or": true, "the": true, "to": true, "with": true}

// titleCase writes a text that is all in capitals, or all in small letters, as
// a title; other texts know better.
func titleCase(s string) string {
	if strings.ToUpper(s) != s && strings.ToLower(s) != s {
		return s
	}
	words := strings.Fields(strings.ToLower(s))
	for i, w := range words {
		if i > 0 && small[w] {
			continue
		}
		up := true
		words[i] = strings.Map(func(r rune) rune {
			if up && unicode.IsLetter(r) {
				up = false
				return unicode.ToUpper(r)
			}
			up = up || r == '-' || r == '/' || r == '('
			return r
		}, w)
	}
	return strings.Join(words, " ")
}

func onlyDigits(s string) (string, bool) {
	s = strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
	return s, s != ""
}

// firstNumber is the first number in a text: "$12.50 a month" is 12.50.
func firstNumber(s string) (string, bool) {
	start := strings.IndexFunc(s, unicode.IsDigit)
	if start < 0 {
		return "", false
	}
	end := start
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.' || s[end] == ',') {
		end++
	}
	s = strings.TrimRight(s[start:end], ".,")
	_, ok := number(s)
	return strings.ReplaceAll(s, ",", ""), ok
}

func yesNo(s string) (string, bool) {
	switch s = strings.ToLower(strings.TrimSpace(s)); {
	case yes[s]:
		return "true", true
	case s == "false" || s == "no" || s == "n" || s == "0" || s == "f":
		return "false", true
	}
	return "", false
}

func onePhone(s string) (string, bool) {
	list, _ := repair.Phones(s)
	if len(list) == 0 || !list[0].Known {
		return "", false
	}
	return list[0].Number, true
}

// timesOfDay lets opening hours pass that can be read and say a time, so that a
// setting after it can take another column where they do not.
func timesOfDay(s string) (string, bool) {
	list, ok := repair.Hours(s)
	return s, ok && slices.ContainsFunc(list, func(o repair.Opening) bool { return o.Opens != "" })
}

// county says of a name in a column for counties that it is one.
func county(s string) string {
	lower := strings.ToLower(s)
	for _, kind := range []string{"county", "parish", "borough", "census area", "municipio", "city", "district of columbia"} {
		if strings.HasSuffix(lower, kind) {
			return s
		}
	}
	return s + " County"
}

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

// holds tells whether the row meets all conditions. What it decides by counts
// as used.
func (r *mappedRow) holds(conditions []condition) bool {
	all := true
	r.reads = r.reads[:0]
	for _, c := range conditions {
		all = slices.Contains(c.words, strings.ToLower(r.text(c.column))) != c.not && all
	}
	r.use()
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
	r.reads, r.words = r.reads[:0], s.words
	defer func() { r.words = nil }()
	var out []string
	switch {
	case s.list != "":
		objects, ok := readList(r.text(s.list))
		if !ok {
			unreadable(r.text(s.list))
		}
		for _, o := range objects {
			r.member = o
			out = append(out, r.word(s, r.combine(s), unreadable))
		}
		r.member = nil
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
			r.use() // the mapping says that it means nothing
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
