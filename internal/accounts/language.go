package accounts

import (
	"context"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// SetLanguage remembers in which language the actor reads: a BCP 47 tag. It
// holds at once.
func (s *Service) SetLanguage(ctx context.Context, tag string) error {
	actor, err := identity.Require(ctx, identity.SignedIn)
	if err != nil {
		return err
	}
	var wrong fault.Fields
	wrong.Check(tag != "" && validLanguage(tag), "language", "Give the language as a tag such as en, es or zh-Hans.")
	if err := wrong.Err(); err != nil {
		return err
	}
	_, err = s.users.Update(ctx, actor.ID, func(r *record) error {
		r.Language = tag
		return nil
	})
	s.actors.forget(actor.ID)
	return err
}
