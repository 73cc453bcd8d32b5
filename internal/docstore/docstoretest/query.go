package docstoretest

import (
	"fmt"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// str and eq shorten queries.
var str = docstore.String

func eq(key, value string) docstore.Cond { return docstore.Eq(key, str(value)) }

func in(key string, values ...string) docstore.Cond {
	return docstore.In(key, stringValues(values)...)
}

func at(hours int) docstore.Value { return docstore.Time(start.Add(time.Duration(hours) * time.Hour)) }

// worklist has 12 notes: agencies p and q take turns, three statuses too; due
// is hours after start, none for each fourth; rank falls as the number rises.
func worklist(i int, n *note) {
	n.Agency = []string{"p", "q"}[i%2]
	n.Status = []string{"new", "open", "done"}[i%3]
	if i%4 != 3 {
		n.Due = start.Add(time.Duration(i/2) * time.Hour)
	}
	n.Rank = int64(5 - i)
	n.Text = fmt.Sprintf("text %02d", 11-i)
}

func testQuery(t *testing.T, open func(*testing.T) docstore.Engine) {
	c := openNotes(t, open)
	insert(t, c, numbered(12, worklist)...)
	tests := []struct {
		name string
		q    docstore.Query
		want []int
	}{
		{"equality", docstore.Query{Where: []docstore.Cond{eq("status", "new")}}, []int{0, 3, 6, 9}},
		{"equality without an answer", docstore.Query{Where: []docstore.Cond{eq("status", "lost")}}, nil},
		{"equality and order, documents without a value first", docstore.Query{Where: []docstore.Cond{eq("agency", "q")}, OrderBy: []string{"due"}}, []int{3, 7, 11, 1, 5, 9}},
		{"descending, ids too, documents without a value last", docstore.Query{Where: []docstore.Cond{eq("agency", "q")}, OrderBy: []string{"due"}, Desc: true}, []int{9, 5, 1, 11, 7, 3}},
		{"equal ones by id", docstore.Query{Where: []docstore.Cond{eq("status", "done")}, Desc: true}, []int{11, 8, 5, 2}},
		{"numbers order as numbers", docstore.Query{OrderBy: []string{"rank"}, Limit: 4}, []int{11, 10, 9, 8}},
		{"two equalities in any order", docstore.Query{Where: []docstore.Cond{eq("status", "new"), eq("agency", "p")}}, []int{0, 6}},
		{"no value", docstore.Query{Where: []docstore.Cond{eq("agency", "q"), docstore.Eq("due", docstore.None)}}, []int{3, 7, 11}},
		{"range on both sides holds its low end only", docstore.Query{Where: []docstore.Cond{eq("agency", "q"), docstore.Range("due", at(2), at(4))}}, []int{5}},
		{"range upwards", docstore.Query{Where: []docstore.Cond{eq("agency", "q"), docstore.Range("due", at(2), docstore.None)}}, []int{5, 9}},
		{"range downwards leaves out documents without a value", docstore.Query{Where: []docstore.Cond{eq("agency", "q"), docstore.Range("due", docstore.None, at(3))}}, []int{1, 5}},
		{"range of numbers below zero", docstore.Query{Where: []docstore.Cond{docstore.Range("rank", docstore.Int(-2), docstore.Int(1))}}, []int{7, 6, 5}},
		{"range of strings, descending", docstore.Query{Where: []docstore.Cond{docstore.Range("text", str("text 03"), str("text 05x"))}, Desc: true}, []int{6, 7, 8}},
		{"empty range", docstore.Query{Where: []docstore.Cond{docstore.Range("rank", docstore.Int(3), docstore.Int(3))}}, nil},
		{"open range", docstore.Query{Where: []docstore.Cond{eq("agency", "q"), docstore.Range("due", docstore.None, docstore.None)}}, []int{3, 7, 11, 1, 5, 9}},
		{"in, ordered by id", docstore.Query{Where: []docstore.Cond{in("status", "done", "new")}, Limit: 5}, []int{0, 2, 3, 5, 6}},
		{"in, merged by the key that follows", docstore.Query{Where: []docstore.Cond{eq("agency", "q"), in("status", "new", "open", "done", "lost")}, OrderBy: []string{"due"}}, []int{3, 7, 11, 1, 5, 9}},
		{"in on two keys, merged, descending", docstore.Query{Where: []docstore.Cond{in("agency", "p", "q"), in("status", "new", "open")}, OrderBy: []string{"due"}, Desc: true}, []int{10, 9, 6, 4, 1, 0, 7, 3}},
		{"in with a range", docstore.Query{Where: []docstore.Cond{in("agency", "q", "p"), in("status", "done"), docstore.Range("due", at(1), at(5))}}, []int{2, 5, 8}},
		{"in with one value twice", docstore.Query{Where: []docstore.Cond{in("status", "new", "new")}}, []int{0, 3, 6, 9}},
		{"in with no value and others", docstore.Query{Where: []docstore.Cond{in("agency", "q"), docstore.In("due", docstore.None, at(0))}}, []int{1, 3, 7, 11}},
		{"in with nothing", docstore.Query{Where: []docstore.Cond{in("status")}}, nil},
		{"limit", docstore.Query{Where: []docstore.Cond{eq("status", "new")}, Limit: 2}, []int{0, 3}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := []string{}
			for _, i := range tt.want {
				want = append(want, fmt.Sprintf("n%04d", i))
			}
			diff(t, "Find", ids(find(t, c, tt.q)), want)
			if tt.q.Limit > 0 {
				return
			}
			n, err := c.Count(t.Context(), tt.q)
			if err != nil || n != int64(len(want)) {
				t.Errorf("Count = %d, %v; want %d", n, err, len(want))
			}
			// The same answer in pages of every size.
			for size := 1; size <= len(want); size++ {
				diff(t, fmt.Sprintf("pages of %d", size), pages(t, c, tt.q, size, nil), want)
			}
		})
	}
}

