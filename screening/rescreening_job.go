package screening

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
)

// DuePath is the page that lists who is due for screening.
const DuePath = "/screenings/due"

// tellBatch is how many patients TellDue reads at a time.
const tellBatch = 100

// TellDue is a job: it marks, once, each patient who has become due for
// screening, and tells the worker that somebody is due, once a day at most.
// It answers how many patients it marked.
func (s *Service) TellDue(ctx context.Context) (int, error) {
	ctx = identity.With(ctx, identity.SystemActor("rescreening-due"))
	told := 0
	var errs []error
	q := docstore.Query{Where: []docstore.Cond{s.until("untold")}, Limit: tellBatch}
	for {
		page, err := s.rescreenings.Find(ctx, q)
		if err != nil {
			return told, errors.Join(append(errs, err)...)
		}
		for _, r := range page.Items {
			done, err := s.tellDue(ctx, r)
			if done {
				told++
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("tell that patient %s is due: %w", r.PatientID, err))
			}
		}
		if q.After = page.Next; q.After == "" {
			return told, errors.Join(errs...)
		}
	}
}

// tellDue queues the notice first: it is told once however often that is tried.
func (s *Service) tellDue(ctx context.Context, r Rescreening) (bool, error) {
	users, err := s.dueAudience(ctx, r)
	if err != nil {
		return false, err
	}
	today := day(s.opt.Now(), time.UTC)
	for _, user := range users {
		err = errors.Join(err, s.opt.Notices.Tell(ctx, notify.News{
			To: notify.ToUser(user), Template: "screening.due", Path: DuePath, Key: today,
		}))
	}
	if err != nil {
		return false, err
	}
	_, err = s.rescreenings.Update(ctx, r.ID, func(now *Rescreening) error {
		if now.Due == nil || now.Due.On != r.Due.On || now.ToldFor == r.Due.On {
			return errDone
		}
		now.ToldFor = now.Due.On
		now.Emit(s.opt.Now(), "rescreening.due", map[string]any{"patientId": now.PatientID, "organizationIds": []string{now.OrganizationID}})
		return nil
	})
	if errors.Is(err, errDone) || fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// dueAudience is the worker, or the supervisors where the worker no longer
// works there.
func (s *Service) dueAudience(ctx context.Context, r Rescreening) ([]string, error) {
	if s.opt.Notices == nil || s.opt.Workers == nil {
		return nil, nil
	}
	if r.WorkerID != "" {
		if ok, err := s.opt.Workers.WorksFor(ctx, r.WorkerID, r.OrganizationID); ok || err != nil {
			return []string{r.WorkerID}, err
		}
	}
	users, err := s.opt.Workers.UsersWithRole(ctx, r.OrganizationID, identity.Supervisor)
	out := make([]string, len(users))
	for n, u := range users {
		out[n] = u.ID
	}
	return out, err
}
