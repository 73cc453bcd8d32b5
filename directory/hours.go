package directory

import "time"

// Hours answers quickly when a place is open. It is made of schedules by
// [CompileHours], does not depend on the present time, and may be used by many
// goroutines. A nil Hours knows nothing.
type Hours struct {
	zone     *time.Location // nil: only rules with an offset of their own tell times
	openings []rule
	closures []rule // schedules marked Closed
}

// CompileHours reads schedules as HSDS means them (fact sheet, section 5):
//
//   - One schedule is one opening interval on the days that freq, interval,
//     byday, bymonthday, byyearday and byweekno select between dtstart and
//     until (or count). One without freq and byday is for its dates only:
//     dtstart to until, or valid_from to valid_to.
//   - 00:00 to 23:59, and equal times, mean 24 hours; closing earlier than
//     opening means past midnight, which still belongs to the day before.
//   - A day outside valid_from to valid_to of every schedule is unknown, not closed.
//   - Missing times mean open that day at unknown times. Days that cannot be
//     told (a second week counted from no date) are unknown too.
//   - A schedule marked Closed takes away the recurring openings that begin on
//     its days, or between its times; openings for single dates stay.
//
// Times are wall-clock times of zone, an IANA zone. A row with an offset (in
// its times, else in timezone) that zone uses at some time of the year means
// zone too, since exports write the offset of one date; any other offset is
// taken as it is. With a nil zone, times without an offset are unknown.
func CompileHours(schedules []Schedule, zone *time.Location) *Hours {
	if len(schedules) == 0 {
		return nil
	}
	h := &Hours{zone: zone}
	for _, s := range schedules {
		r := compileRule(s, zone)
		if s.Closed {
			h.closures = append(h.closures, r)
		} else {
			h.openings = append(h.openings, r)
		}
	}
	return h
}

// Zone is the time zone of the wall-clock times; nil when it is not known.
func (h *Hours) Zone() *time.Location {
	if h == nil {
		return nil
	}
	return h.zone
}

const daySeconds = 24 * 60 * 60

// At tells whether the place is open at t.
func (h *Hours) At(t time.Time) Openness {
	if h == nil {
		return OpenUnknown
	}
	unix := t.Unix()
	local := unix
	if h.zone != nil {
		_, offset := t.In(h.zone).Zone()
		local += int64(offset)
	}
	inForce, unknown := false, false
	for i := range h.openings {
		r := &h.openings[i]
		day, second := r.clock(unix, local)
		inForce = inForce || r.trusted(day)
		o := r.at(day, second)
		if o == Closed && r.overnight() {
			day, second = day-1, second+daySeconds
			o = r.at(day, second)
		}
		switch {
		case o == Closed || !r.dated && h.closedAt(day, second):
		case o == Open:
			return Open
		default:
			unknown = true
		}
	}
	switch {
	case unknown:
		return OpenUnknown
	case inForce:
		return Closed
	default:
		return h.unlessClosed(unix, local)
	}
}

// closedAt tells whether a closure covers the second of the day on which an
// opening begins.
func (h *Hours) closedAt(day, second int32) bool {
	for i := range h.closures {
		if h.closures[i].shuts(day, second) {
			return true
		}
	}
	return false
}

// unlessClosed is Closed when a closure covers the instant, else OpenUnknown:
// a holiday is known to be closed even where the usual hours are not.
func (h *Hours) unlessClosed(unix, local int64) Openness {
	for i := range h.closures {
		if r := &h.closures[i]; r.shuts(r.clock(unix, local)) {
			return Closed
		}
	}
	return OpenUnknown
}
