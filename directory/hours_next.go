package directory

import (
	"fmt"
	"slices"
	"time"
)

// lookAhead is how many days NextChange looks ahead.
const lookAhead = 35

// NextChange finds the next instant after t at which the place opens, closes
// or is no longer known to be either, and what it then is. ok is false when
// nothing changes within five weeks.
func (h *Hours) NextChange(t time.Time) (at time.Time, to Openness, ok bool) {
	if h == nil {
		return time.Time{}, OpenUnknown, false
	}
	now := h.At(t)
	for _, edge := range h.edges(t, lookAhead) {
		if !edge.After(t) {
			continue
		}
		if o := h.At(edge); o != now {
			return edge, o, true
		}
	}
	return time.Time{}, now, false
}

// edges lists, in order, all instants from the day before t on at which
// openness may change.
func (h *Hours) edges(t time.Time, days int32) []time.Time {
	var out []time.Time
	for _, rules := range [][]rule{h.openings, h.closures} {
		for i := range rules {
			r := &rules[i]
			zone := h.zone
			if r.fixed || zone == nil {
				zone = time.FixedZone("", int(r.offset))
			}
			today := dayOf(t.In(zone))
			for day := today - 1; day <= today+days; day++ {
				edge := r.trusted(day) != r.trusted(day-1)
				if r.on(day) {
					out = append(out, wall(day, r.begin, zone), wall(day, r.end, zone))
					edge = edge || r.times != bothKnown
				}
				if edge || r.vague {
					out = append(out, wall(day, 0, zone), wall(day+1, 0, zone))
				}
			}
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// wall is the instant when clocks in the zone show the second of the day.
func wall(day, second int32, zone *time.Location) time.Time {
	y, m, d := date(day).Date()
	return time.Date(y, m, d, 0, 0, int(second), 0, zone)
}

// slot is the length of the intervals that Slots names.
const slot = 30 * time.Minute

// Slots names the half hours of the days from the one of from on in which the
// place is surely open all the time: "1123-0930" for November 23, 9:30 to 10:00.
// Date and time are those in from's location, so that an index can hold
// entries of several zones.
func (h *Hours) Slots(from time.Time, days int) []string {
	return h.slots(from, days, func(begin, end Openness) bool { return begin == Open && end == Open })
}

// UnknownSlots names, in the same way, the half hours in which the place may be
// open but is not surely open all the time.
func (h *Hours) UnknownSlots(from time.Time, days int) []string {
	return h.slots(from, days, func(begin, end Openness) bool {
		return (begin != Closed || end != Closed) && (begin != Open || end != Open)
	})
}

func (h *Hours) slots(from time.Time, days int, has func(begin, end Openness) bool) []string {
	if h == nil {
		return nil
	}
	y, m, d := from.Date()
	var out []string
	start := time.Date(y, m, d, 0, 0, 0, 0, from.Location())
	for end := time.Date(y, m, d+days, 0, 0, 0, 0, from.Location()); start.Before(end); start = start.Add(slot) {
		if has(h.At(start), h.At(start.Add(slot-time.Second))) {
			out = append(out, SlotName(start))
		}
	}
	return out
}

// SlotName is the name of the half hour that t is in, in t's location, as
// [Hours.Slots] writes it.
func SlotName(t time.Time) string {
	return fmt.Sprintf("%02d%02d-%02d%02d", t.Month(), t.Day(), t.Hour(), t.Minute()/30*30)
}

// SlotNames names the half hours from the one from is in to the one before to,
// in from's location, at most those of a week.
func SlotNames(from, to time.Time) []string {
	var out []string
	for at := from.Truncate(slot); at.Before(to) && len(out) < 7*48; at = at.Add(slot) {
		out = append(out, SlotName(at))
	}
	return out
}
