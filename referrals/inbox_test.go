package referrals

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

var nora = identity.Actor{ID: "nora", Name: "Nora New", Role: identity.AgencyStaff, OrganizationID: "pantry"}

// plantAs stores a referral of the pantry like the first, changed by set.
func (w *world) plantAs(id string, set func(*Referral)) {
	w.t.Helper()
	r := w.stored(w.someID)
	r.ID, r.Version, r.Need.ID = id, 0, id
	set(&r)
	if err := w.s.referrals.Insert(as(rosa), &r); err != nil {
		w.t.Fatalf("plant %s: %v", id, err)
	}
}

func TestListFilters(t *testing.T) {
	w := newWorld(t)
	w.someID = w.refer()
	w.plantAs("urgent", func(r *Referral) { r.Priority = Urgent })
	w.plantAs("other service", func(r *Referral) { r.Service.ID = "s-pantry-2" })
	w.plantAs("housing", func(r *Referral) { r.Need.Domain = "housing-instability" })
	w.plantAs("secret", func(r *Referral) { r.Need.Private = true })
	w.plantAs("sam", func(r *Referral) {
		r.Worker = Ref{sam.ID, sam.Name}
		r.settle(act{at: monday, actor: sam}, SettledMistake, "")
	})
	w.plantAs("hidden need", func(r *Referral) {
		c := consent()
		c.Fields = []Field{FieldContact}
		r.ConsentID = w.record(c).ID
	})
	w.to(paula, "housing", Accepted)
	withdrawn := w.record(consent())
	w.plantAs("withdrawn", func(r *Referral) { r.ConsentID, r.Priority = withdrawn.ID, Urgent })
	if _, err := w.s.RevokeConsent(as(rosa), withdrawn.ID, 0); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		actor identity.Actor
		in    ListInput
		want  []string
	}{
		{"a need, but not one that is private or not shared", paula, ListInput{Need: "housing-instability"}, []string{"housing"}},
		{"a service", paula, ListInput{Service: "s-pantry-2"}, []string{"other service"}},
		{"urgent, but not withdrawn", paula, ListInput{Urgent: true}, []string{"urgent"}},
		{"what I acted on", paula, ListInput{Mine: true}, []string{"housing"}},
		{"what nobody of us acted on", nora, ListInput{Mine: true}, []string{}},
		{"filters together", paula, ListInput{Mine: true, Need: "food-insecurity"}, []string{}},
		{"with a status", paula, ListInput{Service: "s-pantry", Status: Accepted}, []string{"housing"}},
		{"with a turn", paula, ListInput{Mine: true, Turn: Sender}, []string{}},
		{"what is mine at the sender, settled ones not", sam, ListInput{Mine: true}, []string{}},
		{"the sender's by service, without an index for it", rosa, ListInput{Service: "s-pantry-2"}, []string{"other service"}},
		{"the sender's by status and need", rosa, ListInput{Status: Accepted, Need: "housing-instability"}, []string{"housing"}},
		{"another agency", kim, ListInput{Service: "s-pantry-2"}, []string{}},
	} {
		p, err := w.s.List(as(tt.actor), tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		same(t, tt.name, ids(p.Items), tt.want)
	}
}

func TestTally(t *testing.T) {
	w := newWorld(t)
	w.someID = w.refer()
	w.plant("late", monday.Add(-200*time.Hour), Requested)
	w.plantAs("urgent", func(r *Referral) { r.Priority = Urgent })
	w.to(paula, "urgent", Accepted)
	w.plantAs("done", func(r *Referral) { r.settle(act{at: monday, actor: sam}, SettledMistake, "") })
	w.plantAs("declined", func(*Referral) {})
	w.to(paula, "declined", Rejected)
	got, err := w.s.Tally(as(paula), "")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "Tally of the agency", got, Tally{
		ByStatus: map[Status]int{Requested: 3, Accepted: 1, Rejected: 1},
		Ours:     3, Theirs: 1, Settled: 1, Overdue: 1, Mine: 2, Urgent: 1,
	})
	got, err = w.s.Tally(as(rosa), "")
	if err != nil {
		t.Fatal(err)
	}
	if got.Ours != 1 || got.Theirs != 3 || got.Mine != 4 || got.Settled != 1 {
		t.Errorf("Tally of the sender = %+v", got)
	}
	_, err = w.s.Tally(as(paula), "outbox")
	refused(t, "a box that there is not", err, fault.Invalid)
	_, err = w.s.Tally(as(netAdmin), "")
	refused(t, "the network's tally", err, fault.Forbidden)
	_, err = w.s.Tally(t.Context(), "")
	refused(t, "nobody's tally", err, fault.Login)
}

