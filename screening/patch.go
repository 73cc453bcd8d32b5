package screening

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// NeedPatch is a person's change of a need.
type NeedPatch struct {
	// Wanted says whether the patient wants help; nil to leave it.
	Wanted *bool `json:"wanted"`
	// Status is the new status; nil to leave it.
	Status *NeedStatus `json:"status"`
	// Keep says that the need stays as it is, although a newer screening that
	// did not find it proposed to close it.
	Keep bool `json:"keep"`
	// Version is the version that the person saw.
	Version int64 `json:"version"`
}

// personSets are the statuses that a person may set, and what each says about
// help being wanted. In progress is set by referrals alone.
var personSets = map[NeedStatus]struct{ wanted, notWanted bool }{
	NeedOpen:      {},
	NeedWanted:    {wanted: true},
	NeedNotWanted: {notWanted: true},
	NeedMet:       {},
	NeedNoLonger:  {},
}

// check tells what is wrong with the patch.
func (p NeedPatch) check() error {
	var wrong fault.Fields
	wrong.Check(p.Version > 0, "version", "Send the version of the need that you saw.")
	wrong.Check(p.Wanted != nil || p.Status != nil || p.Keep, "wanted", "Say what to change: wanted, status or keep.")
	wrong.Check(!p.Keep || p.Wanted == nil && p.Status == nil, "keep", "Keep the need, or change it; not both.")
	if p.Status == nil {
		return wrong.Err()
	}
	if *p.Status == NeedInProgress {
		return fault.New(fault.BusinessRule, "A need is in progress while a referral is under way. Send a referral instead.")
	}
	says, known := personSets[*p.Status]
	wrong.Check(known, "status", "Use open, wanted, not-wanted, met or no-longer.")
	if p.Wanted != nil {
		wrong.Check(!(says.wanted && !*p.Wanted || says.notWanted && *p.Wanted), "wanted", "This contradicts the status.")
	}
	return wrong.Err()
}

// PatchNeed changes a need as a person says. It fails with docstore.ErrConflict
// when the need has another version than the person saw.
func (s *Service) PatchNeed(ctx context.Context, id string, p NeedPatch) (Need, error) {
	actor, err := identity.Require(ctx, identity.ScreeningsWrite)
	if err != nil {
		return Need{}, err
	}
	if _, err := open(s.needs.Get(ctx, id))(actor); err != nil {
		return Need{}, err
	}
	if err := p.check(); err != nil {
		return Need{}, err
	}
	return s.updateNeed(ctx, id, func(n *Need) error {
		if done, err := n.Replayed(ctx); err != nil {
			return err
		} else if done {
			return errDone
		}
		if n.Version != p.Version {
			return docstore.ErrConflict
		}
		now := s.opt.Now()
		if p.Keep {
			if err := n.keep(now, actor); err != nil {
				return err
			}
		} else {
			n.set(now, actor, n.patched(p), ByPerson)
		}
		n.Remember(ctx, now)
		return nil
	})
}

// keep takes the proposal to close the need back, as a person says.
func (n *Need) keep(now time.Time, a identity.Actor) error {
	if n.ProposedToClose == nil {
		return fault.New(fault.BusinessRule, "Nobody proposed to close this need.")
	}
	screeningID := n.ProposedToClose.ScreeningID
	n.ProposedToClose = nil
	n.set(now, a, n.Status, KeptByPerson)
	n.History[len(n.History)-1].ScreeningID = screeningID
	return nil
}

// patched takes over what p says about help being wanted and answers the status that follows.
func (n *Need) patched(p NeedPatch) NeedStatus {
	yes, no := true, false
	switch {
	case p.Wanted != nil:
		n.Wanted = p.Wanted
	case *p.Status == NeedOpen:
		n.Wanted = nil
	case personSets[*p.Status].wanted:
		n.Wanted = &yes
	case personSets[*p.Status].notWanted:
		n.Wanted = &no
	}
	switch {
	case p.Status != nil:
		return *p.Status
	case !*p.Wanted:
		return NeedNotWanted
	case n.Status == NeedInProgress:
		return NeedInProgress
	}
	return NeedWanted
}

// SetNeedStatus gives a need the status that follows from work elsewhere, for
// example a referral under way; why is a short code for its history. It is for
// other rooms, checks nothing and may be repeated: a need that has the status
// stays as it is.
func (s *Service) SetNeedStatus(ctx context.Context, id string, status NeedStatus, why string) (Need, error) {
	if !slices.Contains([]NeedStatus{NeedOpen, NeedWanted, NeedInProgress, NeedMet, NeedNotWanted, NeedNoLonger}, status) {
		return Need{}, fmt.Errorf("need %s: unknown status %q", id, status)
	}
	return s.updateNeed(ctx, id, func(n *Need) error {
		if n.Status == status {
			return errDone
		}
		n.set(s.opt.Now(), identity.From(ctx), status, why)
		return nil
	})
}

// updateNeed is Update, where errDone from fn means that the need is answered as it stands.
func (s *Service) updateNeed(ctx context.Context, id string, fn func(*Need) error) (Need, error) {
	var seen Need
	n, err := s.needs.Update(ctx, id, func(n *Need) error {
		seen = *n
		return fn(n)
	})
	if errors.Is(err, errDone) {
		return seen, nil
	}
	return n, err
}
