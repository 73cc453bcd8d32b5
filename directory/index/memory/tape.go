package memory

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math"
)

// tape writes values one after the other, or reads them in the same order, so
// that what is kept of the index is named once for both. After an error it
// does nothing more.
type tape struct {
	w   *bufio.Writer
	r   *bufio.Reader // nil when writing
	err error

	buf   [8]byte
	chunk []byte
}

// tapeBuffer is how many bytes are written and read at once.
const tapeBuffer = 1 << 20

func writing(w io.Writer) *tape { return &tape{w: bufio.NewWriterSize(w, tapeBuffer)} }

func reading(r io.Reader) *tape { return &tape{r: bufio.NewReaderSize(r, tapeBuffer)} }

// reads tells a tape that fills what it is given from one that writes it.
func (t *tape) reads() bool { return t.r != nil }

// close writes what is left.
func (t *tape) close() error {
	if t.err == nil && t.w != nil {
		t.err = t.w.Flush()
	}
	return t.err
}

// word is a number of so many bytes, at most 8.
func (t *tape) word(v uint64, bytes int) uint64 {
	b := t.buf[:bytes]
	if t.err != nil {
		return 0
	}
	if t.reads() {
		clear(t.buf[:])
		_, t.err = io.ReadFull(t.r, b)
		return binary.LittleEndian.Uint64(t.buf[:])
	}
	binary.LittleEndian.PutUint64(t.buf[:], v)
	_, t.err = t.w.Write(b)
	return v
}

func (t *tape) bool(v *bool) {
	n := uint64(0)
	if *v {
		n = 1
	}
	*v = t.word(n, 1) != 0
}

func (t *tape) int(v *int64) { *v = int64(t.word(uint64(*v), 8)) }

func (t *tape) float(v *float64) { *v = math.Float64frombits(t.word(math.Float64bits(*v), 8)) }

// errLength says that a length cannot be right.
var errLength = errors.New("a length is wrong")

// maxLength bounds every list and text: far above any directory, and too
// little to exhaust the memory by one wrong length alone.
const maxLength = 1 << 26

// length is that of a list of n.
func (t *tape) length(n int) int {
	v := t.word(uint64(n), 4)
	if v > maxLength && t.err == nil {
		t.err = errLength
	}
	if t.err != nil {
		return 0
	}
	return int(v)
}

func (t *tape) text(v *string) {
	n := t.length(len(*v))
	switch {
	case t.err != nil:
	case t.reads():
		b := make([]byte, n)
		_, t.err = io.ReadFull(t.r, b)
		*v = string(b)
	default:
		_, t.err = t.w.WriteString(*v)
	}
}

// list is a list, of which each handles one; an empty one is read as nil.
func list[T any](t *tape, v *[]T, each func(*T)) {
	n := t.length(len(*v))
	if t.reads() && t.err == nil && n > 0 {
		*v = make([]T, n)
	}
	for i := range *v {
		if t.err != nil {
			return
		}
		each(&(*v)[i])
	}
}

// numbers are a list of whole numbers of so many bytes each: 2, 4 or 8.
func numbers[S ~[]T, T ~uint16 | ~uint32 | ~uint64](t *tape, v *S, bytes int) {
	n := t.length(len(*v))
	if t.reads() && t.err == nil && n > 0 {
		*v = make(S, n)
	}
	for rest := *v; len(rest) > 0 && t.err == nil; {
		some := rest[:min(len(rest), chunk/bytes)]
		rest = rest[len(some):]
		t.some(bytes*len(some), func(b []byte) {
			for i := range some {
				at := b[i*bytes:]
				switch {
				case bytes == 2 && t.reads():
					some[i] = T(binary.LittleEndian.Uint16(at))
				case bytes == 2:
					binary.LittleEndian.PutUint16(at, uint16(some[i]))
				case bytes == 4 && t.reads():
					some[i] = T(binary.LittleEndian.Uint32(at))
				case bytes == 4:
					binary.LittleEndian.PutUint32(at, uint32(some[i]))
				case t.reads():
					some[i] = T(binary.LittleEndian.Uint64(at))
				default:
					binary.LittleEndian.PutUint64(at, uint64(some[i]))
				}
			}
		})
	}
}

// chunk is how many bytes of numbers are handled at once.
const chunk = 1 << 12

// some handles bytes: after they were read, or before they are written.
func (t *tape) some(bytes int, each func([]byte)) {
	if t.chunk == nil {
		t.chunk = make([]byte, chunk)
	}
	b := t.chunk[:bytes]
	if t.reads() {
		if _, t.err = io.ReadFull(t.r, b); t.err == nil {
			each(b)
		}
		return
	}
	each(b)
	_, t.err = t.w.Write(b)
}
