package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/screening"
)

// AnswerFields are the inputs of one question, for any page that asks it.
type AnswerFields struct {
	Question screening.Question
	// Hint is the question's help and what bounds the answer.
	Hint string
	// Options are those to choose, None the reasons for no answer.
	Options, None []Option
	// Rows are the inputs of an open question; one unless it repeats.
	Rows []string
	// More tells that there can be another row.
	More bool
}

// The names of the inputs beside those of the rows.
const (
	answerField = "answer"
	ownField    = "own"  // words where choices are offered as well
	noneField   = "none" // why an open question has no answer
	moreField   = "more" // asks for another row
	// absentPrefix marks the choices that say why there is no answer.
	absentPrefix = "absent:"
	// ownChoice is the choice that stands for own words.
	ownChoice = "own:"
)

// rowName is the name of the input of row n; it is its id as well.
func rowName(n int) string {
	if n == 0 {
		return answerField
	}
	return answerField + "-" + strconv.Itoa(n+1)
}

func unitName(row string) string { return row + "-unit" }

// chosenFrom tells whether the answer is chosen rather than written.
func chosenFrom(q screening.Question) bool { return q.Type.Chooses() || q.Type == screening.Boolean }

// answerFields says how a question is asked, with as many rows as the form has values.
func answerFields(f Form, q screening.Question) AnswerFields {
	a := AnswerFields{Question: q, Hint: answerHint(f.Locale, q)}
	for _, o := range q.Options {
		a.Options = append(a.Options, Option{Value: o.Code, Label: o.Display, Apart: q.Multiple && o.Exclusive})
	}
	if q.Type == screening.Boolean {
		a.Options = []Option{{Value: "true", Label: f.T("choice.yes")}, {Value: "false", Label: f.T("choice.no")}}
	}
	if q.Declinable {
		a.None = []Option{
			{Value: absentPrefix + screening.AskedDeclined, Label: f.T("absent.decline"), Apart: true},
			{Value: absentPrefix + screening.AskedUnknown, Label: f.T("absent.unknown"), Apart: true},
		}
	}
	rows := 1
	if q.Multiple && !chosenFrom(q) {
		for n := range screening.MaxValues {
			if rowFilled(f, q, rowName(n)) {
				rows = n + 2
			}
		}
		if f.Value(moreField) != "" {
			rows++
		}
		rows = min(max(rows, 2), screening.MaxValues)
		a.More = rows < screening.MaxValues
	}
	for n := range rows {
		a.Rows = append(a.Rows, rowName(n))
	}
	return a
}

// answerHint is the help of a question and what bounds its answer.
func answerHint(l *Locale, q screening.Question) string {
	bound := func(v screening.Value) string {
		if v.Number != nil {
			return strconv.FormatFloat(*v.Number, 'f', -1, 64)
		}
		return l.Day(v.Code)
	}
	hints := filled(q.Help)
	switch {
	case q.Min != nil && q.Max != nil:
		hints = append(hints, l.T("question.between", "min", bound(*q.Min), "max", bound(*q.Max)))
	case q.Min != nil:
		hints = append(hints, l.T("question.at-least", "min", bound(*q.Min)))
	case q.Max != nil:
		hints = append(hints, l.T("question.at-most", "max", bound(*q.Max)))
	}
	if q.MaxLength > 0 {
		hints = append(hints, l.T("question.max-length", "count", q.MaxLength))
	}
	return strings.Join(hints, " ")
}

// withAnswer fills the inputs of a question from a stored answer.
func (f Form) withAnswer(q screening.Question, a screening.Answer) Form {
	if a.Absent != "" {
		if chosenFrom(q) {
			return f.With(answerField, absentPrefix+a.Absent)
		}
		return f.With(noneField, absentPrefix+a.Absent)
	}
	var choices []string
	for n, v := range a.Values {
		row := rowName(n)
		switch {
		case v.Bool != nil:
			choices = append(choices, strconv.FormatBool(*v.Bool))
		case v.Text != "":
			choices = append(choices, ownChoice)
			f = f.With(ownField, v.Text)
		case q.Type.Chooses():
			choices = append(choices, v.Code)
		case v.Number != nil:
			f = f.With(row, strconv.FormatFloat(*v.Number, 'f', -1, 64)).With(unitName(row), v.Unit)
		case q.Type == screening.Date:
			f = f.WithDate(row, v.Code)
		default:
			f = f.With(row, v.Code)
		}
	}
	if chosenFrom(q) {
		f = f.With(answerField, choices...)
	}
	return f
}

