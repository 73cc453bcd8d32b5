package directory

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/havenloop/havenloop/internal/fault"
)

// termNames are the names of the terms that attributes name, and of all above
// them, in a fixed order.
func (d *Directory) termNames(ctx context.Context, attributes []Attribute) ([]string, error) {
	terms, err := d.termsOf(ctx, attributes)
	return namesOf(terms), err
}

func namesOf(terms map[string]TaxonomyTerm) []string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(terms)) {
		out = append(out, terms[id].Name)
	}
	return out
}

// readEligibility reads for whom the service is, unless a person said so. terms
// are the names of its taxonomy terms, state the FIPS code of its state.
func (s *ServiceDoc) readEligibility(terms []string, state string) {
	s.Eligibility = s.Eligibility.over(ReadEligibility(s.Service, terms, state))
}

// over is what a person said in place of what was read.
func (e Eligibility) over(read Eligibility) Eligibility {
	var said []Requirement
	for _, r := range e.Requirements {
		if r.Source == Manual {
			r.Sure = sureField
			said = append(said, r)
		}
	}
	if len(said) == 0 && !e.Said {
		return read
	}
	read.Requirements, read.Everyone, read.Said = said, read.Everyone && len(said) == 0, true
	return read
}

// Say puts what a person says in place of all requirements; none means that
// there are none.
func (e Eligibility) Say(list []Requirement) Eligibility {
	e.Requirements = slices.Clone(list)
	for i := range e.Requirements {
		e.Requirements[i].Source, e.Requirements[i].Sure = Manual, sureField
	}
	e.Said = true
	return e
}

// saidRules is an Eligibility as an edit changes it: {"rules": […]} with what a
// person says, or null where nobody does.
type saidRules Eligibility

type saidList struct {
	Rules []Requirement `json:"rules"`
}

// UnmarshalJSON takes what a person says.
func (s *saidRules) UnmarshalJSON(b []byte) error {
	var list *saidList
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	*s = saidRules{} // it is read again
	if list != nil {
		*s = saidRules(Eligibility{}.Say(list.Rules))
	}
	return nil
}

// said is what a person said of who a service is for; nil where nobody did.
func (e Eligibility) said() *saidList {
	said := slices.DeleteFunc(slices.Clone(e.Requirements), func(r Requirement) bool { return r.Source != Manual })
	if len(said) == 0 && !e.Said {
		return nil
	}
	return &saidList{said}
}

// eligibility is for whom the service is; what older rules read is read again.
func (l listing) eligibility() Eligibility {
	if l.doc.Eligibility.Reader == readerVersion {
		return l.doc.Eligibility
	}
	state := ""
	for _, sp := range l.spots() {
		if state = stateOfAddress(address(sp.loc.Location)); state != "" {
			break
		}
	}
	return l.doc.Eligibility.over(ReadEligibility(l.doc.Service, namesOf(l.terms), state))
}

// values are what conditions of a kind may say; kinds that are missing say nothing.
var values = map[ConditionKind][]string{
	SexCondition:         {Female, Male},
	HouseholdCondition:   {WithChildren, Family, Single},
	ImmigrationCondition: {NeedsPapers},
	InsuranceCondition:   {Medicaid, Medicare, Uninsured, Insured},
}

// checkEligibility checks what a person says of who a service is for.
func checkEligibility(f *fault.Fields, e Eligibility) {
	for _, r := range e.Requirements {
		if r.Source != Manual {
			continue
		}
		f.Check(len(r.AnyOf) > 0, "eligibility", "Say who each rule is for.")
		for _, c := range r.AnyOf {
			f.Check(c.valid(), "eligibility", "Choose who it is for from the list, with ages from 0 to %d and incomes up to %d percent.", oldest, percentMost)
		}
	}
}

// valid tells whether the condition can be checked.
func (c Condition) valid() bool {
	within := func(v *float64, most float64) bool { return v == nil || *v >= 0 && *v <= most }
	switch c.Kind {
	case AgeCondition:
		_, word := ageWords[c.Value]
		bounds := c.Min != nil || c.Max != nil
		return word != bounds && within(c.Min, oldest) && within(c.Max, oldest) && (c.Min == nil || c.Max == nil || *c.Min <= *c.Max)
	case IncomeCondition:
		return c.Value == "" && within(c.Max, percentMost)
	case ResidenceCondition:
		return len(c.Areas) > 0 && !slices.ContainsFunc(c.Areas, func(a string) bool { return !areaCode.MatchString(a) })
	case VeteranCondition, PregnantCondition, DisabilityCondition, HomelessCondition, OtherCondition:
		return c.Value == ""
	default:
		return slices.Contains(values[c.Kind], c.Value)
	}
}
