package web

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/identity"
)

func TestRulesOfAListing(t *testing.T) {
	p := samplePage(t, identity.AgencyAdmin, "/listing/s1/rules", "listing.title")
	pregnant := directory.Requirement{AnyOf: []directory.Condition{{Kind: directory.PregnantCondition}}, Sure: 0.95, Source: directory.FromText}
	guess := directory.Requirement{AnyOf: []directory.Condition{{Kind: directory.VeteranCondition}}, Sure: 0.5, Source: directory.FromTitle}
	medicaid := directory.Requirement{AnyOf: []directory.Condition{{Kind: directory.InsuranceCondition, Value: directory.Medicaid}}, Sure: 0.95, Source: directory.FromText}
	x := sampleListed()
	x.service.Eligibility = directory.Eligibility{Requirements: []directory.Requirement{pregnant, guess, medicaid}}
	s := rulesSection(p.Locale, x)
	before := s.fill(p.form(), x)
	if got := before.Value("insurance") + " " + strings.Join(before.Values["groups"], " "); got != directory.Medicaid+" pregnant" {
		t.Errorf("the form shows %q, want what was read surely and no guess", got)
	}
	e := &serviceEntry{Form: before.With("ageFrom", "60").With("sex", directory.Female).With("income", "200 %").
		With("residence", "94109\nAlameda County, CA").With("papers", "yes").With("insurance")}
	s.read(e, before, &x)
	if err := e.wrong.Err(); err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, r := range x.service.Eligibility.Requirements {
		if r.Source != directory.Manual || !r.Firm() {
			t.Errorf("rule %+v, want one that a person said", r)
		}
		told = append(told, p.whom(r.AnyOf))
	}
	want := []string{
		"people who are pregnant or just had a baby", "women", "people with an income up to 200% of the poverty level",
		"people who live in Alameda County, 94109", "people with immigration papers or citizenship",
	}
	if d := cmp.Diff(want, told); d != "" {
		t.Errorf("rules (-want +got):\n%s", d)
	}
	if from := x.service.Service.MinimumAge; from == nil || *from != 60 {
		t.Errorf("minimum age = %v, want 60", from)
	}
	after := s.fill(p.form(), x)
	for name, want := range map[string]string{"ageFrom": "60", "sex": "female", "income": "200", "residence": "Alameda County, CA\n94109", "papers": "yes", "insurance": "", "groups": "pregnant"} {
		if got := after.Value(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	for name, value := range map[string]string{"income": "rich", "residence": "Springfield", "ageTo": "old"} {
		e := &serviceEntry{Form: before.With(name, value)}
		s.read(e, before, &x)
		if e.wrong.Err() == nil {
			t.Errorf("%s = %q is taken, want it refused", name, value)
		}
	}
}

// TestGroupsOfAListing: any of several groups will do, or all are asked; what the
// form cannot ask for so stands as another rule, which can be taken away.
func TestGroupsOfAListing(t *testing.T) {
	p := samplePage(t, identity.AgencyAdmin, "/listing/s1/rules", "listing.title")
	rule := func(list ...directory.Condition) directory.Requirement {
		return directory.Requirement{AnyOf: list, Sure: 1, Source: directory.Manual}
	}
	veteran, homeless := directory.Condition{Kind: directory.VeteranCondition}, directory.Condition{Kind: directory.HomelessCondition}
	disabled, family := directory.Condition{Kind: directory.DisabilityCondition}, directory.Condition{Kind: directory.HouseholdCondition, Value: directory.WithChildren}
	woman := directory.Condition{Kind: directory.SexCondition, Value: directory.Female}
	for name, tt := range map[string]struct {
		rules               []directory.Requirement
		groups, how, others string
	}{
		"none":                     {nil, "", "", ""},
		"one":                      {[]directory.Requirement{rule(homeless)}, "homeless", "", ""},
		"any of two":               {[]directory.Requirement{rule(disabled, family)}, "disability household-children", "one", ""},
		"both of two":              {[]directory.Requirement{rule(veteran), rule(homeless)}, "veteran homeless", "all", ""},
		"one, and any of two":      {[]directory.Requirement{rule(veteran), rule(homeless, disabled)}, "", "", "veterans|people without a home or people with a disability"},
		"a group or somebody else": {[]directory.Requirement{rule(veteran), rule(woman, family)}, "veteran", "", "women or families with children"},
	} {
		x := sampleListed()
		x.service.Eligibility = directory.Eligibility{}.Say(tt.rules)
		s := rulesSection(p.Locale, x)
		f := s.fill(p.form(), x)
		got := []string{strings.Join(f.Values["groups"], " "), f.Value("groupsHow"), strings.Join(f.Values["others"], "|")}
		if d := cmp.Diff([]string{tt.groups, tt.how, tt.others}, got); d != "" {
			t.Errorf("%s: the form (-want +got):\n%s", name, d)
		}
		e := &serviceEntry{Form: f}
		if d := cmp.Diff(codesOf(tt.rules), codesOf(e.rules(x.service.Eligibility).Requirements)); d != "" {
			t.Errorf("%s: sent as it is (-want +got):\n%s", name, d)
		}
		e = &serviceEntry{Form: f.With("others").With("groups")}
		if left := e.rules(x.service.Eligibility); len(left.Requirements) > 0 || !left.Said {
			t.Errorf("%s: with no mark left it has rules %+v", name, left)
		}
	}
}

// codesOf are the rules by their codes, in order.
func codesOf(list []directory.Requirement) (out []string) {
	for _, r := range list {
		out = append(out, ruleCode(r))
	}
	slices.Sort(out)
	return out
}

// Every field that a change of a listing can be about has a name in words.
func TestEveryFieldOfAListingHasAName(t *testing.T) {
	own := []string{"id", "organization_id", "last_modified", "metadata", "capacities", "assured_date", "organization", "program"}
	for _, object := range []any{directory.Service{}, directory.Location{}, directory.Organization{}} {
		for f := range reflect.TypeOf(object).Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if _, ok := fieldNames[name]; !ok && !slices.Contains(own, name) && name != "-" {
				t.Errorf("the field %s has no name", name)
			}
		}
	}
}

func TestValuesOfAListingInWords(t *testing.T) {
	l := samplePage(t, identity.NetworkAdmin, "/admin/proposals", "proposals.title").Locale
	for _, tt := range []struct {
		field, value string
		want         []string
	}{
		{"status", `"temporarily closed"`, []string{"Closed for now"}},
		{"schedules", `[{"id":"a","freq":"WEEKLY","byday":"MO","opens_at":"09:00","closes_at":"12:00"},{"id":"b","freq":"MONTHLY","byday":"1SA"}]`, []string{"Monday 9:00 AM to 12:00 PM", "More rules that are not shown here"}},
		{"phones", `[{"id":"a","number":"+14155550123","type":"voice","description":"Front desk"}]`, []string{"Front desk · (415) 555-0123"}},
		{"service_at_locations", `[{"id":"a","location_id":"l1","schedules":[{"freq":"WEEKLY","byday":"TU","opens_at":"09:00","closes_at":"12:00"}]}]`, []string{"Tuesday 9:00 AM to 12:00 PM"}},
		{directory.EligibilityField, `{"rules":[{"anyOf":[{"kind":"veteran"}],"sure":1,"source":"manual"}]}`, []string{"veterans"}},
		{directory.EligibilityField, `null`, []string{orNone(l, "")}},
		{directory.NeedsField, `[{"domain":"food-insecurity","confidence":1,"source":"manual"}]`, []string{"Food"}},
	} {
		if d := cmp.Diff(tt.want, valueTexts(l, tt.field, json.RawMessage(tt.value))); d != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.field, tt.value, d)
		}
	}
}
