package directory_test

import (
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
)

func TestConsumerKeepsTheIndexCurrent(t *testing.T) {
	w := pantryWorld(t)
	name := func() string {
		p := w.search(directory.Search{Needs: []string{"food-insecurity"}})
		if len(p.Items) == 0 {
			return ""
		}
		return p.Items[0].OrganizationName + ", " + p.Items[0].Name + ", " + p.Items[0].LocationName
	}
	before, err := w.dir.ServiceByID(t.Context(), "food")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		what, want string
		change     func()
	}{
		{"organization", "New Pantry, Food Pantry, Place p1", func() { w.organization("pantry", "New Pantry") }},
		{"location", "New Pantry, Food Pantry, Hall", func() {
			w.location("p1", "pantry", func(l *directory.LocationDoc) { l.Location.Name = "Hall" })
		}},
		{"service", "New Pantry, Food Bank, Hall", func() {
			w.put(pantry(func(s *directory.ServiceDoc) { s.Service.Name = "Food Bank" }))
		}},
		{"gone", "", func() {
			w.put(pantry(func(s *directory.ServiceDoc) { s.Service.Status = directory.Defunct }))
		}},
	} {
		w.clock.Add(time.Minute)
		step.change()
		w.drain()
		if got := name(); got != step.want {
			t.Errorf("after a change of the %s: found %q, want %q", step.what, got, step.want)
		}
	}
	after, err := w.dir.ServiceByID(t.Context(), "food")
	if err != nil {
		t.Fatal(err)
	}
	if !after.UpdatedAt.After(before.UpdatedAt) || after.Service.LastModified <= before.Service.LastModified {
		t.Errorf("last_modified = %s, want later than %s", after.Service.LastModified, before.Service.LastModified)
	}
}

func TestChildChangesMoveLastModified(t *testing.T) {
	w := pantryWorld(t)
	w.clock.Add(time.Hour)
	w.location("p1", "pantry", func(l *directory.LocationDoc) { l.Location.Name = "Hall" })
	w.drain()
	s, err := w.dir.ServiceByID(t.Context(), "food")
	if err != nil {
		t.Fatal(err)
	}
	if want := "2026-11-23T19:00:00.000Z"; s.Service.LastModified != want {
		t.Errorf("last_modified after a change of the location = %s, want %s", s.Service.LastModified, want)
	}
}

func TestAccountsOfOrganizationsAreNoChanges(t *testing.T) {
	w := pantryWorld(t)
	w.clock.Add(time.Hour)
	before, err := w.dir.ServiceByID(t.Context(), "food")
	if err != nil {
		t.Fatal(err)
	}
	for i, collection := range []string{"account_organizations", "organizations"} {
		want := before.Version + int64(i)
		e := docstore.Event{Type: "organization.changed", Collection: collection, DocumentID: "pantry", At: w.clock.Now()}
		if err := w.dir.Consumer().Handle(t.Context(), []docstore.Event{e}); err != nil {
			t.Fatal(err)
		}
		after, err := w.dir.ServiceByID(t.Context(), "food")
		if err != nil || after.Version != want {
			t.Errorf("version of a service after a change in %s = %d, %v, want %d", collection, after.Version, err, want)
		}
	}
}

func TestIndexCatchesUpWhenItIsBack(t *testing.T) {
	w := pantryWorld(t)
	w.index.away = true
	w.clock.Add(time.Minute)
	w.put(pantry(func(s *directory.ServiceDoc) { s.Service.Name = "Food Bank" }))
	if err := w.relay.Drain(t.Context()); err == nil {
		t.Error("Drain while the index is away succeeds, want its error")
	}
	w.index.away = false
	w.clock.Add(time.Hour)
	w.drain()
	if got := ids(w.search(directory.Search{Q: "bank"})); len(got) != 1 {
		t.Errorf("Search after the index came back = %v, want the changed service", got)
	}
}
