package referrals

import (
	"context"
	"errors"
	"fmt"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/screening"
)

// Why a need's status follows its referrals, for the need's history.
const (
	whyReferred  = "referral-sent"
	whyConfirmed = "referral-confirmed"
	whySettled   = "referral-settled"
)

// followNeed brings a need and its referrals to where they belong after one of
// them changed: referrals are settled when the need is closed or another took
// their place, and the need is in progress while one is open, met or wanted
// again afterwards. It looks only at what is stored, so it may be repeated at
// will and finishes what a crash has left.
func (s *Service) followNeed(ctx context.Context, needID string) error {
	need, err := s.Needs.OpenNeed(ctx, needID)
	if err != nil {
		return fmt.Errorf("need %s: %w", needID, err)
	}
	all, err := s.ofNeed(ctx, needID)
	if err != nil {
		return err
	}
	if status, why := needAfter(need, all); status != need.Status {
		if need, err = s.Needs.SetNeedStatus(s.saidBy(ctx, why), need.ID, status, why); err != nil {
			return fmt.Errorf("need %s: %w", needID, err)
		}
	}
	var errs []error
	for _, r := range all {
		if as, by := settledBy(need, r, all); as != "" {
			errs = append(errs, s.settleAs(ctx, r.ID, as, by))
		}
	}
	return errors.Join(errs...)
}

// saidBy is the context in which a need changes: as the person who confirms it
// where that is why, so that its history names them, else as the system.
func (s *Service) saidBy(ctx context.Context, why string) context.Context {
	if a := identity.From(ctx); why == whyConfirmed && a.Role != "" && a.Role != identity.System {
		return ctx
	}
	return identity.With(ctx, identity.SystemActor("referrals"))
}

// needAfter is the status that follows for a need from its referrals, and why.
func needAfter(need screening.Need, all []Referral) (screening.NeedStatus, string) {
	if over(need) {
		return need.Status, ""
	}
	open := false
	var last *Confirmation
	for _, r := range all {
		open = open || r.Settlement == nil && r.Status != Draft
		if c := r.Confirmation; c != nil && (last == nil || c.At.After(last.At)) {
			last = c
		}
	}
	switch {
	case last != nil && last.NeedResolved != nil && *last.NeedResolved && !last.At.Before(need.Since):
		return screening.NeedMet, whyConfirmed
	case open:
		return screening.NeedInProgress, whyReferred
	case need.Status != screening.NeedInProgress:
		return need.Status, ""
	case need.Wanted == nil:
		return screening.NeedOpen, whySettled
	default:
		return screening.NeedWanted, whySettled
	}
}

// over tells whether nobody is to be referred for the need any more.
func over(need screening.Need) bool {
	return need.Status.Closed() || need.Status == screening.NeedNotWanted
}

// settledBy tells how an open referral is settled by what happened around it;
// "" when it is not. A referral sent after another was declined, given up or
// cancelled takes its place, whether or not it was named.
func settledBy(need screening.Need, r Referral, all []Referral) (as Settled, successor string) {
	if r.Settlement != nil {
		return "", ""
	}
	for _, next := range all {
		if !r.Status.Closed() || next.ID == r.ID || next.Status == Draft {
			continue
		}
		named := next.Succeeds == r.ID
		follows := r.Status != Completed && next.Status.Active() && !together(r, next) &&
			next.CreatedAt.After(r.History[len(r.History)-1].At)
		if named || follows {
			return SettledSucceeded, next.ID
		}
	}
	if over(need) {
		return SettledNeedClosed, ""
	}
	return "", ""
}

// settleAs settles a referral, and cancels it first when the agency still has it.
func (s *Service) settleAs(ctx context.Context, id string, as Settled, successor string) error {
	_, err := s.change(ctx, id, func(r *Referral) error {
		if r.Settlement != nil || as == SettledSucceeded && !r.Status.Closed() {
			return errNothingToDo
		}
		a, err := s.systemAct(ctx, *r)
		if err != nil {
			return err
		}
		if err := r.stop(a, reasonWithdrawn); err != nil {
			return err
		}
		r.settle(a, as, successor)
		return nil
	}, "referral.moved")
	if err != nil {
		return fmt.Errorf("settle referral %s: %w", id, err)
	}
	return nil
}

// together tells whether two referrals were sent in one request.
func together(a, b Referral) bool { return a.RequestID != "" && a.RequestID == b.RequestID }
