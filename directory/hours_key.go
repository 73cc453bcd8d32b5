package directory

import (
	"bytes"
	"encoding/binary"
	"errors"
)

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

// HoursOfKey makes the hours again that had the key.
func HoursOfKey(key string) (*Hours, error) {
	if key == "" {
		return nil, nil
	}
	k := keyReader{rest: []byte(key)}
	h := &Hours{zone: loadZone(k.zone())}
	h.openings, h.closures = k.rules(), k.rules()
	if k.wrong || len(k.rest) > 0 {
		return nil, errHoursKey
	}
	return h, nil
}

var errHoursKey = errors.New("these are no hours")

// keyReader reads what appendKey wrote.
type keyReader struct {
	rest  []byte
	wrong bool
}

func (k *keyReader) byte() byte {
	if len(k.rest) == 0 {
		k.wrong = true
		return 0
	}
	b := k.rest[0]
	k.rest = k.rest[1:]
	return b
}

func (k *keyReader) int() int {
	n, size := binary.Varint(k.rest)
	return int(k.took(n, size))
}

// length is that of a list, of which each needs a byte at least.
func (k *keyReader) length() int {
	u, size := binary.Uvarint(k.rest)
	n := k.took(int64(u), size)
	if n < 0 || n > int64(len(k.rest)) {
		k.wrong = true
		return 0
	}
	return int(n)
}

func (k *keyReader) took(n int64, size int) int64 {
	if size <= 0 {
		k.wrong, k.rest = true, nil
		return 0
	}
	k.rest = k.rest[size:]
	return n
}

func (k *keyReader) zone() string {
	end := bytes.IndexByte(k.rest, 0)
	if end < 0 {
		k.wrong, k.rest = true, nil
		return ""
	}
	name := string(k.rest[:end])
	k.rest = k.rest[end+1:]
	return name
}

func (k *keyReader) rules() []rule {
	var out []rule
	for range k.length() {
		var r rule
		for _, n := range []*int32{&r.from, &r.to, &r.trustFrom, &r.trustTo, &r.begin, &r.end, &r.offset} {
			*n = int32(k.int())
		}
		r.weekdays, r.times = k.byte(), times(k.byte())
		flags := k.byte()
		r.fixed, r.dated, r.vague = flags&1 != 0, flags&2 != 0, flags&4 != 0
		if flags&8 != 0 {
			r.more = k.dayRule()
		}
		out = append(out, r)
	}
	return out
}

func (k *keyReader) dayRule() *dayRule {
	var d dayRule
	for range k.length() {
		d.nth = append(d.nth, nthDay{k.byte(), k.int()})
	}
	for _, list := range []*[]int{&d.monthDays, &d.yearDays, &d.weeks} {
		if k.byte() == 0 {
			*list = []int{}
		}
		for range k.length() {
			*list = append(*list, k.int())
		}
	}
	d.interval, d.anchor = int32(k.int()), int32(k.int())
	d.weekStart, d.monthly = k.byte(), k.byte() != 0
	return &d
}
