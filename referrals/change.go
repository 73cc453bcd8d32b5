package referrals

import (
	"context"
	"errors"
	"time"

	"github.com/havenloop/havenloop/internal/identity"
)

// change applies fn to a referral and stores it with an event of the type. fn
// may run more than once; when it answers errNothingToDo, nothing is stored and
// the referral is answered as it stands.
func (s *Service) change(ctx context.Context, id string, fn func(*Referral) error, event string) (Referral, error) {
	var same Referral
	r, err := s.referrals.Update(ctx, id, func(r *Referral) error {
		same = *r
		if err := fn(r); err != nil {
			return err
		}
		r.emit(s.Now(), event, len(same.History))
		return nil
	})
	if errors.Is(err, errNothingToDo) {
		return same, nil
	}
	return r, err
}

// act prepares acting on a referral for one side.
func (s *Service) act(ctx context.Context, r Referral, actor identity.Actor, party Party, at time.Time) (act, error) {
	calendar, err := s.calendars.pair(ctx, r)
	if err != nil {
		return act{}, err
	}
	rule, err := s.rule(ctx, r)
	return act{at: at, actor: actor, party: party, calendar: calendar, rule: rule}, err
}

// systemAct prepares acting on a referral without a person.
func (s *Service) systemAct(ctx context.Context, r Referral) (act, error) {
	return s.act(ctx, r, identity.SystemActor("referrals"), Sender, s.Now())
}