// rowFilled tells whether something was entered in the row.
func rowFilled(f Form, q screening.Question, row string) bool {
	if q.Type == screening.Date {
		return f.Date(row) != ""
	}
	return strings.TrimSpace(f.Value(row)) != ""
}

// answerFrom reads an answer from the form, or says what is wrong and at which input.
func answerFrom(f Form, q screening.Question) (screening.Answer, *Problem) {
	if chosenFrom(q) {
		return chosenAnswer(f, q)
	}
	var a screening.Answer
	for n := range screening.MaxValues {
		row := rowName(n)
		if !rowFilled(f, q, row) {
			continue
		}
		v, problem := rowValue(f, q, row)
		if problem != nil {
			return screening.Answer{}, problem
		}
		a.Values = append(a.Values, v)
	}
	reason, absent := strings.CutPrefix(f.Value(noneField), absentPrefix)
	switch {
	case absent && len(a.Values) > 0:
		f.Values.Del(noneField) // what was written stays; the page asks again
		return screening.Answer{}, &Problem{Field: answerField, Text: f.T("question.absent-and-written")}
	case absent:
		return screening.Absent(reason), nil
	case len(a.Values) == 0 && q.Declinable:
		return a, &Problem{Field: answerField, Text: f.T("question.write")}
	case len(a.Values) == 0:
		return a, &Problem{Field: answerField, Text: f.T("question.write-required")}
	}
	return a, nil
}

// rowValue reads one row of an open question.
func rowValue(f Form, q screening.Question, row string) (screening.Value, *Problem) {
	switch {
	case q.Type == screening.Date:
		return screening.Value{Code: f.Date(row)}, nil
	case q.Type.Numeric():
		n, err := strconv.ParseFloat(strings.TrimSpace(f.Value(row)), 64)
		if err != nil || n-n != 0 { // neither infinite nor no number at all
			return screening.Value{}, &Problem{Field: row, Text: f.T("question.number")}
		}
		v := screening.Value{Number: &n}
		if q.Type == screening.Quantity {
			v.Unit = f.Value(unitName(row))
			if len(q.Units) == 1 {
				v.Unit = q.Units[0].Code
			}
		}
		return v, nil
	}
	return screening.Value{Code: strings.TrimSpace(strings.ReplaceAll(f.Value(row), "\r\n", "\n"))}, nil
}

// chosenAnswer reads an answer of choices.
func chosenAnswer(f Form, q screening.Question) (screening.Answer, *Problem) {
	wrong := func(key string) (screening.Answer, *Problem) {
		return screening.Answer{}, &Problem{Field: answerField, Text: f.T(key)}
	}
	values, own := filled(f.Values[answerField]...), strings.TrimSpace(f.Value(ownField))
	if own != "" && q.Type == screening.OpenChoice && !slices.Contains(values, ownChoice) {
		values = append(values, ownChoice)
	}
	var a screening.Answer
	for _, v := range values {
		reason, absent := strings.CutPrefix(v, absentPrefix)
		switch {
		case absent && len(values) > 1:
			return wrong("question.absent-and-more")
		case absent:
			return screening.Absent(reason), nil
		case v == ownChoice && q.Type == screening.OpenChoice && own == "":
			return screening.Answer{}, &Problem{Field: ownField, Text: f.T("question.own-empty")}
		case v == ownChoice && q.Type == screening.OpenChoice:
			a.Values = append(a.Values, screening.Value{Text: own})
		case q.Type == screening.Boolean:
			yes := v == "true"
			a.Values = append(a.Values, screening.Value{Bool: &yes})
		default:
			a.Values = append(a.Values, screening.Value{Code: v})
		}
	}
	switch {
	case len(a.Values) > 0:
		return a, nil
	case q.Declinable:
		return wrong("question.choose")
	}
	return wrong("question.choose-required")
}
