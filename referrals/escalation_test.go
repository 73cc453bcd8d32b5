package referrals

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
)

func TestResolveEscalation(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	_, err := w.s.ResolveEscalation(as(sam), id, "Called.")
	refused(t, "resolving what is not escalated", err, fault.Conflict)
	w.clock.Add(1000 * time.Hour)
	if _, err := w.s.ClimbLadder(t.Context()); err != nil {
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
	if n, err := w.s.ClimbLadder(t.Context()); n != 0 || err != nil {
		t.Errorf("Escalate the same turn at once again = %d, %v; want 0", n, err)
	}
	w.clock.Add(7 * 24 * time.Hour)
	if _, err := w.s.ClimbLadder(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := w.stored(id); !r.Escalation.Open() || !r.Escalation.At.Equal(w.clock.Now()) {
		t.Errorf("escalation = %+v; want it open again, since nobody did anything in five business days", r.Escalation)
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
