package feed

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// objects are the kinds of objects that a row can be.
var objects = []string{"organization", "service", "location", "service_at_location", "taxonomy", "taxonomy_term"}

// mainField is the field that a list's objects are about: what stands there
// when a target names the list alone.
var mainField = map[string]string{
	"phone": "number", "schedule": "description", "service_area": "name", "language": "name", "required_document": "document",
	"contact": "name", "accessibility": "description", "cost_option": "option", "url": "url", "attribute": "value",
	"funding": "source", "organization_identifier": "identifier", "program": "name", "address": wholeAddress,
}

// wholeAddress is an address in one line; the line is read into its fields.
const wholeAddress = "-address"

// termFields are the fields of the term of an attribute.
var termFields = []string{"taxonomy_term.name", "taxonomy_term.code", "taxonomy_term.description", "taxonomy_term.taxonomy"}

var stepForm = regexp.MustCompile(`^([a-z][a-z0-9_]*)(?:\[([A-Za-z0-9 _-]*)\])?$`)

// target reads a path such as "organization.phones[fax].number".
func (p *mappingParser) target(at, path string) (target, bool) {
	if rest, ok := strings.CutSuffix(path, "."); ok || rest == "" {
		p.mistake(at, `Say which field is set, for example "organization.name".`)
		return target{}, false
	}
	object, rest, _ := strings.Cut(path, ".")
	if !slices.Contains(objects, object) {
		p.mistake(at, "%q does not begin with an object; there are %s.", path, strings.Join(objects, ", "))
		return target{}, false
	}
	t := target{object: object}
	e := entities[object]
	for rest != "" {
		if e.name == "attribute" && slices.Contains(termFields, rest) {
			t.field = rest
			return t, true
		}
		var word string
		word, rest, _ = strings.Cut(rest, ".")
		m := stepForm.FindStringSubmatch(word)
		if m == nil {
			p.mistake(at, "%q is no name of a field or a list.", word)
			return t, false
		}
		if i := e.list(m[1]); i >= 0 {
			of := e.lists[i].of
			if isRoot(of) || of == "service_at_location" {
				p.mistake(at, "Set the %s itself: begin with %q.", of, of+".")
				return t, false
			}
			t.steps = append(t.steps, step{m[1], m[2], of})
			e = entities[of]
			continue
		}
		if !settable(e, m[1]) || rest != "" || strings.Contains(word, "[") {
			p.mistake(at, "There is no %q in %s; there are %s.", word, e.name, strings.Join(fieldNames(e), ", "))
			return t, false
		}
		t.field = m[1]
		return t, true
	}
	if t.field = mainField[e.name]; t.field == "" || len(t.steps) == 0 {
		p.mistake(at, "Say which field of %s is set; there are %s.", e.name, strings.Join(fieldNames(e), ", "))
		return t, false
	}
	return t, true
}

// list is the place of a list by its name in JSON, or -1.
func (e *entity) list(name string) int {
	return slices.IndexFunc(e.lists, func(l list) bool { return tagOf(e, l.field) == name })
}

// settable tells whether a mapping may set a field: all but those that say
// where a part stands, which its path says.
func settable(e *entity, field string) bool {
	if _, ok := e.columns[field]; !ok {
		return field == "department" && e.name == "phone"
	}
	if isRoot(e.name) || e.name == "service_at_location" {
		return true
	}
	return field == "id" || field == "taxonomy_term_id" || !strings.HasSuffix(field, "_id") && field != "link_entity" && field != "resource_type"
}

// fieldNames are what a target can go on with in an object.
func fieldNames(e *entity) []string {
	var out []string
	for _, f := range slices.Sorted(maps.Keys(e.columns)) {
		if settable(e, f) {
			out = append(out, f)
		}
	}
	if e.name == "attribute" {
		out = append(out, termFields...)
	}
	for _, l := range e.lists {
		if !isRoot(l.of) && l.of != "service_at_location" {
			out = append(out, tagOf(e, l.field)+"[]")
		}
	}
	return out
}

var settingKeys = []string{"to", "from", "join", "first", "value", "default", "split", "list", "numbers", "map", "otherwise", "as", "when"}

