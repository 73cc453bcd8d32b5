// Package accounts knows who may sign in and for whom they work:
// organizations, users with their memberships, passwords, the sessions of
// pages and the token families of the API.
//
// What is secret is stored as a hash only: passwords as argon2id, random
// tokens as SHA-256. Sources of the rules: OWASP ASVS 5.0.0 chapters 6, 7 and
// 9 to 11, and NIST SP 800-63B-4.
package accounts

import (
	"context"
	"fmt"
	"runtime"

	"github.com/alexedwards/argon2id"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/throttle"
)

// Options are what a Service needs besides its engine.
type Options struct {
	// Now is the clock.
	Now clock.Now
	// Params are the costs of password hashes; the zero value takes DefaultParams.
	Params argon2id.Params
}

// DefaultParams are the costs of password hashes: 46 MiB, one pass, one lane.
// Source: OWASP Password Storage Cheat Sheet, first of the equally strong
// minimum settings of argon2id.
var DefaultParams = argon2id.Params{Memory: 46 << 10, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// Service keeps accounts. It is safe for concurrent use.
type Service struct {
	now      clock.Now
	orgs     *docstore.Collection[Organization]
	users    *docstore.Collection[record]
	sessions *docstore.Collection[session]
	families *docstore.Collection[family]
	setups   *docstore.Collection[setup]

	params argon2id.Params
	// nobody is the hash that is compared when there is no user, so that the
	// answer takes as long as for one.
	nobody string
	// hashing bounds how many hashes are computed at once, and so their memory.
	hashing chan struct{}

	pairs, addresses *throttle.Throttle
	actors           *actorCache
}

// New opens the collections of accounts.
func New(ctx context.Context, e docstore.Engine, o Options) (*Service, error) {
	if o.Params == (argon2id.Params{}) {
		o.Params = DefaultParams
	}
	s := &Service{
		now: o.Now, params: o.Params,
		hashing: make(chan struct{}, runtime.NumCPU()),
		pairs:   throttle.New(pairBurst, pairRefill), addresses: throttle.New(addressBurst, addressRefill),
		actors: newActorCache(),
	}
	var err error
	if s.orgs, err = docstore.Open(ctx, e, organizationSpec); err != nil {
		return nil, err
	}
	if s.users, err = docstore.Open(ctx, e, userSpec); err != nil {
		return nil, err
	}
	if s.sessions, err = docstore.Open(ctx, e, sessionSpec); err != nil {
		return nil, err
	}
	if s.families, err = docstore.Open(ctx, e, familySpec); err != nil {
		return nil, err
	}
	if s.setups, err = docstore.Open(ctx, e, setupSpec); err != nil {
		return nil, err
	}
	if s.nobody, err = argon2id.CreateHash("nobody has this password", &s.params); err != nil {
		return nil, fmt.Errorf("hash password: %w", err)
	}
	return s, nil
}

// Purge deletes sessions and token families that are over, and tells how many.
func (s *Service) Purge(ctx context.Context) (int, error) {
	over := docstore.Query{Where: []docstore.Cond{docstore.Range("expires", docstore.None, docstore.Time(s.now()))}}
	n, err := s.sessions.Purge(ctx, over)
	if err != nil {
		return n, err
	}
	m, err := s.families.Purge(ctx, over)
	return n + m, err
}
