package figures

import (
	"math"
	"slices"
	"sync"
)

// Time tells how long a step took: the middle value and the one that nine in
// ten do not exceed, in days. Both are null where too few people took the step.
type Time struct {
	Step      Step     `json:"step"`
	Median    *float64 `json:"medianDays"`
	Ninetieth *float64 `json:"p90Days"`
}

// times puts the times into a report's total and lines.
func (c *count) times(t *table, r *Report) {
	members := c.members()
	all := make([][]Time, stepCount) // by step, then by place; the last is the total
	var work sync.WaitGroup
	for s := range all {
		work.Go(func() { all[s] = c.timesOf(t, s, members) })
	}
	work.Wait()
	last := len(all[0]) - 1
	for s := range all {
		r.Total.Times = append(r.Total.Times, all[s][last])
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		place := 0
		if !l.Others {
			place = c.pools[c.q.by].find(l.Value)
		}
		for s := range all {
			tm := all[s][place]
			if l.Sent == nil {
				tm = Time{Step: Steps[s]}
			}
			l.Times = append(l.Times, tm)
		}
	}
}

// member is a row that the filters choose, and its place.
type member struct{ row, place uint32 }

// members lists the rows that the filters choose.
func (c *count) members() []member {
	var out []member
	column, place := c.t.columns[c.q.by], c.pools[c.q.by].place
rows:
	for row := range c.t.kind {
		if !c.rows.has(c.t, row) {
			continue
		}
		for n, d := range c.dims {
			if c.at[n] >= 0 && int(c.pools[d].place[c.t.columns[d][row]]) != c.at[n] {
				continue rows
			}
		}
		out = append(out, member{uint32(row), uint32(place[column[row]])})
	}
	return out
}

// timesOf tells the times of one step, by place and last in all.
func (c *count) timesOf(t *table, step int, members []member) []Time {
	places := len(c.pools[c.q.by].values)
	people := make([]group, places+1)
	column := t.hours[step]
	for _, m := range members {
		if column[m.row] != never {
			people[m.place].add(t.person[m.row])
		}
	}
	at := make([]uint32, places+1) // where the hours of each place begin
	total := uint32(0)
	for g := range places {
		at[g] = total
		total += people[g].n
		people[places].join(&people[g])
	}
	hours := make([]uint16, total)
	for _, m := range members {
		if h := column[m.row]; h != never {
			hours[at[m.place]] = h
			at[m.place]++
		}
	}
	out := make([]Time, places+1)
	for g := range out {
		of := hours // of all
		if g < places {
			of = hours[at[g]-people[g].n : at[g]]
		}
		out[g] = Time{Step: Steps[step]}
		if people[g].people == Fewest {
			out[g].Median, out[g].Ninetieth = middle(of)
		}
	}
	return out
}

// middle tells the median and the 90th percentile of hours, in days with one
// digit: the smallest value that half, or nine tenths, do not exceed. It may
// put them into order.
func middle(hours []uint16) (median, ninetieth *float64) {
	half, most := (len(hours)+1)/2, (9*len(hours)+9)/10 // ranks, from 1
	if len(hours) < 8192 {
		slices.Sort(hours)
		return days(hours[half-1]), days(hours[most-1])
	}
	var counts [never + 1]uint32
	for _, h := range hours {
		counts[h]++
	}
	seen := 0
	for h, n := range counts {
		before := seen
		seen += int(n)
		if before < half && seen >= half {
			median = days(uint16(h))
		}
		if before < most && seen >= most {
			return median, days(uint16(h))
		}
	}
	return nil, nil
}

func days(hours uint16) *float64 { return new(math.Round(float64(hours)/2.4) / 10) }
