package directory_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// world is a directory over an in-memory store and index, on a Monday at 10:00
// in San Francisco.
type world struct {
	*testing.T
	engine docstore.Engine
	dir    *directory.Directory
	index  *flaky
	clock  *clock.Fake
	relay  *docstore.Relay
}

// flaky is an index that can be away.
type flaky struct {
	directory.Index
	away bool
	// building is called when all has been read for a rebuild; nil for nothing.
	building func()
}

func (f *flaky) Rebuild(ctx context.Context, entries iter.Seq2[directory.Entry, error]) error {
	return f.Index.Rebuild(ctx, func(yield func(directory.Entry, error) bool) {
		for e, err := range entries {
			if !yield(e, err) {
				return
			}
		}
		if f.building != nil {
			f.building()
		}
	})
}

var errAway = fault.New(fault.Transient, "Search is not available right now. Try again in a minute.")

func (f *flaky) Search(ctx context.Context, q directory.Query) (directory.Results, error) {
	if f.away {
		return directory.Results{}, errAway
	}
	return f.Index.Search(ctx, q)
}

func (f *flaky) Apply(ctx context.Context, changes []directory.Change) error {
	if f.away {
		return errAway
	}
	return f.Index.Apply(ctx, changes)
}

func newWorld(t *testing.T, o directory.Options) *world {
	t.Helper()
	e, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{T: t, engine: e, index: &flaky{Index: memory.New()}, clock: clock.NewFake(time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC))}
	o.Now = w.clock.Now
	if w.dir, err = directory.New(t.Context(), e, w.index, o); err != nil {
		t.Fatal(err)
	}
	w.relay, err = docstore.NewRelay(t.Context(), e, docstore.RelayOptions{Now: w.clock.Now, Consumers: []docstore.Consumer{w.dir.Consumer()}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// as is a context in which somebody of the role and organization acts.
func (w *world) as(role identity.Role, organization string) context.Context {
	return identity.With(w.Context(), identity.Actor{ID: string(role) + "@" + organization, Role: role, OrganizationID: organization})
}

func (w *world) network() context.Context { return w.as(identity.NetworkAdmin, "network") }
func (w *world) chw() context.Context     { return w.as(identity.CHW, "clinic") }

// drain delivers all events.
func (w *world) drain() {
	w.Helper()
	if err := w.relay.Drain(w.Context()); err != nil {
		w.Fatal(err)
	}
}

func (w *world) organization(id, name string) {
	w.Helper()
	_, err := w.dir.PutOrganization(w.network(), directory.OrganizationDoc{
		Organization: directory.Organization{ID: id, Name: name, Description: name, Phones: []directory.Phone{{Number: "415-555-0100"}}},
	})
	if err != nil {
		w.Fatalf("PutOrganization(%s): %v", id, err)
	}
}

func (w *world) location(id, organization string, change func(*directory.LocationDoc)) {
	w.Helper()
	lat, lng := 37.7955, -122.4222
	l := directory.LocationDoc{Location: directory.Location{
		ID: id, OrganizationID: organization, Name: "Place " + id, LocationType: directory.Physical, Latitude: &lat, Longitude: &lng,
		Addresses: []directory.Address{{
			Address1: "1 Main Street", City: "San Francisco", StateProvince: "CA", PostalCode: "94109", Country: "US", AddressType: directory.Physical,
		}},
	}}
	if change != nil {
		change(&l)
	}
	if _, err := w.dir.PutLocation(w.network(), l); err != nil {
		w.Fatalf("PutLocation(%s): %v", id, err)
	}
}

// pantry is a service of the organization "pantry" at the location "p1".
func pantry(change func(*directory.ServiceDoc)) directory.ServiceDoc {
	s := directory.ServiceDoc{Service: directory.Service{
		ID: "food", OrganizationID: "pantry", Name: "Food Pantry", Status: directory.Active,
		Languages:          []directory.Language{{Name: "Spanish"}, {Code: "en"}},
		ServiceAreas:       []directory.ServiceArea{{Name: "San Francisco County"}},
		Schedules:          []directory.Schedule{{Freq: "WEEKLY", ByDay: "MO,TU", OpensAt: "09:00", ClosesAt: "17:00"}},
		FeesDescription:    "Free",
		ServiceAtLocations: []directory.ServiceAtLocation{{ID: "food@p1", LocationID: "p1"}},
	}}
	if change != nil {
		change(&s)
	}
	return s
}

func (w *world) put(s directory.ServiceDoc) directory.ServiceDoc {
	w.Helper()
	out, err := w.dir.PutService(w.network(), s)
	if err != nil {
		w.Fatalf("PutService(%s): %v", s.Service.ID, err)
	}
	return out
}

// pantryWorld has the food pantry, found by the index.
func pantryWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, directory.Options{})
	w.organization("pantry", "Mission Pantry")
	w.location("p1", "pantry", nil)
	w.put(pantry(nil))
	w.drain()
	return w
}

func (w *world) search(in directory.Search) directory.SearchPage {
	w.Helper()
	p, err := w.dir.Search(w.chw(), in)
	if err != nil {
		w.Fatalf("Search(%+v): %v", in, err)
	}
	return p
}

func ids(p directory.SearchPage) []string {
	out := []string{}
	for _, s := range p.Items {
		out = append(out, s.ID)
	}
	return out
}
