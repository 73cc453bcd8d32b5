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
	r, err := s.confirmed(ctx, id, c, func(r Referral) (viewer, error) {
		if v, err = s.viewer(ctx, actor, r); err != nil {
			return v, err
		}
		_, err := identity.Require(ctx, identity.ReferralsSend)
		return v, err
	})
	if err != nil {
		return View{}, fmt.Errorf("confirm referral %s: %w", id, err)
	}
	return s.show(ctx, v, r)
}

// confirmed notes what the patient says. look tells who the asker is to the
// referral, or why they may not.
func (s *Service) confirmed(ctx context.Context, id string, c Confirmation, look func(Referral) (viewer, error)) (Referral, error) {
	r, err := s.change(ctx, id, func(r *Referral) error {
		v, err := look(*r)
		if err != nil {
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
		a, err := s.act(ctx, *r, v.actor, v.party, s.Now())
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
		return r, err
	}
	if err := s.followNeed(ctx, r.Need.ID); err != nil {
		return r, err
	}
	return r, s.followTasks(ctx, r.ID)
}
