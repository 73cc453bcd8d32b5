package memory

import "github.com/havenloop/havenloop/directory"

// ofService is what was seen of a service with several documents.
type ofService struct {
	best uint32 // 1 + the place in matches of its best document
	last uint32 // the document seen last
}

// distinct leaves the best document of each service in s.matches, and lists in
// s.first and s.further all that were there.
func (c *core) distinct(s *scratch, by directory.Sort) {
	s.of = zeroed(s.of, len(c.services))
	if len(s.before) < len(c.docs) {
		s.before = make([]uint32, len(c.docs)+len(c.docs)/8)
	}
	s.first, s.further = s.first[:0], s.further[:0]
	kept := s.matches[:0]
	for _, m := range s.matches {
		f := &c.facts[m.doc]
		if f.flags&shared == 0 {
			kept = append(kept, m)
			s.first = append(s.first, m.doc)
			continue
		}
		of := &s.of[f.service]
		if of.best == 0 {
			kept = append(kept, m)
			s.first = append(s.first, m.doc)
			s.before[m.doc] = m.doc
			of.best = uint32(len(kept))
		} else {
			s.further = append(s.further, m.doc)
			s.before[m.doc] = of.last
			if c.better(m, kept[of.best-1], by) {
				kept[of.best-1] = m
			}
		}
		of.last = m.doc
	}
	s.matches = kept
}
