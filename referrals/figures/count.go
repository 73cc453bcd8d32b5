package figures

import (
	"runtime"
	"slices"
	"sync"
)

// count is the table that answers a question, by the dimensions of the filters
// and the one to tell apart by, and for each sign one table more with whether it
// holds. Dimensions are always in the same order, so that what is hidden does
// not depend on which of them is a filter.
type count struct {
	q     question
	t     *table
	rows  rowFilter
	dims  []int // places in Dimensions, rising
	at    []int // by dims: the place of the filter's value, -1 for no filter
	pools []pool
	found bool // whether each filter's value has a place

	base  *lattice
	signs [signs]*lattice
}

// count counts the rows; for what is logged only, not the signs.
func (q question) count(t *table, rows rowFilter) (*count, error) {
	c := &count{q: q, t: t, rows: rows, found: true, pools: t.pools(rows, allDims)}
	values := q.filter.values()
	for _, d := range allDims {
		switch {
		case d < filters && values[d] != "":
			place := c.pools[d].find(values[d])
			c.dims, c.at, c.found = append(c.dims, d), append(c.at, place), c.found && place >= 0
		case d == q.by:
			c.dims, c.at = append(c.dims, d), append(c.at, -1)
		}
	}
	sizes := make([]int, len(c.dims))
	cells := 1
	for i, d := range c.dims {
		sizes[i] = len(c.pools[d].values)
		cells *= sizes[i]
	}
	if cells == 0 {
		c.found = false
	}
	if !c.found {
		return c, nil
	}
	if cells > mostCells {
		return nil, errTooFine
	}
	members := c.byCell(c.places(c.dims), cells)
	c.base = newLattice(sizes)
	finest := c.base.cells[c.base.finest()]
	for i := range finest {
		for _, m := range members.of(i) {
			finest[i].add(m.person)
		}
	}
	c.base.addUp()
	c.base.hide()
	if rows.kind == Counted {
		c.countSigns(members)
	}
	return c, nil
}

// allDims are the places of all dimensions.
var allDims = []int{0, 1, 2, 3, 4, 5}

// places answers for each row its cell in a table by the dimensions; -1 for
// rows that do not count.
func (c *count) places(dims []int) []int32 {
	out := make([]int32, len(c.t.kind))
	for row := range out {
		if !c.rows.has(c.t, row) {
			out[row] = -1
		}
	}
	for _, d := range dims {
		column, place, size := c.t.columns[d], c.pools[d].place, int32(len(c.pools[d].values))
		for row, i := range out {
			if i >= 0 {
				out[row] = i*size + place[column[row]]
			}
		}
	}
	return out
}

// countSigns makes the tables of the signs, on all processors. Where one sign of
// a group is hidden all of them are, since they depend on each other: what was
// closed either helped or did not.
func (c *count) countSigns(m membership) {
	for s := range c.signs {
		c.signs[s] = newLattice(append(slices.Clone(c.base.sizes), 2))
	}
	cells := len(m.starts) - 1
	parts := runtime.GOMAXPROCS(0)
	var work sync.WaitGroup
	for p := range parts {
		work.Go(func() { c.countCells(m, cells*p/parts, cells*(p+1)/parts) })
	}
	work.Wait()
	for _, l := range c.signs { // nothing is hidden yet but what the groups are
		work.Go(func() {
			copy(l.cells, c.base.cells)
			copy(l.hidden, c.base.hidden)
			l.addUp()
		})
	}
	work.Wait()
	for level := len(c.base.cells); level < len(c.signs[0].cells); level++ {
		joint := make([]bool, len(c.signs[0].cells[level]))
		for _, l := range c.signs { // one after the other, so that they hide the same groups
			l.hideLevel(level, joint)
		}
	}
}

// countCells counts, for the cells from one to before another and for each sign,
// those for which it does not hold and those for which it does.
func (c *count) countCells(m membership, from, to int) {
	var tables [signs][]group
	for s, l := range c.signs {
		tables[s] = l.cells[l.finest()]
	}
	for i := from; i < to; i++ {
		for _, row := range m.of(i) {
			for s := range tables {
				tables[s][2*i+int(row.signs>>s&1)].add(row.person)
			}
		}
	}
}

// filterLevel and filterCell say where the sum of what the filters choose stands.
func (c *count) filterLevel() int {
	level := 0
	for n, place := range c.at {
		if place >= 0 {
			level |= 1 << n
		}
	}
	return level
}

