package visits

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
)

// Why a visit cannot be changed.
var (
	errNoAttention = fault.New(fault.Conflict, "This visit does not wait for you any more. Open it again to see where it stands.")
	errStrangers   = fault.New(fault.Forbidden, "This visit belongs to another organization. Pass it on, or set it aside.")
)

// Change puts another text in place of a visit that waits for a person and
// sends it on: the parts that are not done yet are carried out in the name of
// the actor. Parts that are done stay as they are. version is the one seen.
func (s *Service) Change(ctx context.Context, id string, visit json.RawMessage, version int64) (View, error) {
	parts, wrong := split(visit)
	var fields fault.Fields
	fields.Check(parts != nil, "visit", "Send the whole visit, as an object.")
	for _, p := range wrong {
		fields.Check(p.Field == "", "visit."+p.Field, "There is no such field.")
	}
	fields.Check(version > 0, "version", "Send the version of the visit that you saw.")
	if err := fields.Err(); err != nil {
		return View{}, err
	}
	return s.sendOn(ctx, id, version, func(map[string]json.RawMessage) map[string]json.RawMessage { return parts })
}

// Mend is Change for single parts: each is put in place of what stands there;
// nil leaves the part out. The actor has seen what the records say now, and
// what the visit says holds against it.
func (s *Service) Mend(ctx context.Context, id string, parts map[string]any, version int64) (View, error) {
	return s.sendOn(ctx, id, version, func(now map[string]json.RawMessage) map[string]json.RawMessage {
		out := maps.Clone(now)
		if out == nil {
			out = map[string]json.RawMessage{}
		}
		for name, part := range parts {
			if part == nil {
				delete(out, name)
				continue
			}
			out[name] = rawPart(part)
		}
		out[fieldCollectedAt] = rawPart(s.Now())
		return out
	})
}

func (s *Service) sendOn(ctx context.Context, id string, version int64, mend func(map[string]json.RawMessage) map[string]json.RawMessage) (View, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return View{}, err
	}
	e, err := s.decide(ctx, actor, id, version, Attention, "visit.sent-on", func(e *Envelope, c *content) error {
		if !e.readable() {
			return errStrangers
		}
		was := c.Visit
		c.Visit, c.Problems, c.Candidates = mend(was), nil, nil
		parts := partsIn(c.Visit)
		for i := range parts {
			if e.part(parts[i].Name) == PartDone {
				parts[i].State = PartDone
				c.Visit[parts[i].Name] = was[parts[i].Name]
			}
		}
		for _, p := range e.Parts { // what is done cannot be left out
			if p.State == PartDone && !slices.ContainsFunc(parts, func(q Part) bool { return q.Name == p.Name }) {
				c.Visit[p.Name] = was[p.Name]
				parts = append(parts, p)
			}
		}
		slices.SortFunc(parts, func(a, b Part) int {
			return slices.Index(referrals.VisitParts(), a.Name) - slices.Index(referrals.VisitParts(), b.Name)
		})
		maps.DeleteFunc(c.Visit, func(_ string, raw json.RawMessage) bool { return len(bytes.TrimSpace(raw)) == 0 })
		e.Parts, e.State, e.Hold, e.OwnerID, e.ActorID = parts, Waiting, "", actor.ID, actor.ID
		e.Revision++
		e.Tries, e.RetryAt, e.RemindAt, e.EscalateAt = 0, never, never, never
		return nil
	})
	if err != nil {
		return View{}, err
	}
	if e.State == Waiting {
		if carried, err := s.carry(ctx, e.ID); err == nil {
			e = carried
		} // it is kept; the job goes on with it
	}
	return s.view(ctx, actor, e)
}

// maxReason is the longest reason, in bytes.
const maxReason = 1000

// SetAside says that nothing is to be done with a visit, and why. It can be
// taken back with TakeUp until the text is wiped.
func (s *Service) SetAside(ctx context.Context, id, reason string, version int64) (View, error) {
	reason = strings.TrimSpace(reason)
	var wrong fault.Fields
	wrong.Check(reason != "", "reason", "Write in a few words why nothing is to be done.")
	wrong.Check(len(reason) <= maxReason, "reason", "Write at most %d letters.", maxReason)
	if err := wrong.Err(); err != nil {
		return View{}, err
	}
	return s.moved(ctx, id, version, Attention, "visit.set-aside", func(e *Envelope, c *content) error {
		c.Reason = reason
		e.State, e.RemindAt, e.EscalateAt = Aside, never, never
		return nil
	})
}

// TakeUp takes back that a visit was set aside.
func (s *Service) TakeUp(ctx context.Context, id string, version int64) (View, error) {
	return s.moved(ctx, id, version, Aside, "visit.taken-up", func(e *Envelope, c *content) error {
		if len(e.Text) == 0 {
			return fault.New(fault.Conflict, "This was set aside more than 30 days ago. What was in it is gone.")
		}
		c.Reason = ""
		s.ask(ctx, e)
		return nil
	})
}

// PassOn gives a visit that was sealed for another organization to that
// organization: to who sealed it, or to its supervisors.
func (s *Service) PassOn(ctx context.Context, id string, version int64) error {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return err
	}
	_, err = s.decide(ctx, actor, id, version, Attention, "visit.passed-on", func(e *Envelope, _ *content) error {
		if e.readable() {
			return fault.New(fault.Conflict, "This visit belongs to your own organization.")
		}
		users, err := s.Accounts.UsersWithRole(ctx, e.SealedFor, identity.CHW, identity.CareManager, identity.Supervisor)
		if err != nil {
			return err
		}
		if len(users) == 0 {
			return fault.New(fault.BusinessRule, "The organization that it was sealed for is not part of the network. Set it aside.")
		}
		e.OrganizationID, e.OwnerID, e.Hold = e.SealedFor, "", HoldGone
		for _, u := range users {
			if u.ID == e.SealedBy {
				e.OwnerID, e.Hold = u.ID, HoldPerson
			}
		}
		s.ask(ctx, e)
		return nil
	})
	return err
}

// moved is decide that answers the visit as the actor sees it.
func (s *Service) moved(ctx context.Context, id string, version int64, from State, event string, fn func(*Envelope, *content) error) (View, error) {
	actor, err := identity.Require(ctx, identity.ReferralsSend)
	if err != nil {
		return View{}, err
	}
	e, err := s.decide(ctx, actor, id, version, from, event, fn)
	if err != nil {
		return View{}, err
	}
	return s.view(ctx, actor, e)
}

// decide changes a visit in the state that the actor may see, if it has the
// version that the actor saw.
func (s *Service) decide(ctx context.Context, actor identity.Actor, id string, version int64, from State, event string, fn func(*Envelope, *content) error) (Envelope, error) {
	return s.change(ctx, id, func(e *Envelope) error {
		if !e.visible(actor) {
			return docstore.ErrNotFound
		}
		if done, err := e.Replayed(ctx); err != nil {
			return err
		} else if done {
			return errSame
		}
		if version <= 0 {
			var wrong fault.Fields
			wrong.Add("version", "Send the version of the visit that you saw.")
			return wrong.Err()
		}
		if e.State != from {
			return errNoAttention
		}
		if e.Version != version {
			return docstore.ErrConflict
		}
		c, err := s.open(*e)
		if err != nil {
			return err
		}
		if err := fn(e, &c); err != nil {
			return err
		}
		e.Remember(ctx, s.Now())
		if len(e.Text) == 0 {
			return nil
		}
		return s.shut(e, c)
	}, event)
}
