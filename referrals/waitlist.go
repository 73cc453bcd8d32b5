package referrals

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
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
	lived := r.lived()
	return lived[len(lived)-1].At
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

// Waiting counts who waits for each service; those for which nobody waits are
// missing. It names nobody and checks nothing.
func (s *Service) Waiting(ctx context.Context, serviceIDs ...string) (map[string]int, error) {
	out := map[string]int{}
	for _, id := range serviceIDs {
		n, err := s.referrals.Count(ctx, docstore.Query{Where: []docstore.Cond{docstore.Eq("waits", docstore.String(id))}})
		if err != nil {
			return nil, fmt.Errorf("who waits for service %s: %w", id, err)
		}
		if n > 0 {
			out[id] = int(n)
		}
	}
	return out, nil
}

// WaitingList lists who waits for a service of the asker's agency, the next one
// first. Referrals whose consent has ended keep their place until they are
// closed, but being listed would tell for which service they are.
func (s *Service) WaitingList(ctx context.Context, serviceID, cursor string) (docstore.Page[View], error) {
	actor, err := identity.Require(ctx, identity.ReferralsAnswer)
	if err != nil {
		return docstore.Page[View]{}, err
	}
	service, err := s.Directory.ServiceByID(ctx, serviceID)
	if err == nil && service.Service.OrganizationID != actor.OrganizationID {
		err = docstore.ErrNotFound
	}
	if err != nil {
		return docstore.Page[View]{}, err
	}
	p, err := s.referrals.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("waits", docstore.String(serviceID))}, OrderBy: []string{"waiting"}, After: cursor, Limit: pageUsual,
	})
	if err != nil {
		return docstore.Page[View]{}, err
	}
	views, err := s.views(ctx, actor, p.Items)
	if err != nil {
		return docstore.Page[View]{}, err
	}
	for _, r := range p.Items {
		for i := range views {
			if views[i].ID == r.ID {
				if views[i].Waitlist, err = s.waitlist(ctx, r); err != nil {
					return docstore.Page[View]{}, err
				}
			}
		}
	}
	views = slices.DeleteFunc(views, func(v View) bool { return v.Status == Withdrawn })
	return docstore.Page[View]{Items: views, Next: p.Next}, nil
}
