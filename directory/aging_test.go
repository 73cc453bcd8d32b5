package directory_test

import (
	"context"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
)

// decided are the network's rules in a test.
type decided struct{ network.Listings }

func (d *decided) Settings(context.Context) (network.Settings, error) {
	return network.Settings{Listings: d.Listings}, nil
}

// age runs the job, as the server does, and delivers what it says.
func (w *world) age() {
	w.Helper()
	if _, err := w.dir.Age(identity.With(w.Context(), identity.SystemActor("job"))); err != nil {
		w.Fatal(err)
	}
	w.drain()
}

func (w *world) found() int {
	w.Helper()
	page, err := w.dir.Search(w.chw(), directory.Search{})
	if err != nil {
		w.Fatal(err)
	}
	return page.Total
}

func TestOldListingsGoFromSearchAndComeBack(t *testing.T) {
	rules := &decided{network.DefaultListings()}
	w := newWorld(t, directory.Options{Rules: rules})
	w.organization("pantry", "Mission Pantry")
	w.location("p1", "pantry", nil)
	w.put(pantry(func(s *directory.ServiceDoc) { s.Service.AssuredDate = "2026-11-01" }))
	w.age()
	if got := w.found(); got != 1 {
		t.Fatalf("found %d services at first, want 1", got)
	}
	rules.HideAfterDays = 400
	w.clock.Add(370 * 24 * time.Hour)
	w.age()
	d, err := w.dir.Detail(w.chw(), "food")
	if err != nil || !d.Stale || d.Hidden || w.found() != 1 {
		t.Errorf("after 370 days: stale %t, hidden %t, found %d, %v, want stale and found", d.Stale, d.Hidden, w.found(), err)
	}
	w.clock.Add(30 * 24 * time.Hour)
	w.age()
	d, err = w.dir.Detail(w.chw(), "food")
	if err != nil || !d.Hidden || w.found() != 0 {
		t.Errorf("after 400 days: hidden %t, found %d, %v, want hidden, not found, but still there by id", d.Hidden, w.found(), err)
	}
	if _, err := w.dir.PublishedService(w.Context(), "food"); !fault.Is(err, fault.NotFound) {
		t.Errorf("PublishedService of a hidden one = %v, want not found", err)
	}
	export, err := w.dir.Export(w.chw())
	if err != nil {
		t.Fatal(err)
	}
	for s := range export.Services() {
		t.Errorf("the export has %s, which is hidden", s.ID)
	}
	rules.HideAfterDays = 0
	w.age()
	if got := w.found(); got != 1 {
		t.Errorf("found %d services when nothing is hidden any more, want 1", got)
	}
}

func TestAgeNeedsTheNetwork(t *testing.T) {
	w := newWorld(t, directory.Options{})
	for _, ctx := range []context.Context{w.chw(), w.as(identity.AgencyAdmin, "mission")} {
		if _, err := w.dir.Age(ctx); !fault.Is(err, fault.Forbidden) {
			t.Errorf("Age = %v, want forbidden", err)
		}
	}
}

func TestAgeTwiceAtOnceSaysItOnce(t *testing.T) {
	w := newWorld(t, directory.Options{})
	w.age()
	w.clock.Add(2 * time.Hour)
	system := identity.With(t.Context(), identity.SystemActor("job"))
	if n, err := w.dir.Age(system); err != nil || n == 0 {
		t.Fatalf("Age after two hours = %d, %v, want steps to look at", n, err)
	}
	if n, err := w.dir.Age(system); err != nil || n != 0 {
		t.Errorf("Age again = %d, %v, want none", n, err)
	}
}
