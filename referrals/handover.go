package referrals

import (
	"context"
	"errors"
	"fmt"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// workers are those of a care organization who follow referrals up.
func (s *Service) workers(ctx context.Context, organizationID string) ([]Ref, error) {
	return s.refs(ctx, organizationID, identity.CHW, identity.CareManager, identity.Supervisor)
}

// supervisorsOf are the supervisors of a care organization, by name.
func (s *Service) supervisorsOf(ctx context.Context, organizationID string) ([]Ref, error) {
	return s.refs(ctx, organizationID, identity.Supervisor)
}

func (s *Service) refs(ctx context.Context, organizationID string, roles ...identity.Role) ([]Ref, error) {
	users, err := s.Accounts.UsersWithRole(ctx, organizationID, roles...)
	var out []Ref
	for _, u := range users {
		out = append(out, Ref{u.ID, u.Name})
	}
	return out, err
}

// workerOf is somebody who works at the organization, or says that nobody does.
func (s *Service) workerOf(ctx context.Context, organizationID, userID string) (Ref, error) {
	workers, err := s.workers(ctx, organizationID)
	if err != nil {
		return Ref{}, err
	}
	for _, w := range workers {
		if w.ID == userID {
			return w, nil
		}
	}
	return Ref{}, fault.New(fault.Invalid, "Choose somebody who works at your organization.")
}

// HandOver gives all open referrals and tasks of a worker to another of the
// same organization, for when somebody leaves or is away for long. It answers
// how many there were, and may be repeated.
func (s *Service) HandOver(ctx context.Context, fromID, toID string) (int, error) {
	actor, err := identity.Require(ctx, identity.Escalations)
	if err != nil {
		return 0, err
	}
	if err := TwoPeople(fromID, toID); err != nil {
		return 0, err
	}
	to, err := s.workerOf(ctx, actor.OrganizationID, toID)
	if err != nil {
		return 0, err
	}
	return s.handOver(ctx, actor.OrganizationID, fromID, to)
}

// TwoPeople refuses to hand work over to nobody, or to the same person.
func TwoPeople(fromID, toID string) error {
	var wrong fault.Fields
	wrong.Check(fromID != "" && toID != "" && fromID != toID, "to", "Choose two different people.")
	return wrong.Err()
}

// OpenWork counts the open referrals and tasks of a worker of the own organization.
func (s *Service) OpenWork(ctx context.Context, userID string) (referrals, tasks int, err error) {
	actor, err := identity.Require(ctx, identity.Escalations)
	if err != nil {
		return 0, 0, err
	}
	mine := docstore.Query{Where: []docstore.Cond{docstore.Eq("worker", docstore.String(actor.OrganizationID+"/"+userID))}}
	r, err := s.referrals.Count(ctx, mine)
	if err != nil {
		return 0, 0, err
	}
	t, err := s.tasks.Count(ctx, mine)
	return int(r), int(t), err
}

func (s *Service) handOver(ctx context.Context, organizationID, fromID string, to Ref) (int, error) {
	theirs := docstore.Query{Where: []docstore.Cond{docstore.Eq("worker", docstore.String(organizationID+"/"+fromID))}}
	n, err := eachDueAtOnce(ctx, s.referrals, theirs, atOnce, func(r Referral) (bool, error) {
		_, err := s.change(ctx, r.ID, func(r *Referral) error {
			if r.Worker.ID != fromID {
				return errNothingToDo
			}
			r.Worker = to
			return nil
		}, "referral.reassigned")
		return err == nil, err
	})
	m, taskErr := eachDueAtOnce(ctx, s.tasks, theirs, atOnce, func(t Task) (bool, error) {
		_, err := s.tasks.Update(ctx, t.ID, func(t *Task) error {
			t.WorkerID = to.ID
			t.Emit(s.Now(), "task.reassigned", t.about())
			return nil
		})
		return err == nil, err
	})
	if err := errors.Join(err, taskErr); err != nil {
		return n + m, fmt.Errorf("hand over the work of %s: %w", fromID, err)
	}
	return n + m, nil
}
