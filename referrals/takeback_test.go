package referrals

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// back takes the last answer back at the present version.
func (w *world) back(a identity.Actor, id string) error {
	return last(w.s.TakeBack(as(a), id, w.stored(id).Revision))
}

// TestTakeBackRestores: after each answer that may be taken back the referral
// stands as it did, the history has both, and the sender hears of both.
func TestTakeBackRestores(t *testing.T) {
	restored := cmpopts.IgnoreFields(Referral{}, "Meta", "Revision", "History")
	for _, tt := range []struct {
		to    Status
		first []Status // moves before
		in    func(*MoveInput)
		steps int
	}{
		{Accepted, nil, nil, 2}, // it counts as seen, too
		{Accepted, []Status{Acknowledged}, nil, 1},
		{Rejected, nil, func(in *MoveInput) { in.Reason = "not-offered" }, 1},
		{OnHold, []Status{Accepted}, func(in *MoveInput) { in.Reason = "waitlist" }, 1},
		{Failed, []Status{Accepted, OnHold}, nil, 1},
		{Cancelled, []Status{Accepted}, nil, 1},
	} {
		t.Run(string(tt.to), func(t *testing.T) {
			w := newWorld(t)
			id := w.refer()
			for _, to := range tt.first {
				w.to(paula, id, to)
				w.clock.Add(time.Hour)
			}
			w.drain()
			was := w.stored(id)
			in := give(tt.to)
			if tt.in != nil {
				tt.in(&in)
			}
			in.Version = was.Revision
			if _, err := w.s.Move(as(paula), id, in); err != nil {
				t.Fatal(err)
			}
			w.drain()
			w.notices = nil
			w.clock.Add(takeBackFor - time.Millisecond)
			if v, err := w.s.Get(as(paula), id); err != nil || v.TakeBackUntil.IsZero() {
				t.Errorf("the agency sees %v, %v, want until when it may be taken back", v.TakeBackUntil, err)
			}
			if v, _ := w.s.Get(as(rosa), id); !v.TakeBackUntil.IsZero() {
				t.Error("the sender is offered to take the answer back")
			}
			if err := w.back(paula, id); err != nil {
				t.Fatalf("TakeBack = %v", err)
			}
			w.drain()
			now := w.stored(id)
			was.Before = nil
			if diff := cmp.Diff(was, now, restored); diff != "" {
				t.Errorf("after it was taken back (-before +now):\n%s", diff)
			}
			step := now.History[len(now.History)-1]
			if len(now.History) != len(was.History)+tt.steps+1 || step.TakesBack != tt.steps || step.From != tt.to || step.To != was.Status || step.ByID != "paula" {
				t.Errorf("history = %+v", now.History)
			}
			same(t, "lived", now.lived(), was.History)
			same(t, "told", w.told(), []string{"referral.moved rosa"})
			if len(w.flags) != 0 {
				t.Errorf("the listing is still flagged: %v", w.flags)
			}
			refused(t, "a second time", w.back(paula, id), fault.Conflict)
		})
	}
}

