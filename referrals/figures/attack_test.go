package figures

import (
	"fmt"
	"math/bits"
	"testing"

	"pgregory.net/rapid"
)

// TestNothingHiddenCanBeComputed asks for every table that there is, over
// random small populations, takes each number told as an equation over the
// smallest groups there are, and tries to solve them for every cell of too few
// people: sums of rows and columns,
// differences of filters, a total and all its parts, who reported what.
func TestNothingHiddenCanBeComputed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := attack{t: t, room: filled(population(t)...)}
		a.listen()
		a.solve()
		a.look()
	})
}

var (
	someNeeds   = []string{"food-insecurity", "housing-instability", "utility-insecurity"}
	someZIPs    = []string{"95351", "95354", "95380"}
	someStarts  = []int{-40, -130, -220} // days ago, in three quarters
	someSources = []Source{Nobody, ByAgency, ByTeam}
)

// population draws facts that differ in need, ZIP code, quarter, and who
// reported the acknowledgement; some groups large, some small, some empty.
func population(t *rapid.T) []Fact {
	var facts []Fact
	person := 0
	for n, need := range someNeeds[:rapid.IntRange(1, 3).Draw(t, "needs")] {
		for z, zip := range someZIPs {
			for p, days := range someStarts[:2] {
				for _, by := range someSources {
					size := rapid.SampledFrom([]int{0, 0, 1, 3, 8, 12, 15, 30}).Draw(t, fmt.Sprint("size", n, z, p, by))
					f := Fact{Need: need, ZIP: zip, Agency: "pantry", Sender: "clinic", Sent: now.AddDate(0, 0, days).UnixMilli()}
					if by != Nobody {
						f.By[Acknowledged], f.Acknowledged = by, f.Sent+1
					}
					group := many(size, person, f)
					if rapid.IntRange(0, 5).Draw(t, "same people") > 0 {
						person += size
					}
					facts = append(facts, group...)
				}
			}
		}
	}
	for i := range facts {
		facts[i].ID = fmt.Sprint("r", i)
	}
	return facts
}

// attack knows what is told, as vectors over the atoms: the smallest groups.
type attack struct {
	t    *rapid.T
	room *Service
	rows [][]uint64
	told []vector
}

// vector says how often each atom is in a sum.
type vector map[int]uint64

const prime = 1<<61 - 1

// atom is the number of a smallest group.
func atom(n, z, p, by int) int { return ((n*3+z)*2+p)*3 + by }

// sum is the vector of all atoms that fit; nil fits all.
func sum(needs, zips, periods, by []int) vector {
	v := vector{}
	for _, n := range needs {
		for _, z := range zips {
			for _, p := range periods {
				for _, s := range by {
					v[atom(n, z, p, s)] = 1
				}
			}
		}
	}
	return v
}

var (
	allNeeds, allZIPs, allPeriods = []int{0, 1, 2}, []int{0, 1, 2}, []int{0, 1}
	allBy, answered, unanswered   = []int{0, 1, 2}, []int{1, 2}, []int{0}
)

// periodsOf are the quarters of the population.
func periodsOf() []string {
	var out []string
	for _, d := range someStarts[:2] {
		out = append(out, quarter(now.AddDate(0, 0, d).UnixMilli()))
	}
	return out
}

// listen asks for all tables and notes each number told.
func (a *attack) listen() {
	periods := append([]string{""}, periodsOf()...)
	for p, period := range periods {
		for n := range append([]string{""}, someNeeds...) {
			for z := range append([]string{""}, someZIPs...) {
				if n > 0 && z > 0 {
					continue
				}
				f := Filter{Period: period}
				in := [3][]int{allNeeds, allZIPs, allPeriods}
				if n > 0 {
					f.Need, in[0] = someNeeds[n-1], []int{n - 1}
				}
				if z > 0 {
					f.ZIP, in[1] = someZIPs[z-1], []int{z - 1}
				}
				if p > 0 {
					in[2] = []int{p - 1}
				}
				for d, by := range []Dimension{ByNeed, ByZIP, ByPeriod} {
					a.note(a.room.mustReport(a.t, net, f, by), in, d)
				}
			}
		}
	}
}

