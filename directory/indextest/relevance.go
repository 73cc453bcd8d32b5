package indextest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
)

// judged is one case of the relevance suite: what a person types, and how well
// each service answers it.
type judged struct {
	name   string
	query  directory.Query
	grades map[string]int  // by service; 3 is what was meant, 0 what is not named
	never  map[string]bool // services that must not be among the first neverTop
	before [][2]string     // kinds: the best of the first before the best of the second
}

// neverTop is how far down a service that was not meant at all must stand.
const neverTop = 5

// Relevance is how well an engine answers the cases of the suite.
type Relevance struct {
	Cases int
	NDCG  float64  // mean of nDCG@10
	Lost  []string // what the lost cases want and get
}

// Measure runs the relevance suite: it fills the engine with the county and
// asks what people ask. A case is won when only the best are on top, nothing
// else that was ruled out is near it, and pairs are in order.
func Measure(tb testing.TB, x directory.Index) Relevance {
	tb.Helper()
	offered := county(tb)
	entries := make([]directory.Entry, len(offered))
	for i, s := range offered {
		entries[i] = s.Entry
	}
	if err := x.Rebuild(tb.Context(), all(entries)); err != nil {
		tb.Fatalf("Rebuild: %v", err)
	}
	var r Relevance
	for _, c := range judgements(tb, offered) {
		found, err := x.Search(tb.Context(), c.query)
		if err != nil {
			tb.Fatalf("%s: Search: %v", c.name, err)
		}
		ids := services(found)
		score := NDCG(ids, c.grades)
		r.Cases++
		r.NDCG += score
		if wrong := c.wrong(ids, offered); wrong != "" {
			r.Lost = append(r.Lost, fmt.Sprintf("%s (nDCG %.2f): %s; found %v", c.name, score, wrong, ids[:min(len(ids), 6)]))
		}
	}
	r.NDCG /= float64(r.Cases)
	return r
}

// judgements reads the cases.
func judgements(tb testing.TB, services []listed) []judged {
	tb.Helper()
	called := map[string][]string{} // services by each of their names
	for _, s := range services {
		for _, n := range s.names {
			called[n] = append(called[n], s.ServiceID)
		}
	}
	find := func(name string) []string {
		if called[name] == nil {
			tb.Errorf("cases.txt: nothing is called %q", name)
		}
		return called[name]
	}
	var out []judged
	for _, f := range lines(tb, "relevance/cases.txt", 5) {
		c := judged{name: strings.TrimSpace(f[0] + " " + f[1]), query: circumstances(tb, f[1]), grades: map[string]int{}, never: map[string]bool{}}
		c.query.Text = f[0]
		for _, g := range strings.Fields(f[2]) {
			name, grade, _ := strings.Cut(g, "=")
			n, err := strconv.Atoi(grade)
			if err != nil {
				tb.Fatalf("cases.txt: %s: grade %q", f[0], g)
			}
			for _, id := range find(name) {
				c.grades[id] = max(c.grades[id], n)
			}
		}
		for _, name := range strings.Fields(f[3]) {
			for _, id := range find(name) {
				c.never[id] = true
			}
		}
		for _, pair := range strings.Fields(f[4]) {
			a, b, _ := strings.Cut(pair, "<")
			find(a)
			find(b)
			c.before = append(c.before, [2]string{a, b})
		}
		out = append(out, c)
	}
	return out
}

// circumstances reads where, when and for whom a case is asked.
func circumstances(tb testing.TB, text string) directory.Query {
	var q directory.Query
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		tb.Fatal(err)
	}
	for _, word := range strings.Fields(text) {
		what, value, _ := strings.Cut(word, ":")
		number, _ := strconv.ParseFloat(value, 64)
		switch what {
		case "es":
			q.Language = "es"
		case "near":
			at := townNamed(tb, value)
			q.Near, q.Areas = &at.point, seekerIn(at)
		case "within":
			q.RadiusMeters = number * 1000
		case "open":
			at, err := time.ParseInLocation("2006-01-02T15:04", value, zone)
			if err != nil {
				tb.Fatalf("cases.txt: %v", err)
			}
			q.OpenAt = &at
		case "need":
			q.Needs = []string{value}
		case "age":
			q.Age = &number
		default:
			tb.Fatalf("cases.txt: unknown context %q", word)
		}
	}
	return q
}

// depth is how many services are judged.
const depth = 10

// NDCG is the normalized discounted cumulative gain of the first ten of what
// was found, by the grades of what could be: 1 when the best stand first.
// Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR
// techniques", ACM TOIS 20(4), 2002, with the gain 2^grade-1.
func NDCG(ids []string, grades map[string]int) float64 {
	var ideal []int
	for _, g := range grades {
		ideal = append(ideal, g)
	}
	slices.SortFunc(ideal, func(a, b int) int { return cmp.Compare(b, a) })
	got := make([]int, len(ids))
	for i, id := range ids {
		got[i] = grades[id]
	}
	return gain(got) / gain(ideal)
}

func gain(grades []int) float64 {
	sum := 0.0
	for i, g := range grades[:min(len(grades), depth)] {
		sum += (math.Exp2(float64(g)) - 1) / math.Log2(float64(i+2))
	}
	return sum
}

// wrong tells what is wrong with an answer; "" when the case is won. On top,
// the first three at most, must be services of the best grade.
func (c *judged) wrong(ids []string, services []listed) string {
	best, count := 0, 0
	for _, g := range c.grades {
		if g > best {
			best, count = g, 0
		}
		if g == best {
			count++
		}
	}
	for i := range min(count, 3) {
		if i >= len(ids) || c.grades[ids[i]] < best {
			return fmt.Sprintf("want %d best on top", min(count, 3))
		}
	}
	for _, id := range ids[:min(len(ids), neverTop)] {
		if c.never[id] {
			return "must not be near the top: " + id
		}
	}
	first := func(name string) int {
		return slices.IndexFunc(ids, func(id string) bool {
			return slices.ContainsFunc(services, func(s listed) bool { return s.ServiceID == id && slices.Contains(s.names, name) })
		})
	}
	for _, pair := range c.before {
		if a, b := first(pair[0]), first(pair[1]); a < 0 || b >= 0 && b < a {
			return "want " + pair[0] + " before " + pair[1]
		}
	}
	return ""
}
