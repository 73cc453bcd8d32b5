package directory

import "time"

// Within tells whether the place is open at some time from from to before to:
// Open when it surely is at one instant at least, Closed when it surely is at
// none, OpenUnknown otherwise. When to is not after from, it is what At says of from.
func (h *Hours) Within(from, to time.Time) Openness {
	best := h.At(from)
	if h == nil || best == Open {
		return best
	}
	h.edgesWithin(from.Unix(), to.Unix(), func(unix int64) bool {
		switch h.At(time.Unix(unix, 0)) {
		case Open:
			best = Open
		case OpenUnknown:
			best = OpenUnknown
		}
		return best != Open
	})
	return best
}

// edgesWithin calls yield with the seconds after from and before to at which
// openness may change, in no order, until it answers false.
func (h *Hours) edgesWithin(from, to int64, yield func(unix int64) bool) {
	first, last := h.offset(from), h.offset(to)
	for _, rules := range [][]rule{h.openings, h.closures} {
		for i := range rules {
			r := &rules[i]
			early, late := first, last
			if r.fixed || h.zone == nil {
				early, late = int64(r.offset), int64(r.offset)
			}
			for shift := early; ; shift = late { // twice when clocks change in between
				if !r.edges(from+shift, to+shift, func(local int64) bool { return yield(local - shift) }) {
					return
				}
				if shift == late {
					break
				}
			}
		}
	}
}

// offset is how many seconds the zone is east of UTC at the instant; 0 without one.
func (h *Hours) offset(unix int64) int64 {
	if h.zone == nil {
		return 0
	}
	_, seconds := time.Unix(unix, 0).In(h.zone).Zone()
	return int64(seconds)
}

// edges calls yield with the local seconds between from and to, both left out,
// at which the rule begins or ends to say something, until it answers false.
func (r *rule) edges(from, to int64, yield func(local int64) bool) bool {
	for day := int32(from/daySeconds) - 2; int64(day)*daySeconds < to; day++ {
		midnight := int64(day) * daySeconds
		marks := [3]int64{midnight, midnight, midnight}
		if r.on(day) {
			marks[1], marks[2] = midnight+int64(r.begin), midnight+int64(r.end)
		}
		for _, at := range marks {
			if at > from && at < to && !yield(at) {
				return false
			}
		}
	}
	return true
}

// Opening finds the first time from from to before to at which the place is
// surely open, and when that ends; the end is zero when it does not within five
// weeks. ok is false when it is not surely open at any time in between.
func (h *Hours) Opening(from, to time.Time) (start, end time.Time, ok bool) {
	start = from
	for h.At(start) != Open {
		next, _, changes := h.NextChange(start)
		if !changes || !next.Before(to) {
			return time.Time{}, time.Time{}, false
		}
		start = next
	}
	end, _, _ = h.NextChange(start)
	return start, end, true
}
