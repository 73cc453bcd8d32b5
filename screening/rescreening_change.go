package screening

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/network"
)

// dueChange is what is to be done to the rescreening of one patient. do may
// run more than once.
type dueChange struct {
	patientID, organizationID string
	do                        func(*Rescreening) error
}

// dueRules answers the rule of each organization, looked up once.
type dueRules struct {
	*Service
	set   *network.Rescreen // in place of the intervals in force; nil for those
	known map[string]dueRule
}

func (rs dueRules) of(ctx context.Context, organizationID string) (dueRule, error) {
	rule, ok := rs.known[organizationID]
	if ok {
		return rule, nil
	}
	rule, err := rs.dueRule(ctx, organizationID)
	if err != nil {
		return rule, err
	}
	if rs.set != nil {
		rule.set = *rs.set
	}
	rs.known[organizationID] = rule
	return rule, nil
}

// changeDue carries the changes out and settles what follows. It writes all at
// once, and those where a person was faster one by one.
func (s *Service) changeDue(ctx context.Context, changes []dueChange, rules dueRules) error {
	ids := make([]string, len(changes))
	for n, c := range changes {
		ids[n] = c.patientID
	}
	stored, err := s.rescreenings.GetMany(ctx, ids)
	if err != nil {
		return err
	}
	var created, changed []*Rescreening
	again := map[string]func(*Rescreening) error{}
	for _, c := range changes {
		rule, err := rules.of(ctx, c.organizationID)
		if err != nil {
			return err
		}
		do := func(r *Rescreening) error {
			err := c.do(r)
			r.settle(rule, s.opt.Now())
			return err
		}
		r, exists := stored[c.patientID]
		if !exists {
			r = newRescreening(c.patientID, c.organizationID)
		}
		if err := do(&r); err != nil {
			return fmt.Errorf("rescreening of patient %s: %w", c.patientID, err)
		}
		again[c.patientID] = do
		switch {
		case !exists:
			created = append(created, &r)
		case !reflect.DeepEqual(r, stored[c.patientID]):
			changed = append(changed, &r)
		}
	}
	return errors.Join(
		s.tryAgain(ctx, created, s.rescreenings.InsertAll(ctx, created), again),
		s.tryAgain(ctx, changed, s.rescreenings.ReplaceAll(ctx, changed), again),
	)
}

// tryAgain repeats the changes whose write met another one.
func (s *Service) tryAgain(ctx context.Context, list []*Rescreening, errs []error, again map[string]func(*Rescreening) error) error {
	for n, r := range list {
		if fault.Is(errs[n], fault.Conflict) {
			_, errs[n] = s.updateRescreening(ctx, r.PatientID, r.OrganizationID, again[r.PatientID])
		}
	}
	return errors.Join(errs...)
}
