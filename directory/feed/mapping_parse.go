package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/internal/fault"
)

// Bounds of a mapping file.
const (
	maxMapping  = 1 << 20 // bytes
	maxNumbered = 50      // numbered columns of one setting
	maxSettings = 5000    // of all tables, numbered ones counted each
	maxMistakes = 100     // that are told
)

// ParseMapping reads a mapping file. It is strict: a word it does not know is a
// mistake, as is a field that HSDS does not have. All mistakes are told at once,
// each with its place, as a fault.Invalid.
func ParseMapping(r io.Reader) (*Mapping, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxMapping+1))
	if err != nil {
		return nil, fmt.Errorf("read the mapping: %w", err)
	}
	if len(b) > maxMapping {
		return nil, fault.New(fault.TooLong, "The mapping is larger than %d KB.", maxMapping>>10)
	}
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, notJSON(b, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "The mapping goes on after its end: one { … } is all there may be.")
	}
	p := &mappingParser{}
	m := p.mapping(v)
	if err := p.wrong.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// notJSON says where a file stops being JSON.
func notJSON(b []byte, err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		before := b[:min(int(syntax.Offset), len(b))]
		return fault.New(fault.Invalid, "The mapping is no JSON: in line %d, %s.", bytes.Count(before, []byte("\n"))+1, syntax.Error())
	}
	return fault.New(fault.Invalid, "The mapping is no JSON: it ends too early.")
}

// mappingParser reads a mapping and collects the mistakes.
type mappingParser struct {
	wrong    fault.Fields
	mistakes int
	settings int
}

func (p *mappingParser) mistake(at, format string, args ...any) {
	if p.mistakes++; p.mistakes <= maxMistakes {
		p.wrong.Add(at, format, args...)
	}
}

// object is a value as an object that has no other keys than those known.
func (p *mappingParser) object(at string, v any, known ...string) map[string]any {
	o, ok := v.(map[string]any)
	if !ok {
		p.mistake(at, "This must be an object in { }.")
		return nil
	}
	for _, k := range slices.Sorted(maps.Keys(o)) {
		if len(known) > 0 && !slices.Contains(known, k) {
			p.mistake(at, "There is no %q here; there are %s.", k, strings.Join(known, ", "))
		}
	}
	return o
}

// list is a value as a list; nothing is an empty one.
func (p *mappingParser) list(at string, v any) []any {
	l, ok := v.([]any)
	if !ok && v != nil {
		p.mistake(at, "This must be a list in [ ].")
	}
	return l
}

// text is a value as a text; nothing is an empty one.
func (p *mappingParser) text(at string, v any) string {
	s, ok := v.(string)
	if !ok && v != nil {
		p.mistake(at, "This must be a text in quotation marks.")
	}
	return s
}

// texts is a text or a list of them.
func (p *mappingParser) texts(at string, v any) []string {
	if s, ok := v.(string); ok {
		return []string{s}
	}
	var out []string
	for i, one := range p.list(at, v) {
		out = append(out, p.text(fmt.Sprintf("%s[%d]", at, i), one))
	}
	return out
}

// pairs is an object of texts.
func (p *mappingParser) pairs(at string, v any) map[string]string {
	if v == nil {
		return nil
	}
	out := map[string]string{}
	for k, one := range p.object(at, v) {
		out[k] = p.text(at+"."+k, one)
	}
	return out
}

func (p *mappingParser) mapping(v any) *Mapping {
	o := p.object("mapping", v, "name", "about", "others", "tables")
	m := &Mapping{Name: p.text("name", o["name"]), About: p.text("about", o["about"])}
	switch others := p.text("others", o["others"]); others {
	case "", "hsds":
		m.hsds = others == "hsds"
	default:
		p.mistake("others", `This may only be "hsds": files that no table takes are read as tables of HSDS.`)
	}
	for i, t := range p.list("tables", o["tables"]) {
		m.tables = append(m.tables, p.table(fmt.Sprintf("tables[%d]", i), t))
	}
	if o != nil && len(m.tables) == 0 {
		p.mistake("tables", "There must be at least one table.")
	}
	return m
}

