package screening

import (
	"maps"
	"math"
	"slices"

	"github.com/havenloop/havenloop/internal/fault"
)

// maxText is the longest text taken for an open question, in bytes.
const maxText = 4000

// Check tells every mistake in the answers at its linkId, as an Invalid fault,
// or answers nil. Answers may be missing; see [Derived.Missing].
func (i *Instrument) Check(answers Answers) error {
	var wrong fault.Fields
	i.check(answers, &wrong)
	return wrong.Err()
}

func (i *Instrument) check(answers Answers, wrong *fault.Fields) {
	given := i.given(answers)
	for _, linkID := range slices.Sorted(maps.Keys(answers)) {
		a := answers[linkID]
		n, ok := i.index[linkID]
		switch {
		case !ok:
			wrong.Add(field(linkID), "This question is not part of the questionnaire.")
		case a.Empty():
		case !given[n].enabled:
			wrong.Add(field(linkID), "This question does not apply, given the other answers. Leave it out.")
		default:
			i.Questions[n].check(a, wrong)
		}
	}
	for n := range i.Questions {
		q := &i.Questions[n]
		wrong.Check(q.Declinable || !given[n].enabled || !q.asked() || !given[n].Empty(), field(q.LinkID), "Answer this question.")
	}
}

// check tells the mistakes in the answer to one question that is asked.
func (q *Question) check(a Answer, wrong *fault.Fields) {
	name := field(q.LinkID)
	if q.Calculated {
		wrong.Add(name, "This is calculated from other answers. Leave it out.")
		return
	}
	if a.Absent != "" {
		wrong.Check(a.Absent == AskedDeclined || a.Absent == AskedUnknown, name, "Say asked-declined or asked-unknown when there is no answer.")
		wrong.Check(q.Declinable, name, "Answer this question.")
		return
	}
	wrong.Check(q.Multiple || len(a.Values) == 1, name, "Choose one answer only.")
	for n, v := range a.Values {
		q.checkValue(v, name, wrong)
		if slices.ContainsFunc(a.Values[:n], func(w Value) bool { return w.Number == nil && v.Number == nil && w.Code == v.Code }) {
			wrong.Add(name, "The same answer is given twice.")
		}
	}
	for _, o := range q.Options {
		if o.Exclusive && a.Has(o.Code) && len(a.Values) > 1 {
			wrong.Add(name, "“%s” cannot be chosen together with other answers.", o.Display)
		}
	}
}

func (q *Question) checkValue(v Value, name string, wrong *fault.Fields) {
	switch q.Type {
	case Choice:
		wrong.Check(v.Number == nil && q.has(v.Code), name, "This answer is not one of the choices.")
	case Integer:
		wrong.Check(v.Number != nil && *v.Number == math.Trunc(*v.Number), name, "Enter a whole number.")
	case Decimal:
		wrong.Check(v.Number != nil, name, "Enter a number.")
	default:
		wrong.Check(v.Number == nil && v.Code != "", name, "Enter a text.")
		wrong.Check(len(v.Code) <= maxText, name, "Enter a shorter text.")
	}
}
