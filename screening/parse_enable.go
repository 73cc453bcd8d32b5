package screening

import (
	"cmp"
	"slices"
)

// gate notes the enableWhen part of an item; settle resolves it, since it may
// name questions that come later.
func (r *reader) gate(it item) []*gate {
	if len(it.EnableWhen) == 0 {
		return nil
	}
	if len(it.EnableWhen) > 1 && it.EnableBehavior != "any" && it.EnableBehavior != "all" {
		r.add(it.LinkID, "several enableWhen need an enableBehavior, any or all")
	}
	return []*gate{{linkID: it.LinkID, any: it.EnableBehavior == "any", source: it.EnableWhen}}
}

// settle resolves every gate and finds the order in which they can be opened:
// a question after all those that it hangs on.
func (r *reader) settle() {
	resolved := map[*gate]bool{}
	for n := range r.i.Questions {
		for _, g := range r.i.Questions[n].gates {
			if !resolved[g] {
				resolved[g] = true
				r.resolve(g)
			}
		}
	}
	const under, done = 1, 2
	state := make([]int, len(r.i.Questions))
	var visit func(n int)
	visit = func(n int) {
		switch state[n] {
		case under:
			r.add(r.i.Questions[n].LinkID, "enableWhen makes the question hang on itself")
			return
		case done:
			return
		}
		state[n] = under
		for _, g := range r.i.Questions[n].gates {
			for _, c := range g.conds {
				visit(c.question)
			}
		}
		state[n] = done
		if len(r.i.Questions[n].gates) > 0 {
			r.i.order = append(r.i.order, n)
		}
	}
	for n := range r.i.Questions {
		visit(n)
	}
}

// resolve reads the conditions of a gate.
func (r *reader) resolve(g *gate) {
	for _, w := range g.source {
		n, ok := r.i.index[w.Question]
		if !ok {
			r.add(g.linkID, "enableWhen names %q, which is no question", w.Question)
			continue
		}
		q := &r.i.Questions[n]
		if q.Calculated {
			r.add(g.linkID, "enableWhen on %q: calculated values cannot decide what is asked", w.Question)
			continue
		}
		c := gateCond{question: n, operator: w.Operator}
		if w.Operator == "exists" {
			if w.AnswerBoolean == nil {
				r.add(g.linkID, "enableWhen exists needs answerBoolean")
				continue
			}
			c.exists = *w.AnswerBoolean
		} else if reason := q.comparison(w, &c.value); reason != "" {
			r.add(g.linkID, "enableWhen on %q: %s", w.Question, reason)
			continue
		}
		g.conds = append(g.conds, c)
	}
}

// comparison reads the value that answers of q are compared with, or says why not.
func (q *Question) comparison(w enableWhen, v *Value) (reason string) {
	ordered := q.Type.Numeric() || q.Type == Date || q.Type == String || q.Type == Text
	switch {
	case w.Operator != "=" && w.Operator != "!=" && operators[w.Operator] == nil:
		return "operator \"" + w.Operator + "\" is unknown"
	case w.AnswerDateTime != nil || w.AnswerTime != nil || w.AnswerReference != nil:
		return "dateTime, time and Reference are not supported"
	case operators[w.Operator] != nil && !ordered:
		return "operator " + w.Operator + " needs a number, a date or a text"
	}
	number := cmp.Or(w.AnswerInteger, w.AnswerDecimal)
	switch {
	case q.Type.Chooses() && w.AnswerCoding != nil && q.has(w.AnswerCoding.Code):
		v.Code = w.AnswerCoding.Code
	case q.Type.Chooses() && w.AnswerString != nil && q.has(*w.AnswerString):
		v.Code = *w.AnswerString
	case q.Type == OpenChoice && w.AnswerString != nil && *w.AnswerString != "":
		v.Text = *w.AnswerString
	case q.Type.Chooses() && (w.AnswerCoding != nil || w.AnswerString != nil):
		return "this is none of its options"
	case q.Type == Boolean && w.AnswerBoolean != nil:
		v.Bool = w.AnswerBoolean
	case (q.Type == Integer || q.Type == Decimal) && number != nil:
		v.Number = number
	case q.Type == Date && w.AnswerDate != nil && isDate(*w.AnswerDate):
		v.Code = *w.AnswerDate
	case q.Type == Date && w.AnswerDate != nil:
		return "a date is written in full, as 2026-01-31"
	case (q.Type == String || q.Type == Text) && w.AnswerString != nil:
		v.Code = *w.AnswerString
	case q.Type == Quantity && w.AnswerQuantity != nil && w.AnswerQuantity.Value != nil:
		v.Number, v.Unit = w.AnswerQuantity.Value, cmp.Or(w.AnswerQuantity.Code, w.AnswerQuantity.Unit)
		if !q.counts(v.Unit) {
			return "this is none of its units"
		}
	default:
		return "there is no value of type " + string(q.Type) + " to compare with"
	}
	return ""
}

// counts tells whether a quantity may have the unit.
func (q *Question) counts(unit string) bool {
	if len(q.Units) == 0 {
		return unit == ""
	}
	return slices.ContainsFunc(q.Units, func(u Unit) bool { return u.Code == unit })
}
