package referrals

import (
	"context"
	"errors"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// taskUndo is how long a task that somebody has done may be opened again. The
// number is our own decision: a slip is noticed on the same day.
const taskUndo = 24 * time.Hour

// CanReopen tells whether the task may be opened again: a person has ended it
// lately, in their own words. What was sent is taken back at the referral.
func (t Task) CanReopen(now time.Time) bool {
	bySystem := t.Result == resultOver || t.Result == resultAnswered
	return !t.Open() && !t.Sent() && !bySystem && now.Sub(t.DoneAt) < taskUndo
}

// Sent tells whether the task ended because another agency was asked.
func (t Task) Sent() bool { return t.SentID != "" }

// ReopenTask takes back that a task is done. One that is open stays as it is.
func (s *Service) ReopenTask(ctx context.Context, id string) (Task, error) {
	t, err := s.Task(ctx, id)
	if err != nil || t.Open() {
		return t, err
	}
	return s.tasks.Update(ctx, t.ID, func(t *Task) error {
		if !t.Open() && !t.CanReopen(s.Now()) {
			return fault.New(fault.Conflict, "This can no longer be undone here. Look at the referral instead.")
		}
		t.DoneAt, t.DoneBy, t.Result = time.Time{}, "", ""
		t.Emit(s.Now(), "task.reopened", t.about())
		return nil
	})
}

// TasksOf lists the open tasks about a referral for its sender; none for others.
func (s *Service) TasksOf(ctx context.Context, referralID string) ([]Task, error) {
	actor := identity.From(ctx)
	if !actor.May(identity.ReferralsSend) {
		return nil, nil
	}
	_, v, err := s.open(ctx, actor, referralID)
	if errors.Is(err, docstore.ErrNotFound) || err == nil && v.party != Sender {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p, err := s.tasks.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("referral", docstore.String(referralID))}, OrderBy: []string{"due"},
	})
	return p.Items, err
}
