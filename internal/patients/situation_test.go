package patients

import (
	"testing"

	"github.com/havenloop/havenloop/internal/fault"
)

func TestSituationIsChecked(t *testing.T) {
	percent := func(n int) *int { return &n }
	tests := []struct {
		name  string
		in    Situation
		field string
	}{
		{"nothing", Situation{}, ""},
		{"all", Situation{Sex: "female", HouseholdSize: 4, Children: new(bool), Insurance: "medicaid", IncomePercent: percent(130), Travel: "no-car"}, ""},
		{"no such sex", Situation{Sex: "x"}, "situation.sex"},
		{"no such insurance", Situation{Insurance: "x"}, "situation.insurance"},
		{"no such way", Situation{Travel: "x"}, "situation.travel"},
		{"too many people", Situation{HouseholdSize: 31}, "situation.householdSize"},
		{"less than nobody", Situation{HouseholdSize: -1}, "situation.householdSize"},
		{"too much money", Situation{IncomePercent: percent(1001)}, "situation.incomePercent"},
		{"less than no money", Situation{IncomePercent: percent(-1)}, "situation.incomePercent"},
	}
	for _, tt := range tests {
		var wrong fault.Fields
		tt.in.check(&wrong)
		err := wrong.Err()
		if (err == nil) != (tt.field == "") {
			t.Errorf("%s: check = %v, want a problem with %q", tt.name, err, tt.field)
		}
	}
}
