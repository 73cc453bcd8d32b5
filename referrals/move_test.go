package referrals

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/screening"
)

func TestMoveAsksWho(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	tests := []struct {
		name  string
		actor identity.Actor
		to    Status
		kind  fault.Kind
	}{
		{"nobody", identity.Actor{}, Accepted, fault.Login},
		{"the network", netAdmin, Accepted, fault.Forbidden},
		{"another clinic", otto, Accepted, fault.NotFound},
		{"another agency", kim, Accepted, fault.NotFound},
		{"the sender may not accept", rosa, Accepted, fault.Forbidden},
		{"the agency may not call it a mistake", paula, EnteredInError, fault.Forbidden},
		{"not from here", paula, Completed, fault.Conflict},
		{"an agency account at the clinic's organization", identity.Actor{ID: "x", Role: identity.AgencyStaff, OrganizationID: "clinic"}, Accepted, fault.NotFound},
	}
	for _, tt := range tests {
		in := give(tt.to)
		in.Version = 1
		_, err := w.s.Move(as(tt.actor), id, in)
		refused(t, tt.name, err, tt.kind)
	}
	_, err := w.s.Move(as(paula), "nope", give(Accepted))
	refused(t, "an unknown referral", err, fault.NotFound)
	if r := w.stored(id); r.Revision != 1 || r.Status != Requested {
		t.Errorf("refused moves changed the referral: %s, revision %d", r.Status, r.Revision)
	}
}

func TestMoveAsksForTheVersion(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	in := give(Acknowledged)
	in.Version = 0
	_, err := w.s.Move(as(paula), id, in)
	refused(t, "no version", err, fault.Invalid)
	in.Version = 7
	_, err = w.s.Move(as(paula), id, in)
	refused(t, "another version", err, fault.Conflict)
	in.Version = 1
	if v, err := w.s.Move(as(paula), id, in); err != nil || v.Version != 2 {
		t.Errorf("Move = version %d, %v; want 2", v.Version, err)
	}
}

func TestMoveOnce(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	ctx, in := keyed(paula, "k", "accept"), give(Accepted)
	first, err := w.s.Move(ctx, id, in)
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.s.Move(ctx, id, in) // its version is stale by now
	if err != nil {
		t.Fatalf("the same request again: %v", err)
	}
	same(t, "the same request again", again, first)
	_, err = w.s.Move(keyed(paula, "k", "reject"), id, give(Rejected))
	refused(t, "another request with the key", err, fault.BusinessRule)
	if n := len(w.stored(id).History); n != 3 {
		t.Errorf("%d steps in the history, want 3", n)
	}
}

// Two people decide at once, a thousand times: one wins, the other is told so.
func TestTwoDecideAtOnce(t *testing.T) {
	w := newWorld(t)
	template := w.stored(w.refer())
	var wins, conflicts atomic.Int64
	races := int64(1000)
	if testing.Short() {
		races = 100
	}
	for n := range races {
		r := template
		r.ID, r.Version = askedID("race", time.Unix(n, 0).String()), 0
		r.Need.ID = r.ID // another need each: one is with one agency once
		if err := w.s.referrals.Insert(t.Context(), &r); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for _, to := range []Status{Accepted, Rejected} {
			wg.Go(func() {
				switch _, err := w.s.Move(as(paula), r.ID, give(to)); {
				case err == nil:
					wins.Add(1)
				case fault.Is(err, fault.Conflict):
					conflicts.Add(1)
				default:
					t.Errorf("Move = %v, want a conflict or nil", err)
				}
			})
		}
		wg.Wait()
	}
	if wins.Load() != races || conflicts.Load() != races {
		t.Errorf("%d wins and %d conflicts, want %d each", wins.Load(), conflicts.Load(), races)
	}
}

