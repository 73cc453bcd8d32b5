package referrals

import (
	"context"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/notify"
)

func onwardOf(e docstore.Event) string {
	if e.Type == "referral.moved" && dataOf(e).Onward {
		return e.DocumentID
	}
	return ""
}

func tasksOf(e docstore.Event) string {
	if e.Type == "referral.moved" || e.Type == "referral.confirmed" {
		return e.DocumentID
	}
	return ""
}

// followTasks raises and ends the tasks that follow from where a referral
// stands. It looks only at what is stored, so it may be repeated at will.
func (s *Service) followTasks(ctx context.Context, id string) error {
	r, err := s.referrals.Get(ctx, id)
	if err != nil {
		return err
	}
	if r.disagrees() {
		if _, err := s.raiseFor(ctx, "disagreement/"+r.ID, r, Task{Kind: TaskDisagreement}); err != nil {
			return err
		}
	}
	switch {
	case r.Settlement != nil:
		return s.endTasksOf(ctx, r.ID, resultOver, TaskNextBest, TaskForward)
	case r.Status.Active() && r.everAccepted():
		return s.endTasksOf(ctx, r.ID, resultAnswered, TaskNextBest)
	}
	return nil
}

// Results that the system writes: of tasks that nobody needs to do any more,
// and of a proposal that was accepted.
const (
	resultAccepted = "accepted"
	resultOver     = "The referral is settled."
	resultAnswered = "The agency has answered."
)

// disagrees tells whether the patient, or who speaks for them, did not get what
// the agency says it gave.
func (r Referral) disagrees() bool {
	said, claimed := r.Measures.ServiceReceived, r.Measures.Claimed
	return said != nil && claimed != nil && said.Source != claimed.Source && said.Value == string(ReceivedNo) &&
		(claimed.Value == string(ReceivedYes) || claimed.Value == string(ReceivedPartly))
}

// tellTasks tells workers of tasks that were raised. A private one is seen on
// the page alone.
func (s *Service) tellTasks(ctx context.Context, events []docstore.Event) error {
	return follow(func(e docstore.Event) string {
		if e.Type == "task.raised" {
			return e.DocumentID
		}
		return ""
	}, func(ctx context.Context, id string) error {
		t, err := s.tasks.Get(ctx, id)
		if err != nil || !t.Open() || t.Private {
			return err
		}
		return s.Notices.Tell(ctx, notify.News{
			To: notify.ToUser(t.WorkerID), Template: "task.raised", Path: "/tasks/" + t.ID, Key: t.ID,
		})
	})(ctx, events)
}

// followUsers gives the work of somebody who may no longer sign in to a
// supervisor of the same organization, so that none of it is left lying.
func (s *Service) followUsers(ctx context.Context, events []docstore.Event) error {
	return follow(func(e docstore.Event) string {
		if e.Type == "user.changed" {
			return dataOf(e).UserID
		}
		return ""
	}, func(ctx context.Context, id string) error {
		u, err := s.Accounts.OpenUser(ctx, id)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil || !u.Disabled {
			return err
		}
		for _, m := range u.Memberships {
			supervisors, err := s.supervisorsOf(ctx, m.OrganizationID)
			if err != nil {
				return err
			}
			if len(supervisors) == 0 {
				continue // the supervisors of the ladder are none either; the network sees overdue referrals
			}
			if _, err := s.handOver(ctx, m.OrganizationID, id, supervisors[0]); err != nil {
				return err
			}
		}
		return nil
	})(ctx, events)
}