func TestTakeBackRules(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(w *world, id string)
		by   identity.Actor
		want fault.Kind
	}{
		{"at once", func(*world, string) {}, paula, ""},
		{"after a minute", func(w *world, _ string) { w.clock.Add(time.Minute) }, paula, ""},
		{"by the sender", func(*world, string) {}, rosa, fault.Forbidden},
		{"by another agency", func(*world, string) {}, kim, fault.NotFound},
		{"too late", func(w *world, _ string) { w.clock.Add(takeBackFor) }, paula, fault.Conflict},
		{"after a word of the sender", func(w *world, id string) { w.say(rosa, id) }, paula, fault.Conflict},
		{"after a word of the agency", func(w *world, id string) { w.say(paula, id) }, paula, fault.Conflict},
		{"after a try", func(w *world, id string) {
			if _, err := w.s.AddAttempt(as(paula), id, AttemptInput{Channel: "call"}); err != nil {
				w.t.Fatalf("AddAttempt: %v", err)
			}
		}, paula, fault.Conflict},
		{"after a move that cannot be taken back", func(w *world, id string) { w.to(paula, id, InProgress) }, paula, fault.Conflict},
		{"after it was completed", func(w *world, id string) { w.to(paula, id, Completed) }, paula, fault.Conflict},
		{"after the sender cancelled", func(w *world, id string) { w.to(rosa, id, Cancelled) }, paula, fault.Conflict},
		{"after it was sent on", func(w *world, id string) {
			if _, err := w.s.Forward(as(paula), id, ForwardInput{ServiceID: "s-kitchen", Version: w.stored(id).Revision}); err != nil {
				w.t.Fatalf("Forward: %v", err)
			}
		}, paula, fault.Conflict},
		{"after the consent ended", func(w *world, id string) {
			if _, err := w.s.RevokeConsent(as(rosa), w.stored(id).ConsentID, 0); err != nil {
				w.t.Fatalf("RevokeConsent: %v", err)
			}
		}, paula, fault.Conflict},
		{"of a declined one that another took the place of", func(w *world, id string) {
			if err := w.back(paula, id); err != nil {
				w.t.Fatalf("TakeBack: %v", err)
			}
			w.to(paula, id, Rejected)
			w.clock.Add(time.Minute)
			w.send("s-kitchen")
		}, paula, fault.Conflict},
		{"after the person was not reached", func(w *world, id string) {
			w.to(paula, id, Failed)
			if _, err := w.s.Confirm(as(rosa), id, Confirmation{NotReached: true}); err != nil {
				w.t.Fatalf("Confirm: %v", err)
			}
		}, paula, fault.Conflict},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			id := w.refer()
			w.to(paula, id, Accepted)
			w.drain()
			tt.do(w, id)
			err := w.back(tt.by, id)
			if tt.want == "" && err != nil || tt.want != "" && !fault.Is(err, tt.want) {
				t.Errorf("TakeBack = %v, want %q", err, tt.want)
			}
		})
	}
}

func (w *world) say(a identity.Actor, id string) {
	w.t.Helper()
	if _, err := w.s.AddMessage(as(a), id, "One more thing."); err != nil {
		w.t.Fatalf("AddMessage: %v", err)
	}
}

// TestTakeBackOfOneOfSeveral: by an acceptance the others lose it, so it stands;
// a refusal takes nothing from anybody.
func TestTakeBackOfOneOfSeveral(t *testing.T) {
	w := newWorld(t)
	q := w.send("s-pantry", "s-kitchen").Request
	byAgency := map[string]string{}
	for _, r := range q.Referrals {
		byAgency[r.OrganizationID] = r.ID
	}
	w.to(kim, byAgency["kitchen"], Rejected)
	w.drain()
	if err := w.back(kim, byAgency["kitchen"]); err != nil {
		t.Errorf("TakeBack of a refusal = %v", err)
	}
	w.to(paula, byAgency["pantry"], Accepted)
	refused(t, "TakeBack of the acceptance that decided", w.back(paula, byAgency["pantry"]), fault.Conflict)
	w.drain()
	if r := w.stored(byAgency["kitchen"]); r.Status != Cancelled || r.Settlement == nil {
		t.Errorf("the other referral is %s, %+v; want it to end by the acceptance", r.Status, r.Settlement)
	}
}

func TestTakeBackVersionAndReplay(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	w.to(paula, id, Accepted)
	if _, err := w.s.TakeBack(as(paula), id, w.stored(id).Revision+1); err == nil {
		t.Error("TakeBack of another version = nil")
	}
	ctx := keyed(paula, "k1", "body")
	version := w.stored(id).Revision
	for range 2 {
		v, err := w.s.TakeBack(ctx, id, version)
		if err != nil || v.Status != Requested || v.Version != version+1 {
			t.Fatalf("TakeBack = %s, %d, %v", v.Status, v.Version, err)
		}
	}
	if got := len(w.stored(id).History); got != 4 {
		t.Errorf("%d steps, want sent, seen, accepted and taken back once", got)
	}
	_, err := w.s.TakeBack(docstore.WithRequest(context.Background(), "k2", "b"), id, version)
	refused(t, "nobody", err, fault.Login)
}
