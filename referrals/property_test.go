package referrals

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/screening"
)

// No sequence of moves, messages, confirmations, ended consents, changed needs,
// clock ticks and jobs leaves an open referral without a turn and a due time,
// or a settled one with one.
func TestEveryOpenReferralHasATurn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := openWorld(t, context.Background())
		defer w.close()
		w.s.Network = rules{{Steps: network.DefaultLadder()[0].Steps, Resend: rapid.Bool().Draw(t, "resend")}}
		d := driver{world: w, t: t}
		t.Repeat(map[string]func(*rapid.T){
			"":        func(t *rapid.T) { d.t = t; d.check() },
			"send":    func(t *rapid.T) { d.t = t; d.trySend() },
			"move":    func(t *rapid.T) { d.t = t; d.tryMove() },
			"message": func(t *rapid.T) { d.t = t; d.tryMessage() },
			"confirm": func(t *rapid.T) { d.t = t; d.tryConfirm() },
			"need":    func(t *rapid.T) { d.t = t; d.changeNeed() },
			"revoke":  func(t *rapid.T) { d.t = t; d.revoke() },
			"job":     func(t *rapid.T) { d.t = t; d.job() },
			"try":     func(t *rapid.T) { d.t = t; d.tryContact() },
			"forward": func(t *rapid.T) { d.t = t; d.tryForward() },
			"offer":   func(t *rapid.T) { d.t = t; d.tryOffer() },
			"tick": func(t *rapid.T) {
				w.clock.Add(time.Duration(rapid.IntRange(1, 30*24*60).Draw(t, "minutes")) * time.Minute)
			},
		})
		d.drain()
		d.check()
		d.checkNeed()
	})
}

// driver does random things in a world.
type driver struct {
	*world
	t *rapid.T
}

func (d *driver) all() []Referral {
	var out []Referral
	for r, err := range d.s.referrals.All(context.Background()) {
		if err != nil {
			d.t.Fatalf("All: %v", err)
		}
		out = append(out, r)
	}
	return out
}

// any picks a referral and somebody of its two sides; false when there is none.
func (d *driver) any() (Referral, identity.Actor, bool) {
	all := d.all()
	if len(all) == 0 {
		return Referral{}, identity.Actor{}, false
	}
	r := rapid.SampledFrom(all).Draw(d.t, "referral")
	agency := identity.Actor{ID: "staff", Name: "Staff", Role: identity.AgencyStaff, OrganizationID: r.Agency.ID}
	if r.LogOnly { // no agency sees it
		return r, rosa, true
	}
	return r, rapid.SampledFrom([]identity.Actor{rosa, agency}).Draw(d.t, "actor"), true
}

// fine takes no error but one that a rule explains.
func (d *driver) fine(what string, err error) {
	d.t.Helper()
	for _, kind := range []fault.Kind{fault.Invalid, fault.Forbidden, fault.Conflict, fault.BusinessRule} {
		if fault.Is(err, kind) {
			return
		}
	}
	if err != nil {
		d.t.Fatalf("%s: %v", what, err)
	}
}

func (d *driver) trySend() {
	c, err := d.s.RecordConsent(as(rosa), consent())
	if fault.Is(err, fault.Invalid) { // the clock has passed its last day
		return
	}
	d.fine("RecordConsent", err)
	services := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"s-pantry", "s-kitchen", "s-shelter"}), 1, 3, rapid.ID).Draw(d.t, "services")
	in := SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: services, ConsentID: c.ID, LogOnly: rapid.Bool().Draw(d.t, "log only")}
	in.Priority = rapid.SampledFrom([]Priority{Routine, Urgent}).Draw(d.t, "priority")
	if r, _, ok := d.any(); ok && rapid.Bool().Draw(d.t, "succeeds") {
		in.Succeeds = r.ID
	}
	_, err = d.s.Send(as(rosa), in)
	d.fine("Send", err)
}

func (d *driver) tryMove() {
	r, actor, ok := d.any()
	if !ok {
		return
	}
	in := give(rapid.SampledFrom(Statuses).Draw(d.t, "to"))
	in.Version = r.Revision
	_, err := d.s.Move(as(actor), r.ID, in)
	d.fine("Move", err)
}

func (d *driver) tryMessage() {
	if r, actor, ok := d.any(); ok {
		_, err := d.s.AddMessage(as(actor), r.ID, "note")
		d.fine("AddMessage", err)
	}
}

func (d *driver) tryContact() {
	if r, actor, ok := d.any(); ok {
		_, err := d.s.AddAttempt(as(actor), r.ID, AttemptInput{Channel: "call", Reached: rapid.Bool().Draw(d.t, "reached")})
		d.fine("AddAttempt", err)
	}
}

