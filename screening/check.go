package screening

import (
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/havenloop/havenloop/internal/fault"
)

// maxText is the longest text taken for an open question, in bytes.
const maxText = 4000

// MaxValues is how many values an open question that repeats takes.
const MaxValues = 20

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

// CheckAnswer tells the mistakes in the answer to this question alone, under
// its linkId, as an Invalid fault, or answers nil.
func (q *Question) CheckAnswer(a Answer) error {
	var wrong fault.Fields
	q.check(a, &wrong)
	return wrong.Err()
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
	wrong.Check(q.Type.Chooses() || len(a.Values) <= MaxValues, name, "Give at most %d answers.", MaxValues)
	for n, v := range a.Values {
		q.checkValue(v, name, wrong)
		if slices.ContainsFunc(a.Values[:n], v.Equal) {
			wrong.Add(name, "The same answer is given twice.")
		}
	}
	for _, o := range q.Options {
		if o.Exclusive && a.Has(o.Code) && len(a.Values) > 1 {
			wrong.Add(name, "“%s” cannot be chosen together with other answers.", o.Display)
		}
	}
}

// kinds are the checks of a value by the type of its question.
var kinds = map[QuestionType]func(q *Question, v Value, name string, wrong *fault.Fields){
	Choice: func(q *Question, v Value, name string, wrong *fault.Fields) {
		wrong.Check(v.coded() && q.has(v.Code), name, "This answer is not one of the choices.")
	},
	OpenChoice: func(q *Question, v Value, name string, wrong *fault.Fields) {
		if v.Text != "" {
			q.checkText(v.Text, name, wrong)
			return
		}
		wrong.Check(v.coded() && q.has(v.Code), name, "This answer is not one of the choices.")
	},
	Boolean: func(_ *Question, v Value, name string, wrong *fault.Fields) {
		wrong.Check(v.Bool != nil, name, "Answer yes or no.")
	},
	Integer: func(q *Question, v Value, name string, wrong *fault.Fields) {
		whole := v.Number != nil && v.Unit == "" && *v.Number == math.Trunc(*v.Number) && math.Abs(*v.Number) <= maxInteger
		wrong.Check(whole, name, "Enter a whole number.")
		q.checkBounds(v, name, wrong)
	},
	Decimal: func(q *Question, v Value, name string, wrong *fault.Fields) {
		wrong.Check(v.Number != nil && v.Unit == "", name, "Enter a number.")
		q.checkBounds(v, name, wrong)
	},
	Quantity: func(q *Question, v Value, name string, wrong *fault.Fields) {
		wrong.Check(v.Number != nil, name, "Enter a number.")
		wrong.Check(v.Number == nil || q.counts(v.Unit), name, "Choose one of the units.")
	},
	Date: func(q *Question, v Value, name string, wrong *fault.Fields) {
		if !v.coded() || !isDate(v.Code) {
			wrong.Add(name, "Enter a real date with month, day and year.")
			return
		}
		q.checkBounds(v, name, wrong)
	},
	String: checkOpen,
	Text:   checkOpen,
}

// maxInteger is the greatest whole number that FHIR's integer holds.
const maxInteger = math.MaxInt32

func (q *Question) checkValue(v Value, name string, wrong *fault.Fields) {
	kinds[q.Type](q, v, name, wrong)
}

func checkOpen(q *Question, v Value, name string, wrong *fault.Fields) {
	wrong.Check(v.coded() && strings.TrimSpace(v.Code) != "", name, "Enter a text.")
	q.checkText(v.Code, name, wrong)
}

func (q *Question) checkText(s, name string, wrong *fault.Fields) {
	if q.MaxLength > 0 && utf8.RuneCountInString(s) > q.MaxLength {
		wrong.Add(name, "Enter at most %d characters.", q.MaxLength)
		return
	}
	wrong.Check(len(s) <= maxText, name, "Enter a shorter text.")
}

// checkBounds holds a value of the right kind against the bounds.
func (q *Question) checkBounds(v Value, name string, wrong *fault.Fields) {
	if q.Min != nil {
		order, ok := v.compare(*q.Min)
		wrong.Check(!ok || order >= 0, name, "This is too small or too early. The least is %s.", q.Min.plain())
	}
	if q.Max != nil {
		order, ok := v.compare(*q.Max)
		wrong.Check(!ok || order <= 0, name, "This is too large or too late. The most is %s.", q.Max.plain())
	}
}

// isDate tells whether s is a day of the calendar, written as 2006-01-02.
func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
