package visits

import (
	"context"
	"errors"
	"fmt"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
)

// A visit that waits for its owner is brought to mind after remindDays, and
// told to the supervisors after escalateDays; both are business days of the
// organization.
const (
	remindDays   = 1
	escalateDays = 3
)

// Remind is a job: it tells owners, and later supervisors, of visits that wait
// for them. It answers how many it told of.
func (s *Service) Remind(ctx context.Context) (int, error) {
	ctx = identity.With(ctx, identity.SystemActor("visits"))
	told, err := s.eachDue(ctx, "remind", func(e Envelope) error {
		to := []string{e.OwnerID}
		if e.OwnerID == "" {
			return nil // supervisors are told below
		}
		return s.tell(ctx, "visit.attention", e, to)
	}, func(e *Envelope) { e.RemindAt = never })
	escalated, errEscalate := s.eachDue(ctx, "escalate", func(e Envelope) error {
		users, err := s.Accounts.UsersWithRole(ctx, e.OrganizationID, identity.Supervisor)
		if err != nil {
			return err
		}
		to := make([]string, len(users))
		for i, u := range users {
			to[i] = u.ID
		}
		return s.tell(ctx, "visit.escalated", e, to)
	}, func(e *Envelope) { e.EscalateAt = never })
	return told + escalated, errors.Join(err, errEscalate)
}

// tell tells each user about a visit, once for the time it waits.
func (s *Service) tell(ctx context.Context, template string, e Envelope, to []string) error {
	var errs []error
	for _, user := range to {
		errs = append(errs, s.Notices.Tell(ctx, notify.News{
			To: notify.ToUser(user), Template: template, Path: "/visits/" + e.ID, Key: fmt.Sprintf("%s/%d", e.ID, e.Revision),
		}))
	}
	return errors.Join(errs...)
}

// dueMost is how many visits a job looks at in one run; the rest waits for the next.
const dueMost = 500

// eachDue calls do for the visits whose time under the key has come, and notes
// with set that it was done. One that fails does not stop the others.
func (s *Service) eachDue(ctx context.Context, key string, do func(Envelope) error, set func(*Envelope)) (int, error) {
	page, err := s.docs.Find(ctx, s.due(key))
	if err != nil {
		return 0, err
	}
	var errs []error
	n := 0
	for _, e := range page.Items {
		err := do(e)
		if err == nil {
			_, err = s.change(ctx, e.ID, func(d *Envelope) error {
				if d.Version != e.Version {
					return errSame // looked at again in the next run
				}
				set(d)
				return nil
			}, "")
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s visit %s: %w", key, e.ID, err))
			continue
		}
		n++
	}
	return n, errors.Join(errs...)
}

// due asks for visits whose instant under the key has come.
func (s *Service) due(key string) docstore.Query {
	return docstore.Query{
		Where: []docstore.Cond{docstore.Range(key, docstore.None, docstore.Int(s.Now().UnixMilli()+1))}, Limit: dueMost,
	}
}

// Resume is a job: it goes on with visits that are stored but not carried out,
// because a process ended or a part of the server failed. It answers how many
// it finished.
func (s *Service) Resume(ctx context.Context) (int, error) {
	ctx = identity.With(ctx, identity.SystemActor("visits"))
	page, err := s.docs.Find(ctx, s.due("resume"))
	if err != nil {
		return 0, err
	}
	var errs []error
	n := 0
	for _, e := range page.Items {
		e, err := s.carry(ctx, e.ID)
		if err != nil {
			errs = append(errs, err)
		} else if e.State != Waiting {
			n++
		}
	}
	return n, errors.Join(errs...)
}

// Purge is a job: it wipes the text of visits that were done or set aside long
// ago, and deletes what is left when no key opens their envelopes any more. It
// answers how many visits that were.
func (s *Service) Purge(ctx context.Context) (int, error) {
	ctx = identity.With(ctx, identity.SystemActor("visits"))
	return s.eachDue(ctx, "purge", func(e Envelope) error {
		if len(e.Text) > 0 {
			return nil
		}
		err := s.docs.Delete(ctx, &e)
		if errors.Is(err, docstore.ErrConflict) || errors.Is(err, docstore.ErrNotFound) {
			return nil
		}
		return err
	}, func(e *Envelope) { e.Text = nil })
}
