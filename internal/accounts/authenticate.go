package accounts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/throttle"
)

// Tries to sign in: how many at once, and after which time one more. Counted
// per account and address, so that nobody can lock out somebody else, and per
// address over all accounts.
const (
	pairBurst     = 5
	pairRefill    = 30 * time.Second
	addressBurst  = 30
	addressRefill = 2 * time.Second
)

// errWrongLogin is the one answer to an unknown address, a wrong password and
// a disabled account.
var errWrongLogin = fault.New(fault.Login, "The email address or the password is wrong. Check both and try again.")

// Authenticate finds the user with the email address and password; address is
// the network address that asks. The actor has no session yet. Too many wrong
// tries for one account from one address, or from one address at all, fail
// with a fault.Throttled.
func (s *Service) Authenticate(ctx context.Context, email, password, address string) (User, identity.Actor, error) {
	now, from := s.now(), throttle.Origin(address)
	pair := foldEmail(email) + "\x00" + from
	if err := tooMany(s.addresses.Take(from, now)); err != nil {
		return User{}, identity.Actor{}, err
	}
	if err := tooMany(s.pairs.Take(pair, now)); err != nil {
		return User{}, identity.Actor{}, err
	}
	r, err := s.byEmail(ctx, email)
	if err != nil {
		return User{}, identity.Actor{}, err
	}
	ok, stale, err := s.matches(ctx, Secret(password), cmp.Or(r.PasswordHash, s.nobody))
	if err != nil {
		return User{}, identity.Actor{}, err
	}
	if !ok || r.PasswordHash == "" || r.Disabled {
		return User{}, identity.Actor{}, errWrongLogin
	}
	s.addresses.GiveBack(from, now)
	s.pairs.GiveBack(pair, now)
	if stale {
		if err := s.rehash(ctx, r, Secret(password)); err != nil {
			return User{}, identity.Actor{}, err
		}
	}
	return r.User, r.actor(""), nil
}

func tooMany(wait time.Duration) error {
	if wait == 0 {
		return nil
	}
	f := fault.New(fault.Throttled, "Too many tries to sign in. Wait one minute and try again.")
	if minutes := int((wait + time.Minute - 1) / time.Minute); minutes > 1 {
		f = fault.New(fault.Throttled, "Too many tries to sign in. Wait %d minutes and try again.", minutes)
	}
	f.RetryAfter = max(wait.Round(time.Second), time.Second)
	return f
}

// byEmail reads the user with the address; the zero record when there is none.
func (s *Service) byEmail(ctx context.Context, email string) (record, error) {
	p, err := s.users.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("email", docstore.String(foldEmail(email)))}, Limit: 1,
	})
	if err != nil || len(p.Items) == 0 {
		return record{}, err
	}
	return p.Items[0], nil
}

// rehash stores the password under the present costs, unless it was changed
// in the meantime.
func (s *Service) rehash(ctx context.Context, old record, p Secret) error {
	hash, err := s.hash(ctx, p)
	if err != nil {
		return err
	}
	changed := errors.New("changed in the meantime")
	_, err = s.users.Update(ctx, old.ID, func(r *record) error {
		if r.PasswordHash != old.PasswordHash {
			return changed
		}
		r.PasswordHash = hash
		return nil
	})
	if err != nil && !errors.Is(err, changed) {
		return fmt.Errorf("hash password of %s anew: %w", old.ID, err)
	}
	return nil
}

// actor is who the user is in their first organization.
func (r record) actor(sessionID string) identity.Actor {
	a := identity.Actor{ID: r.ID, Name: r.Name, SessionID: sessionID, Language: r.Language}
	if len(r.Memberships) > 0 {
		a.OrganizationID, a.Role = r.Memberships[0].OrganizationID, r.Memberships[0].Role
	}
	return a
}
