package directory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/havenloop/havenloop/internal/fault"
)

// Capacity says whether a service takes more people.
type Capacity struct {
	Status    string    `json:"status"` // CapacityOpen, …
	UpdatedAt time.Time `json:"updatedAt,omitzero"`
}

// Room is how many of something there are, for example beds: HSDS
// service_capacity and its unit in one.
type Room struct {
	Unit      string   `json:"unit"` // what is counted, in the plural
	Available float64  `json:"available"`
	Maximum   *float64 `json:"maximum,omitempty"`
}

// CapacityInput says how much room there is: a status, numbers, or both.
type CapacityInput struct {
	// Capacity is CapacityOpen, CapacityWaitlist, CapacityFull or
	// CapacityUnknown; "" leaves it to the numbers.
	Capacity string `json:"capacity,omitempty"`
	// Rooms replace those of before; nil leaves them as they are.
	Rooms []Room `json:"rooms,omitempty"`
	// Version is that of the service which the person saw; 0 for whatever there is.
	Version int64 `json:"version,omitempty"`
}

// Bounds of rooms.
const (
	maxRooms    = 10
	maxRoomSize = 1_000_000
	maxUnitName = 60 // characters
)

// said notes that room was told now, where nobody says when it was.
func (c *Capacity) said(now time.Time) {
	switch c.Status {
	case "":
		c.Status = CapacityUnknown
	case CapacityUnknown:
	default:
		if c.UpdatedAt.IsZero() {
			c.UpdatedAt = now
		}
	}
}

func (in CapacityInput) check() error {
	var f fault.Fields
	f.Check(capacities[in.Capacity] || in.Capacity == "" && in.Rooms != nil, "capacity", "Choose if the service is open, has a waitlist or is full.")
	f.Check(len(in.Rooms) <= maxRooms, "rooms", "Count at most %d kinds of room.", maxRooms)
	seen := map[string]bool{}
	for _, r := range in.Rooms {
		unit := strings.ToLower(strings.TrimSpace(r.Unit))
		f.Check(unit != "" && utf8.RuneCountInString(unit) <= maxUnitName, "rooms", "Say what is counted, for example beds.")
		f.Check(!seen[unit], "rooms", "Name each kind of room once.")
		seen[unit] = true
		f.Check(whole(r.Available) && (r.Maximum == nil || whole(*r.Maximum)), "rooms", "Use whole numbers from 0.")
		f.Check(r.Maximum == nil || r.Available <= *r.Maximum, "rooms", "There cannot be more free than there are in all.")
	}
	return f.Err()
}

func whole(n float64) bool { return n >= 0 && n <= maxRoomSize && n == float64(int64(n)) }

// SayCapacity says how much room a service has. Without a status, free room
// means open, and none means full unless there is a waitlist. It always takes
// effect at once. It needs DirectoryWrite; another agency's service does not
// exist. A version other than 0 and the stored one is a docstore.ErrConflict.
func (d *Directory) SayCapacity(ctx context.Context, serviceID string, in CapacityInput) (ServiceDoc, error) {
	return d.changeService(ctx, serviceID, in.Version, func(s *ServiceDoc) error {
		if err := in.check(); err != nil {
			return err
		}
		if in.Rooms != nil {
			s.Service.Capacities = capacitiesFrom(s.Service, in.Rooms, d.now())
		}
		s.Capacity = Capacity{Status: cmp.Or(in.Capacity, statusOf(in.Rooms, s.Capacity.Status)), UpdatedAt: d.now()}
		return nil
	})
}

// SetCapacity is SayCapacity with a status alone.
func (d *Directory) SetCapacity(ctx context.Context, serviceID, capacity string, version int64) (ServiceDoc, error) {
	return d.SayCapacity(ctx, serviceID, CapacityInput{Capacity: capacity, Version: version})
}

// statusOf is what numbers say of room.
func statusOf(rooms []Room, before string) string {
	switch {
	case len(rooms) == 0:
		return cmp.Or(before, CapacityUnknown)
	case slices.ContainsFunc(rooms, func(r Room) bool { return r.Available > 0 }):
		return CapacityOpen
	case before == CapacityWaitlist:
		return CapacityWaitlist
	default:
		return CapacityFull
	}
}

// capacitiesFrom are the rooms as the standard has them. A unit that the
// service had keeps its id.
func capacitiesFrom(s Service, rooms []Room, now time.Time) []ServiceCapacity {
	var out []ServiceCapacity
	for _, r := range rooms {
		c := ServiceCapacity{ServiceID: s.ID, Unit: &Unit{Name: strings.TrimSpace(r.Unit)}}
		for _, old := range s.Capacities {
			if old.Unit != nil && strings.EqualFold(old.Unit.Name, c.Unit.Name) {
				c = old
			}
		}
		c.Available, c.Maximum, c.Updated = r.Available, r.Maximum, now.UTC().Format(time.RFC3339)
		out = append(out, c)
	}
	return out
}

// Rooms are how many of each kind of room a service has.
func (s Service) Rooms() []Room {
	var out []Room
	for _, c := range s.Capacities {
		if c.Unit != nil && c.Unit.Name != "" {
			out = append(out, Room{Unit: c.Unit.Name, Available: c.Available, Maximum: c.Maximum})
		}
	}
	return out
}
