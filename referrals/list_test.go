package referrals

import (
	"errors"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// plant stores a referral of the pantry as if it had been sent at that time.
func (w *world) plant(id string, since time.Time, status Status) {
	w.t.Helper()
	r := w.stored(w.someID)
	r.ID, r.Version, r.Need.ID, r.Status = id, 0, id, status
	r.startTurn(act{at: since, calendar: testCalendar})
	r.Ladder = nil // as if it had been sent before there were ladders
	if err := w.s.referrals.Insert(as(rosa), &r); err != nil {
		w.t.Fatalf("plant %s: %v", id, err)
	}
}

func ids(vs []View) []string {
	out := []string{}
	for _, v := range vs {
		out = append(out, v.ID)
	}
	return out
}

func TestList(t *testing.T) {
	w := newWorld(t)
	w.someID = w.refer()
	w.plant("a", monday.Add(-time.Hour), Requested)
	w.plant("b", monday.Add(-time.Hour), Requested)
	w.plant("c", monday.Add(-200*time.Hour), Accepted)
	w.plant("d", monday.Add(-300*time.Hour), Rejected)
	w.plant("e", monday, Draft)
	settled := w.stored(w.someID)
	w.to(rosa, settled.ID, EnteredInError)
	first := settled.ID

	tests := []struct {
		name  string
		actor identity.Actor
		in    ListInput
		want  []string
	}{
		{"the agency's inbox, by due time then id, settled last", paula, ListInput{}, []string{"d", "c", "a", "b", first}},
		{"what the clinic sent, drafts too", rosa, ListInput{}, []string{"d", "c", "a", "b", "e", first}},
		{"one status", paula, ListInput{Status: Requested}, []string{"a", "b"}},
		{"the agency's turn", paula, ListInput{Turn: Agency}, []string{"c", "a", "b"}},
		{"the sender's turn", rosa, ListInput{Turn: Sender}, []string{"d", "e"}},
		{"overdue", paula, ListInput{Overdue: true}, []string{"d", "c"}},
		{"overdue of a status", rosa, ListInput{Status: Accepted, Overdue: true}, []string{"c"}},
		{"another agency", kim, ListInput{}, []string{}},
		{"another clinic", otto, ListInput{}, []string{}},
		{"the inbox of a clinic", rosa, ListInput{Box: Inbox}, []string{}},
	}
	for _, tt := range tests {
		p, err := w.s.List(as(tt.actor), tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		same(t, tt.name, ids(p.Items), tt.want)
		if n, err := w.s.Count(as(tt.actor), tt.in); err != nil || n != len(tt.want) {
			t.Errorf("%s: Count = %d, %v, want %d", tt.name, n, err, len(tt.want))
		}
	}
	for name, in := range map[string]ListInput{
		"an unknown box": {Box: "outbox"}, "an unknown status": {Status: "lost"}, "an unknown party": {Turn: "both"},
		"status and turn": {Status: Requested, Turn: Agency}, "a foreign cursor": {Cursor: "x"},
	} {
		_, err := w.s.List(as(rosa), in)
		refused(t, name, err, fault.Invalid)
	}
	_, err := w.s.List(as(netAdmin), ListInput{})
	refused(t, "the network's list", err, fault.Forbidden)
	_, err = w.s.Count(as(netAdmin), ListInput{})
	refused(t, "the count of the network's list", err, fault.Forbidden)

	counts, err := w.s.Counts(as(paula), Inbox)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "counts", counts, map[Status]int{Requested: 2, Accepted: 1, Rejected: 1, EnteredInError: 1})
}

func TestListPages(t *testing.T) {
	w := newWorld(t)
	w.someID = w.refer()
	want := []string{}
	for _, id := range []string{"a", "b", "c", "d", "e", "f"} {
		w.plant(id, monday.Add(-time.Hour), Requested)
		want = append(want, id)
	}
	want = append(want, w.someID)
	got := []string{}
	in := ListInput{Limit: 2}
	for {
		p, err := w.s.List(as(paula), in)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, ids(p.Items)...)
		if in.Cursor = p.Next; in.Cursor == "" {
			break
		}
	}
	same(t, "all pages", got, want)
}

func TestListRecordsOnceAnHour(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	for range 3 {
		if _, err := w.s.List(as(paula), ListInput{}); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "recorded", w.saw, []string{"paula referral.listed maria referrals/" + id})
	w.clock.Add(seenFor)
	if _, err := w.s.List(as(paula), ListInput{}); err != nil {
		t.Fatal(err)
	}
	if len(w.saw) != 2 {
		t.Errorf("recorded %v, want once more after an hour", w.saw)
	}
	if _, err := w.s.List(as(rosa), ListInput{}); err != nil || len(w.saw) != 2 {
		t.Errorf("recorded %v, %v; the own clinic's list is not a disclosure", w.saw, err)
	}
}

func TestListIsNotAnsweredUnrecorded(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	w.broken = errors.New("the trail is away")
	for range 2 { // the second time it is still not recorded
		if p, err := w.s.List(as(paula), ListInput{}); !errors.Is(err, w.broken) {
			t.Errorf("List = %d referrals, %v; want the error of the trail", len(p.Items), err)
		}
	}
	w.broken = nil
	if _, err := w.s.List(as(paula), ListInput{}); err != nil {
		t.Fatal(err)
	}
	same(t, "recorded", w.saw, []string{"paula referral.listed maria referrals/" + id})
}

func TestListHidesPrivateNeeds(t *testing.T) {
	w := newWorld(t)
	c := violenceConsent()
	c.Recipients.OrganizationIDs = []string{"pantry"}
	c = w.record(c)
	_, err := w.s.Send(as(rosa), SendInput{PatientID: "maria", NeedID: "violence", ServiceIDs: []string{"s-pantry"}, ConsentID: c.ID})
	if err != nil {
		t.Fatal(err)
	}
	p, err := w.s.List(as(paula), ListInput{})
	if err != nil || len(p.Items) != 1 || p.Items[0].Need != nil {
		t.Errorf("List = %+v, %v; want one without its need", p.Items, err)
	}
	v, err := w.s.Get(as(paula), p.Items[0].ID)
	if err != nil || v.Need == nil {
		t.Errorf("Get shows need %v, %v; want it on the referral's own page", v.Need, err)
	}
}
