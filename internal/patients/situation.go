package patients

import (
	"slices"

	"github.com/havenloop/havenloop/internal/fault"
)

// Situation is what helps to find services that fit. All of it may be left out;
// the person is asked only for what they are fine with being used so.
type Situation struct {
	// Sex is "female" or "male"; "" for not known or neither.
	Sex string `json:"sex,omitempty"`
	// HouseholdSize counts the person too; 0 for not known.
	HouseholdSize int `json:"householdSize,omitempty"`
	// Children says whether children live with the person.
	Children *bool `json:"children,omitempty"`
	Veteran  *bool `json:"veteran,omitempty"`
	// Pregnant also after a birth.
	Pregnant   *bool `json:"pregnant,omitempty"`
	Disability *bool `json:"disability,omitempty"`
	// Insurance is one of Insurances.
	Insurance string `json:"insurance,omitempty"`
	// IncomePercent is the income of the household in percent of the federal
	// poverty level; nil for not known.
	IncomePercent *int `json:"incomePercent,omitempty"`
	// Travel is one of Travels: what getting there needs.
	Travel string `json:"travel,omitempty"`
}

// Sexes, Insurances and Travels are what the fields of a Situation may say
// besides nothing.
var (
	Sexes      = []string{"female", "male"}
	Insurances = []string{"medicaid", "medicare", "insured", "uninsured"}
	Travels    = []string{"no-car", "wheelchair"}
)

// Bounds of a situation.
const (
	maxHousehold = 30
	maxPercent   = 1000
)

// check tells what is wrong with a situation.
func (s Situation) check(wrong *fault.Fields) {
	wrong.Check(s.Sex == "" || slices.Contains(Sexes, s.Sex), "situation.sex", "Choose an answer from the list.")
	wrong.Check(s.Insurance == "" || slices.Contains(Insurances, s.Insurance), "situation.insurance", "Choose an answer from the list.")
	wrong.Check(s.Travel == "" || slices.Contains(Travels, s.Travel), "situation.travel", "Choose an answer from the list.")
	wrong.Check(s.HouseholdSize >= 0 && s.HouseholdSize <= maxHousehold, "situation.householdSize", "Write how many people live in the home as a number up to %d.", maxHousehold)
	wrong.Check(s.IncomePercent == nil || *s.IncomePercent >= 0 && *s.IncomePercent <= maxPercent, "situation.incomePercent", "Write the percent as a number from 0 to %d.", maxPercent)
}
