package referrals

import (
	"context"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/patients"
)

// homeless is the need domain of those who have no home (Gravity Project).
const homeless = "homelessness"

// seeker is what matching may know of a patient: what the record holds for it,
// and that there is no home, where an open need says so that is not private.
func (s *Service) seeker(ctx context.Context, p patients.Patient, now time.Time) (directory.Seeker, error) {
	out := seekerOf(p, now)
	needs, err := s.Needs.Needs(ctx, p.ID)
	if err != nil {
		return out, err
	}
	for _, n := range needs {
		if n.Domain == homeless && !n.Private && !over(n) {
			out.Homeless = new(true)
		}
	}
	return out, nil
}

// seekerOf is what the record of a patient tells matching. No names.
func seekerOf(p patients.Patient, now time.Time) directory.Seeker {
	in := p.Situation
	s := directory.Seeker{
		PostalCode: p.Address.PostalCode, Sex: in.Sex, HouseholdSize: in.HouseholdSize, Children: in.Children,
		Veteran: in.Veteran, Pregnant: in.Pregnant, Disability: in.Disability, Insurance: in.Insurance,
		Wheelchair: in.Travel == "wheelchair", NoCar: in.Travel != "",
	}
	for _, language := range []string{p.Languages.Spoken, p.Languages.Written} {
		if language != "" {
			s.Languages = append(s.Languages, language)
		}
	}
	if p.BirthDate != "" {
		age := float64(p.Age(now))
		s.Age = &age
	}
	if in.IncomePercent != nil {
		percent := float64(*in.IncomePercent)
		s.IncomePercent = &percent
	}
	return s
}
