package figures

// group counts the referrals of a cell, and its distinct people as far as it
// matters: up to Fewest.
type group struct {
	n      uint32
	people uint8 // Fewest for that many or more
	who    [Fewest - 1]uint32
}

// add is called for each row; nearly all groups have met enough people soon.
func (g *group) add(person uint32) {
	g.n++
	if g.people < Fewest {
		g.meet(person)
	}
}

// meet counts a person, unless they are known, of a group that has met fewer
// than Fewest. It stays out of line, so that add can be in line.
//
//go:noinline
func (g *group) meet(person uint32) {
	for _, w := range g.who[:g.people] {
		if w == person {
			return
		}
	}
	if g.people < Fewest-1 {
		g.who[g.people] = person
	}
	g.people++
}

// join adds the referrals and people of another group.
func (g *group) join(h *group) {
	g.n += h.n
	if g.people == Fewest || h.people == Fewest {
		g.people = Fewest
		return
	}
	for _, w := range h.who[:h.people] {
		if g.people < Fewest {
			g.meet(w)
		}
	}
}

// few tells whether the group is of some people, but too few to be told.
func (g *group) few() bool { return g.n > 0 && g.people < Fewest }

// lattice is a table by some dimensions, together with all tables by fewer of
// them: the sums. A level is named by the set of its dimensions, one bit each;
// its cells lie in the order of their places, the last dimension fastest.
//
// What is hidden is decided level by level, the sums before their parts, so
// that a level's choice is the same whichever table somebody looks at:
//
//   - a cell of fewer than Fewest people is hidden, and every part of a hidden cell;
//   - with a hidden cell go cells that together form a box, two places wide in
//     each dimension. Raising and lowering the corners of a box by turns changes
//     no sum in any direction and no cell that is shown, in this level or
//     another; so no hidden cell can be computed from what is shown, however
//     filters and tables are put together;
//   - what is hidden in a line whose sum is shown has together at least Fewest
//     people, since that much can be computed.
type lattice struct {
	sizes  []int
	cells  [][]group // by level
	hidden [][]bool  // by level
}

// newLattice makes room for a table with these numbers of places.
func newLattice(sizes []int) *lattice {
	l := &lattice{sizes: sizes, cells: make([][]group, 1<<len(sizes)), hidden: make([][]bool, 1<<len(sizes))}
	l.cells[l.finest()] = make([]group, l.count(l.finest()))
	return l
}

func (l *lattice) finest() int { return 1<<len(l.sizes) - 1 }

// count is how many cells a level has.
func (l *lattice) count(level int) int {
	n := 1
	for d, size := range l.sizes {
		if level>>d&1 == 1 {
			n *= size
		}
	}
	return n
}

// stride is how far apart neighbours in the dimension are in a level.
func (l *lattice) stride(level, dim int) int {
	return l.count(level >> (dim + 1) << (dim + 1))
}

// sum is the place, in the level without the dimension, of the cell at i.
func (l *lattice) sum(level, dim, i int) int {
	s := l.stride(level, dim)
	return i/(s*l.sizes[dim])*s + i%s
}

// line is the place of the first cell of the line along the dimension through i,
// and how far apart its cells are.
func (l *lattice) line(level, dim, i int) (first, stride int) {
	s := l.stride(level, dim)
	return i - i/s%l.sizes[dim]*s, s
}

// add up makes all levels from the finest.
func (l *lattice) addUp() {
	for level := l.finest() - 1; level >= 0; level-- {
		if l.cells[level] != nil {
			continue
		}
		dim := 0
		for level>>dim&1 == 1 {
			dim++
		}
		l.cells[level] = make([]group, l.count(level))
		finer := level | 1<<dim
		for i := range l.cells[finer] {
			if g := &l.cells[finer][i]; g.n > 0 {
				l.cells[level][l.sum(finer, dim, i)].join(g)
			}
		}
	}
}

