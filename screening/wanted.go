package screening

import (
	"context"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// wantedMost is how many needs one page of WantedNeeds has, at most.
const wantedMost = 100

// WantedNeeds lists the needs of the own organization's patients for which help
// is wanted and nobody has been asked, the longest wanted first. Private needs
// are left out, since others in the room may see a list.
func (s *Service) WantedNeeds(ctx context.Context, cursor string, limit int) (docstore.Page[Need], error) {
	actor, err := identity.Require(ctx, identity.ScreeningsRead)
	if err != nil {
		return docstore.Page[Need]{}, err
	}
	if limit <= 0 || limit > wantedMost {
		limit = wantedMost
	}
	return s.needs.Find(ctx, docstore.Query{
		Where:   []docstore.Cond{docstore.Eq("wanted", docstore.String(actor.OrganizationID))},
		OrderBy: []string{"since"}, After: cursor, Limit: limit,
	})
}

// wantedBy is the organization whose people should ask somebody to help with
// the need; none when there is nothing to ask or the need is private.
func (n Need) wantedBy() docstore.Value {
	if n.Status != NeedWanted || n.Private {
		return docstore.None
	}
	return docstore.String(n.OrganizationID)
}
