package screening

import (
	"fmt"
	"slices"
)

// gate is the enableWhen part of an item.
type gate struct {
	any   bool // one condition is enough
	conds []gateCond
}

// gateCond compares the answer of an earlier question.
type gateCond struct {
	question int // place in Instrument.Questions
	operator string
	code     string
	number   *float64
	exists   bool
}

// operators are the comparisons of FHIR R4 questionnaire-enable-operator on
// numbers; "exists" stands apart. Codes and texts know "=" and "!=" alone.
var operators = map[string]func(a, b float64) bool{
	"=":  func(a, b float64) bool { return a == b },
	"!=": func(a, b float64) bool { return a != b },
	">":  func(a, b float64) bool { return a > b },
	"<":  func(a, b float64) bool { return a < b },
	">=": func(a, b float64) bool { return a >= b },
	"<=": func(a, b float64) bool { return a <= b },
}

// newGate reads the enableWhen part of an item; index has the questions before it.
func newGate(it item, index map[string]int) (gate, error) {
	if len(it.EnableWhen) > 1 && it.EnableBehavior == "" {
		return gate{}, fmt.Errorf("%s: several enableWhen need an enableBehavior", it.LinkID)
	}
	g := gate{any: it.EnableBehavior == "any"}
	for _, w := range it.EnableWhen {
		n, ok := index[w.Question]
		if !ok {
			return gate{}, fmt.Errorf("%s: enableWhen names %q, which is no question before it", it.LinkID, w.Question)
		}
		c := gateCond{question: n, operator: w.Operator}
		switch {
		case w.Operator == "exists" && w.AnswerBoolean != nil:
			c.exists = *w.AnswerBoolean
		case operators[w.Operator] == nil:
			return gate{}, fmt.Errorf("%s: enableWhen operator %q", it.LinkID, w.Operator)
		case w.AnswerInteger != nil:
			c.number = w.AnswerInteger
		case w.AnswerDecimal != nil:
			c.number = w.AnswerDecimal
		case w.Operator != "=" && w.Operator != "!=":
			return gate{}, fmt.Errorf("%s: enableWhen operator %q needs a number", it.LinkID, w.Operator)
		case w.AnswerCoding != nil:
			c.code = w.AnswerCoding.Code
		case w.AnswerString != nil:
			c.code = *w.AnswerString
		default:
			return gate{}, fmt.Errorf("%s: enableWhen without a value to compare with", it.LinkID)
		}
		g.conds = append(g.conds, c)
	}
	return g, nil
}

// open tells whether the gate lets a question be asked.
func (g gate) open(given []given) bool {
	holds := func(c gateCond) bool { return c.holds(given[c.question]) }
	if g.any {
		return slices.ContainsFunc(g.conds, holds)
	}
	for _, c := range g.conds {
		if !holds(c) {
			return false
		}
	}
	return true
}

// holds compares the values of an answer: one that fits is enough; without a
// value only "exists: false" holds.
func (c gateCond) holds(g given) bool {
	values := g.values()
	if c.operator == "exists" {
		return (len(values) > 0) == c.exists
	}
	return slices.ContainsFunc(values, func(v Value) bool {
		if c.number != nil {
			return v.Number != nil && operators[c.operator](*v.Number, *c.number)
		}
		return v.Number == nil && (v.Code == c.code) == (c.operator == "=")
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

// given lays the answers beside the instrument's questions.
func (i *Instrument) given(answers Answers) []given {
	out := make([]given, len(i.Questions))
	for n := range i.Questions {
		q := &i.Questions[n]
		out[n].Answer = answers[q.LinkID]
		out[n].enabled = !slices.ContainsFunc(q.gates, func(g gate) bool { return !g.open(out) })
	}
	return out
}
