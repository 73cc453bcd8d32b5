package network

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/havenloop/havenloop/internal/fault"
)

// The steps of the ladder: what happens to a referral on which nobody acts, in
// this order.
const (
	StepSoon       = "soon"       // the party whose turn it is is reminded before it is due
	StepDue        = "due"        // and again when it is due
	StepAdmin      = "admin"      // the admins of the agency are told
	StepSupervisor = "supervisor" // the supervisors of the sender are told
	StepNext       = "next"       // the next best agency is proposed, or asked
	StepAgain      = "again"      // the supervisors are told again, as long as nobody acts
)

// LadderSteps lists the steps in their order.
func LadderSteps() []string {
	return []string{StepSoon, StepDue, StepAdmin, StepSupervisor, StepNext, StepAgain}
}

// Wait is a length of time as offices count it. At most one field is set; the
// zero Wait is no time at all.
type Wait struct {
	OpenHours    int `json:"openHours,omitempty"`    // while the organization is open
	BusinessDays int `json:"businessDays,omitempty"` // Monday to Friday but no holiday
	Days         int `json:"days,omitempty"`         // of the calendar, extended to a business day
}

// LadderStep is one step and when it comes: StepSoon that long before the turn
// is due, StepDue at once, the others that long after. StepAgain comes again
// each time when that long has passed.
type LadderStep struct {
	Do string `json:"do"`
	Wait
}

// LadderRule says how long the turns of some referrals last and what happens
// when nobody acts.
type LadderRule struct {
	// Need is a domain and Priority "routine" or "urgent"; empty for all.
	Need     string `json:"need,omitempty"`
	Priority string `json:"priority,omitempty"`
	// Turns is how long the turn of a status lasts, where not as usual.
	Turns map[string]Wait `json:"turns,omitempty"`
	// Steps are in their order; one that is left out does not happen.
	Steps []LadderStep `json:"steps"`
	// Resend asks the next best agency without waiting for the sender, where
	// the patient has consented to all agencies of the network for the need.
	Resend bool `json:"resend,omitempty"`
}

// Step is the step of the rule that does so; nil where there is none.
func (r LadderRule) Step(do string) *LadderStep {
	if i := slices.IndexFunc(r.Steps, func(s LadderStep) bool { return s.Do == do }); i >= 0 {
		return &r.Steps[i]
	}
	return nil
}

// DefaultLadder is what happens until the network decides otherwise. The times
// are our own: an urgent referral climbs within hours, any other within days.
func DefaultLadder() []LadderRule {
	return []LadderRule{
		{Steps: []LadderStep{
			{StepSoon, Wait{BusinessDays: 1}}, {StepDue, Wait{}}, {StepAdmin, Wait{OpenHours: 4}},
			{StepSupervisor, Wait{BusinessDays: 1}}, {StepNext, Wait{BusinessDays: 2}},
			{StepAgain, Wait{BusinessDays: 5}},
		}},
		{Priority: "urgent", Steps: []LadderStep{
			{StepSoon, Wait{OpenHours: 2}}, {StepDue, Wait{}}, {StepAdmin, Wait{OpenHours: 1}},
			{StepSupervisor, Wait{OpenHours: 2}}, {StepNext, Wait{OpenHours: 4}},
			{StepAgain, Wait{BusinessDays: 1}},
		}},
	}
}

// LadderFor is the rule for referrals of the need and priority: the one that
// names most of the two, the need before the priority.
func (s Settings) LadderFor(need, priority string) LadderRule {
	best, points := LadderRule{}, -1
	for _, r := range s.Ladder {
		if r.Need != "" && r.Need != need || r.Priority != "" && r.Priority != priority {
			continue
		}
		n := 0
		if r.Need != "" {
			n += 2
		}
		if r.Priority != "" {
			n++
		}
		if n > points {
			best, points = r, n
		}
	}
	return best
}

// Bounds of the ladder.
const (
	maxLadderRules = 50
	maxWaitHours   = 200 // opening hours: five weeks of forty hours
	maxWaitDays    = 90
)

