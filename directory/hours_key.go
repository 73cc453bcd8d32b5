package directory

import "encoding/binary"

// Key is the same for hours that are open at the same times, as far as their
// rules show it: an index evaluates hours that many places keep only once. It
// is meant for one process, not for the store.
func (h *Hours) Key() string {
	if h == nil {
		return ""
	}
	b := make([]byte, 0, 64)
	if h.zone != nil {
		b = append(b, h.zone.String()...)
	}
	b = append(b, 0)
	for _, rules := range [][]rule{h.openings, h.closures} {
		b = binary.AppendUvarint(b, uint64(len(rules)))
		for i := range rules {
			b = rules[i].appendKey(b)
		}
	}
	return string(b)
}

func (r *rule) appendKey(b []byte) []byte {
	for _, n := range []int32{r.from, r.to, r.trustFrom, r.trustTo, r.begin, r.end, r.offset} {
		b = binary.AppendVarint(b, int64(n))
	}
	b = append(b, r.weekdays, byte(r.times), flagsOf(r.fixed, r.dated, r.vague, r.more != nil))
	if r.more != nil {
		b = r.more.appendKey(b)
	}
	return b
}

func (d *dayRule) appendKey(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(d.nth)))
	for _, n := range d.nth {
		b = binary.AppendVarint(append(b, n.weekday), int64(n.n))
	}
	for _, list := range [][]int{d.monthDays, d.yearDays, d.weeks} {
		b = append(b, flagsOf(list == nil))
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, n := range list {
			b = binary.AppendVarint(b, int64(n))
		}
	}
	b = binary.AppendVarint(b, int64(d.interval))
	b = binary.AppendVarint(b, int64(d.anchor))
	return append(b, d.weekStart, flagsOf(d.monthly))
}

// flagsOf packs up to eight yes-or-no answers into a byte.
func flagsOf(list ...bool) byte {
	var b byte
	for i, on := range list {
		if on {
			b |= 1 << i
		}
	}
	return b
}
