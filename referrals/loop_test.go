package referrals

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

func TestTwoDifferentAnswersAreATask(t *testing.T) {
	no := false
	for _, tt := range []struct {
		name string
		said Confirmation
		task bool
	}{
		{"the patient got nothing", Confirmation{Received: ReceivedNo, NeedResolved: &no, By: "patient"}, true},
		{"the patient got a part", Confirmation{Received: ReceivedPartly, By: "patient"}, false},
		{"nobody knows", Confirmation{Received: ReceivedUnknown, By: "worker"}, false},
	} {
		w := newWorld(t)
		id := w.refer()
		w.to(paula, id, Accepted)
		w.to(paula, id, Completed)
		if _, err := w.s.Confirm(as(rosa), id, tt.said); err != nil {
			t.Fatal(err)
		}
		w.drain()
		p, err := w.s.Tasks(as(rosa), TaskList{})
		if err != nil || (len(p.Items) == 1) != tt.task {
			t.Errorf("%s: tasks = %d, %v; want one: %t", tt.name, len(p.Items), err, tt.task)
		}
		m := w.stored(id).Measures
		if m.Claimed.Value != "yes" || m.Claimed.Source != "agency" || m.ServiceReceived.Source != tt.said.By {
			t.Errorf("%s: claimed %+v, received %+v; want both kept apart", tt.name, m.Claimed, m.ServiceReceived)
		}
	}
}

func TestLogOnly(t *testing.T) {
	w := newWorld(t)
	in := SendInput{PatientID: "maria", NeedID: "food", ServiceIDs: []string{"s-park"}, LogOnly: true}
	sent, err := w.s.Send(as(rosa), in)
	if err != nil {
		t.Fatal(err)
	}
	w.drain()
	id := sent.Referral.ID
	r := w.stored(id)
	if r.Turn == nil || r.Turn.Party != Sender || r.Agency.Name != "The park" || r.Measures.Closed != nil {
		t.Errorf("turn %+v, agency %+v, closed %+v; want the sender to ask the patient", r.Turn, r.Agency, r.Measures.Closed)
	}
	same(t, "told", w.told(), []string(nil))
	in.ServiceIDs = []string{"s-pantry"}
	sent, err = w.s.Send(as(rosa), in)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.s.Get(as(paula), sent.Referral.ID)
	refused(t, "what was told to the patient alone", err, fault.NotFound)
	if p, err := w.s.List(as(paula), ListInput{}); err != nil || len(p.Items) != 0 {
		t.Errorf("the pantry's inbox = %d, %v; want none", len(p.Items), err)
	}
	in.ServiceIDs = []string{"s-park", "s-kitchen"}
	_, err = w.s.Send(as(rosa), in)
	refused(t, "two at once", err, fault.Invalid)
	yes := true
	if v, err := w.s.Confirm(as(rosa), id, Confirmation{Received: ReceivedYes, NeedResolved: &yes, By: "patient"}); err != nil || !v.Settled {
		t.Errorf("Confirm = %+v, %v", v.Settled, err)
	}
}

func TestWaitlist(t *testing.T) {
	w := newWorld(t)
	w.someID = w.refer()
	for _, id := range []string{"a", "b"} {
		w.plant(id, monday, Accepted)
		w.clock.Add(time.Minute)
		if _, err := w.s.Move(as(paula), id, MoveInput{To: OnHold, Reason: reasonWaitlist, Version: 1}); err != nil {
			t.Fatal(err)
		}
	}
	position := func(id string, want int) {
		t.Helper()
		l, err := w.s.waitlist(t.Context(), w.stored(id))
		if err != nil || l == nil || l.Position != want {
			t.Errorf("waitlist of %s = %+v, %v; want position %d", id, l, err, want)
		}
	}
	position("a", 1)
	position("b", 2)
	if n, err := w.s.Waiting(t.Context(), "s-pantry", "s-kitchen"); len(n) != 1 || n["s-pantry"] != 2 || err != nil {
		t.Errorf("Waiting = %v, %v; want 2 for the pantry alone", n, err)
	}
	list, err := w.s.WaitingList(as(paula), "s-pantry", "")
	if err != nil || len(list.Items) != 2 || list.Items[0].ID != "a" || list.Items[1].Waitlist.Position != 2 {
		t.Errorf("WaitingList = %+v, %v; want a before b", list.Items, err)
	}
	_, err = w.s.WaitingList(as(kim), "s-pantry", "")
	refused(t, "the list of another agency", err, fault.NotFound)
	_, err = w.s.WaitingList(as(rosa), "s-pantry", "")
	refused(t, "the list for a sender", err, fault.Forbidden)
	w.to(paula, "a", InProgress)
	position("b", 1)
	if l, err := w.s.waitlist(t.Context(), w.stored("a")); err != nil || l != nil {
		t.Errorf("waitlist of one that goes on = %+v, %v; want none", l, err)
	}
}