func TestWholeLife(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	for _, to := range []Status{Acknowledged, Accepted, InProgress, OnHold, InProgress, Completed} {
		w.clock.Add(time.Hour)
		v := w.to(paula, id, to)
		if v.Status != to || v.Turn == nil || !v.Turn.Since.Equal(w.clock.Now()) || v.Settled {
			t.Fatalf("after %s: %s, turn %+v, settled %v", to, v.Status, v.Turn, v.Settled)
		}
	}
	if got := w.needStatus("food"); got != screening.NeedInProgress {
		t.Errorf("need = %s before the patient said anything, want in-progress", got)
	}
	v, err := w.s.Get(as(rosa), id)
	if err != nil || !v.CanConfirm || v.Next == "" || v.Turn.Party != Sender {
		t.Errorf("the sender sees canConfirm %v, next %q, turn %+v, %v", v.CanConfirm, v.Next, v.Turn, err)
	}
	yes := true
	v, err = w.s.Confirm(as(rosa), id, Confirmation{Received: ReceivedYes, NeedResolved: &yes, By: "patient"})
	if err != nil || !v.Settled || v.As != SettledConfirmed || v.Turn != nil || v.CanConfirm {
		t.Errorf("after the confirmation: %+v, %v; want settled", v, err)
	}
	if got := w.needStatus("food"); got != screening.NeedMet {
		t.Errorf("need = %s, want met", got)
	}
}

func TestConfirm(t *testing.T) {
	yes, no := true, false
	tests := []struct {
		name string
		c    Confirmation
		need screening.NeedStatus
	}{
		{"resolved", Confirmation{Received: ReceivedYes, NeedResolved: &yes, By: "patient"}, screening.NeedMet},
		{"still open", Confirmation{Received: ReceivedPartly, NeedResolved: &no, By: "representative"}, screening.NeedWanted},
		{"not known", Confirmation{Received: ReceivedUnknown, By: "worker"}, screening.NeedWanted},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			id := w.refer()
			_, err := w.s.Confirm(as(rosa), id, tt.c)
			refused(t, "confirming before the agency closed it", err, fault.Conflict)
			w.to(paula, id, Accepted)
			in := give(Completed)
			in.Version = 2
			if _, err := w.s.Move(as(paula), id, in); err != nil {
				t.Fatal(err)
			}
			_, err = w.s.Confirm(as(paula), id, tt.c)
			refused(t, "confirming by the agency", err, fault.Forbidden)
			_, err = w.s.Confirm(as(otto), id, tt.c)
			refused(t, "confirming by another clinic", err, fault.NotFound)
			_, err = w.s.Confirm(as(rosa), id, Confirmation{})
			refused(t, "confirming nothing", err, fault.Invalid)

			w.clock.Add(time.Hour)
			ctx := keyed(rosa, "k", "confirm")
			first, err := w.s.Confirm(ctx, id, tt.c)
			if err != nil {
				t.Fatal(err)
			}
			again, err := w.s.Confirm(ctx, id, tt.c)
			if diff := cmp.Diff(first, again); diff != "" || err != nil {
				t.Errorf("the same request again: %v\n%s", err, diff)
			}
			_, err = w.s.Confirm(as(rosa), id, tt.c)
			refused(t, "confirming a settled referral", err, fault.Conflict)
			if got := w.needStatus("food"); got != tt.need {
				t.Errorf("need = %s, want %s", got, tt.need)
			}
		})
	}
}

func TestClosedNeedSettles(t *testing.T) {
	w := newWorld(t)
	held, declined := w.refer(), w.send("s-kitchen").Referral.ID
	w.to(paula, held, Accepted)
	w.to(kim, declined, Rejected)
	if _, err := (*needsOfWorld)(w).SetNeedStatus(t.Context(), "food", screening.NeedNoLonger, "test"); err != nil {
		t.Fatal(err)
	}
	if err := w.s.followNeed(t.Context(), "food"); err != nil {
		t.Fatal(err)
	}
	for id, status := range map[string]Status{held: Cancelled, declined: Rejected} {
		r := w.stored(id)
		if r.Status != status || r.Settlement == nil || r.Settlement.As != SettledNeedClosed || r.Turn != nil {
			t.Errorf("%s, settlement %+v, turn %v; want %s and settled as the need is closed", r.Status, r.Settlement, r.Turn, status)
		}
	}
	if got := w.needStatus("food"); got != screening.NeedNoLonger {
		t.Errorf("need = %s, want it left as no-longer", got)
	}
}

func TestMistakeSettlesAndTheNeedIsWantedAgain(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	v := w.to(rosa, id, EnteredInError)
	if !v.Settled || v.As != SettledMistake || v.Turn != nil {
		t.Errorf("a mistake: settled %v as %s, turn %v", v.Settled, v.As, v.Turn)
	}
	if got := w.needStatus("food"); got != screening.NeedWanted {
		t.Errorf("need = %s, want wanted", got)
	}
	if v, err := w.s.Get(as(paula), id); err != nil || v.Patient != nil {
		t.Errorf("the agency sees patient %v of a mistake, %v", v.Patient, err)
	}
}
