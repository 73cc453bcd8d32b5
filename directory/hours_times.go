package directory

import (
	"strconv"
	"strings"
	"time"
)

// readTimes reads opens_at and closes_at and what they are relative to.
func (r *rule) readTimes(s Schedule, zone *time.Location) {
	opens, opensOffset, opensOK := readTime(s.OpensAt)
	closes, closesOffset, closesOK := readTime(s.ClosesAt)
	offset := opensOffset
	if offset == nil {
		offset = closesOffset
	}
	if offset == nil && s.Timezone != nil {
		seconds := int32(*s.Timezone * 3600)
		offset = &seconds
	}
	switch {
	case offset != nil && !uses(zone, *offset):
		r.fixed, r.offset = true, *offset
	case offset == nil && zone == nil:
		return
	}
	if opensOK {
		r.begin, r.times = opens, r.times|opensKnown
	}
	if !closesOK {
		return
	}
	if closes/60 == 23*60+59 {
		closes = daySeconds
	}
	if r.times == opensKnown && closes <= opens {
		closes += daySeconds
	}
	r.end, r.times = closes, r.times|closesKnown
}

// readTime reads HH:MM or HH:MM:SS, perhaps with Z or an offset, as seconds
// after midnight and seconds east of UTC.
func readTime(s string) (second int32, offset *int32, ok bool) {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, "Zz+-"); i > 0 {
		var east int32
		if s[i] != 'Z' && s[i] != 'z' {
			n, good := readClock(s[i+1:])
			if !good {
				return 0, nil, false
			}
			east = n
			if s[i] == '-' {
				east = -n
			}
		}
		s, offset = s[:i], &east
	}
	second, ok = readClock(s)
	return second, offset, ok
}

// readClock reads "9:30", "09:30:00", "0930" or "9".
func readClock(s string) (int32, bool) {
	s, _, _ = strings.Cut(strings.TrimSpace(s), ".") // no fractions
	if len(s) == 4 && !strings.Contains(s, ":") {
		s = s[:2] + ":" + s[2:]
	}
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return 0, false
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.ParseUint(p, 10, 8)
		if err != nil || v > 59 {
			return 0, false
		}
		n[i] = int(v)
	}
	second := n[0]*3600 + n[1]*60 + n[2]
	return int32(second), second <= daySeconds
}

// uses tells whether clocks in the zone have the offset (seconds east of UTC)
// at some time of the year.
func uses(zone *time.Location, offset int32) bool {
	if zone == nil {
		return false
	}
	for _, month := range []time.Month{time.January, time.July} {
		if _, o := time.Date(2026, month, 1, 0, 0, 0, 0, zone).Zone(); int32(o) == offset {
			return true
		}
	}
	return false
}