// note takes the numbers of one report, of the atoms in, told apart by the dimension d.
func (a *attack) note(r Report, in [3][]int, d int) {
	if r.TooFew {
		return
	}
	a.line(r.Total, in)
	for m, s := range r.Sources {
		if m == int(Acknowledged) {
			a.say(s.Agency, sum(in[0], in[1], in[2], []int{1}))
			a.say(s.Team, sum(in[0], in[1], in[2], []int{2}))
		}
	}
	names := [][]string{someNeeds, someZIPs, periodsOf()}[d]
	own := map[string]bool{}
	for _, l := range r.Lines {
		own[l.Value] = !l.Others
	}
	for _, l := range r.Lines {
		part := in
		part[d] = nil
		for i, name := range names {
			if l.Others && !a.place(d, name) || !l.Others && name == l.Value {
				part[d] = append(part[d], i)
			}
		}
		a.line(l, part)
	}
}

// place tells whether a value has a place of its own.
func (a *attack) place(d int, name string) bool {
	dim := []int{0, 2, 4}[d]
	return a.room.table.pools(rowFilter{kind: Counted, sender: -1}, []int{dim})[0].find(name) >= 0
}

func (a *attack) line(l Line, in [3][]int) {
	a.say(l.Sent, sum(in[0], in[1], in[2], allBy))
	a.say(l.Acknowledged, sum(in[0], in[1], in[2], answered))
	a.say(l.Silent, sum(in[0], in[1], in[2], unanswered))
}

func (a *attack) say(n *int, v vector) {
	if n != nil && len(v) > 0 {
		a.told = append(a.told, v)
	}
}

// solve brings what is told into echelon form (Gauss), modulo a prime.
func (a *attack) solve() {
	a.rows = make([][]uint64, 54)
	for _, v := range a.told {
		row := dense(v)
		if p := a.reduce(row); p >= 0 {
			scale(row, inverse(row[p]))
			a.rows[p] = row
		}
	}
}

// reduce takes from row what the known rows explain and answers where the rest
// begins; -1 when there is none.
func (a *attack) reduce(row []uint64) int {
	first := -1
	for p := range row {
		if row[p] == 0 {
			continue
		}
		if a.rows[p] == nil {
			if first < 0 {
				first = p
			}
			continue
		}
		f := row[p]
		for i, x := range a.rows[p] {
			row[i] = (row[i] + prime - mul(f, x)) % prime
		}
	}
	return first
}

func (a *attack) computable(v vector) bool { return a.reduce(dense(v)) < 0 }

// look tries every cell of too few people, of every table.
func (a *attack) look() {
	each := func(all []int) [][]int {
		out := [][]int{all}
		for _, i := range all {
			out = append(out, []int{i})
		}
		return out
	}
	for _, n := range each(allNeeds) {
		for _, z := range each(allZIPs) {
			for _, p := range each(allPeriods) {
				for _, by := range [][]int{allBy, answered, {0}, {1}, {2}} {
					if people := a.people(n, z, p, by); people > 0 && people < Fewest && a.computable(sum(n, z, p, by)) {
						a.t.Fatalf("the group needs %v, ZIP codes %v, periods %v, answered by %v of %d people can be computed", n, z, p, by, people)
					}
				}
			}
		}
	}
}

func (a *attack) people(n, z, p, by []int) int {
	who := map[uint32]bool{}
	t := a.room.table
	v := sum(n, z, p, by)
	for row := range t.kind {
		at := func(d int, list []string) int {
			for i, name := range list {
				if t.words[d].words[t.columns[d][row]] == name {
					return i
				}
			}
			return 0
		}
		if v[atom(at(0, someNeeds), at(2, someZIPs), at(4, periodsOf()), int(t.by[Acknowledged][row]))] == 1 {
			who[t.person[row]] = true
		}
	}
	return len(who)
}

func dense(v vector) []uint64 {
	row := make([]uint64, 54)
	for i, x := range v {
		row[i] = x
	}
	return row
}

func scale(row []uint64, f uint64) {
	for i := range row {
		row[i] = mul(row[i], f)
	}
}

func mul(x, y uint64) uint64 {
	hi, lo := bits.Mul64(x, y)
	_, rest := bits.Div64(hi%prime, lo, prime)
	return rest
}

func inverse(x uint64) uint64 {
	out := uint64(1)
	for e := uint64(prime - 2); e > 0; e >>= 1 {
		if e&1 == 1 {
			out = mul(out, x)
		}
		x = mul(x, x)
	}
	return out
}
