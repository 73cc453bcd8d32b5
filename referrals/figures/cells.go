package figures

import "time"

// membership lists the rows of each cell of a table, so that all that is counted
// of a cell is counted in one place of the memory: a table of many cells is
// larger than what a processor keeps at hand.
type membership struct {
	rows   []tally  // by cell
	starts []uint32 // by cell, and the end of the last one
}

// tally is what is counted of a row.
type tally struct {
	person uint32
	signs  uint32 // one bit each
}

// byCell sorts rows by their cells; those of -1 have none.
func (c *count) byCell(places []int32, cells int) membership {
	m := membership{starts: make([]uint32, cells+1)}
	for _, i := range places {
		if i >= 0 {
			m.starts[i+1]++
		}
	}
	for i := range cells {
		m.starts[i+1] += m.starts[i]
	}
	m.rows = make([]tally, m.starts[cells])
	next := append([]uint32(nil), m.starts[:cells]...)
	before := uint32(c.q.now.Add(-answerTime).UnixMilli() / time.Hour.Milliseconds())
	for row, i := range places {
		if i < 0 {
			continue
		}
		bits := c.t.bits[row]
		if c.t.sent[row] > before {
			bits &^= 1 << late
		}
		m.rows[next[i]] = tally{c.t.person[row], uint32(bits)}
		next[i]++
	}
	return m
}

// of lists the rows of a cell.
func (m membership) of(cell int) []tally { return m.rows[m.starts[cell]:m.starts[cell+1]] }
