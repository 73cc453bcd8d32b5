package screening

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestConditions tries the operators on every type of answer: with an answer
// that fits, one that does not, and none.
func TestConditions(t *testing.T) {
	i, err := ParseInstrument(readFile(t, "testdata/instruments/conditions.questionnaire.json"), nil, nil)
	if err != nil {
		t.Fatalf("ParseInstrument: %v", err)
	}
	both := func(a, b Answer) Answer { return Answer{Values: slices.Concat(a.Values, b.Values)} }
	tests := []struct {
		linkID string
		answer Answer
		want   []string // of the questions named after it, those asked
	}{
		{"int", Number(4), []string{"int-ne", "int-lt", "int-le"}},
		{"int", Number(5), []string{"int-eq", "int-ge", "int-le"}},
		{"int", Number(6), []string{"int-ne", "int-gt", "int-ge"}},
		{"int", Absent(AskedUnknown), nil},
		{"dec", Number(2.5), []string{"dec-eq", "dec-ge", "dec-le"}},
		{"dec", Number(2.51), []string{"dec-ne", "dec-gt", "dec-ge"}},
		{"date", Codes("2026-06-14"), []string{"date-ne", "date-lt", "date-le"}},
		{"date", Codes("2026-06-15"), []string{"date-eq", "date-ge", "date-le"}},
		{"date", Codes("2027-01-01"), []string{"date-ne", "date-gt", "date-ge"}},
		{"str", Codes("M"), []string{"str-ne", "str-lt", "str-le"}},
		{"str", Codes("a", "z"), []string{"str-ne", "str-gt", "str-lt", "str-ge", "str-le"}},
		{"str", Codes("m", "z"), []string{"str-eq", "str-gt", "str-ge", "str-le"}}, // one is equal: not unequal
		{"qty", Measured(70, "kg"), []string{"qty-eq", "qty-ge", "qty-le", "qty-exists-true"}},
		{"qty", Measured(71, "kg"), []string{"qty-ne", "qty-gt", "qty-ge", "qty-exists-true"}},
		{"qty", Measured(70, "[lb_av]"), []string{"qty-ne", "qty-exists-true"}}, // not to be compared
		{"qty", Answer{}, []string{"qty-exists-false"}},
		{"bool", YesNo(true), []string{"bool-eq", "bool-exists-true"}},
		{"bool", YesNo(false), []string{"bool-ne", "bool-exists-true"}},
		{"bool", Absent(AskedDeclined), []string{"bool-exists-false"}},
		{"code", Codes("a", "b"), []string{"code-eq", "code-exists-true"}},
		{"code", Codes("b", "c"), []string{"code-ne", "code-exists-true"}},
		{"open", Written("own words"), []string{"open-eq"}},
		{"open", Codes("b"), []string{"open-ne", "open-b"}},
		{"open", both(Codes("a"), Written("else")), []string{"open-ne"}},
	}
	for _, tt := range tests {
		var got []string
		for _, q := range i.Asked(Answers{tt.linkID: tt.answer}) {
			if len(q.LinkID) > len(tt.linkID) && q.LinkID[:len(tt.linkID)+1] == tt.linkID+"-" {
				got = append(got, q.LinkID)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s = %s (-want +got):\n%s", tt.linkID, mustJSON(t, tt.answer), diff)
		}
	}
}

// TestConditionsTogether tries any and all on groups, groups in groups, and a
// question that hangs on a later one.
func TestConditionsTogether(t *testing.T) {
	i, err := ParseInstrument(readFile(t, "testdata/instruments/conditions.questionnaire.json"), nil, nil)
	if err != nil {
		t.Fatalf("ParseInstrument: %v", err)
	}
	tests := []struct {
		answers Answers
		want    []string
	}{
		{Answers{}, []string{"last"}},
		{Answers{"int": Number(4)}, []string{"in-any", "last"}},
		{Answers{"int": Number(4), "bool": YesNo(true)}, []string{"in-all", "in-any", "last"}},
		{Answers{"int": Number(4), "bool": YesNo(true), "in-all": YesNo(true)}, []string{"in-all", "in-nested", "in-any", "last"}},
		{Answers{"int": Number(3), "bool": YesNo(true), "in-all": YesNo(true)}, []string{"in-any", "last"}}, // what is not asked opens nothing
		{Answers{"last": YesNo(true)}, []string{"early", "last"}},
		{Answers{"last": YesNo(true), "early": Codes("x")}, []string{"early", "early-exists-true", "last"}},
		{Answers{"early": Codes("left over")}, []string{"last"}},
	}
	watched := []string{"early", "early-exists-true", "in-all", "in-nested", "in-any", "last"}
	for _, tt := range tests {
		var got []string
		for _, q := range i.Asked(tt.answers) {
			if slices.Contains(watched, q.LinkID) {
				got = append(got, q.LinkID)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", mustJSON(t, tt.answers), diff)
		}
	}
	answers := Answers{"int": Number(4), "bool": YesNo(true)}
	if diff := cmp.Diff([]string{"answers.in-all"}, fieldsOf(i.Check(answers))); diff != "" {
		t.Errorf("a question that must be answered in an open group (-want +got):\n%s", diff)
	}
	if err := i.Check(Answers{"int": Number(3)}); err != nil {
		t.Errorf("in a group that is not asked nothing must be answered: %v", err)
	}
}
