package referrals

import (
	"context"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/screening"
)

func (c *comparison) send() {
	c.settleFirst()
	consent := ""
	if ids := sortedKeys(c.m.consents); len(ids) > 0 && rapid.Bool().Draw(c.t, "an earlier consent") {
		consent = rapid.SampledFrom(ids).Draw(c.t, "consent")
	} else {
		consent = c.permit()
	}
	in := SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: c.services(3), ConsentID: consent}
	in.LogOnly = rapid.IntRange(0, 4).Draw(c.t, "log only") == 0
	if len(c.m.asks) > 0 && rapid.Bool().Draw(c.t, "in place") {
		in.Succeeds = rapid.SampledFrom(c.m.asks).Draw(c.t, "of").id
	}
	var agencies []string
	for _, s := range in.ServiceIDs {
		agencies = append(agencies, agencyOf[s])
	}
	now := c.clock.Now()
	sent, err := c.s.Send(as(rosa), in)
	if !c.agreed(fmt.Sprintf("send %+v", in), err, c.m.maySend(agencies, consent, in.LogOnly, in.Succeeds, now)) {
		return
	}
	views := []View{}
	request := ""
	if sent.Request != nil {
		views, request = sent.Request.Referrals, sent.Request.ID
	} else {
		views = append(views, *sent.Referral)
	}
	if len(views) != len(agencies) {
		c.t.Fatalf("%d referrals were sent to %v", len(views), agencies)
	}
	var asks []*ask
	for _, v := range views {
		a := &ask{id: v.ID, agency: v.OrganizationID, request: request, consent: consent, status: "requested", since: now}
		if in.LogOnly {
			a.status, a.logOnly, a.consent = "completed", true, ""
		}
		asks = append(asks, a)
	}
	c.fresh = append(c.fresh, asks...)
	c.m.sent(in.Succeeds, asks...)
}

// permit records a consent, perhaps one that ends soon.
func (c *comparison) permit() string {
	in, p := consent(), &permission{}
	in.ExpiresOn = ""
	if days := rapid.SampledFrom([]int{0, 0, 1, 2, 5, 20}).Draw(c.t, "days"); days > 0 {
		last := c.clock.Now().In(eastern.Location).AddDate(0, 0, days)
		in.ExpiresOn = last.Format(clock.DateLayout)
		p.until = time.Date(last.Year(), last.Month(), last.Day()+1, 0, 0, 0, 0, eastern.Location)
	}
	stored := c.record(in)
	c.m.consents[stored.ID] = p
	return stored.ID
}

func (c *comparison) move() {
	a, actor, by := c.anyAsk()
	to, inVain := rapid.SampledFrom(Statuses).Draw(c.t, "to"), rapid.Bool().Draw(c.t, "in vain")
	stale := rapid.IntRange(0, 9).Draw(c.t, "stale") == 0
	c.moveTo(a, actor, by, to, inVain, stale)
}

func (c *comparison) moveTo(a *ask, actor identity.Actor, by Party, to Status, inVain, stale bool) {
	if to == Accepted {
		c.settleFirst()
	}
	in := give(to)
	switch {
	case inVain && in.To == Completed:
		in.Outcome = "could-not-contact"
	case inVain && in.To == Failed:
		in.Reason = "cannot-reach"
	default:
		inVain = false
	}
	waiting := in.To == OnHold && rapid.Bool().Draw(c.t, "waits")
	if waiting {
		in.Reason = "waitlist"
	}
	in.Version = c.stored(a.id).Revision
	if stale {
		in.Version++
	}
	now := c.clock.Now()
	_, err := c.s.Move(as(actor), a.id, in)
	if c.agreed(fmt.Sprintf("move of %s, which is %s, to %s by %s", a.id, a.status, in.To, by), err, !stale && c.m.mayMove(a, by, in.To, inVain, now)) {
		c.m.moved(a, by, in.To, waiting, now)
		if by == Agency && rapid.IntRange(0, 3).Draw(c.t, "a slip") == 0 {
			c.drain()
			c.clock.Add(time.Duration(rapid.IntRange(0, 20).Draw(c.t, "minutes until it is noticed")) * time.Minute)
			c.back(a, actor, by)
		}
	}
}

func (c *comparison) takeBack() {
	c.settleFirst()
	c.back(c.anyAsk())
}

// back takes the last answer of an agency back.
func (c *comparison) back(a *ask, actor identity.Actor, by Party) {
	now := c.clock.Now()
	_, err := c.s.TakeBack(as(actor), a.id, c.stored(a.id).Revision)
	if c.agreed(fmt.Sprintf("take back of %s, which is %s, by %s", a.id, a.status, by), err, c.m.mayTakeBack(a, by, now)) {
		c.m.tookBack(a)
	}
}