func (p *mappingParser) table(at string, v any) mappedTable {
	o := p.object(at, v, "files", "has", "delimiter", "headings", "ignore", "rows")
	t := mappedTable{headings: 1, ignore: map[string]string{}}
	for _, f := range p.texts(at+".files", o["files"]) {
		f = strings.ToLower(f)
		if _, err := path.Match(f, "x"); err != nil {
			p.mistake(at+".files", "%q is no pattern of file names.", f)
		}
		t.files = append(t.files, f)
	}
	for _, h := range p.texts(at+".has", o["has"]) {
		t.has = append(t.has, columnName(h))
	}
	switch d := []rune(p.text(at+".delimiter", o["delimiter"])); {
	case len(d) == 1 && strings.ContainsRune(",;\t|", d[0]):
		t.comma = d[0]
	case len(d) > 0:
		p.mistake(at+".delimiter", `This must be ",", ";", "|" or "\t". Leave it out to have it found.`)
	}
	if n, ok := o["headings"]; ok {
		t.headings = p.number(at+".headings", n, 1, 100)
	}
	for column, why := range p.pairs(at+".ignore", o["ignore"]) {
		t.ignore[columnName(column)] = why
	}
	for i, r := range p.list(at+".rows", o["rows"]) {
		t.rules = append(t.rules, p.rule(fmt.Sprintf("%s.rows[%d]", at, i), r))
	}
	if o != nil && len(t.rules) == 0 {
		p.mistake(at+".rows", "There must be at least one rule that says what a row is.")
	}
	return t
}

func (p *mappingParser) number(at string, v any, lo, hi int) int {
	text, _ := v.(json.Number)
	n, err := strconv.Atoi(text.String())
	if err != nil || n < lo || n > hi {
		p.mistake(at, "This must be a number from %d to %d.", lo, hi)
		return lo
	}
	return n
}

func (p *mappingParser) conditions(at string, v any) []condition {
	var out []condition
	for i, one := range p.list(at, v) {
		at := fmt.Sprintf("%s[%d]", at, i)
		o := p.object(at, one, "column", "is", "not")
		c := condition{column: columnName(p.text(at+".column", o["column"]))}
		_, is := o["is"]
		_, c.not = o["not"]
		if o != nil && (c.column == "" || is == c.not) {
			p.mistake(at, `A condition has a "column" and either "is" or "not", with the words that count.`)
		}
		for _, w := range append(p.texts(at+".is", o["is"]), p.texts(at+".not", o["not"])...) {
			c.words = append(c.words, strings.ToLower(strings.TrimSpace(w)))
		}
		out = append(out, c)
	}
	return out
}

// rule reads what the rows are that meet some conditions.
func (p *mappingParser) rule(at string, v any) rowRule {
	o := p.object(at, v, "when", "each", "existing", "set")
	r := rowRule{when: p.conditions(at+".when", o["when"]), existing: p.texts(at+".existing", o["existing"])}
	r.each = columnName(p.text(at+".each", o["each"]))
	for _, e := range r.existing {
		if !slices.Contains(objects, e) {
			p.mistake(at+".existing", "There is no object %q; there are %s.", e, strings.Join(objects, ", "))
		}
	}
	for i, s := range p.list(at+".set", o["set"]) {
		r.settings = append(r.settings, p.setting(fmt.Sprintf("%s.set[%d]", at, i), s)...)
	}
	if p.settings > maxSettings {
		p.mistake(at, "There are more than %d settings.", maxSettings)
		r.settings = nil
	}
	if o != nil && len(r.settings) == 0 {
		p.mistake(at+".set", "There must be at least one field that is set.")
	}
	p.whole(at, &r)
	return r
}

// whole sees that a rule says enough of its objects.
func (p *mappingParser) whole(at string, r *rowRule) {
	sets := map[string]bool{}
	made := map[string]bool{}
	for _, s := range r.settings {
		made[s.to.object] = true
		if len(s.to.steps) == 0 {
			sets[s.to.object+"."+s.to.field] = true
		}
	}
	for _, e := range r.existing {
		if !sets[e+".id"] {
			p.mistake(at+".existing", `Set "%s.id", so that the %s can be found.`, e, e)
		}
		delete(made, e)
	}
	for object, field := range map[string]string{"organization": "name", "service": "name", "taxonomy": "name", "taxonomy_term": "name"} {
		if made[object] && !sets[object+"."+field] && !(object == "organization" && onlyID(r.settings, object)) {
			p.mistake(at+".set", `Nothing sets "%s.%s". Where other rows make the %s, name it under "existing".`, object, field, object)
		}
	}
	if made["service"] && !sets["service.organization_id"] && !sets["organization.id"] && !sets["organization.name"] && !sets["location.id"] {
		p.mistake(at+".set", `A service needs its organization: set "service.organization_id", the organization in the same rows, or a location that has one.`)
	}
	if made["service_at_location"] {
		for _, of := range []string{"service", "location"} {
			if !sets["service_at_location."+of+"_id"] && !sets[of+".id"] && !made[of] {
				p.mistake(at+".set", `A service_at_location needs "service_at_location.%s_id".`, of)
			}
		}
	}
	has := func(o string) bool { return made[o] || slices.Contains(r.existing, o) }
	r.paired = has("service") && has("location") && !made["service_at_location"]
}

// onlyID tells that nothing but the id of an object is set.
func onlyID(settings []setting, object string) bool {
	return !slices.ContainsFunc(settings, func(s setting) bool {
		return s.to.object == object && (len(s.to.steps) > 0 || s.to.field != "id")
	})
}
