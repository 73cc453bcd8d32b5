package referrals

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
)

// TestLikeTheReference does random things in the name of a worker, three
// agencies, a stranger, the patient, the clock and the jobs, and compares what
// the room says with what the reference says: after each of them whether it was
// allowed, and how everything stands once no event waits to be delivered.
func TestLikeTheReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := openWorld(t, context.Background())
		defer w.close()
		w.s.Network = rules{{Steps: network.DefaultLadder()[0].Steps, Resend: rapid.Bool().Draw(t, "resend")}}
		c := comparison{world: w, t: t, m: reference{need: "wanted", consents: map[string]*permission{}}, late: rapid.Bool().Draw(t, "late")}
		c.deliverClumsily(rapid.Uint64().Draw(t, "deliveries"))
		step := func(do func()) func(*rapid.T) {
			return func(t *rapid.T) {
				c.t, w.t = t, t
				w.clock.Add(time.Minute) // no two things happen at once
				c.step(do)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"":        func(t *rapid.T) { c.t = t; c.compare() },
			"give up": step(c.giveUp),
			"send":    step(c.send),
			"move":    step(c.move),
			"back":    step(c.takeBack),
			"message": step(c.message),
			"try":     step(c.try),
			"forward": step(c.forward),
			"confirm": step(c.confirm),
			"need":    step(c.changeNeed),
			"revoke":  step(c.revoke),
			"expire":  step(c.expire),
			"climb":   step(c.climb),
			"tick":    step(c.tick),
		})
		c.t, w.t = t, t
		c.deliver()
		c.compare()
	})
}

// comparison does things in a world and tells the reference of them.
type comparison struct {
	*world
	t *rapid.T
	m reference

	late    bool          // events are delivered some steps late
	waiting bool          // some are not delivered yet
	touched map[*ask]bool // what they change, which the reference has changed
	fresh   []*ask        // sent since the last delivery
	subject *ask          // of the present step, changed at once
	before  map[*ask]stand
}

var agencyOf = map[string]string{"s-pantry": "pantry", "s-kitchen": "kitchen", "s-shelter": "shelter"}

func (c *comparison) services(most int) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"s-pantry", "s-kitchen", "s-shelter"}), 1, most, rapid.ID).Draw(c.t, "services")
}

// agreed compares whether something was done with whether the reference allows it.
func (c *comparison) agreed(what string, err error, allowed bool) bool {
	c.t.Helper()
	if refused := fault.Is(err, fault.Invalid) || fault.Is(err, fault.Forbidden) || fault.Is(err, fault.Conflict) ||
		fault.Is(err, fault.BusinessRule) || fault.Is(err, fault.NotFound); err != nil && !refused {
		c.t.Fatalf("%s: %v", what, err)
	}
	if allowed != (err == nil) {
		c.t.Fatalf("%s = %v, the reference allows it: %t", what, err, allowed)
	}
	return allowed
}

// anyAsk picks a referral, mostly an open one, and somebody: mostly of the side
// whose turn it is, or of the other, or a stranger.
func (c *comparison) anyAsk() (*ask, identity.Actor, Party) {
	if len(c.m.asks) == 0 {
		c.t.Skip("nothing was sent")
	}
	among := slices.DeleteFunc(slices.Clone(c.m.asks), func(a *ask) bool { return !a.open() })
	if len(among) == 0 || rapid.IntRange(0, 9).Draw(c.t, "any") == 0 {
		among = c.m.asks
	}
	a := rapid.SampledFrom(among).Draw(c.t, "referral")
	c.about(a)
	by := rapid.SampledFrom([]Party{a.turn(), a.turn(), a.turn(), Sender, Agency, Neither}).Draw(c.t, "who")
	switch by {
	case Sender:
		return a, rosa, Sender
	case Agency:
		return a, staff(a.agency), Agency
	}
	return a, staff("another"), Neither
}

func staff(organization string) identity.Actor {
	return identity.Actor{ID: "staff-" + organization, Name: "Staff", Role: identity.AgencyStaff, OrganizationID: organization}
}

// compare holds everything that is stored against the reference, unless events
// wait that change it.
func (c *comparison) compare() {
	if c.waiting {
		return
	}
	type standing struct {
		Status  Status
		Turn    Party
		Since   time.Time
		Settled Settled
		Waiting bool
	}
	want, got := map[string]standing{}, map[string]standing{}
	winners, won := map[string]string{}, map[string]string{}
	for _, a := range c.m.asks {
		s := standing{Status: a.status, Turn: a.turn(), Settled: a.settled, Waiting: a.waiting}
		if a.open() {
			s.Since = a.since
		}
		want[a.id] = s
		if a.request != "" && a.accepted {
			winners[a.request] = a.id
		}
	}
	for r, err := range c.s.referrals.All(context.Background()) {
		if err != nil {
			c.t.Fatal(err)
		}
		s := standing{Status: r.Status, Turn: r.turnParty(), Waiting: !r.waitingSince().IsZero()}
		if r.Settlement != nil {
			s.Settled = r.Settlement.As
		}
		if r.Turn != nil {
			if s.Since = r.Turn.Since; !r.Turn.Due.After(s.Since) {
				c.t.Errorf("%s is due before its turn begins", r.ID)
			}
		}
		got[r.ID] = s
	}
	for q, err := range c.s.requests.All(context.Background()) {
		if err != nil {
			c.t.Fatal(err)
		}
		if q.Accepted != nil {
			won[q.ID] = q.Accepted.ReferralID
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		c.t.Errorf("referrals (-reference +room):\n%s", diff)
	}
	if diff := cmp.Diff(winners, won); diff != "" {
		c.t.Errorf("who accepted (-reference +room):\n%s", diff)
	}
	if need := c.needStatus("food"); need != c.m.need {
		c.t.Errorf("the need is %s, the reference says %s", need, c.m.need)
	}
	for id, p := range c.m.consents {
		stored, err := c.s.consents.Get(context.Background(), id)
		if err != nil || stored.InForce(c.clock.Now()) != p.holds(c.clock.Now()) || (stored.Status == ConsentActive) == p.ended {
			c.t.Errorf("consent %s is %s, %v; the reference says ended %t, holds %t", id, stored.Status, err, p.ended, p.holds(c.clock.Now()))
		}
	}
}

func sortedKeys[T any](m map[string]T) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
