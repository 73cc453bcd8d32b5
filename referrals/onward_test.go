package referrals

import (
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
)

// after is the referral that followed on another.
func (w *world) after(id string) Referral {
	w.t.Helper()
	return w.stored(onwardID(id))
}

// theTask is the one open task of Rosa.
func (w *world) theTask() Task {
	w.t.Helper()
	p, err := w.s.Tasks(as(rosa), TaskList{})
	if err != nil || len(p.Items) != 1 {
		w.t.Fatalf("Tasks = %d, %v; want one", len(p.Items), err)
	}
	return p.Items[0]
}

// silent lets the pantry not answer until the last step of the ladder.
func (w *world) silent() string {
	w.t.Helper()
	id := w.refer()
	w.clock.Set(w.stored(id).Turn.Due.Add(7 * 24 * time.Hour))
	w.climb(1)
	return id
}

func TestTheNextBestAgencyIsProposed(t *testing.T) {
	w := newWorld(t)
	id := w.silent()
	task := w.theTask()
	if task.Kind != TaskNextBest || task.Agency.ID != "kitchen" || task.ReferralID != id || w.stored(id).Status != Requested {
		t.Errorf("task = %+v of a referral that is %s; want the kitchen proposed and nothing sent", task, w.stored(id).Status)
	}
	_, err := w.s.AnswerOffer(as(rosa), task.ID, OfferInput{Note: " "})
	refused(t, "declined without a word", err, fault.Invalid)
	_, err = w.s.AnswerOffer(as(otto), task.ID, OfferInput{Accept: true})
	refused(t, "answered by another clinic", err, fault.NotFound)
	_, err = w.s.AnswerOffer(as(paula), task.ID, OfferInput{Accept: true})
	refused(t, "answered by an agency", err, fault.Forbidden)
	done, err := w.s.AnswerOffer(as(rosa), task.ID, OfferInput{Accept: true})
	if err != nil || done.Result != "accepted" {
		t.Fatalf("AnswerOffer = %+v, %v", done, err)
	}
	first, next := w.stored(id), w.after(id)
	if first.Status != Cancelled || first.Reason != reasonNoAnswer || first.Settlement == nil || first.Settlement.SucceededBy != next.ID {
		t.Errorf("the first is %s, %s, %+v; want it cancelled and succeeded", first.Status, first.Reason, first.Settlement)
	}
	if next.Agency.ID != "kitchen" || next.Status != Requested || next.Worker.ID != "rosa" || next.Note != first.Note || next.Turn == nil {
		t.Errorf("the next = %+v", next)
	}
	if again, err := w.s.AnswerOffer(as(rosa), task.ID, OfferInput{Note: "no"}); err != nil || again.Result != "accepted" {
		t.Errorf("answered again = %+v, %v; want it as it was", again, err)
	}
}

func TestADeclinedProposalChangesNothing(t *testing.T) {
	w := newWorld(t)
	id := w.silent()
	done, err := w.s.AnswerOffer(as(rosa), w.theTask().ID, OfferInput{Note: "She wants to wait."})
	if err != nil || done.Open() || done.Result != "She wants to wait." || w.stored(id).Status != Requested {
		t.Errorf("AnswerOffer = %+v, %v", done, err)
	}
	w.climb(0)
}

func TestAProposalIsOverWhenTheAgencyAnswers(t *testing.T) {
	w := newWorld(t)
	id := w.silent()
	task := w.theTask()
	w.to(paula, id, Accepted)
	_, err := w.s.AnswerOffer(as(rosa), task.ID, OfferInput{Accept: true})
	refused(t, "accepted after the agency answered", err, fault.Conflict)
	w.drain()
	if task, err = w.s.Task(as(rosa), task.ID); err != nil || task.Result != resultAnswered {
		t.Errorf("the task = %+v, %v; want it ended", task, err)
	}
}

