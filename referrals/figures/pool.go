package figures

import (
	"cmp"
	"slices"
)

// pool gives the values of a dimension places in tables. Values of fewer than
// Fewest people share the place of all others, in every table alike.
type pool struct {
	place  []int32  // by code; -1 for values that nothing has
	values []string // by place; the first is "" for others, when mixed
	mixed  bool     // whether the first place is of several values
}

// rowFilter tells which rows count.
type rowFilter struct {
	kind   Kind
	sender int32 // -1 for all
}

func (f rowFilter) has(t *table, row int) bool {
	return t.kind[row] == f.kind && (f.sender < 0 || int32(t.sender[row]) == f.sender)
}

// pools makes the pools of the dimensions from the rows that count.
func (t *table) pools(rows rowFilter, dims []int) []pool {
	counts := make([][]group, len(dims))
	for i, d := range dims {
		counts[i] = make([]group, len(t.words[d].words)+1) // one more for values beyond the dictionary
	}
	for row := range t.kind {
		if !rows.has(t, row) {
			continue
		}
		p := t.person[row]
		for i, d := range dims {
			counts[i][t.columns[d][row]].add(p)
		}
	}
	out := make([]pool, len(dims))
	for i, d := range dims {
		out[i] = makePool(counts[i], t.words[d].words)
	}
	return out
}

func makePool(counts []group, words []string) pool {
	p := pool{place: make([]int32, len(counts))}
	var own, rest []int
	var others group
	for code := range counts {
		p.place[code] = -1
		switch g := &counts[code]; {
		case g.n == 0:
		case g.few() || code >= len(words):
			rest = append(rest, code)
			others.join(g)
		default:
			own = append(own, code)
		}
	}
	slices.SortFunc(own, func(a, b int) int {
		return cmp.Or(cmp.Compare(counts[b].n, counts[a].n), cmp.Compare(words[a], words[b]))
	})
	for others.few() && len(own) > 0 { // take in the smallest until they are enough
		last := own[len(own)-1]
		own, rest = own[:len(own)-1], append(rest, last)
		others.join(&counts[last])
	}
	if p.mixed = len(rest) > 0; p.mixed {
		p.values = append(p.values, "")
	}
	for _, code := range rest {
		p.place[code] = 0
	}
	for _, code := range own {
		p.place[code] = int32(len(p.values))
		p.values = append(p.values, words[code])
	}
	return p
}

// find is the place of a value of its own; -1 when it has none.
func (p pool) find(value string) int {
	for i, v := range p.values {
		if v == value && (i > 0 || !p.mixed) {
			return i
		}
	}
	return -1
}
