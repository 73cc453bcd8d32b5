package notify

import (
	"context"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// deadPage is how many dead notices are shown at a time.
const deadPage = 50

// Dead lists the notices that were given up, the newest first.
func (s *Service) Dead(ctx context.Context, cursor string) (docstore.Page[Notice], error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return docstore.Page[Notice]{}, err
	}
	return s.docs.Find(ctx, docstore.Query{
		Where:   []docstore.Cond{docstore.Eq("status", docstore.String(string(Dead)))},
		OrderBy: []string{"created"}, Desc: true, After: cursor, Limit: deadPage,
	})
}

// Retry puts a dead notice into its lane again, with all its tries before it.
func (s *Service) Retry(ctx context.Context, id string) (Notice, error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return Notice{}, err
	}
	return s.again(ctx, id, func(Notice) bool { return true })
}

// again revives a dead notice that the asker may see.
func (s *Service) again(ctx context.Context, id string, sees func(Notice) bool) (Notice, error) {
	return s.docs.Update(ctx, id, func(n *Notice) error {
		switch {
		case n.Channel == InApp || !sees(*n):
			return docstore.ErrNotFound
		case n.Status == Dead:
			n.Status, n.Attempts, n.NextAt = Queued, 0, s.now()
		case n.Status != Queued:
			return fault.New(fault.Conflict, "This message was sent already.")
		}
		return nil
	})
}

// OfEndpoint lists the newest events for an endpoint that have one of the
// statuses. It is for the room of the webhooks and checks nothing.
func (s *Service) OfEndpoint(ctx context.Context, endpointID string, status Status, limit int) ([]Notice, error) {
	p, err := s.docs.Find(ctx, docstore.Query{
		Where: []docstore.Cond{
			docstore.Eq("status", docstore.String(string(status))),
			docstore.Eq("lane", docstore.String(Notice{Channel: Webhook, Recipient: Recipient{EndpointID: endpointID}}.lane())),
		},
		Limit: limit,
	})
	return p.Items, err
}

// RetryEvent is Retry for an event of an endpoint. It is for the room of the
// webhooks and checks nothing else.
func (s *Service) RetryEvent(ctx context.Context, endpointID, id string) (Notice, error) {
	return s.again(ctx, id, func(n Notice) bool { return n.EndpointID == endpointID })
}
