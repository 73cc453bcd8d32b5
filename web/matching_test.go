package web

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
)

// TestEveryWeightIsExplained: the page tells each factor, in the order of the table.
func TestEveryWeightIsExplained(t *testing.T) {
	v := matchingView(samplePage(t, identity.CHW, howMatchingWorks, "matching.title"))
	var b strings.Builder
	if err := matchingPage(v).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	page, at := b.String(), 0
	for _, w := range directory.Weights() {
		name := v.T("weight." + string(w.Factor))
		if !v.Has("weight."+string(w.Factor)) || !v.Has("weight-text."+string(w.Factor)) {
			t.Errorf("the factor %s has no words", w.Factor)
		}
		i := strings.Index(page[at:], "<h3>"+name)
		if i < 0 {
			t.Errorf("the page does not tell %q in its place", name)
			continue
		}
		at += i
	}
}

// TestWhomSaysTheSame: the words of the pages are those of the API.
func TestWhomSaysTheSame(t *testing.T) {
	l := samplePage(t, "", "/", "nav.home").Locale
	one, two := 5.0, 12.0
	var all []directory.Condition
	for _, kind := range []directory.ConditionKind{directory.VeteranCondition, directory.PregnantCondition, directory.DisabilityCondition,
		directory.HomelessCondition, directory.OtherCondition, directory.IncomeCondition} {
		all = append(all, directory.Condition{Kind: kind})
	}
	for kind, values := range map[directory.ConditionKind][]string{
		directory.AgeCondition:         {"infant", "child", "youth", "young-adult", "adult", "senior"},
		directory.SexCondition:         {directory.Female, directory.Male},
		directory.HouseholdCondition:   {directory.WithChildren, directory.Family, directory.Single},
		directory.ImmigrationCondition: {directory.NeedsPapers},
		directory.InsuranceCondition:   {directory.Medicaid, directory.Medicare, directory.Uninsured, directory.Insured},
	} {
		for _, v := range values {
			all = append(all, directory.Condition{Kind: kind, Value: v})
		}
	}
	all = append(all, directory.Condition{Kind: directory.AgeCondition, Min: &one}, directory.Condition{Kind: directory.AgeCondition, Max: &two},
		directory.Condition{Kind: directory.AgeCondition, Min: &one, Max: &two}, directory.Condition{Kind: directory.IncomeCondition, Max: &two},
		directory.Condition{Kind: directory.ResidenceCondition, Areas: []string{"county:06075"}})
	for _, c := range all {
		if got, want := l.whom(directory.Whom{c}), c.String(); got != want || got == "" {
			t.Errorf("whom(%+v) = %q, want %q", c, got, want)
		}
	}
	if got, want := l.whom(all[:2]), directory.Whom(all[:2]).String(); got != want {
		t.Errorf("whom = %q, want %q", got, want)
	}
}

func TestMatchesTellFitAndWhatToAsk(t *testing.T) {
	p := samplePage(t, identity.CHW, "/patients/p1/needs/n3/matches", "matches.title")
	cards := map[string]MatchCard{}
	for _, c := range matchChoice(p.Locale, "p1", "n3", "", sampleJudged()).Matches {
		cards[c.ID] = c
	}
	has := func(id string, list []string, want string) {
		t.Helper()
		if !slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("%s tells %q, want %q in it", id, list, want)
		}
	}
	has("s1", cards["s1"].Why, "women")
	has("s1", cards["s1"].Why, "within 2 days")
	has("s1", cards["s1"].Unknown, "proof of income")
	has("s2", cards["s2"].Unknown, "Ask if a child in the home is of that age.")
	has("s2", cards["s2"].Unknown, "got no answer")
	has("s3", cards["s3"].Unknown, "veterans")
	has("s4", cards["s4"].Why, "For everybody")
	if cards["s3"].Fit != "May not fit" || cards["s1"].Fit != "May fit: ask first" || cards["s4"].Fit != "Fits" {
		t.Errorf("fits = %q, %q, %q", cards["s3"].Fit, cards["s1"].Fit, cards["s4"].Fit)
	}
}

func TestSituationForm(t *testing.T) {
	f := samplePage(t, identity.CHW, "/", "nav.home").form()
	if d := cmp.Diff(sampleSituation(), situationFrom(f.withSituation(sampleSituation()))); d != "" {
		t.Errorf("a situation through the form (-want +got):\n%s", d)
	}
	f.Values = url.Values{"situation.householdSize": {"many"}, "situation.incomePercent": {" 130 % "}}
	s := situationFrom(f)
	if s.HouseholdSize != -1 || s.IncomePercent == nil || *s.IncomePercent != 130 || s.Children != nil {
		t.Errorf("situation = %+v, want -1 people, which the record refuses, and 130 percent", s)
	}
	if s := situationFrom(samplePage(t, identity.CHW, "/", "nav.home").form()); s != (patients.Situation{}) {
		t.Errorf("an empty form says %+v, want nothing", s)
	}
}
