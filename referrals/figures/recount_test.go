package figures

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
)

// TestFiguresAgainstARecount lets referrals live at random, hands the events to
// two instances several times and in any order, and counts all referrals anew
// by reading them one by one.
func TestFiguresAgainstARecount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBook()
		rooms, done := opened(t, b, 2)
		defer done()
		var events []docstore.Event
		for n := range rapid.IntRange(30, 120).Draw(t, "referrals") {
			events = append(events, live(t, b, fmt.Sprintf("r%03d", n))...)
			if rapid.IntRange(0, 9).Draw(t, "deliver") == 0 {
				deliver(t, rooms, events)
			}
		}
		deliver(t, rooms, events)
		for _, s := range rooms {
			for d, by := range Dimensions[:filters] {
				hold(t, b, s.mustReport(t, net, Filter{}, by), d)
			}
		}
	})
}

// live makes a referral and lets it take some random steps, each with an event.
func live(t *rapid.T, b *book, id string) []docstore.Event {
	patient := fmt.Sprint("p", rapid.IntRange(0, 200).Draw(t, "patient"))
	b.patients[patient] = patients.Patient{
		Address:   patients.Address{PostalCode: rapid.SampledFrom([]string{"", "95351", "95354"}).Draw(t, "zip")},
		Languages: patients.Languages{Spoken: rapid.SampledFrom([]string{"en", "es"}).Draw(t, "language")},
	}
	at := now.AddDate(0, 0, -rapid.IntRange(1, 400).Draw(t, "days"))
	r := referrals.Referral{
		Meta: docstore.Meta{ID: id}, PatientID: patient, CreatedAt: at, Status: referrals.Requested,
		Need:   referrals.NeedRef{Domain: rapid.SampledFrom([]string{"food-insecurity", "housing-instability"}).Draw(t, "need")},
		Agency: referrals.Ref{ID: rapid.SampledFrom([]string{"pantry", "kitchen"}).Draw(t, "agency")}, Sender: referrals.Ref{ID: "clinic"},
		History: []referrals.Step{{At: at, To: referrals.Requested}},
	}
	var events []docstore.Event
	for {
		r.Version++
		b.referrals[id] = r
		events = append(events, docstore.Event{Type: "referral.moved", Collection: "referrals", DocumentID: id, Version: r.Version})
		if rapid.Bool().Draw(t, "stop") {
			return events
		}
		at = at.Add(time.Duration(rapid.IntRange(1, 300).Draw(t, "hours")) * time.Hour)
		step(t, &r, at)
	}
}

// step changes a referral as some move would.
func step(t *rapid.T, r *referrals.Referral, at time.Time) {
	report := func(value, source string) *referrals.Report {
		return &referrals.Report{Value: value, At: at, Source: source}
	}
	switch rapid.SampledFrom([]string{"acknowledge", "complete", "reject", "confirm", "mistake", "remind"}).Draw(t, "step") {
	case "acknowledge":
		r.Measures.Acknowledged = report("yes", "agency")
	case "complete":
		r.Status, r.Reason = referrals.Completed, ""
		r.Measures.Closed, r.Measures.ServiceReceived = report("completed", "agency"), report(rapid.SampledFrom([]string{"yes", "partly", "no"}).Draw(t, "received"), "agency")
	case "reject":
		r.Status, r.Reason, r.Measures.Closed = referrals.Rejected, "no-capacity", report("rejected", "agency")
	case "confirm":
		r.Measures.ServiceReceived = report(rapid.SampledFrom([]string{"yes", "no"}).Draw(t, "said"), "patient")
		r.Measures.NeedResolved = report(rapid.SampledFrom([]string{"yes", "no"}).Draw(t, "resolved"), "patient")
	case "mistake":
		if rapid.IntRange(0, 5).Draw(t, "really") == 0 {
			r.Status = referrals.EnteredInError
		}
	}
}

// deliver hands the events to the consumers of all rooms, shuffled and some twice.
func deliver(t *rapid.T, rooms []*Service, events []docstore.Event) {
	for i, s := range rooms {
		for _, c := range s.Consumers() {
			if !c.Local && i > 0 {
				continue // one instance writes the facts
			}
			some := rapid.Permutation(events).Draw(t, "order")
			if err := c.Handle(as(net), append(some, some[:len(some)/3]...)); err != nil {
				t.Fatalf("%s: %v", c.Name, err)
			}
		}
	}
}

// recounted are the numbers of one group, counted from the referrals.
type recounted struct {
	sent, acknowledged, closed, received, resolved, unhelped int
	people                                                   map[string]bool
}

// recount counts the referrals of the book, apart by a dimension.
func recount(b *book, d int, zips map[string]string) map[string]*recounted {
	out := map[string]*recounted{}
	for _, r := range b.referrals {
		if r.Status == referrals.EnteredInError {
			continue
		}
		value := []string{r.Need.Domain, r.Agency.ID, zips[r.ID], "", quarter(r.CreatedAt.UnixMilli())}[d]
		for _, v := range slices.Compact([]string{"all", value}) {
			g := out[v]
			if g == nil {
				g = &recounted{people: map[string]bool{}}
				out[v] = g
			}
			g.people[r.PatientID] = true
			g.sent++
			got := r.Measures.ServiceReceived != nil && r.Measures.ServiceReceived.Value != "no"
			for n, holds := range map[*int]bool{
				&g.acknowledged: r.Measures.Acknowledged != nil, &g.closed: r.Measures.Closed != nil, &g.received: got,
				&g.resolved: r.Measures.NeedResolved != nil && r.Measures.NeedResolved.Value == "yes",
				&g.unhelped: r.Status == referrals.Rejected && !got || r.Status == referrals.Completed && !got && r.Measures.ServiceReceived != nil,
			} {
				if holds {
					*n++
				}
			}
		}
	}
	return out
}

// hold compares what is told with the recount.
func hold(t *rapid.T, b *book, r Report, d int) {
	if Dimensions[d] == ByZIP || Dimensions[d] == ByLanguage {
		d = 0 // where a patient was when it was sent is only in the facts; the total is held
		r.Lines = nil
	}
	want := recount(b, d, nil)
	all := want["all"]
	if all == nil || r.TooFew {
		if all != nil && len(all.people) >= Fewest {
			t.Errorf("%s: nothing is told of %d people", r.By, len(all.people))
		}
		return
	}
	same(t, "total", r.Total, all)
	others := &recounted{}
	told := map[string]bool{}
	for _, l := range r.Lines {
		if !l.Others {
			told[l.Value] = true
			same(t, l.Value, l, want[l.Value])
		}
	}
	for v := range maps.Keys(want) {
		if v != "all" && !told[v] && r.Lines != nil {
			others.sent += want[v].sent
		}
	}
	for _, l := range r.Lines {
		if l.Others && l.Sent != nil && *l.Sent != others.sent {
			t.Errorf("others: sent %d, want %d", *l.Sent, others.sent)
		}
	}
}

func same(t *rapid.T, what string, l Line, want *recounted) {
	for name, pair := range map[string][2]any{
		"sent": {l.Sent, want.sent}, "acknowledged": {l.Acknowledged, want.acknowledged}, "closed": {l.Closed, want.closed},
		"received": {l.Received, want.received}, "resolved": {l.Resolved, want.resolved}, "unhelped": {l.Unhelped, want.unhelped},
	} {
		if got := pair[0].(*int); got != nil && *got != pair[1].(int) {
			t.Errorf("%s: %s = %d, want %d", what, name, *got, pair[1])
		}
	}
}
