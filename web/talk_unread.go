package web

import (
	"context"

	"github.com/havenloop/havenloop/referrals"
)

// unreadWords says of each referral of a list how many messages wait on it, by
// id; of those without any, nothing.
func (h *Handlers) unreadWords(ctx context.Context, l *Locale, list []referrals.View) (map[string]string, error) {
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.ID
	}
	counts, err := h.Referrals.Unread(ctx, ids)
	out := make(map[string]string, len(counts))
	for id, n := range counts {
		out[id] = l.T("talk.row-unread", "count", n)
	}
	return out, err
}
