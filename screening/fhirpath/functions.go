package fhirpath

import (
	"math"
	"regexp"
	"slices"
	"strconv"
)

// function is one that expressions may call.
type function struct {
	least, most int // arguments
	apply       func(r *run, s scope, in Collection, args []node) Collection
}

// functions are those that are supported. Source: FHIRPath N1, part 5, and SDC
// (http://hl7.org/fhir/uv/sdc/expressions.html) for ordinal and weight; sum,
// min, max and avg are of FHIRPath's trial use, and of nothing make nothing.
var functions map[string]function

func init() {
	functions = map[string]function{
		"where":     {1, 1, where},
		"select":    {1, 1, selectEach},
		"repeat":    {1, 1, repeat},
		"all":       {1, 1, all},
		"aggregate": {1, 2, aggregate},
		"iif":       {2, 3, iif},
		"exists": {0, 1, func(r *run, s scope, in Collection, args []node) Collection {
			if len(args) > 0 {
				in = where(r, s, in, args)
			}
			return Collection{len(in) > 0}
		}},
		"empty": plain(func(_ *run, in Collection) Collection { return Collection{len(in) == 0} }),
		"count": plain(func(_ *run, in Collection) Collection { return Collection{float64(len(in))} }),
		"not": plain(func(r *run, in Collection) Collection {
			yes, known := r.truth(in)
			if !known {
				return nil
			}
			return Collection{!yes}
		}),
		"first":    plain(func(_ *run, in Collection) Collection { return in[:min(len(in), 1)] }),
		"last":     plain(func(_ *run, in Collection) Collection { return in[max(len(in)-1, 0):] }),
		"distinct": plain(distinct),
		"ordinal":  plain(ordinal),
		"weight":   plain(ordinal),
		"combine": {1, 1, func(r *run, s scope, in Collection, args []node) Collection {
			return slices.Concat(in, r.eval(args[0], s))
		}},
		"union": {1, 1, func(r *run, s scope, in Collection, args []node) Collection {
			return distinct(r, slices.Concat(in, r.eval(args[0], s)))
		}},
		"sum": numbers(func(ns []float64) float64 {
			total := 0.0
			for _, n := range ns {
				total += n
			}
			return total
		}),
		"min": numbers(slices.Min[[]float64]),
		"max": numbers(slices.Max[[]float64]),
		"avg": numbers(func(ns []float64) float64 {
			total := 0.0
			for _, n := range ns {
				total += n
			}
			return total / float64(len(ns))
		}),
		"abs":       number1(math.Abs),
		"floor":     number1(math.Floor),
		"ceiling":   number1(math.Ceil),
		"round":     number1(func(x float64) float64 { return math.Floor(x + 0.5) }),
		"toInteger": plain(func(r *run, in Collection) Collection { return toNumber(r, in, true) }),
		"toDecimal": plain(func(r *run, in Collection) Collection { return toNumber(r, in, false) }),
	}
}

func plain(f func(r *run, in Collection) Collection) function {
	return function{0, 0, func(r *run, _ scope, in Collection, _ []node) Collection { r.step(len(in)); return f(r, in) }}
}

// each evaluates an argument for one value.
func (r *run) each(s scope, v any, arg node) Collection {
	one := Collection{v}
	return r.eval(arg, scope{in: one, this: one, total: s.total})
}

func where(r *run, s scope, in Collection, args []node) Collection {
	var out Collection
	for _, v := range in {
		if yes, _ := r.truth(r.each(s, v, args[0])); yes {
			out = append(out, v)
		}
	}
	return out
}

func all(r *run, s scope, in Collection, args []node) Collection {
	return Collection{len(where(r, s, in, args)) == len(in)}
}

func selectEach(r *run, s scope, in Collection, args []node) Collection {
	var out Collection
	for _, v := range in {
		out = append(out, r.each(s, v, args[0])...)
	}
	return out
}

// repeat follows the argument from each value to the next, as long as it leads on.
func repeat(r *run, s scope, in Collection, args []node) Collection {
	var out Collection
	for next := selectEach(r, s, in, args); len(next) > 0 && r.err == nil; next = selectEach(r, s, next, args) {
		fresh := Collection{}
		for _, v := range next {
			if r.step(len(out) + 1); r.err != nil {
				return nil
			}
			if !slices.ContainsFunc(out, func(w any) bool { return r.equal(v, w) }) {
				out, fresh = append(out, v), append(fresh, v)
			}
		}
		next = fresh
	}
	return out
}

func aggregate(r *run, s scope, in Collection, args []node) Collection {
	var total Collection
	if len(args) > 1 {
		total = r.eval(args[1], s)
	}
	for _, v := range in {
		total = r.each(scope{total: total}, v, args[0])
	}
	return total
}

func iif(r *run, s scope, _ Collection, args []node) Collection {
	if yes, _ := r.truth(r.eval(args[0], s)); yes {
		return r.eval(args[1], s)
	}
	if len(args) < 3 {
		return nil
	}
	return r.eval(args[2], s)
}

func distinct(r *run, in Collection) Collection {
	var out Collection
	for _, v := range in {
		if r.step(len(out) + 1); r.err != nil {
			return nil
		}
		if !slices.ContainsFunc(out, func(w any) bool { return r.equal(v, w) }) {
			out = append(out, v)
		}
	}
	return out
}

// numbers makes a function of all values, which are numbers.
func numbers(f func([]float64) float64) function {
	return plain(func(r *run, in Collection) Collection {
		if len(in) == 0 {
			return nil
		}
		ns := make([]float64, len(in))
		for i, v := range in {
			n, ok := v.(float64)
			if !ok {
				return r.fail("only numbers can be calculated with")
			}
			ns[i] = n
		}
		return finite(f(ns), true)
	})
}

// number1 makes a function of one number.
func number1(f func(float64) float64) function {
	return plain(func(r *run, in Collection) Collection {
		v, ok := r.one(in)
		if !ok {
			return nil
		}
		n, ok := v.(float64)
		if !ok {
			return r.fail("only numbers can be calculated with")
		}
		return finite(f(n), true)
	})
}

var plainNumber = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?$`)

// toNumber reads a number from a text or a truth; nothing when there is none.
func toNumber(r *run, in Collection, whole bool) Collection {
	v, ok := r.one(in)
	if !ok {
		return nil
	}
	n := 0.0
	switch v := v.(type) {
	case bool:
		if v {
			n = 1
		}
	case float64:
		n = v
	case string:
		var err error
		if n, err = strconv.ParseFloat(v, 64); err != nil || !plainNumber.MatchString(v) {
			return nil
		}
	default:
		return nil
	}
	return finite(n, !whole || n == math.Trunc(n))
}

// The extensions in which a coding says what it counts for.
const (
	OrdinalValue = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
	ItemWeight   = "http://hl7.org/fhir/StructureDefinition/itemWeight"
)

// ordinal answers what codings, or answers that hold them, count for; those
// without a weight count for nothing.
func ordinal(r *run, in Collection) Collection {
	var out Collection
	for _, v := range in {
		m, _ := v.(map[string]any)
		if inner, ok := chosenType(m, "value").(map[string]any); ok {
			m = inner
		}
		exts, _ := m["extension"].([]any)
		for _, e := range exts {
			x, _ := e.(map[string]any)
			if w, ok := x["valueDecimal"].(float64); ok && (x["url"] == OrdinalValue || x["url"] == ItemWeight) {
				out = append(out, w)
				break
			}
		}
	}
	return out
}
