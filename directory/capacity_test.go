package directory_test

import (
	"sync"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

func beds(free float64, all *float64) directory.CapacityInput {
	return directory.CapacityInput{Rooms: []directory.Room{{Unit: "beds", Available: free, Maximum: all}}}
}

func TestNumbersSayIfThereIsRoom(t *testing.T) {
	w := pantryWorld(t)
	admin := w.as(identity.AgencyAdmin, "pantry")
	ten := 10.0
	for _, tt := range []struct {
		name string
		in   directory.CapacityInput
		want string
	}{
		{"some free", beds(3, &ten), directory.CapacityOpen},
		{"none free", beds(0, &ten), directory.CapacityFull},
		{"a waitlist", directory.CapacityInput{Capacity: directory.CapacityWaitlist}, directory.CapacityWaitlist},
		{"none free, and a waitlist", beds(0, &ten), directory.CapacityWaitlist},
		{"free, but closed to new people", directory.CapacityInput{Capacity: directory.CapacityFull, Rooms: beds(3, nil).Rooms}, directory.CapacityFull},
		{"numbers taken back", directory.CapacityInput{Rooms: []directory.Room{}}, directory.CapacityFull},
	} {
		s, err := w.dir.SayCapacity(admin, "food", tt.in)
		if err != nil || s.Capacity.Status != tt.want || !s.Capacity.UpdatedAt.Equal(w.clock.Now()) {
			t.Errorf("%s: capacity = %+v, %v, want %s now", tt.name, s.Capacity, err, tt.want)
		}
		if tt.in.Rooms != nil && len(s.Service.Capacities) != len(tt.in.Rooms) {
			t.Errorf("%s: %d kinds of room, want %d", tt.name, len(s.Service.Capacities), len(tt.in.Rooms))
		}
	}
	if _, err := w.dir.SayCapacity(admin, "food", beds(3, &ten)); err != nil {
		t.Fatal(err)
	}
	w.drain()
	p := w.search(directory.Search{Capacity: []string{directory.CapacityOpen}})
	if p.Total != 1 || len(p.Items[0].Rooms) != 1 || p.Items[0].Rooms[0].Available != 3 {
		t.Errorf("search for room = %+v, want the pantry with 3 of 10 beds", p.Items)
	}
	w.clock.Add(15 * 24 * time.Hour)
	d, err := w.dir.Detail(w.chw(), "food")
	if err != nil || d.Capacity != directory.CapacityUnknown || d.CapacitySaid != directory.CapacityOpen || d.Rooms != nil {
		t.Errorf("after 15 days: %q, said %q, rooms %v, %v, want unknown", d.Capacity, d.CapacitySaid, d.Rooms, err)
	}
}

func TestWrongRoomIsRefused(t *testing.T) {
	w := pantryWorld(t)
	admin, two := w.as(identity.AgencyAdmin, "pantry"), 2.0
	for name, in := range map[string]directory.CapacityInput{
		"nothing":          {},
		"no such status":   {Capacity: "some"},
		"more than all":    beds(3, &two),
		"half a bed":       beds(1.5, nil),
		"less than none":   beds(-1, nil),
		"no unit":          {Rooms: []directory.Room{{Available: 1}}},
		"the same twice":   {Rooms: []directory.Room{{Unit: "beds"}, {Unit: "Beds "}}},
		"too many at once": {Rooms: make([]directory.Room, 11)},
	} {
		if _, err := w.dir.SayCapacity(admin, "food", in); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: SayCapacity = %v, want invalid", name, err)
		}
	}
	if _, err := w.dir.SayCapacity(w.as(identity.AgencyAdmin, "other"), "food", beds(1, nil)); !fault.Is(err, fault.NotFound) {
		t.Errorf("another agency's = %v, want not found", err)
	}
	if _, err := w.dir.SayCapacity(w.chw(), "food", beds(1, nil)); !fault.Is(err, fault.Forbidden) {
		t.Errorf("as a worker = %v, want forbidden", err)
	}
	if _, err := w.dir.SayCapacity(admin, "food", directory.CapacityInput{Capacity: directory.CapacityOpen, Version: 99}); err != docstore.ErrConflict {
		t.Errorf("with another version = %v, want conflict", err)
	}
}

func TestTwoSayRoomAtOnce(t *testing.T) {
	w := pantryWorld(t)
	s, err := w.dir.ServiceByID(t.Context(), "food")
	if err != nil {
		t.Fatal(err)
	}
	errs := make([]error, 2)
	var both sync.WaitGroup
	for i, status := range []string{directory.CapacityOpen, directory.CapacityFull} {
		both.Go(func() {
			_, errs[i] = w.dir.SetCapacity(w.as(identity.AgencyAdmin, "pantry"), "food", status, s.Version)
		})
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("two at once = %v, want one of them refused", errs)
	}
}
