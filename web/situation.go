package web

import (
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/internal/patients"
)

// situationID is where the page that changes a patient asks for the situation.
const situationID = "situation"

// situationFrom is what the form says of a patient's situation. What is no
// number is refused by the record, as one below zero.
func situationFrom(f Form) patients.Situation {
	s := patients.Situation{
		Sex: f.Value("situation.sex"), Children: f.Flag("situation.children"), Veteran: f.Flag("situation.veteran"),
		Pregnant: f.Flag("situation.pregnant"), Disability: f.Flag("situation.disability"),
		Insurance: f.Value("situation.insurance"), Travel: f.Value("situation.travel"),
	}
	if text := strings.TrimSpace(f.Value("situation.householdSize")); text != "" {
		s.HouseholdSize = numberOr(text, -1)
	}
	if text := strings.Trim(f.Value("situation.incomePercent"), " %"); text != "" {
		n := numberOr(text, -1)
		s.IncomePercent = &n
	}
	return s
}

func numberOr(text string, otherwise int) int {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	return otherwise
}

// withSituation fills the form with what is known of a patient's situation.
func (f Form) withSituation(s patients.Situation) Form {
	for name, value := range map[string]string{
		"sex": s.Sex, "children": flagValue(s.Children), "veteran": flagValue(s.Veteran), "pregnant": flagValue(s.Pregnant),
		"disability": flagValue(s.Disability), "insurance": s.Insurance, "travel": s.Travel,
	} {
		f = f.With("situation."+name, value)
	}
	if s.HouseholdSize > 0 {
		f = f.With("situation.householdSize", strconv.Itoa(s.HouseholdSize))
	}
	if s.IncomePercent != nil {
		f = f.With("situation.incomePercent", strconv.Itoa(*s.IncomePercent))
	}
	return f
}

// situationShown tells whether the form has something to show of the situation.
func situationShown(f Form) bool {
	for name := range f.Values {
		if strings.HasPrefix(name, "situation.") && (f.Value(name) != "" || f.Problem(name) != "") {
			return true
		}
	}
	return false
}

// orNotKnown are the values of a list, after one for what is not known.
func orNotKnown(l *Locale, words string, values []string) []Option {
	out := []Option{{Label: l.T("situation.not-known")}}
	for _, v := range values {
		out = append(out, Option{Value: v, Label: l.T(words + v)})
	}
	return out
}

// maybe are yes, no, and not known.
func maybe(l *Locale) []Option {
	return append([]Option{{Label: l.T("situation.not-known")}}, yesNo(l)...)
}
