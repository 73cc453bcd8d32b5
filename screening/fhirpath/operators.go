package fhirpath

import (
	"cmp"
	"math"
	"slices"
)

// operators are those of two sides.
var operators map[string]func(r *run, s scope, left, right node) Collection

func init() {
	operators = map[string]func(r *run, s scope, left, right node) Collection{
		"implies": logic(func(a, aKnown, b, bKnown bool) (bool, bool) {
			return bKnown && b || aKnown && !a, aKnown && bKnown || aKnown && !a || bKnown && b
		}),
		"or":  logic(func(a, aKnown, b, bKnown bool) (bool, bool) { return a || b, aKnown && bKnown || a || b }),
		"xor": logic(func(a, aKnown, b, bKnown bool) (bool, bool) { return a != b, aKnown && bKnown }),
		"and": logic(func(a, aKnown, b, bKnown bool) (bool, bool) {
			return a && b, aKnown && bKnown || aKnown && !a || bKnown && !b
		}),
		"in": func(r *run, s scope, left, right node) Collection {
			return member(r, r.eval(left, s), r.eval(right, s))
		},
		"contains": func(r *run, s scope, left, right node) Collection {
			list := r.eval(left, s)
			return member(r, r.eval(right, s), list)
		},
		"=":  sameness(true),
		"!=": sameness(false),
		"<":  order(func(c int) bool { return c < 0 }),
		">":  order(func(c int) bool { return c > 0 }),
		"<=": order(func(c int) bool { return c <= 0 }),
		">=": order(func(c int) bool { return c >= 0 }),
		"|": func(r *run, s scope, left, right node) Collection {
			return distinct(r, slices.Concat(r.eval(left, s), r.eval(right, s)))
		},
		"+": plus,
		"&": func(r *run, s scope, left, right node) Collection {
			a, some := r.one(r.eval(left, s))
			b, more := r.one(r.eval(right, s))
			x, okX := a.(string)
			y, okY := b.(string)
			if some && !okX || more && !okY {
				return r.fail("& joins texts alone")
			}
			r.step(len(x) + len(y)) // nothing is an empty text here
			return Collection{x + y}
		},
		"-":   arithmetic(func(a, b float64) (float64, bool) { return a - b, true }),
		"*":   arithmetic(func(a, b float64) (float64, bool) { return a * b, true }),
		"/":   arithmetic(func(a, b float64) (float64, bool) { return a / b, b != 0 }),
		"div": arithmetic(func(a, b float64) (float64, bool) { return math.Trunc(a / b), b != 0 }),
		"mod": arithmetic(func(a, b float64) (float64, bool) { return math.Mod(a, b), b != 0 }),
	}
}

// logic makes an operator of truths, of which each may be unknown.
func logic(f func(a, aKnown, b, bKnown bool) (yes, known bool)) func(*run, scope, node, node) Collection {
	return func(r *run, s scope, left, right node) Collection {
		a, aKnown := r.truth(r.eval(left, s))
		b, bKnown := r.truth(r.eval(right, s))
		yes, known := f(a, aKnown, b, bKnown)
		if !known || r.err != nil {
			return nil
		}
		return Collection{yes}
	}
}

// member tells whether the one value is among those of the list.
func member(r *run, one, list Collection) Collection {
	v, ok := r.one(one)
	if !ok {
		return nil
	}
	r.step(len(list))
	return Collection{slices.ContainsFunc(list, func(w any) bool { return r.equal(v, w) })}
}

func sameness(want bool) func(*run, scope, node, node) Collection {
	return func(r *run, s scope, left, right node) Collection {
		a, b := r.eval(left, s), r.eval(right, s)
		if len(a) == 0 || len(b) == 0 {
			return nil
		}
		r.step(len(a))
		return Collection{slices.EqualFunc(a, b, r.equal) == want}
	}
}

// order makes an operator on two numbers or two texts; dates are texts that
// sort by themselves.
func order(f func(c int) bool) func(*run, scope, node, node) Collection {
	return func(r *run, s scope, left, right node) Collection {
		a, okA := r.one(r.eval(left, s))
		b, okB := r.one(r.eval(right, s))
		if !okA || !okB {
			return nil
		}
		if x, ok := a.(float64); ok {
			if y, ok := b.(float64); ok {
				return Collection{f(cmp.Compare(x, y))}
			}
		}
		if x, ok := a.(string); ok {
			if y, ok := b.(string); ok {
				return Collection{f(cmp.Compare(x, y))}
			}
		}
		return r.fail("only two numbers or two texts have an order")
	}
}

func arithmetic(f func(a, b float64) (float64, bool)) func(*run, scope, node, node) Collection {
	return func(r *run, s scope, left, right node) Collection {
		a, okA := r.one(r.eval(left, s))
		b, okB := r.one(r.eval(right, s))
		if !okA || !okB {
			return nil
		}
		x, okX := a.(float64)
		y, okY := b.(float64)
		if !okX || !okY {
			return r.fail("only numbers can be calculated with")
		}
		return finite(f(x, y))
	}
}

// finite answers a number, or nothing for none that JSON can hold.
func finite(x float64, ok bool) Collection {
	if !ok || math.IsInf(x, 0) || math.IsNaN(x) {
		return nil
	}
	return Collection{x}
}

// plus adds numbers and joins texts.
func plus(r *run, s scope, left, right node) Collection {
	a, okA := r.one(r.eval(left, s))
	b, okB := r.one(r.eval(right, s))
	if !okA || !okB {
		return nil
	}
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			r.step(len(x) + len(y))
			return Collection{x + y}
		}
	}
	x, okX := a.(float64)
	y, okY := b.(float64)
	if !okX || !okY {
		return r.fail("only two numbers or two texts can be added")
	}
	return finite(x+y, true)
}