func testCounts(t *testing.T, open func(*testing.T) docstore.Engine) {
	c, ctx := openNotes(t, open), t.Context()
	insert(t, c, numbered(12, worklist)...)
	n := func(i int64) docstore.Value { return docstore.Int(i) }
	tests := []struct {
		name  string
		where []docstore.Cond
		key   string
		want  map[docstore.Value]int64
	}{
		{"by status", []docstore.Cond{eq("agency", "p")}, "status", map[docstore.Value]int64{str("new"): 2, str("open"): 2, str("done"): 2}},
		{"by status of two agencies", []docstore.Cond{in("agency", "p", "q")}, "status", map[docstore.Value]int64{str("new"): 4, str("open"): 4, str("done"): 4}},
		{"of all", nil, "status", map[docstore.Value]int64{str("new"): 4, str("open"): 4, str("done"): 4}},
		{"without a value", []docstore.Cond{eq("agency", "q")}, "due", map[docstore.Value]int64{docstore.None: 3, at(0): 1, at(2): 1, at(4): 1}},
		{"within a range", []docstore.Cond{docstore.Range("rank", n(-1), n(2))}, "rank", map[docstore.Value]int64{n(-1): 1, n(0): 1, n(1): 1}},
		{"within a range below", []docstore.Cond{eq("agency", "q"), docstore.Range("due", docstore.None, at(4))}, "due", map[docstore.Value]int64{at(0): 1, at(2): 1}},
		{"of nothing", []docstore.Cond{eq("agency", "nobody")}, "status", map[docstore.Value]int64{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := c.GroupCount(ctx, docstore.Query{Where: tt.where}, tt.key)
			if err != nil {
				t.Fatal(err)
			}
			diff(t, "GroupCount", plain(got), plain(tt.want))
		})
	}
}

// plain makes counts comparable by cmp.
func plain(m map[docstore.Value]int64) map[any]int64 {
	out := map[any]int64{}
	for v, n := range m {
		out[v.Any()] = n
	}
	return out
}
