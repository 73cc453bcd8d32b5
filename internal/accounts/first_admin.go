package accounts

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// firstSpace is the namespace of ids of the first account of an agency, so
// that two people at once do not both make it.
var firstSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:first-agency-admin"))

// errJoined refuses a second first account.
var errJoined = fault.New(fault.Conflict, "Your agency has an account already. Ask the person who made it to add you.")

// HasUsers tells whether anybody has an account at the organization, disabled
// ones too. It is for other rooms and checks nothing.
func (s *Service) HasUsers(ctx context.Context, organizationID string) (bool, error) {
	all, err := s.members(ctx, organizationID)
	return len(all) > 0, err
}

// FirstAgencyAdmin makes the first account of an agency for somebody who has
// shown, by a code sent to its registered address, that they work there. Unless
// it is approved it stays disabled until the network switches it on.
func (s *Service) FirstAgencyAdmin(ctx context.Context, n NewUser, approved bool) (User, error) {
	actor, err := identity.Require(ctx, identity.GuestAnswer)
	if err != nil {
		return User{}, err
	}
	n.OrganizationID, n.Role, n.waits = actor.OrganizationID, identity.AgencyAdmin, !approved
	has, err := s.HasUsers(ctx, n.OrganizationID)
	if err != nil {
		return User{}, err
	}
	if has {
		return User{}, errJoined
	}
	var wrong fault.Fields
	wrong.Check(n.Password != "", "password", "Choose a password.")
	if err := wrong.Err(); err != nil {
		return User{}, err
	}
	u, err := s.createUser(ctx, uuid.NewSHA1(firstSpace, []byte(n.OrganizationID)).String(), n)
	if dup, ok := errors.AsType[*docstore.DuplicateError](err); ok && dup.Key == "id" {
		err = errJoined
	}
	return u, err
}
