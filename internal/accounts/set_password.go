package accounts

import (
	"context"
	"errors"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// SetPassword gives a user whom the actor manages their first password, or one
// in place of a forgotten one, and ends all their sessions and tokens.
func (s *Service) SetPassword(ctx context.Context, id string, password Secret) error {
	actor, err := s.managed(ctx, id)
	if err != nil {
		return err
	}
	if actor.ID == id {
		return fault.New(fault.Forbidden, "Change your own password where you also give the present one.")
	}
	return s.setPassword(ctx, id, password)
}

// ChangePassword gives the actor a new password, when the present one is
// right, and ends all their sessions and tokens. Wrong tries count as those of
// a sign-in from the address.
func (s *Service) ChangePassword(ctx context.Context, present, password Secret, address string) error {
	actor, err := identity.Require(ctx, identity.SignedIn)
	if err != nil {
		return err
	}
	r, err := s.users.Get(ctx, actor.ID)
	if err != nil {
		return err
	}
	_, _, err = s.Authenticate(ctx, r.Email, string(present), address)
	if errors.Is(err, errWrongLogin) {
		var wrong fault.Fields
		wrong.Add("present", "This is not your present password. Try again.")
		return wrong.Err()
	}
	if err != nil {
		return err
	}
	return s.setPassword(ctx, actor.ID, password)
}

func (s *Service) setPassword(ctx context.Context, id string, password Secret) error {
	var wrong fault.Fields
	checkPassword(&wrong, password)
	if err := wrong.Err(); err != nil {
		return err
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return err
	}
	_, err = s.users.Update(ctx, id, func(r *record) error {
		r.PasswordHash = hash
		r.emitChanged(s.now())
		return nil
	})
	if err != nil {
		return err
	}
	return s.endAll(ctx, id)
}
