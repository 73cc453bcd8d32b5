package referrals

import (
	"sync"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

var shel = identity.Actor{ID: "shel", Name: "Shel Ter", Role: identity.AgencyStaff, OrganizationID: "shelter"}

// ask asks three agencies and answers the request and its referrals by agency.
func (w *world) ask() (RequestView, map[string]string) {
	w.t.Helper()
	q := w.send("s-pantry", "s-kitchen", "s-shelter").Request
	ids := map[string]string{}
	for _, v := range q.Referrals {
		ids[v.OrganizationID] = v.ID
	}
	if len(ids) != 3 {
		w.t.Fatalf("asked %v, want three agencies", ids)
	}
	return *q, ids
}

func TestFirstToAcceptWins(t *testing.T) {
	w := newWorld(t)
	q, ids := w.ask()
	w.to(kim, ids["kitchen"], Rejected)
	w.to(paula, ids["pantry"], Accepted)

	in := give(Accepted)
	in.Version = 1
	_, err := w.s.Move(as(shel), ids["shelter"], in)
	refused(t, "accepting after another agency", err, fault.Conflict)
	w.drain()

	for agency, want := range map[string]struct {
		status Status
		reason string
	}{"pantry": {Accepted, ""}, "kitchen": {Rejected, "not-eligible"}, "shelter": {Cancelled, "accepted-elsewhere"}} {
		r := w.stored(ids[agency])
		if r.Status != want.status || r.Reason != want.reason {
			t.Errorf("%s: %s, %q; want %s, %q", agency, r.Status, r.Reason, want.status, want.reason)
		}
		if agency == "pantry" {
			continue
		}
		if r.Settlement == nil || r.Settlement.As != SettledSucceeded || r.Settlement.SucceededBy != ids["pantry"] {
			t.Errorf("%s: settlement %+v, want succeeded by the winner", agency, r.Settlement)
		}
	}
	got, err := w.s.Request(as(rosa), q.ID)
	if err != nil || got.AcceptedBy != ids["pantry"] {
		t.Errorf("Request = %s, %v; want accepted by the pantry's", got.AcceptedBy, err)
	}
	_, err = w.s.Request(as(otto), q.ID)
	refused(t, "another clinic's request", err, fault.NotFound)
}

func TestOneOfManyAgenciesWins(t *testing.T) {
	for range 50 {
		w := openWorld(t, t.Context())
		_, ids := w.ask()
		in := give(Accepted)
		in.Version = 1
		var wg sync.WaitGroup
		errs := make([]error, 3)
		for i, a := range []identity.Actor{paula, kim, shel} {
			wg.Go(func() { _, errs[i] = w.s.Move(as(a), ids[a.OrganizationID], in) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				refused(t, "the slower agency", err, fault.Conflict)
			}
		}
		w.drain()
		accepted := 0
		for _, id := range ids {
			if w.stored(id).Status == Accepted {
				accepted++
			}
		}
		if won != 1 || accepted != 1 {
			t.Errorf("%d agencies were told they won, %d have it; want one", won, accepted)
		}
		w.close()
	}
}

func TestPatientAndNoteAreWithheldUntilAccepted(t *testing.T) {
	w := newWorld(t)
	_, ids := w.ask()
	v, err := w.s.Get(as(paula), ids["pantry"])
	if err != nil {
		t.Fatal(err)
	}
	if v.Patient != nil || v.Note != "" || v.Withheld != "until-accepted" || v.Need == nil || v.Need.Answers != nil {
		t.Errorf("before acceptance the agency sees patient %v, note %q, need %+v", v.Patient, v.Note, v.Need)
	}
	if len(w.saw) != 0 {
		t.Errorf("recorded %v, but nothing of the patient was shown", w.saw)
	}
	_, err = w.s.AddMessage(as(rosa), ids["pantry"], "Maria lives at …")
	refused(t, "a message before acceptance", err, fault.Conflict)
	v = w.to(paula, ids["pantry"], Accepted)
	if v.Patient == nil || v.Patient.GivenName != "Maria" || v.Note == "" || v.Withheld != "" {
		t.Errorf("after acceptance the agency sees patient %v, note %q", v.Patient, v.Note)
	}
	w.drain()
	v, err = w.s.Get(as(kim), ids["kitchen"])
	if err != nil || v.Patient != nil || v.Note != "" {
		t.Errorf("the agency that lost sees patient %v, note %q, %v", v.Patient, v.Note, err)
	}
}

func TestCrashWhileAsking(t *testing.T) {
	w := newWorld(t)
	q, ids := w.ask()
	r := w.stored(ids["kitchen"])
	if err := w.s.referrals.Delete(t.Context(), &r); err != nil { // as if the process had ended before it was made
		t.Fatal(err)
	}
	w.drain()
	if r := w.stored(ids["kitchen"]); r.Status != Requested || r.Turn == nil || r.RequestID != q.ID || r.Agency.ID != "kitchen" {
		t.Errorf("the missing referral is %+v, want it asked", r)
	}
}

func TestCrashAfterTheClaim(t *testing.T) {
	w := newWorld(t)
	q, ids := w.ask()
	w.drain()
	claim := Acceptance{ReferralID: ids["pantry"], At: monday, ActorID: "paula", ActorName: "Paula Price", Note: "Today"}
	if err := w.s.claim(t.Context(), q.ID, claim); err != nil {
		t.Fatal(err)
	}
	w.drain() // the process ended here and the relay goes on
	r := w.stored(ids["pantry"])
	if last := r.History[len(r.History)-1]; r.Status != Accepted || last.ByID != "paula" || last.Note != "Today" {
		t.Errorf("the winner is %s, last %+v; want accepted by paula", r.Status, last)
	}
	if r := w.stored(ids["kitchen"]); r.Status != Cancelled {
		t.Errorf("the other is %s, want cancelled", r.Status)
	}
}

func TestRelayMayFinishAnAcceptanceFirst(t *testing.T) {
	w := newWorld(t)
	q, ids := w.ask()
	ctx := keyed(paula, "k", "accept")
	in := give(Accepted)
	in.Version = 1
	m := mover{s: w.s, actor: paula, in: in}
	r := w.stored(ids["pantry"])
	if err := m.move(ctx, &r); err != nil { // claimed, not yet written
		t.Fatal(err)
	}
	if err := w.s.followRequest(t.Context(), q.ID); err != nil {
		t.Fatal(err)
	}
	r = w.stored(ids["pantry"])
	if err := m.move(ctx, &r); err != errNothingToDo {
		t.Errorf("the second try = %v, want nothing to do", err)
	}
	if v, err := w.s.Move(ctx, ids["pantry"], in); err != nil || v.Status != Accepted {
		t.Errorf("the same request again = %s, %v; want accepted", v.Status, err)
	}
	unkeyed := mover{s: w.s, actor: paula, in: in, claimed: m.claimed}
	if err := unkeyed.move(as(paula), &r); err != errNothingToDo {
		t.Errorf("the second try without a key = %v, want nothing to do", err)
	}
}

func TestWinnerWithdrawnInTheSameMoment(t *testing.T) {
	w := newWorld(t)
	q, ids := w.ask()
	w.drain()
	claim := Acceptance{ReferralID: ids["pantry"], At: monday, ActorID: "paula"}
	if err := w.s.claim(t.Context(), q.ID, claim); err != nil {
		t.Fatal(err)
	}
	w.to(rosa, ids["pantry"], Cancelled) // between the claim and the winner's own write
	w.drain()
	w.clock.Add(time.Minute)
	if v := w.to(kim, ids["kitchen"], Accepted); v.Status != Accepted {
		t.Errorf("the next agency: %s, want accepted", v.Status)
	}
	w.drain()
	if r := w.stored(ids["shelter"]); r.Status != Cancelled || r.Reason != "accepted-elsewhere" {
		t.Errorf("the third: %s, %s; want cancelled, accepted-elsewhere", r.Status, r.Reason)
	}
}

func TestRequestReplayFillsWhatIsMissing(t *testing.T) {
	w := newWorld(t)
	c := w.record(consent())
	in := SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: []string{"s-pantry", "s-kitchen"}, ConsentID: c.ID}
	sent, err := w.s.Send(keyed(rosa, "k", "a"), in)
	if err != nil {
		t.Fatal(err)
	}
	r := w.stored(sent.Request.Referrals[1].ID)
	if err := w.s.referrals.Delete(t.Context(), &r); err != nil {
		t.Fatal(err)
	}
	again, err := w.s.Send(keyed(rosa, "k", "a"), in)
	if err != nil || len(again.Request.Referrals) != 2 {
		t.Errorf("the same request again has %d referrals, %v; want 2", len(again.Request.Referrals), err)
	}
	if _, err := w.s.requests.Get(t.Context(), docstore.NewID(keyed(rosa, "k", "a"), "rosa")); err != nil {
		t.Errorf("the request's id is not made of the key: %v", err)
	}
}
