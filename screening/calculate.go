package screening

import (
	"encoding/json"
	"math"
	"slices"

	"github.com/havenloop/havenloop/screening/fhirpath"
)

// variable is a named expression.
type variable struct {
	name string
	expr *fhirpath.Expr
}

// calculation is the expression that calculates the value of a question.
type calculation struct {
	question  int
	variables []variable // that it may use, outermost first
	expr      *fhirpath.Expr
}

// The variables that every expression may use.
const (
	resourceName      = "resource"
	questionnaireName = "questionnaire"
)

// variables reads the named expressions of an item, or of the questionnaire;
// each may use those before it and those around it.
func (r *reader) variables(linkID string, exts []extension, around []variable) []variable {
	out := slices.Clip(around)
	for _, e := range exts {
		if e.URL != extVariable {
			continue
		}
		x := e.ValueExpression
		if x == nil || x.Name == "" {
			r.add(linkID, "a variable needs a name and an expression in %s", fhirpathMedia)
			continue
		}
		if expr := r.expression(linkID, e, out); expr != nil {
			out = append(out, variable{x.Name, expr})
		}
	}
	return out
}

// expression reads one expression, or tells why not.
func (r *reader) expression(linkID string, e extension, visible []variable) *fhirpath.Expr {
	x := e.ValueExpression
	if x == nil || x.Language != fhirpathMedia || x.Expression == "" {
		r.add(linkID, "expressions are written in %s", fhirpathMedia)
		return nil
	}
	expr, err := fhirpath.Parse(x.Expression)
	if err != nil {
		r.add(linkID, "the expression cannot be used: %v", err)
		return nil
	}
	for _, name := range expr.Names() {
		known := name == resourceName || name == questionnaireName || slices.ContainsFunc(visible, func(v variable) bool { return v.name == name })
		if !known {
			r.add(linkID, "the expression uses %%%s, which is unknown there", name)
			return nil
		}
	}
	return expr
}

// calculation reads the expression that calculates the value of the question
// that is read next.
func (r *reader) calculation(it item, q *Question, visible []variable) {
	var source string
	for _, e := range it.Extension {
		if e.URL != extCalculated {
			continue
		}
		q.Calculated = true
		if q.Multiple || q.Type == Quantity {
			r.add(it.LinkID, "several values and quantities cannot be calculated")
		}
		if e.ValueExpression != nil && source == e.ValueExpression.Expression && source != "" {
			continue // the same once more
		}
		if source != "" {
			r.add(it.LinkID, "there are two expressions for one value")
			continue
		}
		if expr := r.expression(it.LinkID, e, visible); expr != nil {
			source = e.ValueExpression.Expression
			r.i.calculations = append(r.i.calculations, calculation{len(r.i.Questions), visible, expr})
		}
	}
}

// byExpression tells whether the question's value comes from an expression.
func (i *Instrument) byExpression(n int) bool {
	return slices.ContainsFunc(i.calculations, func(c calculation) bool { return c.question == n })
}

// calculate evaluates the expressions in the order of their questions, each
// seeing what those before it answered. What cannot be calculated has no value.
func (e *evaluation) calculate(d *Derived) {
	if len(e.i.calculations) == 0 {
		return
	}
	var questionnaire any
	if json.Unmarshal(e.i.Questionnaire, &questionnaire) != nil {
		return // it was read before
	}
	for _, c := range e.i.calculations {
		if !e.given[c.question].enabled {
			continue
		}
		env := fhirpath.Env{questionnaireName: {questionnaire}, resourceName: {e.resource(d)}}
		for _, v := range c.variables {
			value, err := v.expr.Eval(env)
			if err != nil {
				value = nil
			}
			env[v.name] = value
		}
		if out, err := c.expr.Eval(env); err == nil && len(out) == 1 {
			e.put(d, c.question, out[0])
		}
	}
}

// put notes what an expression answered as the value of a question, if it is
// of the question's type.
func (e *evaluation) put(d *Derived, n int, x any) {
	q := &e.i.Questions[n]
	if coding, ok := x.(map[string]any); ok {
		x = coding["code"]
	}
	var v Value
	switch x := x.(type) {
	case float64:
		x = math.Floor(x*1e8+0.5) / 1e8 // what is behind that is no more than rounding
		v.Number = &x
	case bool:
		v.Bool = &x
	case string:
		v.Code = x
	}
	if !q.takes(v) {
		return
	}
	e.given[n].Answer = Answer{Values: []Value{v}}
	if v.Number != nil {
		d.Scores[q.LinkID] = *v.Number
		return
	}
	if d.Results == nil {
		d.Results = map[string]string{}
	}
	d.Results[q.LinkID], _ = v.name()
}

// takes tells whether the value may answer the question.
func (q *Question) takes(v Value) bool {
	asked := *q
	asked.Calculated = false
	return asked.CheckAnswer(Answer{Values: []Value{v}}) == nil
}

// resource is the QuestionnaireResponse that expressions look at: the answers
// that count so far, with what options count for.
func (e *evaluation) resource(d *Derived) any {
	answers := make(Answers, len(e.given))
	for n := range e.given {
		q := &e.i.Questions[n]
		if !q.Calculated && len(e.given[n].values()) > 0 {
			answers[q.LinkID] = e.given[n].Answer
		}
	}
	r := Response(e.i, Screening{Answers: answers, Derived: *d})
	e.i.weigh(r.Item)
	b, err := json.Marshal(r)
	var out any
	if err != nil || json.Unmarshal(b, &out) != nil {
		return nil // a number that JSON cannot hold: no answer of ours
	}
	return out
}

// weigh adds to codings what their options count for.
func (i *Instrument) weigh(items []ResponseItem) {
	for n := range items {
		i.weigh(items[n].Item)
		place, ok := i.index[items[n].LinkID]
		if !ok {
			continue
		}
		for _, a := range items[n].Answer {
			for _, o := range i.Questions[place].Options {
				if c := a.ValueCoding; c != nil && c.Code == o.Code && o.Weight != nil {
					c.Extension = []ResponseExtension{{URL: extOrdinal, ValueDecimal: o.Weight}}
				}
			}
		}
	}
}