var (
	ladderNeed = regexp.MustCompile(`^[a-z-]{0,60}$`)
	// ladderStatuses are those whose turn may last as the network decides: all
	// in which a referral may be open (referrals.Statuses).
	ladderStatuses = []string{
		"draft", "requested", "acknowledged", "accepted", "in-progress", "on-hold", "completed", "rejected", "failed", "cancelled",
	}
)

// checkLadder tidies the rules and tells what is wrong with them. One rule
// must hold for all referrals, so that none is forgotten.
func checkLadder(rules []LadderRule, wrong *fault.Fields) {
	wrong.Check(len(rules) <= maxLadderRules, "ladder", "Keep at most %d rules.", maxLadderRules)
	seen := map[[2]string]bool{}
	for i := range rules {
		r := &rules[i]
		at := fmt.Sprintf("ladder[%d].", i)
		key := [2]string{r.Need, r.Priority}
		wrong.Check(!seen[key], at+"need", "There is another rule for this need and priority.")
		seen[key] = true
		wrong.Check(ladderNeed.MatchString(r.Need), at+"need", "Choose only known needs.")
		wrong.Check(slices.Contains([]string{"", "routine", "urgent"}, r.Priority), at+"priority", "Choose routine or urgent.")
		for status, w := range r.Turns {
			wrong.Check(slices.Contains(ladderStatuses, status), at+"turns."+status, "Choose one of the known statuses.")
			w.check(at+"turns."+status, true, wrong)
		}
		r.checkSteps(at, wrong)
	}
	wrong.Check(seen[[2]string{}], "ladder", "Keep one rule for all referrals.")
}

func (r *LadderRule) checkSteps(at string, wrong *fault.Fields) {
	order := LadderSteps()
	slices.SortStableFunc(r.Steps, func(a, b LadderStep) int {
		return cmp.Compare(slices.Index(order, a.Do), slices.Index(order, b.Do))
	})
	for i, s := range r.Steps {
		name := at + "steps." + s.Do
		wrong.Check(slices.Contains(order, s.Do), name, "Choose one of the known steps.")
		wrong.Check(i == 0 || r.Steps[i-1].Do != s.Do, name, "Name each step once.")
		wrong.Check(s.Do != StepDue || s.Wait == Wait{}, name, "This step comes when the time is over.")
		s.check(name, s.Do == StepAgain, wrong)
	}
}

// check tells what is wrong with the wait; must refuses the zero one.
func (w Wait) check(name string, must bool, wrong *fault.Fields) {
	set := 0
	for _, n := range []int{w.OpenHours, w.BusinessDays, w.Days} {
		if n != 0 {
			set++
		}
	}
	wrong.Check(set <= 1, name, "Count in opening hours, in business days or in days.")
	wrong.Check(!must || set > 0, name, "Say how long this may take.")
	wrong.Check(w.OpenHours >= 0 && w.OpenHours <= maxWaitHours, name, "Use a whole number of hours from %d to %d.", 1, maxWaitHours)
	wrong.Check(min(w.BusinessDays, w.Days) >= 0 && max(w.BusinessDays, w.Days) <= maxWaitDays, name,
		"Use a whole number of days from %d to %d.", 1, maxWaitDays)
}

// upgrade gives settings that were saved before there were such rules the
// default ones: for listings since schema 2, for the ladder since schema 3, with
// the step that comes again since schema 4.
func upgrade(schema int, body []byte) ([]byte, error) {
	var s map[string]any
	if err := json.Unmarshal(body, &s); err != nil {
		return nil, err
	}
	if schema < 2 {
		s["listings"] = DefaultListings()
	}
	if schema < 3 {
		s["ladder"] = DefaultLadder()
	} else if rules, ok := s["ladder"].([]any); ok && schema < 4 {
		for _, r := range rules {
			if rule, ok := r.(map[string]any); ok {
				steps, _ := rule["steps"].([]any)
				rule["steps"] = append(steps, LadderStep{StepAgain, Wait{BusinessDays: 5}})
			}
		}
	}
	return json.Marshal(s)
}
