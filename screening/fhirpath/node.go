package fhirpath

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The parts of expressions.
type (
	literal struct{ value any } // nil for nothing
	named   struct{ name string }
	start   struct{} // what the path starts from
	this    struct{}
	total   struct{}
	child   struct {
		of   node
		name string
	}
	item      struct{ of, index node }
	operation struct {
		apply       func(r *run, s scope, left, right node) Collection
		left, right node
	}
	call struct {
		of    node
		apply func(r *run, s scope, in Collection, args []node) Collection
		args  []node
	}
)

func (n literal) eval(*run, scope) Collection {
	if n.value == nil {
		return nil
	}
	return Collection{n.value}
}

func (n named) eval(r *run, _ scope) Collection {
	c, ok := r.env[n.name]
	if !ok {
		return r.fail("%" + n.name + " is unknown")
	}
	return c
}

func (start) eval(_ *run, s scope) Collection { return s.in }
func (this) eval(_ *run, s scope) Collection  { return s.this }
func (total) eval(_ *run, s scope) Collection { return s.total }

func (n child) eval(r *run, s scope) Collection {
	var out Collection
	for _, v := range r.eval(n.of, s) {
		m, ok := v.(map[string]any)
		if !ok {
			continue
		}
		found, ok := m[n.name]
		if !ok {
			found = chosenType(m, n.name)
		}
		out = appendFlat(out, found)
		r.step(1)
	}
	return out
}

// chosenType finds an element whose name ends in its type, as valueCoding
// when value is asked for. FHIR allows one of them.
func chosenType(m map[string]any, name string) any {
	if name != "value" {
		return nil
	}
	var found string
	for key := range m {
		rest, ok := strings.CutPrefix(key, name)
		if first, _ := utf8.DecodeRuneInString(rest); ok && unicode.IsUpper(first) && (found == "" || key < found) {
			found = key
		}
	}
	return m[found]
}

func appendFlat(c Collection, v any) Collection {
	switch v := v.(type) {
	case nil:
		return c
	case []any:
		for _, one := range v {
			c = appendFlat(c, one)
		}
		return c
	}
	return append(c, v)
}

func (n item) eval(r *run, s scope) Collection {
	c := r.eval(n.of, s)
	v, ok := r.one(r.eval(n.index, s))
	if !ok {
		return nil
	}
	i, ok := v.(float64)
	if !ok || i != float64(int(i)) {
		return r.fail("a place in a list is a whole number")
	}
	if i < 0 || i >= float64(len(c)) {
		return nil
	}
	return c[int(i) : int(i)+1]
}

func (n operation) eval(r *run, s scope) Collection { return n.apply(r, s, n.left, n.right) }

func (n call) eval(r *run, s scope) Collection {
	in := r.eval(n.of, s)
	if r.err != nil {
		return nil
	}
	return n.apply(r, s, in, n.args)
}

// equal tells whether two values are the same.
func (r *run) equal(a, b any) bool {
	if r.step(1); r.err != nil {
		return false
	}
	x, isMap := a.(map[string]any)
	y, both := b.(map[string]any)
	if isMap || both {
		if !isMap || !both || len(x) != len(y) {
			return false
		}
		for k, v := range x {
			w, ok := y[k]
			if !ok || !r.equal(v, w) {
				return false
			}
		}
		return true
	}
	p, isList := a.([]any)
	q, lists := b.([]any)
	if isList || lists {
		return isList && lists && slices.EqualFunc(p, q, r.equal)
	}
	return a == b
}
