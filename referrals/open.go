package referrals

import (
	"context"
	"iter"
	"time"
)

// Open reads referrals as they are stored; those that do not exist are
// missing. It checks nothing and is for rooms that count.
func (s *Service) Open(ctx context.Context, ids []string) (map[string]Referral, error) {
	return s.referrals.GetMany(ctx, ids)
}

// All reads every referral whose id comes after the given one, in the order of
// ids. It checks nothing and is for rooms that count.
func (s *Service) All(ctx context.Context, after string) iter.Seq2[Referral, error] {
	return s.referrals.AllAfter(ctx, after)
}

// First is when the referral first got the status; zero for never.
func (r Referral) First(to Status) time.Time { return r.firstStep(to) }

// PassedOver tells whether another agency of the same request was faster.
func (r Referral) PassedOver() bool {
	return r.Status == Cancelled && r.Reason == reasonAcceptedElsewhere
}
