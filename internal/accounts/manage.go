package accounts

import (
	"context"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// mayGive says whether the actor may make somebody work for the organization
// in the role: the network for any organization, others for their own; and only
// roles of the organization's kind.
func (s *Service) mayGive(ctx context.Context, actor identity.Actor, organizationID string, role identity.Role) error {
	if !actor.May(identity.NetworkManage) && organizationID != actor.OrganizationID {
		return docstore.ErrNotFound
	}
	o, err := s.orgs.Get(ctx, organizationID)
	if fault.Is(err, fault.NotFound) {
		var wrong fault.Fields
		wrong.Add("organizationId", "Choose an organization of the network.")
		return wrong.Err()
	}
	if err != nil {
		return err
	}
	if !slices.Contains(roles[o.Kind], role) {
		var wrong fault.Fields
		wrong.Add("role", "Choose a role that this kind of organization has.")
		return wrong.Err()
	}
	return nil
}

// managed answers the actor when they may manage the user. Who works for
// several organizations is managed by the network only.
func (s *Service) managed(ctx context.Context, id string) (identity.Actor, error) {
	actor, err := identity.Require(ctx, identity.UsersManage)
	if err != nil || actor.May(identity.NetworkManage) {
		return actor, err
	}
	r, err := s.users.Get(ctx, id)
	if err != nil {
		return actor, err
	}
	own := func(m Membership) bool { return m.OrganizationID == actor.OrganizationID }
	switch {
	case !slices.ContainsFunc(r.Memberships, own):
		return actor, docstore.ErrNotFound
	case slices.ContainsFunc(r.Memberships, func(m Membership) bool { return !own(m) }):
		return actor, fault.New(fault.Forbidden, "This person also works for another organization. Ask the network to make the change.")
	}
	return actor, nil
}
