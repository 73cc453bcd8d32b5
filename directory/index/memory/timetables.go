package memory

import (
	"math/bits"

	"github.com/havenloop/havenloop/directory"
)

// timetables holds opening hours, equal ones once: most places keep the hours
// of many others, and whether they are open is then found out once for all.
type timetables struct {
	ids  map[string]uint32 // by directory.Hours.Key
	list []timetable       // the first stands for unknown hours
	free []uint32
}

type timetable struct {
	hours *directory.Hours
	key   string
	uses  int
}

func newTimetables() timetables {
	return timetables{ids: map[string]uint32{}, list: make([]timetable, 1)}
}

// use answers the number of the hours, which one more document has.
func (t *timetables) use(h *directory.Hours) uint32 {
	if h == nil {
		return 0
	}
	key := h.Key()
	id, ok := t.ids[key]
	if !ok {
		if last := len(t.free) - 1; last >= 0 {
			id, t.free = t.free[last], t.free[:last]
		} else {
			id = uint32(len(t.list))
			t.list = append(t.list, timetable{})
		}
		t.list[id] = timetable{hours: h, key: key}
		t.ids[key] = id
	}
	t.list[id].uses++
	return id
}

// drop takes back one use of the hours.
func (t *timetables) drop(id uint32) {
	if id == 0 {
		return
	}
	entry := &t.list[id]
	if entry.uses--; entry.uses == 0 {
		delete(t.ids, entry.key)
		*entry = timetable{}
		t.free = append(t.free, id)
	}
}

// openness remembers, during one search, which hours fit it.
type openness struct {
	query *directory.Query
	list  []timetable
	known []fitness // by number of the hours
}

// fitness says whether hours fit, once that was asked.
type fitness uint8

const (
	notAsked fitness = iota
	fitting
	unfitting
)

func (o *openness) begin(q *directory.Query, t *timetables) {
	o.query, o.list, o.known = q, t.list, zeroed(o.known, len(t.list))
}

// keep removes the documents whose hours, told by their numbers, are not what
// the query asks for. It does without branches, which nobody could foresee.
func (o *openness) keep(docs docset, hours []uint32) {
	for i, all := range docs {
		fit := uint64(0)
		for w := all; w != 0; w &= w - 1 {
			bit := bits.TrailingZeros64(w)
			id := hours[i<<6+bit]
			if o.known[id] == notAsked {
				o.known[id] = o.ask(id)
			}
			fit |= uint64(o.known[id]&fitting) << bit
		}
		docs[i] = fit
	}
}

// ask finds out whether the hours with the number fit.
func (o *openness) ask(id uint32) fitness {
	if o.query.FitsHours(o.list[id].hours) {
		return fitting
	}
	return unfitting
}
