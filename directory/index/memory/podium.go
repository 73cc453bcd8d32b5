package memory

import (
	"math"
	"slices"

	"github.com/havenloop/havenloop/directory"
)

// podium keeps the first n services of the matches added. It holds up to twice
// as many and more, and when it is full, sorts them and lets the later ones go.
type podium struct {
	core  *core
	n     int
	order func(a, b match) int
	list  []match
	worst uint64 // the head of the n-th service so far
	last  match  // the n-th service so far, once there are so many
}

func (p *podium) begin(c *core, n int, by directory.Sort) {
	p.core, p.n, p.order, p.list, p.worst = c, n, c.order(by), p.list[:0], math.MaxUint64
}

func (p *podium) add(m match, s *scratch) {
	if m.head == p.worst && p.worst != math.MaxUint64 && p.order(m, p.last) > 0 {
		return
	}
	if p.list = append(p.list, m); len(p.list) >= 2*p.n+32 {
		p.settle(s)
	}
}

// settle puts the matches in order, and keeps of each service the first, and
// of the services the first n.
func (p *podium) settle(s *scratch) {
	slices.SortFunc(p.list, p.order)
	s.seen = zeroed(s.seen, (len(p.core.services)+63)/64)
	kept := p.list[:0]
	for _, m := range p.list {
		if service := p.core.hot[m.doc].service; !s.seen.has(service) {
			s.seen.add(service)
			kept = append(kept, m)
		}
		if len(kept) == p.n {
			p.last, p.worst = m, m.head
			break
		}
	}
	p.list = kept
}

// full settles the podium and tells whether it has all the services wanted.
func (p *podium) full(s *scratch) bool {
	p.settle(s)
	return len(p.list) == p.n
}

// end answers the services, first first.
func (p *podium) end(s *scratch) []match {
	p.settle(s)
	p.core, p.order = nil, nil
	return p.list
}
