package screening

import (
	"context"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// draftsMine is how many drafts MyDrafts answers at most.
const draftsMine = 50

// MyDrafts lists the drafts that the actor began at the present organization,
// the one saved last first.
func (s *Service) MyDrafts(ctx context.Context) ([]Draft, error) {
	actor, err := identity.Require(ctx, identity.ScreeningsRead)
	if err != nil {
		return nil, err
	}
	page, err := s.drafts.Find(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("by", docstore.String(actor.ID))}, Desc: true, Limit: draftsMine,
	})
	return slices.DeleteFunc(page.Items, func(d Draft) bool { return mayOpen(actor, d.OrganizationID) != nil }), err
}
