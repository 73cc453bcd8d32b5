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
	groups := c.groups()
	all := make([][]Time, stepCount) // by step, then by place; the last is the total
	var work sync.WaitGroup
	for s := range all {
		work.Go(func() { all[s] = c.timesOf(t, s, groups) })
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

// groups answers for each row that the filters choose its place, -1 for others.
func (c *count) groups() []int32 {
	out := make([]int32, len(c.t.kind))
	by := &c.pools[c.q.by]
rows:
	for row := range out {
		out[row] = -1
		if !c.rows.has(c.t, row) {
			continue
		}
		for n, d := range c.dims {
			if c.at[n] >= 0 && int(c.pools[d].place[c.t.columns[d][row]]) != c.at[n] {
				continue rows
			}
		}
		out[row] = by.place[c.t.columns[c.q.by][row]]
	}
	return out
}

// timesOf tells the times of one step, by place and last in all.
func (c *count) timesOf(t *table, step int, groups []int32) []Time {
	places := len(c.pools[c.q.by].values)
	people := make([]group, places+1)
	column := t.hours[step]
	for row, g := range groups {
		if g >= 0 && column[row] != never {
			people[g].add(t.person[row])
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
	for row, g := range groups {
		if g >= 0 && column[row] != never {
			hours[at[g]] = column[row]
			at[g]++
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
