package network

import (
	"encoding/json"
	"testing"

	"github.com/havenloop/havenloop/internal/fault"
)

func TestRulesOfTheLadder(t *testing.T) {
	h := open(t)
	with := func(change func(*LadderRule)) []LadderRule {
		rules := DefaultLadder()
		change(&rules[0])
		return rules
	}
	steps := func(list ...LadderStep) []LadderRule {
		return with(func(r *LadderRule) { r.Steps = list })
	}
	for _, tt := range []struct {
		name  string
		rules []LadderRule
		ok    bool
	}{
		{"the defaults", DefaultLadder(), true},
		{"no rule for all", DefaultLadder()[1:], false},
		{"two rules for the same", append(DefaultLadder(), LadderRule{}), false},
		{"no step at all", steps(), true},
		{"an unknown step", steps(LadderStep{Do: "shout"}), false},
		{"a step twice", steps(LadderStep{Do: StepDue}, LadderStep{Do: StepDue}), false},
		{"due later than due", steps(LadderStep{StepDue, Wait{Days: 1}}), false},
		{"two units", steps(LadderStep{StepNext, Wait{Days: 1, OpenHours: 1}}), false},
		{"the longest", steps(LadderStep{StepNext, Wait{Days: maxWaitDays}}), true},
		{"longer", steps(LadderStep{StepNext, Wait{Days: maxWaitDays + 1}}), false},
		{"longer in hours", steps(LadderStep{StepNext, Wait{OpenHours: maxWaitHours + 1}}), false},
		{"less than nothing", steps(LadderStep{StepNext, Wait{BusinessDays: -1}}), false},
		{"an unknown priority", with(func(r *LadderRule) { r.Priority = "soonish" }), false},
		{"no code of a need", with(func(r *LadderRule) { r.Need = "Food!" }), false},
		{"a turn of its own", with(func(r *LadderRule) { r.Turns = map[string]Wait{"requested": {BusinessDays: 1}} }), true},
		{"a turn without time", with(func(r *LadderRule) { r.Turns = map[string]Wait{"requested": {}} }), false},
		{"a turn of no status", with(func(r *LadderRule) { r.Turns = map[string]Wait{"lost": {Days: 1}} }), false},
		{"a turn that is settled", with(func(r *LadderRule) { r.Turns = map[string]Wait{"entered-in-error": {Days: 1}} }), false},
	} {
		s := Defaults()
		s.Ladder = tt.rules
		if err := h.check(t.Context(), &s); (err == nil) != tt.ok || err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: check = %v, want fine: %t", tt.name, err, tt.ok)
		}
	}
}

func TestStepsAreKeptInTheirOrder(t *testing.T) {
	rules := []LadderRule{{Steps: []LadderStep{{Do: StepNext}, {Do: StepSoon}}}}
	var wrong fault.Fields
	checkLadder(rules, &wrong)
	if wrong.Err() != nil || rules[0].Steps[0].Do != StepSoon {
		t.Errorf("steps = %v, %v; want soon first", rules[0].Steps, wrong.Err())
	}
}

func TestTheClosestRuleHolds(t *testing.T) {
	s := Settings{Ladder: []LadderRule{
		{}, {Priority: "urgent"}, {Need: "food-insecurity"}, {Need: "food-insecurity", Priority: "urgent"},
	}}
	for _, tt := range []struct {
		need, priority string
		want           LadderRule
	}{
		{"homelessness", "routine", s.Ladder[0]},
		{"homelessness", "urgent", s.Ladder[1]},
		{"food-insecurity", "routine", s.Ladder[2]},
		{"food-insecurity", "urgent", s.Ladder[3]},
	} {
		if got := s.LadderFor(tt.need, tt.priority); got.Need != tt.want.Need || got.Priority != tt.want.Priority {
			t.Errorf("LadderFor(%s, %s) = %q %q, want %q %q", tt.need, tt.priority, got.Need, got.Priority, tt.want.Need, tt.want.Priority)
		}
	}
	s.Ladder = s.Ladder[2:3]
	if got := s.LadderFor("food-insecurity", "urgent"); got.Need == "" {
		t.Error("a rule for the need does not hold for urgent referrals")
	}
}

func TestSettingsOfBeforeGetTheLadder(t *testing.T) {
	body, err := upgrade(2, []byte(`{"id":"settings","listings":{"staleAfterDays":90}}`))
	var s Settings
	if err == nil {
		err = json.Unmarshal(body, &s)
	}
	if err != nil || len(s.Ladder) != len(DefaultLadder()) || s.Listings.StaleAfterDays != 90 {
		t.Errorf("upgraded = %+v, %v; want the default ladder and what stood there", s, err)
	}
}

func TestLaddersFromBeforeTheStepThatComesAgain(t *testing.T) {
	body, err := upgrade(3, []byte(`{"ladder":[{"steps":[{"do":"due"}]},{"need":"food-insecurity","steps":[]}]}`))
	var s Settings
	if err == nil {
		err = json.Unmarshal(body, &s)
	}
	if err != nil || len(s.Ladder) != 2 || s.Ladder[0].Steps[0].Do != StepDue {
		t.Fatalf("upgraded = %+v, %v; want the rules that stood there", s.Ladder, err)
	}
	for _, r := range s.Ladder {
		if again := r.Step(StepAgain); again == nil || again.BusinessDays != 5 {
			t.Errorf("steps = %v, want one that comes again", r.Steps)
		}
	}
}
