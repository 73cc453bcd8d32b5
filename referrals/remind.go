package referrals

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// escalateAfter is how long after its due time a turn is told to supervisors.
const escalateAfter = 24 * time.Hour

// due asks for documents whose instant under the key has come.
func (s *Service) due(key string) docstore.Query {
	return docstore.Query{Where: []docstore.Cond{docstore.Range(key, docstore.None, docstore.Int(s.Now().UnixMilli()+1))}}
}

// Remind is a job: it reminds the party whose turn it is, once before the due
// time and once at it. It answers how many referrals it sent reminders about.
func (s *Service) Remind(ctx context.Context) (int, error) {
	ctx = identity.With(ctx, identity.SystemActor("remind"))
	return eachDue(ctx, s.referrals, s.due("remind"), func(r Referral) (bool, error) {
		done, err := s.remind(ctx, r)
		if err != nil {
			err = fmt.Errorf("remind of referral %s: %w", r.ID, err)
		}
		return done, err
	})
}

// remind sends the latest reminder that is due and notes it, with any earlier
// one that it makes pointless. The notice is queued first: it is told once
// however often that is tried.
func (s *Service) remind(ctx context.Context, r Referral) (bool, error) {
	sent := r.Reminded
	for {
		step, at := r.Turn.remindStep(sent)
		if step == "" || at.After(s.Now()) {
			break
		}
		sent = append(sent[:len(sent):len(sent)], step)
	}
	if len(sent) == len(r.Reminded) {
		return false, nil
	}
	users, err := s.audience(ctx, r, r.Turn.Party)
	if err != nil {
		return false, err
	}
	key := fmt.Sprintf("%s/%d/%s", r.ID, r.Turn.Since.UnixMilli(), sent[len(sent)-1])
	if err := s.tell(ctx, "referral.reminded", key, r.ID, users...); err != nil {
		return false, err
	}
	return s.inTurn(ctx, r, "referral.reminded", func(r *Referral) { r.Reminded = sent })
}

// inTurn changes a referral if it is still the same turn.
func (s *Service) inTurn(ctx context.Context, was Referral, event string, set func(*Referral)) (bool, error) {
	changed := false
	_, err := s.change(ctx, was.ID, func(r *Referral) error {
		if changed = r.Turn != nil && *r.Turn == *was.Turn; !changed {
			return errNothingToDo
		}
		set(r)
		return nil
	}, event)
	return changed && err == nil, err
}

// Escalate is a job: it tells the sender's supervisors of turns that are
// overdue for a day. It answers how many it told of.
func (s *Service) Escalate(ctx context.Context) (int, error) {
	ctx = identity.With(ctx, identity.SystemActor("escalate"))
	return eachDue(ctx, s.referrals, s.due("escalate"), func(r Referral) (bool, error) {
		users, err := s.supervisors(ctx, r)
		if err == nil {
			err = s.tell(ctx, "referral.escalated", fmt.Sprintf("%s/%d", r.ID, r.Turn.Since.UnixMilli()), r.ID, users...)
		}
		done := false
		if err == nil {
			done, err = s.inTurn(ctx, r, "referral.escalated", func(r *Referral) { r.Escalation = &Escalation{At: s.Now()} })
		}
		if err != nil {
			err = fmt.Errorf("escalate referral %s: %w", r.ID, err)
		}
		return done, err
	})
}

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
		OrderBy: []string{"order"}, After: cursor, Limit: limit,
	})
	if err != nil {
		return docstore.Page[View]{}, err
	}
	views, err := s.views(ctx, actor, p.Items)
	return docstore.Page[View]{Items: views, Next: p.Next}, err
}

// ResolveEscalation notes that a supervisor dealt with an escalation, and how:
// the note is required, for those who read later why nobody worries. The turn
// stays as it is; the same turn is not escalated again.
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
	workers, err := s.Accounts.UsersWithRole(ctx, actor.OrganizationID, identity.CHW, identity.CareManager, identity.Supervisor)
	if err != nil {
		return View{}, err
	}
	var worker Ref
	for _, u := range workers {
		if u.ID == userID && !u.Disabled {
			worker = Ref{u.ID, u.Name}
		}
	}
	if worker.ID == "" {
		return View{}, fault.New(fault.Invalid, "Choose somebody who works at your organization.")
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
