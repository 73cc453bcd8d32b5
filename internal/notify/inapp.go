package notify

import (
	"context"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// maxShown is how many notices a page shows.
const maxShown = 50

// InApp lists the notices of the signed-in user, the newest first, at most 50.
func (s *Service) InApp(ctx context.Context) ([]Notice, error) {
	actor, err := identity.Require(ctx, identity.SignedIn)
	if err != nil {
		return nil, err
	}
	p, err := s.docs.Find(ctx, docstore.Query{
		Where:   []docstore.Cond{docstore.Eq("reader", docstore.String(actor.ID))},
		OrderBy: []string{"created"}, Desc: true, Limit: maxShown,
	})
	return p.Items, err
}

// MarkRead notes that the signed-in user has read a notice, and answers it.
func (s *Service) MarkRead(ctx context.Context, id string) (Notice, error) {
	actor, err := identity.Require(ctx, identity.SignedIn)
	if err != nil {
		return Notice{}, err
	}
	return s.docs.Update(ctx, id, func(n *Notice) error {
		if n.Channel != InApp || n.UserID != actor.ID {
			return docstore.ErrNotFound
		}
		if n.ReadAt.IsZero() {
			n.ReadAt = s.now()
		}
		return nil
	})
}
