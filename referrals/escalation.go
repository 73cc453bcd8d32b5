package referrals

import (
	"context"
	"fmt"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Escalations lists the open escalations of the own care organization, those
// due first on top.
func (s *Service) Escalations(ctx context.Context, cursor string, limit int) (docstore.Page[View], error) {
	actor, err := identity.Require(ctx, identity.Escalations)
	if err != nil {
		return docstore.Page[View]{}, err
	}
	if limit <= 0 || limit > pageMost {
		limit = pageUsual
	}
	p, err := s.referrals.Find(ctx, docstore.Query{
		Where:   []docstore.Cond{docstore.Eq("escalated", docstore.String(actor.OrganizationID))},
		OrderBy: []string{"pressing"}, After: cursor, Limit: limit,
	})
	if err != nil {
		return docstore.Page[View]{}, err
	}
	views, err := s.views(ctx, actor, p.Items)
	return docstore.Page[View]{Items: views, Next: p.Next}, err
}

// ResolveEscalation notes that a supervisor dealt with an escalation, and how:
// the note is required, for those who read later why nobody worries. The turn
// stays as it is; when nobody acts for as long as the network says, it is escalated again.
func (s *Service) ResolveEscalation(ctx context.Context, id, note string) (View, error) {
	actor, err := identity.Require(ctx, identity.Escalations)
	if err != nil {
		return View{}, err
	}
	note = strings.TrimSpace(note)
	var wrong fault.Fields
	wrong.Check(note != "", "note", "Write in a few words what was done about it.")
	wrong.Check(len(note) <= maxText, "note", "Write at most %d letters.", maxText)
	if err := wrong.Err(); err != nil {
		return View{}, err
	}
	var v viewer
	r, err := s.change(ctx, id, func(r *Referral) error {
		if v, err = s.viewer(ctx, actor, *r); err != nil {
			return err
		}
		if done, err := r.Replayed(ctx); err != nil {
			return err
		} else if done {
			return errNothingToDo
		}
		if !r.Escalation.Open() {
			return fault.New(fault.Conflict, "This referral is not escalated.")
		}
		e := *r.Escalation
		e.ResolvedAt, e.ResolvedBy, e.Note = s.Now(), actor.Name, note
		r.Escalation = &e
		r.Remember(ctx, s.Now())
		return nil
	}, "referral.escalated")
	if err != nil {
		return View{}, fmt.Errorf("resolve escalation of referral %s: %w", id, err)
	}
	return s.show(ctx, v, r)
}

// Reassign makes another worker of the care organization follow the referral up.
func (s *Service) Reassign(ctx context.Context, id, userID string) (View, error) {
	actor, err := identity.Require(ctx, identity.Escalations)
	if err != nil {
		return View{}, err
	}
	worker, err := s.workerOf(ctx, actor.OrganizationID, userID)
	if err != nil {
		return View{}, err
	}
	var v viewer
	r, err := s.change(ctx, id, func(r *Referral) error {
		if v, err = s.viewer(ctx, actor, *r); err != nil {
			return err
		}
		if r.Worker == worker {
			return errNothingToDo
		}
		r.Worker = worker
		return nil
	}, "referral.reassigned")
	if err != nil {
		return View{}, fmt.Errorf("reassign referral %s: %w", id, err)
	}
	return s.show(ctx, v, r)
}