func (c *comparison) message() {
	a, actor, by := c.anyAsk()
	now := c.clock.Now()
	_, err := c.s.AddMessage(as(actor), a.id, "note")
	allowed := by == Agency && c.m.knows(a, now) ||
		by == Sender && !a.logOnly && (a.request == "" || a.accepted) && c.m.consents[a.consent].holds(now)
	if c.agreed("message by "+string(by), err, allowed) {
		a.before = nil
		if by == Agency {
			a.noted(now)
		}
	}
}

func (c *comparison) try() {
	a, actor, by := c.anyAsk()
	reached := rapid.Bool().Draw(c.t, "reached")
	for range rapid.IntRange(1, 3).Draw(c.t, "times") {
		c.tryOnce(a, actor, by, reached)
	}
}

func (c *comparison) tryOnce(a *ask, actor identity.Actor, by Party, reached bool) {
	now := c.clock.Now()
	_, err := c.s.AddAttempt(as(actor), a.id, AttemptInput{Channel: "call", Reached: reached})
	if !c.agreed("try by "+string(by), err, by == Agency && a.atAgency() && c.m.knows(a, now)) {
		return
	}
	a.noted(now)
	a.before = nil
	if !reached {
		a.inVain++
	}
}

func (c *comparison) forward() {
	c.settleFirst()
	a, actor, by := c.anyAsk()
	service := c.services(1)[0]
	to := agencyOf[service]
	now := c.clock.Now()
	got, err := c.s.Forward(as(actor), a.id, ForwardInput{ServiceID: service, Version: c.stored(a.id).Revision})
	allowed := by == Agency && a.atAgency() && c.m.knows(a, now) && to != a.agency && !c.m.has(to)
	if !c.agreed("forward by "+string(by), err, allowed) {
		return
	}
	if !got.Sent {
		c.t.Fatal("it was not sent on, though the consent covers all agencies")
	}
	onward := &ask{id: c.stored(a.id).Onward.ReferralID, agency: to, consent: a.consent, status: "requested", since: now}
	c.fresh = append(c.fresh, onward)
	c.m.forwarded(a, onward)
}

func (c *comparison) confirm() {
	c.settleFirst()
	a, actor, by := c.anyAsk()
	reached, resolved := rapid.Bool().Draw(c.t, "reached"), rapid.Bool().Draw(c.t, "resolved")
	in := Confirmation{NotReached: true}
	if reached {
		in = Confirmation{Received: ReceivedYes, NeedResolved: &resolved, By: "patient"}
	}
	now := c.clock.Now()
	_, err := c.s.Confirm(as(actor), a.id, in)
	if c.agreed("confirm by "+string(by), err, by == Sender && a.turn() == Sender) {
		c.m.asked(a, reached, resolved, now)
	}
}

func (c *comparison) changeNeed() {
	c.settleFirst()
	to := rapid.SampledFrom([]screening.NeedStatus{"wanted", "wanted", "not-wanted", "no-longer"}).Draw(c.t, "status")
	if _, err := (*needsOfWorld)(c.world).SetNeedStatus(context.Background(), "food", to, "person"); err != nil {
		c.t.Fatalf("SetNeedStatus: %v", err)
	}
	c.m.need = to
	c.m.follow()
}

func (c *comparison) revoke() {
	ids := sortedKeys(c.m.consents)
	if len(ids) == 0 {
		c.t.Skip("nothing was permitted")
	}
	id := rapid.SampledFrom(ids).Draw(c.t, "consent")
	_, err := c.s.RevokeConsent(as(rosa), id, 0)
	c.agreed("revoke", err, true)
	c.m.end(id, c.clock.Now())
}

func (c *comparison) tick() {
	hours := rapid.SampledFrom([]int{1, 8, 24, 3 * 24, 10 * 24}).Draw(c.t, "hours")
	c.clock.Add(time.Duration(hours)*time.Hour + time.Duration(rapid.IntRange(0, 59).Draw(c.t, "minutes"))*time.Minute)
}

func (c *comparison) expire() {
	_, err := c.s.ExpireConsents(context.Background())
	c.agreed("expire", err, true)
	c.m.expire(c.clock.Now())
}

// climb lets the ladder do what is due. When it asks other agencies is its own
// affair; the reference says whether it may have.
func (c *comparison) climb() {
	c.settleFirst()
	now := c.clock.Now()
	if _, err := c.s.ClimbLadder(context.Background()); err != nil {
		c.t.Fatalf("climb: %v", err)
	}
	c.deliver()
	for r, err := range c.s.referrals.All(context.Background()) {
		if err != nil {
			c.t.Fatal(err)
		}
		if c.m.find(r.ID) != nil {
			continue
		}
		a := c.m.find(r.Succeeds)
		if a == nil || r.Resent < 1 || r.Resent > 3 || !c.m.mayResend(a, r.Agency.ID, now) {
			c.t.Fatalf("the ladder sent %s (%d times) in place of %+v", r.ID, r.Resent, a)
		}
		c.m.stop(a, now)
		c.m.sent(a.id, &ask{id: r.ID, agency: r.Agency.ID, consent: a.consent, status: "requested", since: now})
	}
}