// hide decides what is hidden, in the levels where that is not decided yet.
func (l *lattice) hide() {
	for level := range l.hidden { // a sum has a lower number than its parts
		if l.hidden[level] == nil {
			l.hideLevel(level, make([]bool, len(l.cells[level])))
		}
	}
}

// hideLevel decides what is hidden in a level, when that is decided for its
// sums. It keeps what h says already and adds to it.
func (l *lattice) hideLevel(level int, h []bool) {
	l.hidden[level] = h
	if dim := l.lone(level); dim >= 0 { // the same table as without the dimension
		copy(h, l.hidden[level&^(1<<dim)])
		return
	}
	for i := range h {
		for dim := range l.sizes {
			if level>>dim&1 == 1 && l.hidden[level&^(1<<dim)][l.sum(level, dim, i)] {
				h[i] = true
			}
		}
	}
	var small []int
	for i := range h {
		if !h[i] && l.cells[level][i].few() {
			small = append(small, i)
		}
	}
	for _, i := range small {
		l.hideBox(level, i)
	}
	for l.fillLines(level) {
	}
}

// lone is a dimension of the level with one place only; -1 for none.
func (l *lattice) lone(level int) int {
	for dim, size := range l.sizes {
		if level>>dim&1 == 1 && size == 1 {
			return dim
		}
	}
	return -1
}

// hideBox hides the cell at i and with it a box of which it is a corner.
func (l *lattice) hideBox(level, i int) {
	corners := []int{i}
	for dim := range l.sizes {
		if level>>dim&1 == 0 {
			continue
		}
		step := l.partner(level, dim, i) - i
		for _, c := range corners[:len(corners):len(corners)] {
			corners = append(corners, c+step)
		}
	}
	for _, c := range corners {
		l.hidden[level][c] = true
	}
}

// partner chooses another cell of the line along the dimension through i: one
// that is large enough, hidden already or else the smallest; failing that the largest.
func (l *lattice) partner(level, dim, i int) int {
	first, stride := l.line(level, dim, i)
	best, bestRank := -1, [2]int64{}
	for p := range l.sizes[dim] {
		c := first + p*stride
		if c == i {
			continue
		}
		g := &l.cells[level][c]
		rank := [2]int64{2, int64(g.n)}
		switch {
		case g.people < Fewest:
			rank = [2]int64{3, -int64(g.n)}
		case l.hidden[level][c]:
			rank[0] = 1
		}
		if best < 0 || rank[0] < bestRank[0] || rank[0] == bestRank[0] && rank[1] < bestRank[1] {
			best, bestRank = c, rank
		}
	}
	return best
}

// fillLines hides more where the hidden cells of a line, whose sum is shown,
// are too few people together. It tells whether it did.
func (l *lattice) fillLines(level int) bool {
	done := false
	for dim, size := range l.sizes {
		if level>>dim&1 == 0 {
			continue
		}
		sums := l.hidden[level&^(1<<dim)]
		stride := l.stride(level, dim)
		for i := range l.cells[level] {
			if i/stride%size != 0 || sums[l.sum(level, dim, i)] {
				continue
			}
			if l.fillLine(level, i, size, stride) {
				done = true
			}
		}
	}
	return done
}

func (l *lattice) fillLine(level, first, size, stride int) bool {
	var together group
	next := -1
	for p := range size {
		c := first + p*stride
		g := &l.cells[level][c]
		switch {
		case l.hidden[level][c]:
			together.join(g)
		case g.n > 0 && (next < 0 || l.before(g, &l.cells[level][next])):
			next = c
		}
	}
	if !together.few() || next < 0 {
		return false
	}
	l.hideBox(level, next)
	return true
}

// before orders cells to hide: the smallest that is large enough, else the largest.
func (l *lattice) before(g, h *group) bool {
	if large, other := g.people == Fewest, h.people == Fewest; large != other {
		return large
	} else if !large {
		return g.n > h.n
	}
	return g.n < h.n
}