func TestTheLadderSendsOnByItself(t *testing.T) {
	always := rules{{Steps: network.DefaultLadder()[0].Steps, Resend: true}}
	for _, tt := range []struct {
		name   string
		change func(*Consent)
		sent   bool
	}{
		{"a consent for all agencies", func(*Consent) {}, true},
		{"a consent that names both", func(c *Consent) { c.Recipients = Recipients{OrganizationIDs: []string{"pantry", "kitchen"}} }, false},
	} {
		w := newWorld(t)
		w.s.Network = always
		c := consent()
		tt.change(&c)
		c = w.record(c)
		sent, err := w.s.Send(as(rosa), SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: []string{"s-pantry"}, ConsentID: c.ID})
		if err != nil {
			t.Fatal(err)
		}
		id := sent.Referral.ID
		w.clock.Set(w.stored(id).Turn.Due.Add(7 * 24 * time.Hour))
		if _, err := w.s.ClimbLadder(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.drain()
		r := w.stored(id)
		if (r.Onward != nil) != tt.sent || (r.Settlement != nil) != tt.sent {
			t.Errorf("%s: onward %+v, settled %+v; want it sent: %t", tt.name, r.Onward, r.Settlement, tt.sent)
		}
		if !tt.sent {
			w.theTask()
			continue
		}
		next := w.after(id)
		if next.Agency.ID != "kitchen" || next.Resent != 1 || next.History[0].Party != Neither {
			t.Errorf("%s: the next = %+v, want one of the system to the kitchen", tt.name, next)
		}
	}
}

func TestTheLadderStopsSendingOn(t *testing.T) {
	w := newWorld(t)
	rule := network.LadderRule{Resend: true}
	r := w.stored(w.refer())
	for _, tt := range []struct {
		name   string
		change func(*Referral, *network.LadderRule)
		want   bool
	}{
		{"as it is", func(*Referral, *network.LadderRule) {}, true},
		{"the network does not want it", func(_ *Referral, l *network.LadderRule) { l.Resend = false }, false},
		{"violence", func(r *Referral, _ *network.LadderRule) { r.Need.Domain = "elder-abuse" }, false},
		{"a private need", func(r *Referral, _ *network.LadderRule) { r.Need.Private = true }, false},
		{"three times already", func(r *Referral, _ *network.LadderRule) { r.Resent = maxResent }, false},
		{"stopped by a person", func(r *Referral, _ *network.LadderRule) { r.Status, r.Reason = Cancelled, reasonWithdrawn }, false},
		{"consent ended", func(r *Referral, _ *network.LadderRule) { r.Status, r.Reason = Cancelled, reasonConsentEnded }, false},
		{"declined", func(r *Referral, _ *network.LadderRule) { r.Status = Rejected }, true},
	} {
		r, l := r, rule
		tt.change(&r, &l)
		if got := w.s.mayResend(r, l); got != tt.want {
			t.Errorf("%s: mayResend = %t", tt.name, got)
		}
	}
}

// What a crash left between the end of one referral and the next is carried out
// by the relay; where the consent ended meanwhile, the turn is the sender's.
func TestSendingOnSurvivesACrash(t *testing.T) {
	for _, revoked := range []bool{false, true} {
		w := newWorld(t)
		id := w.refer()
		r := w.stored(id)
		asked, err := w.s.targets(t.Context(), []string{"s-kitchen"}, r.Need.Domain)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.change(t.Context(), id, func(r *Referral) error {
			a, err := w.s.systemAct(t.Context(), *r)
			if err != nil {
				return err
			}
			r.Onward = r.onwardTo(asked[0], r.ConsentID, identity.SystemActor("test"), Neither)
			return r.stop(a, reasonNoAnswer)
		}, "referral.moved"); err != nil {
			t.Fatal(err)
		}
		if revoked {
			if _, err := w.s.RevokeConsent(as(rosa), r.ConsentID, 0); err != nil {
				t.Fatal(err)
			}
		}
		w.drain()
		w.drain()
		if r = w.stored(id); (r.Settlement != nil) == revoked || revoked && r.Turn.Party != Sender {
			t.Errorf("consent revoked: %t: settled %+v, turn %+v", revoked, r.Settlement, r.Turn)
		}
	}
}

