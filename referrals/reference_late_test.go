package referrals

import (
	"context"
	"math/rand/v2"
	"time"

	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/internal/docstore"
)

// deliverClumsily delivers events as it may happen when processes die: the
// consumers come in any order, and get some events again.
func (c *comparison) deliverClumsily(seed uint64) {
	random := rand.New(rand.NewPCG(seed, 0))
	consumers := c.s.Consumers()
	random.Shuffle(len(consumers), func(i, j int) { consumers[i], consumers[j] = consumers[j], consumers[i] })
	for i := range consumers {
		handle := consumers[i].Handle
		consumers[i].Handle = func(ctx context.Context, events []docstore.Event) error {
			err := handle(ctx, events)
			if err == nil && random.IntN(4) == 0 {
				err = handle(ctx, events)
			}
			return err
		}
	}
	var err error
	if c.relay, err = docstore.NewRelay(context.Background(), c.engine, docstore.RelayOptions{Now: c.clock.Now, Consumers: consumers}); err != nil {
		c.t.Fatalf("NewRelay: %v", err)
	}
}

// step does something, notes what it changes elsewhere by events, and delivers
// these, at once or perhaps later.
func (c *comparison) step(do func()) {
	c.subject, c.before = nil, c.m.stands()
	do()
	c.waiting = true
	for a, now := range c.m.stands() {
		if was, old := c.before[a]; old && a != c.subject && was != now {
			c.touch(a)
		}
	}
	if !c.late || rapid.IntRange(0, 3).Draw(c.t, "deliver") == 0 {
		c.deliver()
	}
}

// stand is what events change of a referral.
type stand struct {
	status  Status
	settled Settled
}

func (m *reference) stands() map[*ask]stand {
	out := map[*ask]stand{}
	for _, a := range m.asks {
		out[a] = stand{a.status, a.settled}
	}
	return out
}

func (c *comparison) touch(a *ask) {
	if c.touched == nil {
		c.touched = map[*ask]bool{}
	}
	c.touched[a] = true
}

// about says what a step changes itself. When an event is on its way that
// changes it too, that comes first: the reference has counted it already.
func (c *comparison) about(a *ask) {
	if c.subject = a; c.touched[a] {
		c.deliver()
	}
}

// settleFirst delivers what changes any referral, for a step that looks at all.
func (c *comparison) settleFirst() {
	if len(c.touched) > 0 {
		c.deliver()
	}
}

// deliver delivers all that waits. The turns that events begin, begin now; and
// who is told late of a referral whose consent has run out meanwhile, is told
// that it is cancelled.
func (c *comparison) deliver() {
	now := c.clock.Now()
	for a := range c.touched {
		a.since = now
	}
	for _, sent := range c.fresh {
		if sent.logOnly || c.m.consents[sent.consent].holds(now) {
			continue
		}
		for _, a := range c.m.asks {
			if a.consent == sent.consent {
				c.m.stop(a, now)
			}
		}
	}
	c.drain()
	if err := c.s.followNeed(context.Background(), "food"); err != nil { // the event need.changed
		c.t.Fatalf("followNeed: %v", err)
	}
	c.drain()
	c.touched, c.fresh, c.waiting, c.before = nil, nil, false, c.m.stands()
	c.clock.Add(time.Minute) // as before each step
}

// giveUp lets an agency say that it did not reach the person, after two tries
// in vain or three.
func (c *comparison) giveUp() {
	c.settleFirst()
	var among []*ask
	for _, a := range c.m.asks {
		if a.atAgency() && c.m.agencyActs(a, c.clock.Now()) {
			among = append(among, a)
		}
	}
	if len(among) == 0 {
		c.t.Skip("no agency has anything in hand")
	}
	a := rapid.SampledFrom(among).Draw(c.t, "referral")
	c.about(a)
	actor := staff(a.agency)
	if a.status == "requested" || a.status == "acknowledged" {
		c.moveTo(a, actor, Agency, Accepted, false, false)
	}
	for enough := rapid.IntRange(2, 3).Draw(c.t, "tries"); a.inVain < enough; {
		c.tryOnce(a, actor, Agency, false)
	}
	to := rapid.SampledFrom([]Status{Completed, Failed}).Draw(c.t, "to")
	c.moveTo(a, actor, Agency, to, true, false)
}
