package memory

import "math/bits"

// docset is a set of documents, one bit for each. Sets that are combined have
// the same length.
type docset []uint64

func (s docset) has(id uint32) bool { return s[id>>6]>>(id&63)&1 != 0 }

func (s docset) add(id uint32) { s[id>>6] |= 1 << (id & 63) }

func (s docset) remove(id uint32) { s[id>>6] &^= 1 << (id & 63) }

// reach makes the set long enough for the document.
func (s *docset) reach(id uint32) {
	for int(id>>6) >= len(*s) {
		*s = append(*s, 0)
	}
}

// and keeps what is in other too.
func (s docset) and(other docset) {
	for i := range s {
		s[i] &= other[i]
	}
}

// or adds what is in other, which may be shorter.
func (s docset) or(other docset) {
	for i, w := range other {
		s[i] |= w
	}
}

func (s docset) count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

func (s docset) empty() bool {
	for _, w := range s {
		if w != 0 {
			return false
		}
	}
	return true
}

// keep removes the documents of which fit is false, among those that are in
// only too.
func (s docset) keep(only docset, fit func(id uint32) bool) {
	for i, all := range s {
		drop := uint64(0)
		for w := all & only[i]; w != 0; w &= w - 1 {
			if !fit(uint32(i<<6 + bits.TrailingZeros64(w))) {
				drop |= w & -w
			}
		}
		s[i] = all &^ drop
	}
}

// list answers the documents in order, in the memory of buf when that is enough.
func (s docset) list(buf []uint32) []uint32 {
	n := s.count()
	if cap(buf) < n {
		buf = make([]uint32, n, n+n/4)
	}
	buf = buf[:n]
	n = 0
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			buf[n] = uint32(i<<6 + bits.TrailingZeros64(w))
			n++
		}
	}
	return buf
}

// mark is something that is true of a document or not.
type mark int

const (
	live        mark = iota // not freed
	later                   // there is one before it of the same service
	next                    // and its number is that of this one less one
	placed                  // has a point
	areaUnknown             // nobody knows which area it covers
	exempt                  // statewide or virtual: not cut by a radius
	isFree
	aged // has bounds of age
	markCount
)

// marks holds, for each mark, the documents it is true of.
type marks [markCount]docset

func (m *marks) put(id uint32, what mark, on bool) {
	if on {
		m[what].add(id)
	} else {
		m[what].remove(id)
	}
}
