package accounts

import (
	"cmp"
	"context"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// Membership says that a user works for an organization, and as what.
type Membership struct {
	OrganizationID string        `json:"organizationId"`
	Role           identity.Role `json:"role"`
}

// User is a person with an account. The password's hash is not part of it, so
// it cannot leave with it.
type User struct {
	docstore.Meta
	// Email is unique, whatever its upper and lower case.
	Email string `json:"email"`
	// Name is shown in histories.
	Name string `json:"name"`
	// Memberships has the organization the user acts for in the first place.
	Memberships []Membership `json:"memberships"`
	Disabled    bool         `json:"disabled,omitempty"`
	// Language is a BCP 47 tag such as "es".
	Language  string    `json:"language,omitempty"`
	CreatedAt time.Time `json:"createdAt"`
}

// record is a user as stored.
type record struct {
	User
	// PasswordHash is empty until a password is set.
	PasswordHash string `json:"passwordHash,omitempty"`
}

var userSpec = docstore.Spec[record]{
	Name:   "users",
	Schema: 1,
	Meta:   func(r *record) *docstore.Meta { return &r.Meta },
	Keys: docstore.Keys[record]{
		"email": func(r record) docstore.Value { return docstore.String(foldEmail(r.Email)) },
		"name":  func(r record) docstore.Value { return docstore.String(strings.ToLower(r.Name)) },
	},
	Many: map[string]func(record) []docstore.Value{
		"organization": func(r record) []docstore.Value {
			var out []docstore.Value
			for _, m := range r.Memberships {
				out = append(out, docstore.String(m.OrganizationID))
			}
			return out
		},
	},
	Indexes: []docstore.Index{{"organization", "name"}},
	Unique:  []string{"email"},
}

// Disable keeps a user from signing in and ends all sessions and tokens, or
// lets the user sign in again.
func (s *Service) Disable(ctx context.Context, id string, disabled bool) (User, error) {
	actor, err := s.managed(ctx, id)
	if err != nil {
		return User{}, err
	}
	if actor.ID == id {
		return User{}, fault.New(fault.Forbidden, "You cannot disable your own account. Ask another admin.")
	}
	r, err := s.users.Update(ctx, id, func(r *record) error {
		r.Disabled = disabled
		r.emitChanged(s.now())
		return nil
	})
	if err != nil || !disabled {
		return r.User, err
	}
	return r.User, s.endAll(ctx, id)
}

// SetMemberships changes for whom a user works and as what; version is the
// one the change was made from. The change holds within 5 seconds.
func (s *Service) SetMemberships(ctx context.Context, id string, ms []Membership, version int64) (User, error) {
	actor, err := s.managed(ctx, id)
	if err != nil {
		return User{}, err
	}
	if len(ms) == 0 {
		return User{}, fault.New(fault.Invalid, "A user needs at least one organization.")
	}
	for _, m := range ms {
		if err := s.mayGive(ctx, actor, m.OrganizationID, m.Role); err != nil {
			return User{}, err
		}
	}
	r, err := s.users.Update(ctx, id, func(r *record) error {
		if done, err := r.Replayed(ctx); done || err != nil {
			return cmp.Or(err, errUnchanged)
		}
		if r.Version != version {
			return docstore.ErrConflict
		}
		r.Memberships = slices.Clone(ms)
		r.Remember(ctx, s.now())
		r.emitChanged(s.now())
		return nil
	})
	s.actors.forget(id)
	if errors.Is(err, errUnchanged) {
		r, err = s.users.Get(ctx, id)
	}
	return r.User, err
}

// User reads a user: oneself, or one whom the actor manages.
func (s *Service) User(ctx context.Context, id string) (User, error) {
	actor, err := identity.Require(ctx, identity.SignedIn)
	if err != nil {
		return User{}, err
	}
	if actor.ID != id {
		if _, err := s.managed(ctx, id); err != nil {
			return User{}, err
		}
	}
	r, err := s.users.Get(ctx, id)
	return r.User, err
}

// Users lists the users of an organization by name.
func (s *Service) Users(ctx context.Context, organizationID string) ([]User, error) {
	actor, err := identity.Require(ctx, identity.UsersManage)
	if err != nil {
		return nil, err
	}
	if !actor.May(identity.NetworkManage) && actor.OrganizationID != organizationID {
		return nil, docstore.ErrNotFound
	}
	return s.members(ctx, organizationID)
}

// UsersWithRole lists the users of an organization who can sign in and have
// one of the roles there. It is for other rooms and checks nothing.
func (s *Service) UsersWithRole(ctx context.Context, organizationID string, roles ...identity.Role) ([]User, error) {
	all, err := s.members(ctx, organizationID)
	return slices.DeleteFunc(all, func(u User) bool {
		return u.Disabled || !slices.ContainsFunc(u.Memberships, func(m Membership) bool {
			return m.OrganizationID == organizationID && slices.Contains(roles, m.Role)
		})
	}), err
}

// OpenUser reads a user. It is for other rooms and checks nothing.
func (s *Service) OpenUser(ctx context.Context, id string) (User, error) {
	r, err := s.users.Get(ctx, id)
	return r.User, err
}

// WorksFor tells whether a user can sign in and works for the organization. It
// is for other rooms and checks nothing.
func (s *Service) WorksFor(ctx context.Context, id, organizationID string) (bool, error) {
	r, err := s.users.Get(ctx, id)
	if errors.Is(err, docstore.ErrNotFound) {
		return false, nil
	}
	return !r.Disabled && slices.ContainsFunc(r.Memberships, func(m Membership) bool {
		return m.OrganizationID == organizationID
	}), err
}

// Email is where a user who can sign in gets mail; empty for others. It is for
// other rooms and checks nothing.
func (s *Service) Email(ctx context.Context, id string) (string, error) {
	r, err := s.users.Get(ctx, id)
	if errors.Is(err, docstore.ErrNotFound) || r.Disabled {
		return "", nil
	}
	return r.Email, err
}

func (s *Service) members(ctx context.Context, organizationID string) ([]User, error) {
	p, err := s.users.Find(ctx, docstore.Query{
		Where:   []docstore.Cond{docstore.Eq("organization", docstore.String(organizationID))},
		OrderBy: []string{"name"},
	})
	out := make([]User, len(p.Items))
	for i, r := range p.Items {
		out[i] = r.User
	}
	return out, err
}

func (r *record) emitChanged(now time.Time) {
	var orgs []string
	for _, m := range r.Memberships {
		orgs = append(orgs, m.OrganizationID)
	}
	r.Emit(now, "user.changed", map[string]any{"userId": r.ID, "organizationIds": orgs})
}

// foldEmail is the form in which email addresses are compared.
func foldEmail(email string) string {
	return cases.Fold().String(norm.NFC.String(strings.TrimSpace(email)))
}

// validEmail tells whether s is a bare address with a domain.
func validEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 { // 254: RFC 5321, 4.5.3.1.3, without the brackets
		return false
	}
	return strings.Contains(s[strings.LastIndexByte(s, '@'):], ".")
}

func validLanguage(tag string) bool {
	_, err := language.Parse(tag)
	return tag == "" || err == nil
}