func TestWarnings(t *testing.T) {
	w := newWorld(t)
	kinds := func(in SendInput) []WarningKind {
		t.Helper()
		in.PatientID = "maria"
		list, err := w.s.Warnings(as(rosa), in)
		if err != nil {
			t.Fatal(err)
		}
		out := []WarningKind{}
		for _, l := range list {
			out = append(out, l.Kind)
		}
		return out
	}
	same(t, "nothing sent", kinds(SendInput{NeedID: "food", ServiceIDs: []string{"s-pantry"}}), []WarningKind{})
	id := w.refer()
	same(t, "the need", kinds(SendInput{NeedID: "food", ServiceIDs: []string{"s-kitchen"}}), []WarningKind{WarnNeedOpen})
	same(t, "the service", kinds(SendInput{NeedID: "housing", ServiceIDs: []string{"s-pantry"}}), []WarningKind{WarnServiceOpen})
	same(t, "the agency", kinds(SendInput{NeedID: "housing", ServiceIDs: []string{"s-pantry-2"}}), []WarningKind{WarnAgencyOpen})
	same(t, "in its place", kinds(SendInput{NeedID: "food", ServiceIDs: []string{"s-kitchen"}, Succeeds: id}), []WarningKind{})
	w.to(paula, id, Rejected)
	if _, err := w.s.Confirm(as(rosa), id, Confirmation{Received: ReceivedNo, By: "patient"}); err != nil {
		t.Fatal(err)
	}
	same(t, "lately", kinds(SendInput{NeedID: "food", ServiceIDs: []string{"s-kitchen"}}), []WarningKind{WarnNeedRecent})
	w.clock.Add(recently)
	same(t, "long ago", kinds(SendInput{NeedID: "food", ServiceIDs: []string{"s-kitchen"}}), []WarningKind{})
	_, err := w.s.Warnings(as(otto), SendInput{PatientID: "maria"})
	refused(t, "another clinic", err, fault.NotFound)
}

func TestHandOver(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	if _, err := w.s.raiseFor(t.Context(), "talk", w.stored(id), Task{Kind: TaskTalk}); err != nil {
		t.Fatal(err)
	}
	_, err := w.s.HandOver(as(rosa), "rosa", "sam")
	refused(t, "by a worker", err, fault.Forbidden)
	_, err = w.s.HandOver(as(sam), "rosa", "otto")
	refused(t, "to another clinic's worker", err, fault.Invalid)
	_, err = w.s.HandOver(as(sam), "sam", "sam")
	refused(t, "to the same person", err, fault.Invalid)
	for _, want := range []int{2, 0} {
		if n, err := w.s.HandOver(as(sam), "rosa", "sam"); n != want || err != nil {
			t.Errorf("HandOver = %d, %v; want %d", n, err, want)
		}
	}
	if w.stored(id).Worker != (Ref{"sam", "Sam Stone"}) {
		t.Errorf("worker = %+v", w.stored(id).Worker)
	}
	if r, n, err := w.s.OpenWork(as(sam), "sam"); r != 1 || n != 1 || err != nil {
		t.Errorf("OpenWork = %d, %d, %v; want 1 and 1", r, n, err)
	}
}

func TestTheWorkOfADisabledUserGoesToASupervisor(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	changed := []docstore.Event{{ID: "e", Type: "user.changed", DocumentID: "rosa", Data: []byte(`{"userId":"rosa"}`)}}
	if err := w.s.followUsers(t.Context(), changed); err != nil || w.stored(id).Worker.ID != "rosa" {
		t.Errorf("worker = %s, %v; want Rosa, who is not disabled", w.stored(id).Worker.ID, err)
	}
	w.users["clinic"][0].Disabled = true
	if err := w.s.followUsers(t.Context(), changed); err != nil || w.stored(id).Worker.ID != "sam" {
		t.Errorf("worker = %s, %v; want Sam", w.stored(id).Worker.ID, err)
	}
}

// Two agencies accept one request at the same moment, a thousand times: one
// wins, the other is told so, and its referral is settled.
func TestTwoAgenciesAcceptAtOnce(t *testing.T) {
	w := newWorld(t)
	races := 1000
	if testing.Short() {
		races = 100
	}
	template := w.send("s-pantry", "s-kitchen").Request
	q, err := w.s.requests.Get(t.Context(), template.ID)
	if err != nil {
		t.Fatal(err)
	}
	for n := range races {
		q := q
		q.Meta = docstore.Meta{ID: askedID("race", time.Unix(int64(n), 0).String())}
		q.First.Need.ID = "food/" + q.ID
		q.Asked = []Asked{q.Asked[0], q.Asked[1]}
		for i := range q.Asked {
			q.Asked[i].ReferralID = askedID(q.ID, q.Asked[i].Service.ID)
		}
		if err := w.s.requests.Insert(t.Context(), &q); err != nil {
			t.Fatal(err)
		}
		if err := w.s.fill(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		var wins, conflicts atomic.Int64
		var wg sync.WaitGroup
		for _, a := range q.Asked {
			actor := paula
			if a.Agency.ID == "kitchen" {
				actor = kim
			}
			wg.Go(func() {
				switch _, err := w.s.Move(as(actor), a.ReferralID, give(Accepted)); {
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
		if wins.Load() != 1 || conflicts.Load() != 1 {
			t.Fatalf("race %d: %d wins and %d conflicts, want one each", n, wins.Load(), conflicts.Load())
		}
	}
}
