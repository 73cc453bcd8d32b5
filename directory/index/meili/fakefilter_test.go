package meili

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/scanner"

	"github.com/havenloop/havenloop/internal/geo"
)

// record is a document as the stand-in keeps it.
type record map[string]any

// filterParser reads a filter expression of Meilisearch and evaluates it.
type filterParser struct {
	scan       scanner.Scanner
	token      rune
	filterable []string
	doc        record
	err        error
}

// evaluate tells whether the document fits the expression.
func evaluate(expression string, filterable []string, doc record) (bool, error) {
	if expression == "" {
		return true, nil
	}
	p := &filterParser{filterable: filterable, doc: doc}
	p.scan.Init(strings.NewReader(expression))
	p.scan.Mode = scanner.ScanIdents | scanner.ScanFloats | scanner.ScanStrings
	p.scan.IsIdentRune = func(r rune, i int) bool {
		return r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || i > 0 && (r == '.' || r >= '0' && r <= '9')
	}
	p.scan.Error = func(_ *scanner.Scanner, msg string) { p.fail(msg) }
	p.next()
	ok := p.or()
	if p.token != scanner.EOF {
		p.fail("something is left over")
	}
	return ok, p.err
}

func (p *filterParser) next() { p.token = p.scan.Scan() }

func (p *filterParser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("filter, at %s: "+format, append([]any{p.scan.TokenText()}, args...)...)
	}
}

func (p *filterParser) accept(text string) bool {
	if p.err != nil || p.token == scanner.EOF || p.scan.TokenText() != text {
		return false
	}
	p.next()
	return true
}

func (p *filterParser) expect(text string) {
	if !p.accept(text) {
		p.fail("want %q", text)
	}
}

func (p *filterParser) or() bool {
	ok := p.and()
	for p.accept("OR") {
		ok = p.and() || ok
	}
	return ok
}

func (p *filterParser) and() bool {
	ok := p.not()
	for p.accept("AND") {
		ok = p.not() && ok
	}
	return ok
}

func (p *filterParser) not() bool {
	switch {
	case p.accept("NOT"):
		return !p.not()
	case p.accept("("):
		ok := p.or()
		p.expect(")")
		return ok
	case p.accept("_geoRadius"):
		return p.radius()
	}
	field := p.scan.TokenText()
	if p.token != scanner.Ident || !slices.Contains(p.filterable, field) {
		p.fail("want a filterable field")
	}
	p.next()
	values := valuesOf(p.doc, field)
	if p.accept("IN") {
		return p.in(values)
	}
	op := p.scan.TokenText()
	p.next()
	if p.accept("=") {
		op += "="
	}
	return compare(values, op, p.value())
}

func (p *filterParser) in(values []string) bool {
	ok := false
	p.expect("[")
	for p.err == nil && !p.accept("]") {
		ok = slices.Contains(values, p.value()) || ok
		p.accept(",")
	}
	return ok
}

func (p *filterParser) value() string {
	text := p.scan.TokenText()
	minus := ""
	if text == "-" {
		minus = "-"
		p.next()
		text = p.scan.TokenText()
	}
	if p.token == scanner.String {
		unquoted, err := strconv.Unquote(text)
		if err != nil {
			p.fail("bad string")
		}
		text = unquoted
	}
	p.next()
	return minus + text
}

func (p *filterParser) radius() bool {
	if !slices.Contains(p.filterable, "_geo") {
		p.fail("_geo is not filterable")
	}
	var n [3]float64
	p.expect("(")
	for i := range n {
		f, err := strconv.ParseFloat(p.value(), 64)
		if err != nil {
			p.fail("want a number")
		}
		n[i] = f
		p.accept(",")
	}
	p.expect(")")
	at, ok := pointOf(p.doc)
	return ok && geo.Distance(geo.Point{Lat: n[0], Lng: n[1]}, at) <= n[2]
}

func compare(values []string, op, want string) bool {
	return slices.ContainsFunc(values, func(have string) bool {
		a, errA := strconv.ParseFloat(have, 64)
		b, errB := strconv.ParseFloat(want, 64)
		switch {
		case op == "=":
			return have == want
		case errA != nil || errB != nil:
			return false
		case op == "<=":
			return a <= b
		case op == ">":
			return a > b
		}
		return false
	})
}

// valuesOf lists the values of a field, which may be nested, as text.
func valuesOf(doc record, field string) []string {
	var v any = map[string]any(doc)
	for _, part := range strings.Split(field, ".") {
		m, _ := v.(map[string]any)
		v = m[part]
	}
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		var out []string
		for _, x := range v {
			out = append(out, fmt.Sprint(x))
		}
		return out
	case float64:
		return []string{strconv.FormatFloat(v, 'f', -1, 64)}
	default:
		return []string{fmt.Sprint(v)}
	}
}

func pointOf(doc record) (geo.Point, bool) {
	m, ok := doc["_geo"].(map[string]any)
	if !ok {
		return geo.Point{}, false
	}
	lat, okLat := m["lat"].(float64)
	lng, okLng := m["lng"].(float64)
	return geo.Point{Lat: lat, Lng: lng}, okLat && okLng
}
