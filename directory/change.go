package directory

import (
	"context"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// changeService changes one service as it stands, and notes as the person's the
// fields of the standard that differ. It needs DirectoryWrite; another agency's
// does not exist. A version other than 0 and the stored one is a
// docstore.ErrConflict.
func (d *Directory) changeService(ctx context.Context, serviceID string, version int64, fn func(*ServiceDoc) error) (ServiceDoc, error) {
	actor, err := identity.Require(ctx, identity.DirectoryWrite)
	if err != nil {
		return ServiceDoc{}, err
	}
	out, err := update(ctx, d.services, serviceID, serviceSpec.Meta, d.now(), func(s *ServiceDoc) error {
		if actor.Agency() && s.Service.OrganizationID != actor.OrganizationID {
			return docstore.ErrNotFound
		}
		if version != 0 && version != s.Version {
			return docstore.ErrConflict
		}
		before := s.Service
		if err := fn(s); err != nil {
			return err
		}
		fillIDs(&s.Service)
		s.Sources = s.Sources.edited(&before, &s.Service, actor.ID, d.now())
		s.touch(d.now())
		s.Emit(d.now(), "service.changed", changed{OrganizationID: s.Service.OrganizationID})
		return nil
	})
	d.cards.forget(serviceID)
	return out, err
}
