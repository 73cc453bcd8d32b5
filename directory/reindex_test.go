package directory_test

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

func TestReindex(t *testing.T) {
	w := newWorld(t, directory.Options{})
	w.organization("pantry", "Mission Pantry")
	w.location("p1", "pantry", nil)
	w.put(pantry(nil))
	if got := ids(w.search(directory.Search{})); len(got) != 0 {
		t.Fatalf("Search before = %v, want nothing", got)
	}
	if n, err := w.dir.Reindex(w.network()); n != 1 || err != nil {
		t.Errorf("Reindex = %d, %v, want 1 service", n, err)
	}
	if got := ids(w.search(directory.Search{})); len(got) != 1 {
		t.Errorf("Search after = %v, want the pantry", got)
	}
	if _, err := w.dir.Reindex(w.chw()); !fault.Is(err, fault.Forbidden) {
		t.Errorf("Reindex by a health worker = %v, want forbidden", err)
	}
}

// TestReindexKeepsWhatAnotherProcessChanged changes a service after it was
// read, by a process that puts the change into the old index.
func TestReindexKeepsWhatAnotherProcessChanged(t *testing.T) {
	w := pantryWorld(t)
	w.index.building = func() {
		w.put(pantry(func(s *directory.ServiceDoc) { s.Service.Name = "Food Bank" }))
	}
	if n, err := w.dir.Reindex(w.network()); n != 1 || err != nil {
		t.Fatalf("Reindex = %d, %v, want 1 service", n, err)
	}
	if got := ids(w.search(directory.Search{Q: "bank"})); len(got) != 1 {
		t.Errorf("Search after = %v, want the changed service", got)
	}
}

// stopping is an index whose rebuild takes one entry and no more.
type stopping struct{ directory.Index }

func (stopping) Rebuild(_ context.Context, entries iter.Seq2[directory.Entry, error]) error {
	for range entries {
		return errStopped
	}
	return nil
}

var errStopped = errors.New("stopped")

func TestReindexInBatches(t *testing.T) {
	const services = 1203
	d, _ := manyServices(t, services)
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	if n, err := d.Reindex(ctx); n != services || err != nil {
		t.Errorf("Reindex = %d, %v, want %d services", n, err, services)
	}
	found, err := d.Search(ctx, directory.Search{})
	if err != nil || found.Total != services {
		t.Errorf("Search after = %d services, %v, want %d", found.Total, err, services)
	}
}

func TestReindexStops(t *testing.T) {
	_, e := manyServices(t, 1203)
	d, err := directory.New(t.Context(), e, stopping{memory.New()}, directory.Options{LocalIndex: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	if _, err := d.Reindex(ctx); !errors.Is(err, errStopped) {
		t.Errorf("Reindex into an index that stops = %v, want its error", err)
	}
	ended, end := context.WithCancel(ctx)
	end()
	if d, err = directory.New(t.Context(), e, memory.New(), directory.Options{LocalIndex: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Reindex(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("Reindex of a request that ended = %v, want context.Canceled", err)
	}
}

func TestOneReindexAtATime(t *testing.T) {
	for _, tt := range []struct {
		name  string
		local bool
		want  fault.Kind
	}{{"an index of all processes", false, fault.Conflict}, {"an index of this process", true, ""}} {
		w := newWorld(t, directory.Options{LocalIndex: tt.local})
		w.organization("pantry", "Mission Pantry")
		other, err := directory.New(t.Context(), w.engine, memory.New(), directory.Options{Now: w.clock.Now, LocalIndex: tt.local})
		if err != nil {
			t.Fatal(err)
		}
		var second error
		w.index.building = func() { _, second = other.Reindex(w.network()) }
		if _, err := w.dir.Reindex(w.network()); err != nil {
			t.Errorf("%s: Reindex = %v", tt.name, err)
		}
		if tt.want == "" && second != nil || tt.want != "" && !fault.Is(second, tt.want) {
			t.Errorf("%s: another one meanwhile = %v, want kind %q", tt.name, second, tt.want)
		}
		w.index.building = nil
		if _, err := w.dir.Reindex(w.network()); err != nil {
			t.Errorf("%s: Reindex again = %v, want the lease given back", tt.name, err)
		}
	}
}

func TestRefreshIndex(t *testing.T) {
	for _, tt := range []struct {
		local bool
		want  int
	}{{false, 1}, {true, 0}} {
		w := newWorld(t, directory.Options{LocalIndex: tt.local})
		w.organization("pantry", "Mission Pantry")
		w.location("p1", "pantry", nil)
		w.put(pantry(nil))
		var meanwhile error
		w.index.building = func() { _, meanwhile = w.dir.RefreshIndex(t.Context()) }
		if n, err := w.dir.RefreshIndex(t.Context()); n != tt.want || err != nil {
			t.Errorf("RefreshIndex (index in this process: %t) = %d, %v, want %d services", tt.local, n, err, tt.want)
		}
		if meanwhile != nil {
			t.Errorf("RefreshIndex while another one runs = %v, want nothing to do", meanwhile)
		}
	}
}
