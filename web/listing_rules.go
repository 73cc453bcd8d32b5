package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/directory"
)

// A section of rules shows each kind of rule that a form can ask for once, and
// the others as they are, to be kept or taken away.

// rulesSection says who can use a service, so that matching can tell.
func rulesSection(l *Locale, x listed) section {
	number := func(name, label, hint string) listingField {
		f := line(l, name, label)
		f.Hint, f.InputMode, f.Width = hint, "numeric", "short"
		return f
	}
	whom := func(kind directory.ConditionKind, value string) string {
		return upperFirst(l.whom(directory.Whom{{Kind: kind, Value: value}}))
	}
	only := []Option{{Label: l.T("rules.anyone")}}
	for _, sex := range []string{directory.Female, directory.Male} {
		only = append(only, Option{Value: sex, Label: whom(directory.SexCondition, sex)})
	}
	var insured []Option
	for _, v := range []string{directory.Medicaid, directory.Medicare, directory.Insured, directory.Uninsured} {
		insured = append(insured, Option{Value: v, Label: whom(directory.InsuranceCondition, v)})
	}
	groups := []Option{}
	for _, c := range ruleGroups {
		groups = append(groups, Option{Value: groupCode(c), Label: whom(c.Kind, c.Value)})
	}
	several := pick("groups", l.T("rules.groups"), true, groups)
	several.Group.Hint = l.T("rules.groups-hint")
	papers := []Option{{Value: "yes", Label: whom(directory.ImmigrationCondition, directory.NeedsPapers)}}
	s := section{slug: "rules", title: "section.rules", note: l.T("section.rules-note"), alias: map[string]string{"minimum_age": "ageFrom"}, fields: []listingField{
		number("ageFrom", "service-add.age-from", ""), number("ageTo", "service-add.age-to", ""),
		pick("sex", l.T("rules.sex"), false, only), several,
		pick("groupsHow", l.T("rules.groups-how"), false, []Option{{Value: "one", Label: l.T("rules.groups-one")}, {Value: "all", Label: l.T("rules.groups-all")}}),
		number("income", "rules.income", l.T("rules.income-hint")), paragraph(l, "residence", "section.areas", "rules.residence-hint"),
		pick("insurance", l.T("rules.insurance"), true, insured), pick("papers", l.T("rules.papers"), true, papers),
	}}
	if others := shownRules(x.service.Eligibility).others; len(others) > 0 {
		more := pick("others", l.T("rules.others"), true, nil)
		more.Group.Hint = l.T("rules.others-hint")
		for _, r := range others {
			more.Group.Options = append(more.Group.Options, Option{Value: ruleCode(r), Label: upperFirst(l.whom(r.AnyOf))})
		}
		s.fields = append(s.fields, more)
	}
	s.fill = func(f Form, x listed) Form {
		v := x.service.Service
		f = f.With("ageFrom", yearsText(v.MinimumAge)).With("ageTo", yearsText(v.MaximumAge)).With("sex", "")
		shown := shownRules(x.service.Eligibility)
		for name, c := range shown.inputs {
			f = f.With(name, ruleInputs[name].values(c)...)
		}
		var others []string
		for _, r := range shown.others {
			others = append(others, ruleCode(r))
		}
		return fillGroups(f, shown.groups).With("others", others...)
	}
	s.read = func(e *serviceEntry, before Form, x *listed) {
		v := &x.service.Service
		if differs(e, before, "ageFrom", "ageTo") {
			v.MinimumAge, v.MaximumAge = e.ages()
		}
		if differs(e, before, ruleOrder...) || differs(e, before, "groups", "groupsHow", "others") {
			x.service.Eligibility = e.rules(x.service.Eligibility)
		}
	}
	return s
}

// ruleInputs are the inputs for rules: the kind of condition that each stands
// for, what it holds for conditions of which one has to be met, and back.
var ruleInputs = map[string]struct {
	kind   directory.ConditionKind
	values func([]directory.Condition) []string
	read   func(e *serviceEntry) []directory.Condition // nil for no rule
}{
	"sex":       {directory.SexCondition, conditionValues, chosenConditions("sex", directory.SexCondition)},
	"income":    {directory.IncomeCondition, incomeValues, (*serviceEntry).income},
	"residence": {directory.ResidenceCondition, residenceValues, (*serviceEntry).residence},
	"insurance": {directory.InsuranceCondition, conditionValues, chosenConditions("insurance", directory.InsuranceCondition)},
	"papers": {directory.ImmigrationCondition, ticked, tickedCondition("papers", directory.Condition{
		Kind: directory.ImmigrationCondition, Value: directory.NeedsPapers,
	})},
}

// ruleOrder are those inputs in the order in which rules are stored.
var ruleOrder = []string{"sex", "income", "residence", "insurance", "papers"}

