package referrals

import (
	"context"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// reasonWaitlist holds a referral until the service has room.
const reasonWaitlist = "waitlist"

// Waitlist is where a referral stands among those that wait for the service.
type Waitlist struct {
	Position int       `json:"position"` // 1 is next
	Length   int       `json:"length"`
	Since    time.Time `json:"since"`
}

// waitingSince is since when the referral is on the waiting list; zero for not.
// A note or a message does not lose its place.
func (r Referral) waitingSince() time.Time {
	if r.Status != OnHold || r.Reason != reasonWaitlist || r.Settlement != nil {
		return time.Time{}
	}
	return r.History[len(r.History)-1].At
}

// waitlist counts where r stands; nil when it does not wait.
func (s *Service) waitlist(ctx context.Context, r Referral) (*Waitlist, error) {
	since := r.waitingSince()
	if since.IsZero() {
		return nil, nil
	}
	service := docstore.Eq("waits", docstore.String(r.Service.ID))
	all, err := s.referrals.Count(ctx, docstore.Query{Where: []docstore.Cond{service}})
	if err != nil {
		return nil, err
	}
	before, err := s.referrals.Count(ctx, docstore.Query{Where: []docstore.Cond{
		service, docstore.Range("waiting", docstore.None, docstore.Time(since)),
	}})
	return &Waitlist{Position: int(before) + 1, Length: int(all), Since: since}, err
}

// waitingFor counts who waits for a service.
func (s *Service) waitingFor(ctx context.Context, serviceID string) (int, error) {
	n, err := s.referrals.Count(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("waits", docstore.String(serviceID))}})
	return int(n), err
}