func TestForward(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	_, err := w.s.Forward(as(rosa), id, ForwardInput{ServiceID: "s-kitchen", Version: 1})
	refused(t, "by the sender", err, fault.Forbidden)
	_, err = w.s.Forward(as(kim), id, ForwardInput{ServiceID: "s-kitchen", Version: 1})
	refused(t, "by a stranger", err, fault.NotFound)
	_, err = w.s.Forward(as(paula), id, ForwardInput{ServiceID: "s-pantry-2", Version: 1})
	refused(t, "to itself", err, fault.BusinessRule)
	_, err = w.s.Forward(as(paula), id, ForwardInput{ServiceID: "s-park", Version: 1})
	refused(t, "to somebody who takes no referrals", err, fault.BusinessRule)
	_, err = w.s.Forward(as(paula), id, ForwardInput{ServiceID: "s-kitchen", Version: 7})
	refused(t, "of another version", err, fault.Conflict)
	got, err := w.s.Forward(as(paula), id, ForwardInput{ServiceID: "s-kitchen", Note: "They cook.", Version: 1})
	if err != nil || !got.Sent || got.View.Status != Rejected {
		t.Fatalf("Forward = %+v, %v", got, err)
	}
	next := w.after(id)
	if next.Agency.ID != "kitchen" || next.History[0].By != paula.Name || w.stored(id).Settlement == nil {
		t.Errorf("next = %+v of %+v", next, w.stored(id).Settlement)
	}
	_, err = w.s.Forward(as(paula), id, ForwardInput{ServiceID: "s-shelter", Version: 2})
	refused(t, "twice", err, fault.Conflict)

	w.to(kim, next.ID, Accepted)
	got, err = w.s.Forward(as(kim), next.ID, ForwardInput{ServiceID: "s-shelter", Version: w.stored(next.ID).Revision})
	if err != nil || got.View.Status != Completed || got.View.Outcome != outcomeReferredElsewhere {
		t.Errorf("Forward after acceptance = %s, %s, %v", got.View.Status, got.View.Outcome, err)
	}
}

func TestForwardWithoutConsentAsksThePatient(t *testing.T) {
	w := newWorld(t)
	c := consent()
	c.Recipients = Recipients{OrganizationIDs: []string{"pantry"}}
	c = w.record(c)
	sent, err := w.s.Send(as(rosa), SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: []string{"s-pantry"}, ConsentID: c.ID})
	if err != nil {
		t.Fatal(err)
	}
	id := sent.Referral.ID
	got, err := w.s.Forward(as(paula), id, ForwardInput{ServiceID: "s-kitchen", Version: 1})
	if err != nil || got.Sent {
		t.Fatalf("Forward = %+v, %v; want it left to the sender", got, err)
	}
	r, task := w.stored(id), w.theTask()
	if r.Turn == nil || r.Turn.Party != Sender || r.Onward != nil || task.Kind != TaskForward || task.Agency.ID != "kitchen" {
		t.Errorf("turn %+v, task %+v", r.Turn, task)
	}
	_, err = w.s.AnswerOffer(as(rosa), task.ID, OfferInput{Accept: true})
	refused(t, "without a consent", err, fault.BusinessRule)
	c.ID, c.Version, c.Recipients = "", 0, Recipients{OrganizationIDs: []string{"kitchen"}}
	c = w.record(c)
	if _, err := w.s.AnswerOffer(as(rosa), task.ID, OfferInput{Accept: true, ConsentID: c.ID}); err != nil {
		t.Fatal(err)
	}
	if next := w.after(id); next.ConsentID != c.ID || next.Agency.ID != "kitchen" {
		t.Errorf("next = %+v, want it under the new consent", next)
	}
}
