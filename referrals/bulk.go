package referrals

import (
	"context"
	"errors"
	"fmt"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// bulkMost is how many referrals one request moves.
const bulkMost = 100

// BulkInput asks for one move of several referrals.
type BulkInput struct {
	To      Status     `json:"to"`
	Reason  string     `json:"reason"`
	Outcome Outcome    `json:"outcome"`
	Note    string     `json:"note"`
	Items   []BulkItem `json:"items"`
}

// BulkItem is a referral to be moved, as it was seen.
type BulkItem struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
}

// BulkResult is what became of one of them.
type BulkResult struct {
	ID string `json:"id"`
	// Referral is how it stands now; nil when it was not moved.
	Referral *View `json:"referral,omitempty"`
	// Problem says why it was not moved.
	Problem *fault.Error `json:"-"`
}

// MoveMany makes one move of several referrals, each as [Service.Move] does:
// one that is refused does not stop the others, and the answer says which.
// Sent again under the same Idempotency-Key, it goes on with what is left.
func (s *Service) MoveMany(ctx context.Context, in BulkInput) ([]BulkResult, error) {
	if _, err := identity.Require(ctx, identity.ReferralsRead); err != nil {
		return nil, err
	}
	var wrong fault.Fields
	wrong.Check(len(in.Items) > 0, "items", "Choose at least one referral.")
	wrong.Check(len(in.Items) <= bulkMost, "items", "Choose at most %d referrals.", bulkMost)
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	out := make([]BulkResult, len(in.Items))
	for i, item := range in.Items {
		out[i].ID = item.ID
		v, err := s.Move(docstore.Part(ctx, item.ID), item.ID, MoveInput{
			To: in.To, Reason: in.Reason, Outcome: in.Outcome, Note: in.Note, Version: item.Version,
		})
		f, refused := errors.AsType[*fault.Error](err)
		switch {
		case err == nil:
			out[i].Referral = &v
		case refused:
			out[i].Problem = f
		default:
			return nil, fmt.Errorf("move %d of %d referrals: %w", i+1, len(in.Items), err)
		}
	}
	return out, nil
}
