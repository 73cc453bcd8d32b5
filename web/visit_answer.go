package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/screening"
)

// A visit may have wrong answers to several questions, which are all asked
// again on one page. So each is asked in the simplest way: choices as choices,
// everything else as one line.

// visitAnswerOptions are the choices of a question.
func visitAnswerOptions(l *Locale, q screening.Question) []Option {
	var out []Option
	for _, o := range q.Options {
		out = append(out, Option{Value: o.Code, Label: o.Display, Apart: q.Multiple && o.Exclusive})
	}
	if q.Type == screening.Boolean {
		out = yesNo(l)
	}
	if q.Declinable {
		out = append(out,
			Option{Value: absentPrefix + screening.AskedDeclined, Label: l.T("absent.decline"), Apart: true},
			Option{Value: absentPrefix + screening.AskedUnknown, Label: l.T("absent.unknown"), Apart: true})
	}
	return out
}

// visitAnswerValues are the form's values of an answer that was collected.
func visitAnswerValues(a screening.Answer) []string {
	if a.Absent != "" {
		return []string{absentPrefix + a.Absent}
	}
	out := make([]string, len(a.Values))
	for i, v := range a.Values {
		switch {
		case v.Bool != nil:
			out[i] = flagValue(v.Bool)
		case v.Number != nil:
			out[i] = strconv.FormatFloat(*v.Number, 'f', -1, 64)
		default:
			out[i] = v.Code + v.Text // one of them is empty
		}
	}
	return out
}

// visitAnswer reads the answer to a question; whether it is allowed is for the
// questionnaire to say. False when nothing was entered, or no number where one
// is asked for.
func visitAnswer(q screening.Question, values []string) (screening.Answer, bool) {
	values = filled(values...)
	for _, v := range values {
		if reason, absent := strings.CutPrefix(v, absentPrefix); absent {
			return screening.Absent(reason), true
		}
	}
	out := screening.Answer{}
	for _, text := range values {
		v, ok := visitAnswerValue(q, strings.TrimSpace(text))
		if !ok {
			return out, false
		}
		out.Values = append(out.Values, v)
	}
	return out, len(out.Values) > 0
}

func visitAnswerValue(q screening.Question, text string) (screening.Value, bool) {
	switch q.Type {
	case screening.Integer, screening.Decimal, screening.Quantity:
		n, err := strconv.ParseFloat(text, 64)
		v := screening.Value{Number: &n}
		if q.Type == screening.Quantity && len(q.Units) > 0 {
			v.Unit = q.Units[0].Code
		}
		return v, err == nil
	case screening.Boolean:
		yes := text == "yes"
		return screening.Value{Bool: &yes}, yes || text == "no"
	case screening.OpenChoice:
		if !slices.ContainsFunc(q.Options, func(o screening.Option) bool { return o.Code == text }) {
			return screening.Value{Text: text}, true
		}
	}
	return screening.Value{Code: text}, true
}
