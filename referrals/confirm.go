package referrals

import (
	"context"
	"fmt"

	"github.com/havenloop/havenloop/internal/identity"
)

// Confirm notes what the patient says about a referral that the agency has
// closed; that settles it, and the need is met or open again. It also notes a
// try to reach the patient that failed; the third settles the referral.
func (s *Service) Confirm(ctx context.Context, id string, c Confirmation) (View, error) {
	actor, err := identity.Require(ctx, identity.ReferralsRead)
	if err != nil {
		return View{}, err
	}
	var v viewer
	r, err := s.change(ctx, id, func(r *Referral) error {
		if v, err = s.viewer(ctx, actor, *r); err != nil {
			return err
		}
		if _, err := identity.Require(ctx, identity.ReferralsSend); err != nil {
			return err
		}
		if done, err := r.Replayed(ctx); err != nil {
			return err
		} else if done {
			return errNothingToDo
		}
		if err := c.check(); err != nil {
			return err
		}
		a, err := s.act(ctx, *r, actor, v.party, s.Now())
		if err != nil {
			return err
		}
		if err := r.confirm(a, c); err != nil {
			return err
		}
		r.Remember(ctx, a.at)
		return nil
	}, "referral.confirmed")
	if err != nil {
		return View{}, fmt.Errorf("confirm referral %s: %w", id, err)
	}
	if err := s.followNeed(ctx, r.Need.ID); err != nil {
		return View{}, err
	}
	if err := s.followTasks(ctx, r.ID); err != nil {
		return View{}, err
	}
	return s.show(ctx, v, r)
}