// setting reads one setting: several where it has several targets or numbered columns.
func (p *mappingParser) setting(at string, v any) []setting {
	o := p.object(at, v, settingKeys...)
	if o == nil {
		return nil
	}
	s := setting{number: -1, join: " ", when: p.conditions(at+".when", o["when"]), value: p.text(at+".value", o["value"]),
		other: p.text(at+".default", o["default"]), split: p.text(at+".split", o["split"]), list: columnName(p.text(at+".list", o["list"]))}
	if _, ok := o["join"]; ok {
		s.join = p.text(at+".join", o["join"])
	}
	if first, ok := o["first"]; ok {
		if s.first, ok = first.(bool); !ok {
			p.mistake(at+".first", "This must be true or false.")
		}
	}
	from := p.texts(at+".from", o["from"])
	for i, f := range from {
		s.from = append(s.from, p.source(fmt.Sprintf("%s.from[%d]", at, i), f))
	}
	if s.label = strings.Join(from, ", "); s.label == "" {
		s.label = p.text(at+".list", o["list"])
	}
	switch _, constant := o["value"]; {
	case constant && (o["from"] != nil || s.list != ""):
		p.mistake(at, `Set either "from" or "value", not both; "default" is for empty cells.`)
	case !constant && len(s.from) == 0 && s.list == "":
		p.mistake(at, `Say with "from" which column is read, or with "value" what to write.`)
	case s.split != "" && s.list != "":
		p.mistake(at, `A cell is either split or read as a list.`)
	}
	for k, w := range p.pairs(at+".map", o["map"]) {
		if s.words == nil {
			s.words = map[string]string{}
		}
		s.words[strings.ToLower(strings.TrimSpace(k))] = w
	}
	if w, ok := o["otherwise"]; ok {
		text := p.text(at+".otherwise", w)
		s.rest = &text
	}
	if name := p.text(at+".as", o["as"]); name != "" {
		var ok bool
		if s.as, ok = transforms[name]; !ok {
			p.mistake(at+".as", "There is no %q; there are %s.", name, strings.Join(slices.Sorted(maps.Keys(transforms)), ", "))
		}
	}
	return p.spread(at, s, p.texts(at+".to", o["to"]), p.numbers(at, s, o["numbers"]))
}

// spread makes a setting of each target and number.
func (p *mappingParser) spread(at string, s setting, to []string, numbers []int) []setting {
	if len(to) == 0 {
		p.mistake(at+".to", `Say which field is set, for example "organization.name".`)
	}
	var out []setting
	for _, path := range to {
		one := s
		var ok bool
		if one.to, ok = p.target(at+".to", path); !ok {
			continue
		}
		depth := len(one.to.steps)
		if depth == 0 && (numbers != nil || s.list != "" || s.split != "") {
			p.mistake(at+".to", "%q is one field, and cannot take several values.", path)
			continue
		}
		if depth == 1 && numbers != nil && (s.list != "" || s.split != "") {
			p.mistake(at+".to", "Numbered columns with several values each need a list in a list.")
			continue
		}
		if p.settings += max(1, len(numbers)); p.settings > maxSettings {
			return nil
		}
		if numbers == nil {
			out = append(out, one)
			continue
		}
		for _, n := range numbers {
			out = append(out, one.numbered(n))
		}
	}
	return out
}

var numbersForm = regexp.MustCompile(`^(\d{1,3})-(\d{1,3})$`)

// numbers reads which of numbered columns there are: "1-5".
func (p *mappingParser) numbers(at string, s setting, v any) []int {
	sign := slices.ContainsFunc(s.from, func(f source) bool {
		return slices.ContainsFunc(f, func(p piece) bool { return p.column && strings.Contains(p.text, "#") })
	})
	text := p.text(at+".numbers", v)
	if text == "" {
		return nil
	}
	m := numbersForm.FindStringSubmatch(text)
	if m == nil {
		p.mistake(at+".numbers", `Write the first and the last number, for example "1-5".`)
		return nil
	}
	from, _ := strconv.Atoi(m[1])
	to, _ := strconv.Atoi(m[2])
	if to < from || to-from >= maxNumbered {
		p.mistake(at+".numbers", "There may be up to %d numbered columns, the lowest first.", maxNumbered)
		return nil
	}
	if !sign {
		p.mistake(at+".from", `Write # where the number stands, for example "Phone#Number".`)
	}
	var out []int
	for n := from; n <= to; n++ {
		out = append(out, n)
	}
	return out
}

// numbered puts a number in the place of the sign.
func (s setting) numbered(n int) setting {
	put := func(name string) string { return strings.ReplaceAll(name, "#", strconv.Itoa(n)) }
	s.number, s.label = n, put(s.label)
	from := s.from
	s.from = nil
	for _, f := range from {
		var one source
		for _, p := range f {
			if p.column {
				p.text = put(p.text)
			}
			one = append(one, p)
		}
		s.from = append(s.from, one)
	}
	when := s.when
	s.when = nil
	for _, c := range when {
		c.column = put(c.column)
		s.when = append(s.when, c)
	}
	return s
}

var columnSign = regexp.MustCompile(`\{([^{}]+)\}`)

// source reads a column's name, or a text with names in { }.
func (p *mappingParser) source(at, text string) source {
	if !strings.ContainsAny(text, "{}") {
		if columnName(text) == "" {
			p.mistake(at, "Write the heading of a column.")
		}
		return source{{columnName(text), true}}
	}
	var out source
	last := 0
	for _, m := range columnSign.FindAllStringSubmatchIndex(text, -1) {
		if m[0] > last {
			out = append(out, piece{text[last:m[0]], false})
		}
		out = append(out, piece{columnName(text[m[2]:m[3]]), true})
		last = m[1]
	}
	if last < len(text) {
		out = append(out, piece{text[last:], false})
	}
	if strings.ContainsAny(columnSign.ReplaceAllString(text, ""), "{}") || last == 0 {
		p.mistake(at, "Write each column in a pair of { }.")
	}
	return out
}
