package accounts

import (
	"context"
	"errors"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// Alive tells who is behind a sign-in, by the session id that its actor has,
// straight from the store. Unlike Session it does not count as use: what stays
// open by itself must not keep somebody signed in who has gone. It fails with a
// fault.Login when the sign-in is over or the user disabled.
func (s *Service) Alive(ctx context.Context, sessionID string) (identity.Actor, error) {
	userID, expires, err := s.signIn(ctx, sessionID)
	if err != nil {
		return identity.Actor{}, ended(err)
	}
	if !s.now().Before(expires) {
		return identity.Actor{}, errEnded
	}
	return s.activeUser(ctx, userID, sessionID)
}

// signIn finds a session of pages or a family of tokens.
func (s *Service) signIn(ctx context.Context, id string) (userID string, expires time.Time, err error) {
	d, err := s.sessions.Get(ctx, id)
	if err == nil || !errors.Is(err, docstore.ErrNotFound) {
		return d.UserID, d.expires(), err
	}
	f, err := s.families.Get(ctx, id)
	return f.UserID, f.expires(), err
}