func (c *count) filterCell() int {
	i := 0
	for n, place := range c.at {
		if place >= 0 {
			i = i*c.base.sizes[n] + place
		}
	}
	return i
}

// apart tells whether there is a dimension to tell apart by; a filter on it says it already.
func (c *count) apart() bool { return slices.Contains(c.at, -1) }

// cell is the cell of the finest level for a place of the dimension to tell apart by.
func (c *count) cell(by int) int {
	i := 0
	for n, place := range c.at {
		if place < 0 {
			place = by
		}
		i = i*c.base.sizes[n] + place
	}
	return i
}

// line tells the numbers of a cell.
func (c *count) line(level, i int) Line {
	l := Line{Sent: c.base.tell(level, i), Times: []Time{}}
	for s, to := range []**int{&l.Acknowledged, &l.Closed, &l.Received, &l.Resolved, &l.Unhelped, &l.Silent} {
		if l.Sent != nil {
			*to = c.signs[s].tell(level|1<<len(c.dims), 2*i+1)
		}
	}
	return l
}

// tell is the number of a cell, nil when it is hidden.
func (l *lattice) tell(level, i int) *int {
	if l.hidden[level][i] {
		return nil
	}
	return new(int(l.cells[level][i].n))
}

// sources tells who reported the measures, of what the filters choose.
func (c *count) sources() []Reported {
	var dims []int // of the filters
	for n, place := range c.at {
		if place >= 0 {
			dims = append(dims, c.dims[n])
		}
	}
	places := c.places(dims)
	out := make([]Reported, measures)
	var work sync.WaitGroup
	for m := range measures {
		work.Go(func() { out[m] = c.source(m, dims, places) })
	}
	work.Wait()
	return out
}

func (c *count) source(m Measure, dims []int, places []int32) Reported {
	whole := c.signs[m]
	var sizes, levels []int // of dims, and their bits in whole
	for n, place := range c.at {
		if place >= 0 {
			sizes, levels = append(sizes, c.base.sizes[n]), append(levels, 1<<n)
		}
	}
	const each = int(sources) - 1 // all but Nobody
	l := newLattice(append(sizes, each))
	finest, column := l.cells[l.finest()], c.t.by[m]
	for row, i := range places {
		if by := column[row]; i >= 0 && by != Nobody {
			finest[int(i)*each+int(by)-1].add(c.t.person[row])
		}
	}
	l.addUp()
	for level := range 1 << len(dims) { // what holds and is hidden there
		in := 1 << len(c.dims) // the level of whole with the sign itself
		for n, bit := range levels {
			if level>>n&1 == 1 {
				in |= bit
			}
		}
		holds := whole.hidden[in]
		l.hidden[level] = make([]bool, len(holds)/2)
		for i := range l.hidden[level] {
			l.hidden[level][i] = holds[2*i+1]
		}
	}
	l.hide()
	at := c.filterCell() * each
	tell := func(s Source) *int { return l.tell(l.finest(), at+int(s)-1) }
	return Reported{Measure: MeasureNames[m], Agency: tell(ByAgency), Team: tell(ByTeam), Patient: tell(ByPatient), System: tell(BySystem)}
}

// log puts what was logged only into a report's lines.
func (c *count) log(r *Report) {
	if !c.found {
		if c.nothing() {
			r.Total.Logged = new(0)
			for i := range r.Lines {
				r.Lines[i].Logged = new(0)
			}
		}
		return
	}
	r.Total.Logged = c.base.tell(c.filterLevel(), c.filterCell())
	for i := range r.Lines {
		if place := c.pools[c.q.by].find(r.Lines[i].Value); place >= 0 && !r.Lines[i].Others {
			r.Lines[i].Logged = c.base.tell(c.base.finest(), c.cell(place))
		}
	}
}

// nothing tells whether no row counts at all.
func (c *count) nothing() bool { return len(c.pools[0].values) == 0 }

// choices are the values that can be filters.
func (c *count) choices(t *table) []Choice {
	out := []Choice{}
	for d := range filters {
		p := c.pools[d]
		for i, v := range p.values {
			if i == 0 && p.mixed || v == "" {
				continue
			}
			ch := Choice{Dimension: Dimensions[d], Value: v}
			if Dimensions[d] == ByAgencyOf {
				ch.Name = t.names[v]
			}
			out = append(out, ch)
		}
	}
	return out
}
