package referrals

import (
	"context"
	"errors"
	"strconv"
)

// Copies stores n referrals like the one with the id, each for a need of its
// own, and answers their ids.
func (s *Service) Copies(ctx context.Context, id string, n int) ([]string, error) {
	r, err := s.referrals.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	ids, docs := make([]string, n), make([]*Referral, n)
	for i := range n {
		c := r
		c.ID, c.Version = askedID("copy", strconv.Itoa(i)), 0
		c.Need.ID = c.ID
		ids[i], docs[i] = c.ID, &c
	}
	return ids, errors.Join(s.referrals.InsertAll(ctx, docs)...)
}
