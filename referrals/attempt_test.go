package referrals

import (
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// tryInVain notes as many tries in vain as are needed to give up.
func (w *world) tryInVain(a identity.Actor, id string) {
	w.t.Helper()
	for range attemptsNeeded {
		w.try(a, id, false)
	}
}

func (w *world) try(a identity.Actor, id string, reached bool) {
	w.t.Helper()
	if _, err := w.s.AddAttempt(as(a), id, AttemptInput{Channel: "call", Reached: reached}); err != nil {
		w.t.Fatalf("AddAttempt: %v", err)
	}
}

func TestThreeTriesBeforeAnAgencyGivesUp(t *testing.T) {
	for _, in := range []MoveInput{
		{To: Completed, Outcome: outcomeCouldNotContact}, {To: Failed, Reason: reasonCannotReach},
	} {
		w := newWorld(t)
		id := w.refer()
		w.to(paula, id, Accepted)
		giveUp := func() error {
			in.Version = w.stored(id).Revision
			_, err := w.s.Move(as(paula), id, in)
			return err
		}
		refused(t, "without a try", giveUp(), fault.BusinessRule)
		for range attemptsNeeded - 1 {
			w.try(paula, id, false)
		}
		w.try(paula, id, true)
		refused(t, "with two tries in vain", giveUp(), fault.BusinessRule)
		w.try(paula, id, false)
		if err := giveUp(); err != nil {
			t.Errorf("with three tries in vain: Move = %v", err)
		}
	}
}

func TestAttempts(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	w.to(paula, id, Accepted)
	w.to(paula, id, InProgress)
	ctx := keyed(paula, "try", "1")
	w.clock.Add(time.Hour)
	first, err := w.s.AddAttempt(ctx, id, AttemptInput{Channel: "call", Note: " nobody answered "})
	if err != nil || first.Note != "nobody answered" || first.Party != Agency {
		t.Fatalf("AddAttempt = %+v, %v", first, err)
	}
	again, err := w.s.AddAttempt(ctx, id, AttemptInput{Channel: "call", Note: " nobody answered "})
	if err != nil || again.ID != first.ID {
		t.Errorf("the same request again = %+v, %v", again, err)
	}
	if since := w.stored(id).Turn.Since; !since.Equal(first.At) {
		t.Errorf("the turn began at %v, want a new time since the try at %v", since, first.At)
	}
	for _, tt := range []struct {
		name  string
		actor identity.Actor
		in    AttemptInput
		kind  fault.Kind
	}{
		{"no channel", paula, AttemptInput{}, fault.Invalid},
		{"the sender", rosa, AttemptInput{Channel: "call"}, fault.Forbidden},
		{"a stranger", kim, AttemptInput{Channel: "call"}, fault.NotFound},
	} {
		_, err := w.s.AddAttempt(as(tt.actor), id, tt.in)
		refused(t, tt.name, err, tt.kind)
	}
	w.to(paula, id, Completed)
	_, err = w.s.AddAttempt(as(paula), id, AttemptInput{Channel: "call"})
	refused(t, "on a closed referral", err, fault.Conflict)
	if _, err := w.s.Confirm(as(rosa), id, Confirmation{NotReached: true, Note: "voicemail"}); err != nil {
		t.Fatal(err)
	}
	seen := func(a identity.Actor) (parties []Party, notes int) {
		list, err := w.s.Attempts(as(a), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range list {
			parties = append(parties, a.Party)
			if a.Note != "" {
				notes++
			}
		}
		return parties, notes
	}
	parties, notes := seen(rosa)
	same(t, "tries that the sender sees", parties, []Party{Agency, Sender})
	same(t, "notes that the sender reads", notes, 1)
	parties, notes = seen(paula)
	same(t, "tries that the agency sees", parties, []Party{Agency})
	same(t, "notes that the agency reads", notes, 1)
}

func TestSeveralAskedNobodyCalls(t *testing.T) {
	w := newWorld(t)
	sent := w.send("s-pantry", "s-kitchen")
	_, err := w.s.AddAttempt(as(paula), sent.Request.Referrals[0].ID, AttemptInput{Channel: "call"})
	refused(t, "before acceptance", err, fault.Conflict)
}
