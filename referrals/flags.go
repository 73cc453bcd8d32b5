package referrals

import (
	"context"
	"errors"
	"fmt"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

// complaints are what a step of a referral says about the listing that led to
// it, by its reason or its outcome. Who is not eligible, or for whom there is no
// room, says nothing of the listing.
var complaints = map[string]string{
	"outside-area":      directory.FlagRejected,
	"not-offered":       directory.FlagRejected,
	"cannot-reach":      directory.FlagContact,
	"could-not-contact": directory.FlagContact,
}

// followFlags tells the directory how its listings did: each referral counts as
// use, and each step that complains of a listing flags it, once.
func (s *Service) followFlags(ctx context.Context, events []docstore.Event) error {
	var errs []error
	for _, e := range events {
		sent := e.Type == "referral.created"
		if !sent && (e.Type != "referral.moved" || !tellsOfListing(dataOf(e))) {
			continue
		}
		r, err := s.referrals.Get(ctx, e.DocumentID)
		if err == nil {
			err = s.flag(ctx, r, sent)
		}
		if err != nil && !fault.Is(err, fault.NotFound) { // the service may be gone
			errs = append(errs, fmt.Errorf("flags of %s: %w", e.ID, err))
		}
	}
	return errors.Join(errs...)
}

// tellsOfListing tells whether a step may complain of a listing, or take that back.
func tellsOfListing(d eventData) bool { return d.Back || complaining(d.Status) }

// complaining are the statuses whose step may complain of a listing.
func complaining(s Status) bool { return s == Rejected || s == Failed || s == Completed }

// flag looks at all steps so far: the directory knows those that it has seen.
// Steps carry no words about the person.
func (s *Service) flag(ctx context.Context, r Referral, sent bool) error {
	if sent {
		if err := s.Directory.Referred(ctx, r.Service.ID, r.ID); err != nil {
			return err
		}
	}
	for i, step := range r.History {
		for back := range step.TakesBack {
			if err := s.Directory.Unflag(ctx, r.Service.ID, flagKey(r, i-1-back)); err != nil {
				return err
			}
		}
		if !complaining(step.To) {
			continue
		}
		for _, code := range []string{step.Reason, string(step.Outcome)} {
			reason, ok := complaints[code]
			if !ok {
				continue
			}
			err := s.Directory.Flag(ctx, r.Service.ID, directory.Flag{Reason: reason, What: code, Key: flagKey(r, i)})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// flagKey names what step i says of the listing.
func flagKey(r Referral, i int) string { return fmt.Sprintf("%s/%d", r.ID, i) }