// formRules is what a form shows of rules: by input, those of groups of people, and
// the others.
type formRules struct {
	inputs         map[string][]directory.Condition
	groups, others []directory.Requirement
}

// shownRules sorts the rules by how the form shows them.
func shownRules(e directory.Eligibility) formRules {
	out := formRules{inputs: map[string][]directory.Condition{}}
	for _, r := range e.Requirements {
		name := inputFor(r.AnyOf)
		switch _, taken := out.inputs[name]; {
		case !r.Firm(): // a guess is no rule that somebody should find said of them
		case ofGroups(r):
			out.groups = append(out.groups, r)
		case name == "" || taken:
			out.others = append(out.others, r)
		default:
			out.inputs[name] = r.AnyOf
		}
	}
	if len(out.groups) > 1 && slices.ContainsFunc(out.groups, func(r directory.Requirement) bool { return len(r.AnyOf) > 1 }) {
		out.groups, out.others = nil, append(out.groups, out.others...) // some together, some apart
	}
	return out
}

// inputFor is the input that can hold conditions of which one has to be met;
// "" for none.
func inputFor(anyOf []directory.Condition) string {
	for name, in := range ruleInputs {
		if slices.ContainsFunc(anyOf, func(c directory.Condition) bool { return c.Kind != in.kind }) {
			continue
		}
		several := name == "insurance" || name == "residence"
		if len(anyOf) == 1 && (name != "income" || anyOf[0].Max != nil) || several && len(anyOf) > 0 {
			return name
		}
	}
	return ""
}

// rules are those that the form says, after the others that are kept.
func (e *serviceEntry) rules(old directory.Eligibility) directory.Eligibility {
	list := slices.DeleteFunc(shownRules(old).others, func(r directory.Requirement) bool { return !slices.Contains(e.Values["others"], ruleCode(r)) })
	list = append(list, e.groups()...)
	for _, name := range ruleOrder {
		if anyOf := ruleInputs[name].read(e); len(anyOf) > 0 {
			list = append(list, directory.Requirement{AnyOf: anyOf})
		}
	}
	return old.Say(list)
}

// ruleCode tells the rules of a service apart.
func ruleCode(r directory.Requirement) string { return directory.Whom(r.AnyOf).String() }

func conditionValues(list []directory.Condition) []string {
	var out []string
	for _, c := range list {
		out = append(out, c.Value)
	}
	return out
}

func ticked([]directory.Condition) []string { return []string{"yes"} }

func incomeValues(list []directory.Condition) []string { return []string{yearsText(list[0].Max)} }

func residenceValues(list []directory.Condition) []string {
	var names []string
	for _, c := range list {
		for _, area := range c.Areas {
			names = append(names, directory.AreaText(area))
		}
	}
	return []string{strings.Join(names, "\n")}
}

func chosenConditions(name string, kind directory.ConditionKind) func(*serviceEntry) []directory.Condition {
	return func(e *serviceEntry) []directory.Condition {
		var out []directory.Condition
		for _, v := range filled(e.Values[name]...) {
			out = append(out, directory.Condition{Kind: kind, Value: v})
		}
		return out
	}
}

func tickedCondition(name string, c directory.Condition) func(*serviceEntry) []directory.Condition {
	return func(e *serviceEntry) []directory.Condition {
		if e.text(name) == "" {
			return nil
		}
		return []directory.Condition{c}
	}
}

// income is the most that people may earn, in percent of the federal poverty level.
func (e *serviceEntry) income() []directory.Condition {
	text := strings.TrimSpace(strings.TrimSuffix(e.text("income"), "%"))
	if text == "" {
		return nil
	}
	n, err := strconv.ParseFloat(text, 64)
	e.wrong.Check(err == nil && n > 0 && n <= mostIncome, "income", "Write a number from 1 to %d, for example 200.", mostIncome)
	return []directory.Condition{{Kind: directory.IncomeCondition, Max: &n}}
}

// mostIncome is the highest income that a form takes, in percent of the federal
// poverty level; above it a rule leaves hardly anybody out.
const mostIncome = 1000

// residence are the areas in one of which people have to live.
func (e *serviceEntry) residence() []directory.Condition {
	var areas []directory.ServiceArea
	for _, name := range linesOf(e.text("residence")) {
		areas = append(areas, directory.ServiceArea{Name: name})
	}
	if len(areas) == 0 {
		return nil
	}
	c := directory.ResolveAreas(areas, "")
	e.wrong.Check(!c.Unknown, "residence", "Write ZIP codes, counties with their state, or states, one on each line.")
	return []directory.Condition{{Kind: directory.ResidenceCondition, Areas: c.Areas}}
}

// yearsText is a number of years, or another one without a unit; "" for none.
func yearsText(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}
