package web

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/havenloop/havenloop/directory"
)

// ruleGroups are the groups of people for which alone a service may be, as a form
// offers them. Whoever is of one of the chosen groups can get it, or whoever is
// of all of them.
var ruleGroups = []directory.Condition{
	{Kind: directory.VeteranCondition}, {Kind: directory.PregnantCondition}, {Kind: directory.DisabilityCondition}, {Kind: directory.HomelessCondition},
	{Kind: directory.HouseholdCondition, Value: directory.WithChildren}, {Kind: directory.HouseholdCondition, Value: directory.Family},
	{Kind: directory.HouseholdCondition, Value: directory.Single},
}

// groupCode is the value of a group in the form.
func groupCode(c directory.Condition) string {
	code, _ := c.Word()
	return code
}

// ofGroups tells whether a rule is about groups alone.
func ofGroups(r directory.Requirement) bool {
	return !slices.ContainsFunc(r.AnyOf, func(c directory.Condition) bool {
		return !slices.ContainsFunc(ruleGroups, func(g directory.Condition) bool { return groupCode(g) == groupCode(c) })
	})
}

// fillGroups puts rules about groups into a form: one of which any group will
// do, or several of one group each.
func fillGroups(f Form, list []directory.Requirement) Form {
	var codes []string
	for _, r := range list {
		for _, c := range r.AnyOf {
			codes = append(codes, groupCode(c))
		}
	}
	how := ""
	if len(codes) > 1 {
		how = map[bool]string{true: "one", false: "all"}[len(list) == 1]
	}
	return f.With("groups", codes...).With("groupsHow", how)
}

// groups are the rules about the groups that were chosen.
func (e *serviceEntry) groups() []directory.Requirement {
	var anyOf []directory.Condition
	for _, g := range ruleGroups {
		if e.Has("groups", groupCode(g)) {
			anyOf = append(anyOf, g)
		}
	}
	if len(anyOf) == 0 {
		return nil
	}
	if e.text("groupsHow") != "all" {
		return []directory.Requirement{{AnyOf: anyOf}}
	}
	var each []directory.Requirement
	for _, c := range anyOf {
		each = append(each, directory.Requirement{AnyOf: []directory.Condition{c}})
	}
	return each
}

// upperFirst begins a text with a capital letter, where its script has such.
func upperFirst(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:]
}
