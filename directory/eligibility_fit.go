package directory

import "slices"

// verdict says whether somebody meets a condition. Unknown is a value of its
// own: it is a thing to ask, never a reason to leave somebody out.
type verdict int

const (
	notMet verdict = iota
	notKnown
	met
)

// childhoodEnds is the greatest upper age, in years, of services for children,
// which their parents ask for.
const childhoodEnds = 21

// grownUp is the age, in years, from which somebody may ask for a child.
const grownUp = 18

// young tells whether the condition is an age at which somebody is a child.
func (c Condition) young() bool {
	if c.Kind != AgeCondition {
		return false
	}
	if w, ok := ageWords[c.Value]; ok {
		return w.to <= childhoodEnds
	}
	return c.Max != nil && *c.Max <= childhoodEnds
}

// known turns what is known of a fact into a verdict; nil is not known.
func known(fact *bool) verdict {
	switch {
	case fact == nil:
		return notKnown
	case *fact:
		return met
	default:
		return notMet
	}
}

// meets says whether the person meets the condition.
func (s ready) meets(c Condition) verdict {
	if check, ok := checks[c.Kind]; ok {
		return check(s, c)
	}
	return notKnown
}

// checks are how each kind of condition is held against a person. A kind that
// is missing cannot be checked: papers about immigration are never asked for here.
var checks = map[ConditionKind]func(ready, Condition) verdict{
	AgeCondition:        ready.meetsAge,
	SexCondition:        func(s ready, c Condition) verdict { return sameWord(s.Sex, c.Value) },
	ResidenceCondition:  ready.meetsResidence,
	IncomeCondition:     ready.meetsIncome,
	VeteranCondition:    func(s ready, _ Condition) verdict { return known(s.Veteran) },
	PregnantCondition:   func(s ready, _ Condition) verdict { return known(s.Pregnant) },
	HouseholdCondition:  ready.meetsHousehold,
	InsuranceCondition:  ready.meetsInsurance,
	DisabilityCondition: func(s ready, _ Condition) verdict { return known(s.Disability) },
	HomelessCondition:   func(s ready, _ Condition) verdict { return known(s.Homeless) },
}

// sameWord compares a fact that is a word; "" is not known.
func sameWord(fact, wanted string) verdict {
	if fact == "" {
		return notKnown
	}
	is := fact == wanted
	return known(&is)
}

func (s ready) meetsAge(c Condition) verdict {
	if s.Age == nil {
		return notKnown
	}
	age := *s.Age
	if c.young() && age >= grownUp && s.children() != notMet {
		return notKnown // it may be for a child of theirs
	}
	if c.Value == "" {
		fits := !(c.Min != nil && age < *c.Min) && !(c.Max != nil && age >= AgeEnd(*c.Max))
		return known(&fits)
	}
	w, ok := ageWords[c.Value]
	switch {
	case !ok:
		return notKnown
	case age < w.notBelow || age >= AgeEnd(w.notAbove):
		return notMet
	case age >= w.from && age < AgeEnd(w.to):
		return met
	default:
		return notKnown
	}
}

func (s ready) meetsResidence(c Condition) verdict {
	if len(s.areas) == 0 || len(c.Areas) == 0 {
		return notKnown
	}
	lives := slices.ContainsFunc(c.Areas, func(a string) bool { return slices.Contains(s.areas, a) })
	if !lives && slices.ContainsFunc(c.Areas, func(a string) bool { return len(s.areas) > 0 && !s.finest(a) }) {
		return notKnown // the person's areas are not as fine as this one
	}
	return known(&lives)
}

// finest tells whether the areas of the person are told as finely as the area
// code: of somebody known to live in a state, nobody can say in which county.
func (s ready) finest(code string) bool {
	for _, kind := range []string{"zip:", "county:", "state:", "us"} {
		if len(code) >= len(kind) && code[:len(kind)] == kind {
			return slices.ContainsFunc(s.areas, func(a string) bool { return len(a) >= len(kind) && a[:len(kind)] == kind })
		}
	}
	return false
}

func (s ready) meetsIncome(c Condition) verdict {
	if s.IncomePercent == nil || c.Max == nil {
		return notKnown // how low a low income is, the service says
	}
	fits := *s.IncomePercent <= *c.Max
	return known(&fits)
}

// children says whether children live with the person.
func (s ready) children() verdict {
	if s.Children == nil && s.HouseholdSize == 1 {
		return notMet
	}
	return known(s.Children)
}

func (s ready) meetsHousehold(c Condition) verdict {
	alone := s.HouseholdSize == 1
	switch {
	case c.Value == WithChildren:
		return s.children()
	case s.HouseholdSize == 0 && !(c.Value == Family && s.children() == met):
		return notKnown
	case c.Value == Single:
		return known(&alone)
	default:
		together := !alone
		return known(&together)
	}
}

func (s ready) meetsInsurance(c Condition) verdict {
	switch {
	case s.Insurance == "":
		return notKnown
	case c.Value == Insured:
		has := s.Insurance != Uninsured
		return known(&has)
	case s.Insurance == Insured && c.Value != Uninsured:
		return notKnown // insured, not told by whom
	default:
		return sameWord(s.Insurance, c.Value)
	}
}

// judge says whether the person meets at least one of the conditions.
func (s ready) judge(r Requirement) verdict {
	best := notMet
	for _, c := range r.AnyOf {
		best = max(best, s.meets(c))
	}
	return best
}
