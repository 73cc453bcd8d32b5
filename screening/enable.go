package screening

import "slices"

// gate is the enableWhen part of an item.
type gate struct {
	linkID string // of the item
	any    bool   // one condition is enough
	conds  []gateCond

	source []enableWhen
}

// gateCond compares the answer of a question.
type gateCond struct {
	question int // place in Instrument.Questions
	operator string
	value    Value
	exists   bool
}

// operators are the comparisons of FHIR R4 questionnaire-enable-operator that
// put a value before or behind another; "exists", "=" and "!=" stand apart.
var operators = map[string]func(order int) bool{
	">":  func(order int) bool { return order > 0 },
	"<":  func(order int) bool { return order < 0 },
	">=": func(order int) bool { return order >= 0 },
	"<=": func(order int) bool { return order <= 0 },
}

// open tells whether the gate lets a question be asked.
func (g *gate) open(given []given) bool {
	for n := range g.conds {
		if c := &g.conds[n]; c.holds(given[c.question]) == g.any {
			return g.any
		}
	}
	return !g.any
}

// holds compares the values of an answer: one that fits is enough, but "!="
// holds when none is equal. Without a value only "exists: false" holds.
func (c *gateCond) holds(g given) bool {
	values := g.values()
	if c.operator == "exists" {
		return (len(values) > 0) == c.exists
	}
	if len(values) == 0 {
		return false
	}
	equal := slices.ContainsFunc(values, c.value.Equal)
	switch c.operator {
	case "=":
		return equal
	case "!=":
		return !equal
	}
	return slices.ContainsFunc(values, func(v Value) bool {
		order, ok := v.compare(c.value)
		return ok && operators[c.operator](order)
	})
}

// given is what was given to one question.
type given struct {
	Answer
	enabled bool
}

// values are the values that count: none where the question is not asked.
func (g given) values() []Value {
	if !g.enabled {
		return nil
	}
	return g.Values
}

// given lays the answers beside the instrument's questions. A question that is
// not asked counts as not answered for those that hang on it.
func (i *Instrument) given(answers Answers) []given {
	out := make([]given, len(i.Questions))
	for n := range i.Questions {
		out[n].Answer = answers[i.Questions[n].LinkID]
		out[n].enabled = len(i.Questions[n].gates) == 0
	}
	for _, n := range i.order {
		out[n].enabled = !slices.ContainsFunc(i.Questions[n].gates, func(g *gate) bool { return !g.open(out) })
	}
	return out
}
