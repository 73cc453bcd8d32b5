package referrals

import (
	"context"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/screening"
)

// The world's directory has one candidate for each service, whatever the need.
func (w *directoryOfWorld) Candidates(_ context.Context, s directory.Seeker, _ string, _ int) ([]directory.Candidate, error) {
	w.seeker = s
	var out []directory.Candidate
	for _, id := range []string{"s-pantry", "s-pantry-2", "s-kitchen", "s-shelter", "s-park"} {
		d := w.doc[id].Service
		out = append(out, directory.Candidate{Service: directory.ServiceSummary{ServiceFacts: directory.ServiceFacts{ID: id, OrganizationID: d.OrganizationID}}})
	}
	return out, nil
}

func (w *directoryOfWorld) Match(_ directory.Seeker, _ string, cs []directory.Candidate, _ time.Time) []directory.Match {
	var out []directory.Match
	for _, c := range cs {
		out = append(out, directory.Match{Service: c.Service})
	}
	return out
}

func (w *world) matched() []string {
	w.t.Helper()
	ms, err := w.s.Matches(as(rosa), "maria", "food")
	if err != nil {
		w.t.Fatalf("Matches: %v", err)
	}
	out := []string{}
	for _, m := range ms {
		id := m.Service.ID
		if !m.AcceptsReferrals {
			id += " by phone"
		}
		out = append(out, id)
	}
	return out
}

func TestMatches(t *testing.T) {
	w := newWorld(t)
	same(t, "matches", w.matched(), []string{"s-pantry", "s-pantry-2", "s-kitchen", "s-shelter", "s-park by phone"})
	age := 35.0
	same(t, "seeker", w.seeker, directory.Seeker{PostalCode: "94109", Languages: []string{"es"}, Age: &age})

	id := w.refer()
	same(t, "matches while the pantry has it", w.matched(), []string{"s-kitchen", "s-shelter", "s-park by phone"})
	w.to(paula, id, Rejected)
	next, err := w.s.NextBest(as(rosa), id)
	if err != nil || len(next) != 3 || next[0].Service.ID != "s-kitchen" {
		t.Errorf("NextBest = %v, %v; want the kitchen first", next, err)
	}
	w.clock.Add(time.Hour)
	other := w.send("s-kitchen").Referral.ID // settles the one that was declined
	w.to(rosa, other, Cancelled)
	if _, err := w.s.Confirm(as(rosa), other, Confirmation{Received: ReceivedNo, By: "patient"}); err != nil {
		t.Fatal(err)
	}
	same(t, "matches after the pantry declined and the kitchen was called off", w.matched(), []string{"s-kitchen", "s-shelter", "s-park by phone"})
	w.clock.Add(triedFor)
	same(t, "matches long after", w.matched(), []string{"s-pantry", "s-pantry-2", "s-kitchen", "s-shelter", "s-park by phone"})
}

func TestMatchesOfOthersDoNotExist(t *testing.T) {
	w := newWorld(t)
	id := w.refer()
	for name, err := range map[string]error{
		"another clinic":         last(w.s.Matches(as(otto), "maria", "food")),
		"another patient's need": last(w.s.Matches(as(rosa), "maria", "omarfood")),
		"no need":                last(w.s.Matches(as(rosa), "maria", "nope")),
		"next best of others":    last(w.s.NextBest(as(otto), id)),
	} {
		refused(t, name, err, fault.NotFound)
	}
	refused(t, "an agency", last(w.s.Matches(as(paula), "maria", "food")), fault.Forbidden)
	if got := w.needStatus("food"); got != screening.NeedInProgress {
		t.Errorf("need = %s", got)
	}
}

func last[T any](_ T, err error) error { return err }
