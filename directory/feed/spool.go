package feed

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
)

// spoolMemory is how much of the rows of a feed stays in memory, in bytes; the
// rest waits in a temporary file, so that a directory of any size can be read.
const spoolMemory = 16 << 20

// spool keeps rows by where they were put. After an error it answers empty
// rows, and err says why.
type spool struct {
	file *os.File
	base int64  // where the part in memory begins
	mem  []byte // rows that are not in the file yet
	buf  []byte
	err  error
}

// spot is where a row lies.
type spot struct {
	at   int64
	size uint32
}

// put adds a row.
func (s *spool) put(r row) spot {
	from := len(s.mem)
	s.mem = binary.AppendUvarint(s.mem, uint64(r.line))
	s.mem = binary.AppendUvarint(s.mem, uint64(len(r.cells)))
	for _, c := range r.cells {
		s.mem = binary.AppendUvarint(s.mem, uint64(c.column))
		s.mem = binary.AppendUvarint(s.mem, uint64(len(c.text)))
		s.mem = append(s.mem, c.text...)
	}
	at := spot{s.base + int64(from), uint32(len(s.mem) - from)}
	if len(s.mem) >= spoolMemory {
		s.spill()
	}
	return at
}

// spill moves what is in memory to the file.
func (s *spool) spill() {
	if s.file == nil && s.err == nil {
		s.file, s.err = os.CreateTemp("", "havenloop-feed-*")
	}
	if s.err == nil {
		_, s.err = s.file.WriteAt(s.mem, s.base)
	}
	s.base += int64(len(s.mem))
	s.mem = s.mem[:0]
}

// get reads a row.
func (s *spool) get(at spot) row {
	if at.at >= s.base {
		return decodeRow(string(s.mem[at.at-s.base:][:at.size]))
	}
	s.buf = slices.Grow(s.buf[:0], int(at.size))[:at.size]
	if s.err == nil {
		_, s.err = s.file.ReadAt(s.buf, at.at)
	}
	if s.err != nil {
		return row{}
	}
	return decodeRow(string(s.buf))
}

// decodeRow cuts the texts of a row out of one string.
func decodeRow(text string) row {
	next := func() int {
		n, shift := 0, 0
		for i := range len(text) {
			n |= int(text[i]&0x7f) << shift
			if text[i] < 0x80 {
				text = text[i+1:]
				break
			}
			shift += 7
		}
		return n
	}
	r := row{line: next()}
	r.cells = make([]cell, next())
	for i := range r.cells {
		r.cells[i].column = uint16(next())
		n := next()
		r.cells[i].text, text = text[:n], text[n:]
	}
	return r
}

// close removes the file.
func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	if err := errors.Join(s.file.Close(), os.Remove(s.file.Name())); err != nil {
		return fmt.Errorf("remove what was read of the feed: %w", err)
	}
	s.file = nil
	return nil
}
