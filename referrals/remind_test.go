package referrals

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
)

func TestRemindEachStepOnce(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	due := w.stored(id).Turn.Due
	run := func(at time.Time, want int, reminded ...string) {
		t.Helper()
		w.clock.Set(at)
		for i, want := range []int{want, 0} { // the second run finds nothing to do
			if n, err := w.s.Remind(t.Context()); n != want || err != nil {
				t.Errorf("run %d at %v: Remind = %d, %v; want %d", i, at, n, err, want)
			}
		}
		same(t, "reminded", w.stored(id).Reminded, reminded)
	}
	run(due.Add(-24*time.Hour-time.Millisecond), 0)
	run(due.Add(-24*time.Hour), 1, "soon")
	run(due, 1, "soon", "due")
	run(due.Add(100*time.Hour), 0, "soon", "due")
	same(t, "told", w.told(), []string{"referral.reminded paula", "referral.reminded paula"})
	if v := w.stored(id).Revision; v != 1 {
		t.Errorf("revision = %d; a reminder must not make the version that people see stale", v)
	}
	w.to(paula, id, Accepted)
	if r := w.stored(id); r.Reminded != nil {
		t.Errorf("reminded = %v in a new turn, want none", r.Reminded)
	}
}

func TestRemindAfterALongRest(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	w.clock.Add(1000 * time.Hour)
	if n, err := w.s.Remind(t.Context()); n != 1 || err != nil {
		t.Errorf("Remind = %d, %v; want 1", n, err)
	}
	same(t, "told", w.told(), []string{"referral.reminded paula"})
	same(t, "reminded", w.stored(id).Reminded, []string{"soon", "due"})
}

func TestRemindTheSender(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	w.to(paula, id, Rejected)
	w.clock.Set(w.stored(id).Turn.Due)
	if _, err := w.s.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	same(t, "told", w.told(), []string{"referral.reminded rosa"})

	w.users["clinic"][0].Disabled = true // Rosa left
	w.clock.Add(time.Hour)
	other := w.send("s-kitchen").Referral.ID
	w.to(kim, other, Rejected)
	w.clock.Set(w.stored(other).Turn.Due)
	if _, err := w.s.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	same(t, "told", w.told(), []string{"referral.reminded rosa", "referral.reminded sam"})
}

func TestRemindGoesOnAfterAFailure(t *testing.T) {
	w := newWorld(t)
	w.refer()
	w.clock.Add(1000 * time.Hour)
	w.broken = errors.New("out of paper")
	if n, err := w.s.Remind(t.Context()); n != 0 || !errors.Is(err, w.broken) {
		t.Errorf("Remind = %d, %v; want the failure", n, err)
	}
	w.broken = nil
	if n, err := w.s.Remind(t.Context()); n != 1 || err != nil {
		t.Errorf("Remind afterwards = %d, %v; want 1", n, err)
	}
}

func TestJobsWorkInBatches(t *testing.T) {
	w := newWorld(t)
	w.someID = w.refer()
	for n := range 2*jobBatch + 7 {
		w.plant(askedID("plant", time.Duration(n).String()), monday, Requested)
	}
	w.clock.Add(1000 * time.Hour)
	if n, err := w.s.Remind(t.Context()); n != 2*jobBatch+8 || err != nil {
		t.Errorf("Remind = %d, %v; want %d", n, err, 2*jobBatch+8)
	}
	if n, err := w.s.Escalate(t.Context()); n != 2*jobBatch+8 || err != nil {
		t.Errorf("Escalate = %d, %v; want %d", n, err, 2*jobBatch+8)
	}
}

func TestEscalate(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	due := w.stored(id).Turn.Due
	w.clock.Set(due.Add(escalateAfter - time.Millisecond))
	if n, err := w.s.Escalate(t.Context()); n != 0 || err != nil {
		t.Errorf("Escalate too early = %d, %v; want 0", n, err)
	}
	w.clock.Set(due.Add(escalateAfter))
	for _, want := range []int{1, 0} {
		if n, err := w.s.Escalate(t.Context()); n != want || err != nil {
			t.Errorf("Escalate = %d, %v; want %d", n, err, want)
		}
	}
	same(t, "told", w.told(), []string{"referral.escalated sam"})
	p, err := w.s.Escalations(as(sam), "", 0)
	if err != nil || len(p.Items) != 1 || p.Items[0].ID != id || !p.Items[0].Escalation.Open() {
		t.Errorf("Escalations = %+v, %v; want the one", p.Items, err)
	}
	_, err = w.s.Escalations(as(rosa), "", 0)
	refused(t, "Escalations for a worker", err, fault.Forbidden)

	w.to(paula, id, Accepted)
	if p, err = w.s.Escalations(as(sam), "", 0); err != nil || len(p.Items) != 0 {
		t.Errorf("Escalations after the turn changed = %d, %v; want none", len(p.Items), err)
	}
	if e := w.stored(id).Escalation; e == nil || e.ResolvedBy != "Paula Price" {
		t.Errorf("escalation = %+v, want it resolved by the move", e)
	}
	w.clock.Set(w.stored(id).Turn.Due.Add(escalateAfter))
	if n, err := w.s.Escalate(t.Context()); n != 1 || err != nil {
		t.Errorf("Escalate the next turn = %d, %v; want 1", n, err)
	}
}

func TestResolveEscalation(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	_, err := w.s.ResolveEscalation(as(sam), id, "Called.")
	refused(t, "resolving what is not escalated", err, fault.Conflict)
	w.clock.Add(1000 * time.Hour)
	if _, err := w.s.Escalate(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = w.s.ResolveEscalation(as(rosa), id, "")
	refused(t, "resolving by a worker", err, fault.Forbidden)
	ben := sam
	ben.OrganizationID = "clinic-b"
	_, err = w.s.ResolveEscalation(as(ben), id, "Called.")
	refused(t, "resolving by another clinic", err, fault.NotFound)
	for _, note := range []string{" ", strings.Repeat("x", maxText+1)} {
		_, err := w.s.ResolveEscalation(as(sam), id, note)
		refused(t, "resolving without a short note", err, fault.Invalid)
		if f, ok := errors.AsType[*fault.Error](err); !ok || len(f.Fields) != 1 || f.Fields[0].Name != "note" {
			t.Errorf("ResolveEscalation = %v, want it to name the note", err)
		}
	}
	v, err := w.s.ResolveEscalation(as(sam), id, "Called the pantry.")
	if err != nil || v.Escalation.Open() || v.Escalation.Note != "Called the pantry." || v.Turn == nil || v.Turn.Party != Agency {
		t.Errorf("ResolveEscalation = %+v, turn %+v, %v", v.Escalation, v.Turn, err)
	}
	if n, err := w.s.Escalate(t.Context()); n != 0 || err != nil {
		t.Errorf("Escalate the same turn again = %d, %v; want 0", n, err)
	}
}

func TestReassign(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	_, err := w.s.Reassign(as(sam), id, "otto")
	refused(t, "reassigning to another clinic's worker", err, fault.Invalid)
	_, err = w.s.Reassign(as(rosa), id, "sam")
	refused(t, "reassigning by a worker", err, fault.Forbidden)
	if v, err := w.s.Reassign(as(sam), id, "sam"); err != nil || v.Worker != (Ref{"sam", "Sam Stone"}) {
		t.Errorf("Reassign = %+v, %v", v.Worker, err)
	}
}
