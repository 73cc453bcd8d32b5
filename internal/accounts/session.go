package accounts

import (
	"context"
	"errors"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Time-outs of the sessions of pages. Sources: 45 CFR 164.312(a)(2)(iii) asks
// for an automatic logoff; NIST SP 800-63B-4, 2.2.3 for at most an hour idle
// and 24 hours in all.
const (
	idleTimeout    = 30 * time.Minute
	sessionTimeout = 12 * time.Hour
	// seenEvery is how often a session in use is written; the idle time-out
	// may come that much too early.
	seenEvery = time.Minute
)

// errEnded is the answer to a session or token that is not, or no longer, good.
var errEnded = fault.New(fault.Login, "You are signed out. Sign in again.")

// session is one sign-in on pages. Its id is the fingerprint of the token.
type session struct {
	docstore.Meta
	UserID    string    `json:"userId"`
	CreatedAt time.Time `json:"createdAt"`
	SeenAt    time.Time `json:"seenAt"`
}

var sessionSpec = docstore.Spec[session]{
	Name:   "sessions",
	Schema: 1,
	Meta:   func(s *session) *docstore.Meta { return &s.Meta },
	Keys: docstore.Keys[session]{
		"user":    func(s session) docstore.Value { return docstore.String(s.UserID) },
		"expires": func(s session) docstore.Value { return docstore.Time(s.expires()) },
	},
	Kinds:   map[string]docstore.Kind{"expires": docstore.IntKind},
	Indexes: []docstore.Index{{"user"}, {"expires"}},
}

// expires is when the session ends if nothing more happens.
func (s session) expires() time.Time {
	idle, end := s.SeenAt.Add(idleTimeout), s.CreatedAt.Add(sessionTimeout)
	if idle.Before(end) {
		return idle
	}
	return end
}

// StartSession begins a session of a user who proved who they are, and answers
// its token, which is stored nowhere.
func (s *Service) StartSession(ctx context.Context, userID string) (token string, err error) {
	token = newToken()
	d := session{UserID: userID, CreatedAt: s.now(), SeenAt: s.now()}
	d.ID = fingerprint(token)
	return token, s.sessions.Insert(ctx, &d)
}

// Session tells whose session the token is, and notes that it is in use. It
// fails with a fault.Login when the session is over or its user disabled; a
// change elsewhere is seen within 5 seconds.
func (s *Service) Session(ctx context.Context, token string) (identity.Actor, error) {
	id := fingerprint(token)
	return s.actors.get(id, s.now, func() (entry, error) {
		d, err := s.sessions.Get(ctx, id)
		if err != nil {
			return entry{}, ended(err)
		}
		now := s.now()
		if !now.Before(d.expires()) {
			return entry{}, errEnded
		}
		if now.Sub(d.SeenAt) >= seenEvery {
			d, err = s.sessions.Update(ctx, id, func(d *session) error { d.SeenAt = now; return nil })
			if err != nil {
				return entry{}, ended(err)
			}
		}
		actor, err := s.activeUser(ctx, d.UserID, id)
		return entry{actor: actor, until: d.expires()}, err
	})
}

// EndSession signs out the session of the token. One that is over already is no error.
func (s *Service) EndSession(ctx context.Context, token string) error {
	id := fingerprint(token)
	defer s.actors.drop(id)
	return remove(ctx, s.sessions, id)
}

// activeUser is the actor of a user who is not disabled.
func (s *Service) activeUser(ctx context.Context, userID, sessionID string) (identity.Actor, error) {
	r, err := s.users.Get(ctx, userID)
	if err != nil {
		return identity.Actor{}, ended(err)
	}
	if r.Disabled {
		return identity.Actor{}, errEnded
	}
	return r.actor(sessionID), nil
}

// endAll ends all sessions and token families of a user.
func (s *Service) endAll(ctx context.Context, userID string) error {
	defer s.actors.forget(userID)
	q := docstore.Query{Where: []docstore.Cond{docstore.Eq("user", docstore.String(userID))}}
	sessions, err := s.sessions.Find(ctx, q)
	if err != nil {
		return err
	}
	families, err := s.families.Find(ctx, q)
	if err != nil {
		return err
	}
	var errs []error
	for _, d := range sessions.Items {
		errs = append(errs, remove(ctx, s.sessions, d.ID))
	}
	for _, f := range families.Items {
		errs = append(errs, remove(ctx, s.families, f.ID))
	}
	return errors.Join(errs...)
}

// remove deletes the document, whatever its version; one that is gone is no error.
func remove[T any](ctx context.Context, c *docstore.Collection[T], id string) error {
	for {
		t, err := c.Get(ctx, id)
		if errors.Is(err, docstore.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		err = c.Delete(ctx, &t)
		if err == nil || !errors.Is(err, docstore.ErrConflict) && !errors.Is(err, docstore.ErrNotFound) {
			return err
		}
	}
}

// ended answers errEnded for what is not found, and other errors as they are.
func ended(err error) error {
	if errors.Is(err, docstore.ErrNotFound) {
		return errEnded
	}
	return err
}