// TestFilteredPages reads a filtered list page by page: each referral that
// passes comes once, in the order of the whole list.
func TestFilteredPages(t *testing.T) {
	w := newWorld(t)
	w.someID = w.refer()
	services := []string{"s-pantry", "s-pantry-2"}
	for i := range 60 {
		w.plantAs("r"+string(rune('a'+i/10))+string(rune('0'+i%10)), func(r *Referral) {
			r.Service.ID = services[i%2]
			if i%3 == 0 {
				r.Priority = Urgent
			}
			r.startTurn(act{at: monday.Add(time.Duration(i%7) * time.Hour), calendar: testCalendar})
		})
	}
	all, err := w.s.List(as(paula), ListInput{Limit: pageMost})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		in := ListInput{
			Limit: rapid.IntRange(1, 20).Draw(t, "limit"), Urgent: rapid.Bool().Draw(t, "urgent"),
			Service: rapid.SampledFrom(append(services, "")).Draw(t, "service"), Need: rapid.SampledFrom([]string{"", "food-insecurity"}).Draw(t, "need"),
		}
		var want []string
		for _, v := range all.Items {
			if (in.Service == "" || v.Service.ID == in.Service) && (!in.Urgent || v.Priority == Urgent) {
				want = append(want, v.ID)
			}
		}
		var got []string
		for range 100 {
			p, err := w.s.List(as(paula), in)
			if err != nil {
				t.Fatalf("List: %v", err)
			}
			if len(p.Items) > in.Limit {
				t.Fatalf("%d referrals on a page of %d", len(p.Items), in.Limit)
			}
			got = append(got, ids(p.Items)...)
			if in.Cursor = p.Next; in.Cursor == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("pages of %+v = %v, want %v", in, got, want)
		}
	})
}

func TestMoveMany(t *testing.T) {
	w := newWorld(t)
	w.someID = w.refer()
	for _, id := range []string{"a", "b", "c", "d"} {
		w.plantAs(id, func(*Referral) {})
	}
	w.to(paula, "b", Acknowledged)
	in := BulkInput{To: Rejected, Reason: "no-capacity", Items: []BulkItem{{"a", 1}, {"b", 1}, {"nowhere", 1}, {"c", 1}}}
	ctx := keyed(paula, "k", "h")
	for range 2 { // sent again, it answers the same
		got, err := w.s.MoveMany(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, r := range got {
			switch {
			case r.Problem != nil:
				said = append(said, r.ID+" "+string(r.Problem.Kind))
			default:
				said = append(said, r.ID+" "+string(r.Referral.Status))
			}
		}
		same(t, "what became of each", said, []string{"a rejected", "b conflict", "nowhere not-found", "c rejected"})
	}
	if r := w.stored("a"); len(r.History) != 2 || r.Reason != "no-capacity" {
		t.Errorf("a = %+v, want one move", r.History)
	}
	got, err := w.s.MoveMany(as(kim), BulkInput{To: Accepted, Items: []BulkItem{{"d", 1}}})
	if err != nil || got[0].Problem == nil || got[0].Problem.Kind != fault.NotFound {
		t.Errorf("another agency's move = %+v, %v, want not found", got, err)
	}
	got, err = w.s.MoveMany(as(paula), BulkInput{To: Rejected, Items: []BulkItem{{"d", 1}}})
	if err != nil || got[0].Problem == nil || got[0].Problem.Kind != fault.Invalid {
		t.Errorf("without a reason = %+v, %v, want it refused", got, err)
	}
	_, err = w.s.MoveMany(as(paula), BulkInput{To: Accepted})
	refused(t, "nothing chosen", err, fault.Invalid)
	_, err = w.s.MoveMany(as(paula), BulkInput{To: Accepted, Items: make([]BulkItem, bulkMost+1)})
	refused(t, "too many", err, fault.Invalid)
	_, err = w.s.MoveMany(as(netAdmin), in)
	refused(t, "the network", err, fault.Forbidden)
}