func (d *driver) tryForward() {
	if r, actor, ok := d.any(); ok {
		service := rapid.SampledFrom([]string{"s-pantry", "s-kitchen", "s-shelter"}).Draw(d.t, "service")
		_, err := d.s.Forward(as(actor), r.ID, ForwardInput{ServiceID: service, Version: r.Revision})
		d.fine("Forward", err)
	}
}

func (d *driver) tryOffer() {
	p, err := d.s.Tasks(as(rosa), TaskList{})
	d.fine("Tasks", err)
	for _, t := range p.Items {
		_, err := d.s.AnswerOffer(as(rosa), t.ID, OfferInput{Accept: rapid.Bool().Draw(d.t, "accept"), Note: "no"})
		d.fine("AnswerOffer", err)
	}
}

func (d *driver) tryConfirm() {
	r, _, ok := d.any()
	if !ok {
		return
	}
	resolved := rapid.Bool().Draw(d.t, "resolved")
	c := Confirmation{Received: ReceivedYes, NeedResolved: &resolved, By: "patient"}
	if rapid.Bool().Draw(d.t, "not reached") {
		c = Confirmation{NotReached: true}
	}
	_, err := d.s.Confirm(as(rosa), r.ID, c)
	d.fine("Confirm", err)
}

func (d *driver) changeNeed() {
	to := rapid.SampledFrom([]screening.NeedStatus{screening.NeedWanted, screening.NeedNotWanted, screening.NeedNoLonger}).Draw(d.t, "status")
	if _, err := (*needsOfWorld)(d.world).SetNeedStatus(context.Background(), "food", to, "person"); err != nil {
		d.t.Fatalf("SetNeedStatus: %v", err)
	}
	if err := d.s.followNeed(context.Background(), "food"); err != nil { // the event need.changed
		d.t.Fatalf("followNeed: %v", err)
	}
}

func (d *driver) revoke() {
	if r, _, ok := d.any(); ok && r.ConsentID != "" {
		_, err := d.s.RevokeConsent(as(rosa), r.ConsentID, 0)
		d.fine("RevokeConsent", err)
	}
}

func (d *driver) job() {
	job := rapid.SampledFrom([]string{"drain", "climb", "expire"}).Draw(d.t, "job")
	var err error
	switch job {
	case "drain":
		d.drain()
	case "climb":
		_, err = d.s.ClimbLadder(context.Background())
	case "expire":
		_, err = d.s.ExpireConsents(context.Background())
	}
	if err != nil {
		d.t.Fatalf("%s: %v", job, err)
	}
}

func (d *driver) check() {
	for _, r := range d.all() {
		switch {
		case r.Turn != nil && r.climbAt().IsZero():
			d.t.Errorf("nothing would happen to %s, %s, however long nobody acts", r.ID, r.Status)
		case r.Settlement == nil && r.Turn == nil:
			d.t.Errorf("%s is open and %s without a turn", r.ID, r.Status)
		case r.Settlement != nil && r.Turn != nil:
			d.t.Errorf("%s is settled and still %s's turn", r.ID, r.Turn.Party)
		case r.Settlement != nil && r.Status.Active():
			d.t.Errorf("%s is settled while the agency has it: %s", r.ID, r.Status)
		case r.Turn != nil && (r.Turn.Party != turns[r.Status].party || !r.Turn.Due.After(r.Turn.Since)):
			d.t.Errorf("%s is %s with the turn %+v", r.ID, r.Status, r.Turn)
		case r.Turn == nil && (r.Escalation.Open() || len(r.Reminded) > 0):
			d.t.Errorf("%s is settled and still escalated or reminded", r.ID)
		}
		if last := r.History[len(r.History)-1]; last.To != r.Status {
			d.t.Errorf("%s is %s but its history ends with %s", r.ID, r.Status, last.To)
		}
	}
}

// checkNeed compares the need with its referrals when all events are delivered.
func (d *driver) checkNeed() {
	n, err := (*needsOfWorld)(d.world).OpenNeed(context.Background(), "food")
	if err != nil {
		d.t.Fatalf("OpenNeed: %v", errors.Unwrap(err))
	}
	open := slices.ContainsFunc(d.all(), func(r Referral) bool { return r.Settlement == nil })
	if open && n.Status != screening.NeedInProgress || !open && n.Status == screening.NeedInProgress {
		d.t.Errorf("the need is %s while a referral is open: %v", n.Status, open)
	}
}
