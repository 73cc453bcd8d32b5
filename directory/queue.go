package directory

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// How an entry of the verification queue is settled.
const (
	SettleVerified  = "verified"  // all of it is right
	SettleCorrected = "corrected" // it was mended, and is right now
	SettleClosed    = "closed"    // the service is not offered any more
	SettleDismissed = "dismissed" // there was nothing to it
)

// settleActions are the ways to settle, whether one has to say how one made
// sure, and whether it takes the network.
var settleActions = map[string]struct{ how, network bool }{
	SettleVerified: {how: true}, SettleCorrected: {how: true}, SettleClosed: {}, SettleDismissed: {network: true},
}

// Settled is how flags of a listing were dealt with, by whom.
type Settled struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`     // a user id
	ByName string    `json:"byName"` // as it was then
	Action string    `json:"action"`
	How    string    `json:"how,omitempty"`
	Reason string    `json:"reason,omitempty"` // in words
	Flags  []Flag    `json:"flags,omitempty"`
}

// QueueItem is one listing that somebody should look at.
type QueueItem struct {
	Upkeep  Upkeep         `json:"upkeep"`
	Service ServiceSummary `json:"service"`
}

// Queue lists the listings with open flags, the one to look at first on top:
// by age, complaints and use (see [Upkeep]). It needs DirectoryWrite; an agency
// admin sees the own organization's.
func (d *Directory) Queue(ctx context.Context, cursor string, limit int) (docstore.Page[QueueItem], error) {
	var out docstore.Page[QueueItem]
	where, err := d.queueOf(ctx)
	if err != nil {
		return out, err
	}
	page, err := d.upkeep.Find(ctx, docstore.Query{Where: where, OrderBy: []string{"rank"}, After: cursor, Limit: limit})
	if err != nil {
		return out, err
	}
	ids := make([]string, len(page.Items))
	for i, u := range page.Items {
		ids[i] = u.ID
	}
	cards, err := d.loadCards(ctx, ids)
	if err != nil {
		return out, err
	}
	now := d.now()
	for _, u := range page.Items {
		if k := cards[u.ID]; k != nil && len(k.places) > 0 { // else it is gone, and CheckListings clears it away
			out.Items = append(out.Items, QueueItem{Upkeep: u, Service: k.places[0].show(now)})
		}
	}
	out.Next = page.Next
	return out, nil
}

// QueueCount answers how many listings are in the queue.
func (d *Directory) QueueCount(ctx context.Context) (int64, error) {
	where, err := d.queueOf(ctx)
	if err != nil {
		return 0, err
	}
	return d.upkeep.Count(ctx, docstore.Query{Where: where})
}

func (d *Directory) queueOf(ctx context.Context) ([]docstore.Cond, error) {
	actor, err := identity.Require(ctx, identity.DirectoryWrite)
	where := []docstore.Cond{docstore.Eq("open", docstore.Bool(true))}
	if actor.Agency() {
		where = append(where, docstore.Eq("organization", docstore.String(actor.OrganizationID)))
	}
	return where, err
}

// UpkeepOf is what is known of keeping a service's listing true; an empty one
// when nobody ever flagged it. It needs DirectoryWrite; another agency's does
// not exist.
func (d *Directory) UpkeepOf(ctx context.Context, serviceID string) (Upkeep, error) {
	s, err := d.services.Get(ctx, serviceID)
	if err != nil {
		_, may := identity.Require(ctx, identity.DirectoryWrite)
		return Upkeep{}, orElse(may, err)
	}
	if _, err := mayChange(ctx, s.Service.OrganizationID); err != nil {
		return Upkeep{}, err
	}
	known, err := d.upkeep.GetMany(ctx, []string{serviceID})
	u, ok := known[serviceID]
	if !ok {
		u = Upkeep{Meta: docstore.Meta{ID: serviceID}, OrganizationID: s.Service.OrganizationID}
	}
	return u, err
}

func orElse(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// Settlement says how the flags of a listing are dealt with.
type Settlement struct {
	Action string `json:"action"`
	// How is Called, AgencySaid or Website, for SettleVerified and SettleCorrected.
	How string `json:"how,omitempty"`
	// Reason in words is asked for SettleDismissed.
	Reason string `json:"reason,omitempty"`
	// Version is that of the Upkeep which the person saw, so that a flag that
	// came meanwhile is not settled unseen; 0 for whatever there is.
	Version int64 `json:"version"`
}

// staleAgainAfter is how long a listing that was called stale in error, or is
// to be left alone for now, is not called stale again.
const staleAgainAfter = 90 * day

// Settle deals with all open flags of a listing. A version that is not the
// stored one is a docstore.ErrConflict. It needs DirectoryWrite; another
// agency's listing does not exist, and dismissing takes the network.
func (d *Directory) Settle(ctx context.Context, serviceID string, in Settlement) (Upkeep, error) {
	u, err := d.UpkeepOf(ctx, serviceID)
	if err != nil {
		return u, err
	}
	actor := identity.From(ctx)
	action, known := settleActions[in.Action]
	in.Reason = strings.TrimSpace(in.Reason)
	var f fault.Fields
	f.Check(known, "action", "Choose what you found.")
	f.Check(!action.how || verifiedHow[in.How], "how", "Choose how you made sure.")
	f.Check(in.Action != SettleDismissed || in.Reason != "", "reason", "Say why there was nothing to it.")
	f.Check(utf8.RuneCountInString(in.Reason) <= maxReport, "reason", "Use at most %d characters.", maxReport)
	if err := f.Err(); err != nil {
		return u, err
	}
	if action.network && !actor.May(identity.NetworkManage) {
		return u, fault.New(fault.Forbidden, "Only the network can set a report aside.")
	}
	if in.Version != 0 && in.Version != u.Version {
		return u, docstore.ErrConflict
	}
	if err := d.settleService(ctx, serviceID, in); err != nil {
		return u, err
	}
	at, seen := d.now(), u.Version
	err = d.upkeepOf(ctx, serviceID, func(u *Upkeep) bool {
		done := Settled{At: at, By: actor.ID, ByName: actor.Name, Action: in.Action, How: in.How, Reason: in.Reason}
		if u.Version == seen || in.Version == 0 {
			done.Flags, u.Flags = u.Flags, nil
		} else { // came in this moment: not seen
			done.Flags, u.Flags = olderFlags(u.Flags, at), newerFlags(u.Flags, at)
		}
		u.settled(done)
		return true
	})
	if err != nil {
		return u, err
	}
	return d.upkeep.Get(ctx, serviceID)
}

func olderFlags(list []Flag, at time.Time) []Flag {
	return slices.DeleteFunc(slices.Clone(list), func(f Flag) bool { return !f.At.Before(at) })
}

func newerFlags(list []Flag, at time.Time) []Flag {
	return slices.DeleteFunc(slices.Clone(list), func(f Flag) bool { return f.At.Before(at) })
}

// settled keeps what was done.
func (u *Upkeep) settled(done Settled) {
	u.History = append([]Settled{done}, u.History...)
	u.History = u.History[:min(len(u.History), maxHistory)]
	switch done.Action {
	case SettleDismissed:
		u.StaleAgain = done.At.Add(staleAgainAfter)
	case SettleVerified, SettleCorrected:
		u.Opened, u.Referred = 0, 0
	}
}

// settleService does to the service what was found.
func (d *Directory) settleService(ctx context.Context, serviceID string, in Settlement) error {
	var err error
	switch in.Action {
	case SettleVerified, SettleCorrected:
		_, err = d.verify(ctx, serviceID, in.How)
	case SettleClosed:
		_, err = d.changeService(ctx, serviceID, 0, func(s *ServiceDoc) error {
			s.Service.Status = Inactive
			return nil
		})
	}
	return err
}

// Verify notes that everything in a listing is still right; how is Called,
// AgencySaid or Website. That settles the flag that it is stale; complaints stay
// until somebody settles them. It needs DirectoryWrite; another agency's listing
// does not exist.
func (d *Directory) Verify(ctx context.Context, serviceID, how string) (ServiceDoc, error) {
	out, err := d.verify(ctx, serviceID, how)
	if err != nil {
		return out, err
	}
	actor := identity.From(ctx)
	known, err := d.upkeep.GetMany(ctx, []string{serviceID})
	if err != nil || len(known) == 0 {
		return out, err
	}
	return out, d.upkeepOf(ctx, serviceID, func(u *Upkeep) bool {
		done := Settled{At: d.now(), By: actor.ID, ByName: actor.Name, Action: SettleVerified, How: how}
		isStale := func(f Flag) bool { return f.Reason == FlagStale }
		done.Flags = slices.DeleteFunc(slices.Clone(u.Flags), func(f Flag) bool { return !isStale(f) })
		u.Flags = slices.DeleteFunc(u.Flags, isStale)
		u.settled(done)
		return true
	})
}

func (d *Directory) verify(ctx context.Context, serviceID, how string) (ServiceDoc, error) {
	return d.changeService(ctx, serviceID, 0, func(s *ServiceDoc) error {
		if !verifiedHow[how] {
			var f fault.Fields
			f.Add("how", "Choose how you made sure.")
			return f.Err()
		}
		s.Verified = Verification{At: d.now(), By: identity.From(ctx).ID, How: how}
		return nil
	})
}
