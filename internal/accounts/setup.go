package accounts

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// setupTimeout is how long a set-up token is good.
const setupTimeout = 24 * time.Hour

// setupID is the id of the one set-up document.
const setupID = "first-admin"

// setup says that an empty store waits for its first network admin.
type setup struct {
	docstore.Meta
	Fingerprint string    `json:"fingerprint"`
	ExpiresAt   time.Time `json:"expiresAt"`
	// Claim tells by a hash who began to use the token; empty while nobody did.
	Claim string `json:"claim,omitempty"`
}

var setupSpec = docstore.Spec[setup]{
	Name:   "setups",
	Schema: 1,
	Meta:   func(s *setup) *docstore.Meta { return &s.Meta },
}

var errSetup = fault.New(fault.Login, "This set-up link was used already or is too old. Start the server again to get a new one.")

// SetupToken makes the one-time token with which the first network admin is
// made; it is good for 24 hours and replaces an earlier one. The token is
// empty when there is a network already.
func (s *Service) SetupToken(ctx context.Context) (token string, err error) {
	networks, err := s.orgs.Count(ctx, networkQuery)
	if err != nil || networks > 0 {
		return "", err
	}
	token = newToken()
	fresh := setup{Fingerprint: fingerprint(token), ExpiresAt: s.now().Add(setupTimeout)}
	fresh.ID = setupID
	err = s.setups.Insert(ctx, &fresh)
	if _, exists := errors.AsType[*docstore.DuplicateError](err); exists {
		_, err = s.setups.Update(ctx, setupID, func(d *setup) error {
			d.Fingerprint, d.ExpiresAt, d.Claim = fresh.Fingerprint, fresh.ExpiresAt, ""
			return nil
		})
	}
	return token, err
}

var networkQuery = docstore.Query{Where: []docstore.Cond{docstore.Eq("kind", docstore.String(string(Network)))}}

// FirstAdmin makes the network and its first admin with a set-up token, which
// is then used up. Of admin's fields OrganizationID and Role are not looked at.
func (s *Service) FirstAdmin(ctx context.Context, token string, network Organization, admin NewUser) (User, error) {
	d, err := s.setups.Get(ctx, setupID)
	if errors.Is(err, docstore.ErrNotFound) {
		return User{}, errSetup
	}
	if err != nil {
		return User{}, err
	}
	if !same(fingerprint(token), d.Fingerprint) || !s.now().Before(d.ExpiresAt) {
		return User{}, errSetup
	}
	var wrong fault.Fields
	checkPassword(&wrong, admin.Password)
	if err := wrong.Err(); err != nil {
		return User{}, err
	}
	if err := admin.check(); err != nil {
		return User{}, err
	}
	ctx = identity.With(ctx, identity.SystemActor("setup"))
	// The ids follow from the token, and the first to use it claims it, so that
	// only their second try after a failure in between goes on where the first
	// stopped; the token is used up last.
	network.Kind, network.ID, network.Version = Network, setupPart(d, "network"), 0
	if err := network.check(); err != nil {
		return User{}, err
	}
	if err := s.claim(ctx, &d, fingerprint(foldEmail(admin.Email))); err != nil {
		return User{}, err
	}
	if network, err = s.PutOrganization(ctx, network); err != nil {
		return User{}, err
	}
	admin.OrganizationID, admin.Role = network.ID, identity.NetworkAdmin
	user, err := s.createUser(ctx, setupPart(d, "admin"), admin)
	if dup, ok := errors.AsType[*docstore.DuplicateError](err); ok && dup.Key == "id" {
		user, err = s.OpenUser(ctx, setupPart(d, "admin")) // made by the first try
	}
	if err != nil {
		return User{}, err
	}
	return user, s.setups.Delete(ctx, &d)
}

// claim keeps the set-up token for whoever comes first; others find it used.
func (s *Service) claim(ctx context.Context, d *setup, by string) error {
	if d.Claim != "" {
		if !same(d.Claim, by) {
			return errSetup
		}
		return nil
	}
	d.Claim = by
	if err := s.setups.Replace(ctx, d); err != nil {
		return errSetup
	}
	return nil
}

// setupPart is the id of what is made with a set-up token.
func setupPart(d setup, part string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:setup:"+d.Fingerprint+":"+part)).String()
}
