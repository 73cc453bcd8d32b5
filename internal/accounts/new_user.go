package accounts

import (
	"context"
	"errors"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// NewUser is what an account is made of.
type NewUser struct {
	Email string `json:"email"`
	Name  string `json:"name"`
	// Password may be empty: then nobody can sign in until SetPassword.
	Password       Secret        `json:"password"`
	OrganizationID string        `json:"organizationId"`
	Role           identity.Role `json:"role"`
	Language       string        `json:"language"`

	waits bool // to be switched on by the network
}

// CreateUser makes an account. Supervisors and agency admins make those of
// their own organization, the network those of any.
func (s *Service) CreateUser(ctx context.Context, n NewUser) (User, error) {
	actor, err := identity.Require(ctx, identity.UsersManage)
	if err != nil {
		return User{}, err
	}
	if err := s.mayGive(ctx, actor, n.OrganizationID, n.Role); err != nil {
		return User{}, err
	}
	return s.createUser(ctx, docstore.NewID(ctx, actor.ID), n)
}

// CreateUsers makes many accounts, hashing their passwords side by side; for
// data loaded in bulk. ids are theirs, in the same order. It stops at the
// first that fails.
func (s *Service) CreateUsers(ctx context.Context, ids []string, ns []NewUser) ([]User, error) {
	out := make([]User, len(ns))
	g, each := errgroup.WithContext(ctx)
	g.SetLimit(2 * cap(s.hashing))
	for i, n := range ns {
		g.Go(func() (err error) {
			out[i], err = s.CreateUser(docstore.WithID(each, ids[i]), n)
			return err
		})
	}
	return out, g.Wait()
}

// createUser stores an account that may be made.
func (s *Service) createUser(ctx context.Context, id string, n NewUser) (User, error) {
	if err := n.check(); err != nil {
		return User{}, err
	}
	if r, done, err := s.users.Recall(ctx, id); done || err != nil {
		return r.User, err
	}
	r := record{User: User{
		Email: strings.TrimSpace(n.Email), Name: strings.TrimSpace(n.Name), Language: n.Language, CreatedAt: s.now(), Disabled: n.waits,
		Memberships: []Membership{{OrganizationID: n.OrganizationID, Role: n.Role}},
	}}
	r.ID = id
	if n.Password != "" {
		var err error
		if r.PasswordHash, err = s.hash(ctx, n.Password); err != nil {
			return User{}, err
		}
	}
	r.emitChanged(s.now())
	_, err := s.users.InsertOnce(ctx, &r, s.now())
	if dup, ok := errors.AsType[*docstore.DuplicateError](err); ok {
		if r, done, err := s.users.Recall(ctx, id); done || err != nil { // the same request, at the same time
			return r.User, err
		}
		if dup.Key == "email" {
			return User{}, fault.New(fault.Conflict, "There is an account with this email address already.")
		}
	}
	return r.User, err
}

func (n NewUser) check() error {
	var wrong fault.Fields
	wrong.Check(validEmail(strings.TrimSpace(n.Email)), "email", "Write the email address as name@example.org.")
	wrong.Check(strings.TrimSpace(n.Name) != "", "name", "Give the person's name.")
	wrong.Check(short(n.Name), "name", "Use at most %d characters.", maxText)
	wrong.Check(validLanguage(n.Language), "language", "Give the language as a tag such as en, es or zh-Hans.")
	if n.Password != "" {
		checkPassword(&wrong, n.Password)
	}
	return wrong.Err()
}
