package feed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory/repair"
)

// adaptSchedule turns a schedule as systems write it into schedules as the
// standard has them: days as names, numbers or ranges, times in the columns for
// dates, opening hours in words. What cannot be read stays as text and counts as
// unknown, never as closed.
func adaptSchedule(b *builder, t *table, r row) []row {
	b.timesInDates(t, &r)
	if r.empty(t) {
		b.tell(t, r, "byday", r.get(t, "byday"), "no-times", Info, Dropped)
		return nil
	}
	out := []row{r}
	days := r.get(t, "byday")
	switch {
	case days != "":
		if !recurring(days) {
			if read, ok := repair.Weekdays(days); ok {
				b.tell(t, r, "byday", days, string(repair.Days), Info, Repaired)
				out[0].put(t, "byday", read)
				days = read
			} else if list, ok := repair.Hours(days); ok { // "Monday-Friday 9am-5pm" in one cell
				b.tell(t, r, "byday", days, string(repair.Days), Info, Repaired)
				return openings(t, r, list)
			} else {
				b.tell(t, r, "byday", days, string(repair.Unreadable), Warning, Kept)
				out[0].put(t, "byday", "")
				out[0].put(t, "description", joined(r.get(t, "description"), days))
				return out
			}
		}
	case r.get(t, "opens_at") == "" && r.get(t, "dtstart") == "" && r.get(t, "freq") == "":
		if list, ok := repair.Hours(r.get(t, "description")); ok {
			b.tell(t, r, "description", r.get(t, "description"), "hours-read", Info, Repaired)
			return openings(t, r, list)
		}
	}
	if days != "" && r.get(t, "freq") == "" {
		out[0].put(t, "freq", freqOf(days))
	}
	return out
}

// timesInDates moves times that stand in the columns for the dates of a
// recurrence to where they belong.
func (b *builder) timesInDates(t *table, r *row) {
	from, to := r.get(t, "dtstart"), r.get(t, "until")
	if !hoursInDates.MatchString(from) || r.get(t, "opens_at") != "" {
		return
	}
	b.tell(t, *r, "dtstart", from, string(repair.Misplaced), Info, Repaired)
	r.put(t, "dtstart", "")
	r.put(t, "until", "")
	if strings.Contains(strings.ToLower(from), "hour") {
		from, to = "00:00", "23:59"
	}
	r.put(t, "opens_at", from)
	r.put(t, "closes_at", to)
}

// empty tells whether a row says nothing about times: forms leave a row with the
// name of each day. Days written as RRULE codes say that it is open then, nobody
// knows when.
func (r *row) empty(t *table) bool {
	if days := r.get(t, "byday"); days != "" {
		if _, ok := repair.Weekdays(days); !ok || recurring(days) {
			return false
		}
	}
	for _, c := range r.cells {
		switch name := t.columns[c.column]; {
		case strings.HasSuffix(name, "id"), name == "byday", name == "wkst", name == "freq":
		case c.text != "":
			return false
		}
	}
	return true
}

// openings makes rows of opening hours that were read from words.
func openings(t *table, r row, list []repair.Opening) []row {
	id := r.get(t, "id")
	var out []row
	for n, o := range list {
		one := row{line: r.line, cells: slices.Clone(r.cells)}
		one.put(t, "byday", o.ByDay)
		one.put(t, "freq", map[bool]string{false: "WEEKLY", true: "MONTHLY"}[o.Monthly])
		if o.Opens != "" {
			one.put(t, "opens_at", o.Opens)
			one.put(t, "closes_at", o.Closes)
		}
		if o.Closed {
			one.put(t, "x_closed", "true")
		}
		if n > 0 && id != "" {
			one.put(t, "id", fmt.Sprintf("%s#%d", id, n+1))
		}
		out = append(out, one)
	}
	return out
}

// recurring tells whether days are written as RRULE codes.
func recurring(days string) bool {
	for d := range strings.SplitSeq(days, ",") {
		d = strings.TrimLeft(strings.TrimSpace(d), "-+0123456789")
		if !slices.Contains([]string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}, d) {
			return false
		}
	}
	return true
}

// freqOf is how often days recur: numbered ones in a month.
func freqOf(days string) string {
	if strings.ContainsAny(days, "0123456789") {
		return "MONTHLY"
	}
	return "WEEKLY"
}
