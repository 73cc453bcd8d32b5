package figures

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
)

// now is where the clock of the tests stands.
var now = time.Date(2026, 3, 18, 17, 30, 0, 0, time.UTC)

// The people of the tests.
var (
	sam = identity.Actor{ID: "sam", Role: identity.Supervisor, OrganizationID: "clinic"}
	net = identity.Actor{ID: "net", Role: identity.NetworkAdmin, OrganizationID: "network"}
	chw = identity.Actor{ID: "rosa", Role: identity.CHW, OrganizationID: "clinic"}
)

// book holds referrals and patients as their rooms would.
type book struct {
	referrals map[string]referrals.Referral
	patients  map[string]patients.Patient
}

func newBook() *book {
	return &book{map[string]referrals.Referral{}, map[string]patients.Patient{}}
}

func (b *book) Open(_ context.Context, ids []string) (map[string]referrals.Referral, error) {
	out := map[string]referrals.Referral{}
	for _, id := range ids {
		if r, ok := b.referrals[id]; ok {
			out[id] = r
		}
	}
	return out, nil
}

func (b *book) All(_ context.Context, after string) iter.Seq2[referrals.Referral, error] {
	return func(yield func(referrals.Referral, error) bool) {
		for _, id := range b.ids() {
			if id > after && !yield(b.referrals[id], nil) {
				return
			}
		}
	}
}

func (b *book) ids() []string {
	var ids []string
	for id := range b.referrals {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (b *book) OpenMany(_ context.Context, ids []string) (map[string]patients.Patient, error) {
	out := map[string]patients.Patient{}
	for _, id := range ids {
		out[id] = b.patients[id]
	}
	return out, nil
}

// tester is what tests and property tests have in common.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// opened is the room over the book; more than one may share a store.
func opened(t tester, b *book, n int) (rooms []*Service, done func()) {
	t.Helper()
	ctx := context.Background()
	e, err := sqlite.OpenMemory(ctx)
	if err != nil {
		t.Fatalf("open the store: %v", err)
	}
	for range n {
		s, err := New(ctx, e, Options{Now: clock.NewFake(now).Now, Referrals: b, Patients: b})
		if err != nil {
			t.Fatalf("New: %v", err)
		}
		rooms = append(rooms, s)
	}
	return rooms, func() { _ = e.Close() }
}

func as(a identity.Actor) context.Context { return identity.With(context.Background(), a) }

// report answers figures that must be there.
func (s *Service) mustReport(t tester, a identity.Actor, f Filter, by Dimension) Report {
	t.Helper()
	r, err := s.Report(as(a), f, by)
	if err != nil {
		t.Fatalf("Report(%+v, %s): %v", f, by, err)
	}
	return r
}

// filled is a room whose table holds the facts.
func filled(facts ...Fact) *Service {
	s := &Service{Options: Options{Now: clock.NewFake(now).Now}, table: newTable(), loaded: true}
	for i := range facts {
		f := &facts[i]
		if f.ID == "" {
			f.ID = fmt.Sprint("r", i)
		}
		f.Of, f.Kind = max(f.Of, 1), max(f.Kind, Counted)
	}
	s.table.set(facts...)
	return s
}

// many makes n facts of people of their own from the first number on.
func many(n, first int, f Fact) []Fact {
	out := make([]Fact, n)
	for i := range out {
		out[i] = f
		out[i].Person = uint32(first + i)
		if out[i].Sent == 0 {
			out[i].Sent = now.AddDate(0, 0, -30).UnixMilli()
		}
	}
	return out
}

func is(t *testing.T, what string, got *int, want int) {
	t.Helper()
	switch {
	case got == nil && want >= 0:
		t.Errorf("%s is hidden, want %d", what, want)
	case got != nil && *got != want:
		t.Errorf("%s = %d, want %d", what, *got, want)
	}
}

// hidden is what [is] takes for a number that must not be told.
const hidden = -1
