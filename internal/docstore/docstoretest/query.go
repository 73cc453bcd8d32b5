package docstoretest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
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

// pages reads a query in pages of a size, calling between after each page.
func pages(t *testing.T, c *docstore.Collection[note], q docstore.Query, size int, between func()) []string {
	t.Helper()
	got := []string{}
	for q.Limit = size; ; {
		p, err := c.Find(t.Context(), q)
		if err != nil {
			t.Fatalf("Find: %v", err)
		}
		got = append(got, ids(p.Items)...)
		if len(p.Items) > size || len(p.Items) == 0 && p.Next != "" {
			t.Fatalf("Find with limit %d: %d documents, next %q", size, len(p.Items), p.Next)
		}
		if p.Next == "" {
			return got
		}
		q.After = p.Next
		if between != nil {
			between()
		}
	}
}

// testPages reads pages while other documents come, move and go: one that
// stands still is read exactly once.
func testPages(t *testing.T, open func(*testing.T) docstore.Engine) {
	queries := map[string]docstore.Query{
		"one walk":              {Where: []docstore.Cond{eq("agency", "p")}, OrderBy: []string{"due"}},
		"one walk, descending":  {Where: []docstore.Cond{eq("agency", "p")}, OrderBy: []string{"due"}, Desc: true},
		"merged":                {Where: []docstore.Cond{eq("agency", "p"), in("status", "new", "open", "done")}, OrderBy: []string{"due"}},
		"merged, descending":    {Where: []docstore.Cond{in("agency", "p", "z"), in("status", "new", "open", "done")}, OrderBy: []string{"due"}, Desc: true},
		"many-valued":           {Where: []docstore.Cond{eq("agency", "p"), eq("tag", "t")}, OrderBy: []string{"due"}},
		"with a range":          {Where: []docstore.Cond{eq("agency", "p"), docstore.Range("due", at(-50), at(100))}},
		"with a range, desc":    {Where: []docstore.Cond{eq("agency", "p"), docstore.Range("due", at(-50), at(100))}, Desc: true},
		"with an upper end":     {Where: []docstore.Cond{eq("agency", "p"), docstore.Range("due", docstore.None, at(100))}},
		"with a lower end,desc": {Where: []docstore.Cond{eq("agency", "p"), docstore.Range("due", at(-50), docstore.None)}, Desc: true},
	}
	for name, q := range queries {
		t.Run(name, func(t *testing.T) {
			c := openNotes(t, open)
			still := map[string]bool{}
			for _, n := range insert(t, c, numbered(60, func(i int, n *note) {
				*n = note{Meta: n.Meta, Agency: "p", Status: []string{"new", "open", "done"}[i%3], Tags: []string{"t", "u"}}
				if i%5 != 0 || name[:4] == "with" { // ranges leave out documents without a value
					n.Due = start.Add(time.Duration(i%7) * time.Hour)
				}
				if i%4 == 0 {
					n.Text = "moves"
				}
			})...) {
				if n.Text == "" {
					still[n.ID] = true
				}
			}
			round := 0
			between := func() {
				round++
				move := []string{"n0000", "n0012", "n0036", "n0048"}[round%4]
				_, err := c.Update(t.Context(), move, func(n *note) error {
					n.Due = start.Add(time.Duration(round*7%11-5) * time.Hour)
					n.Status = "open"
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				insert(t, c, note{Meta: docstore.Meta{ID: fmt.Sprintf("m%d", round)}, Agency: "p", Status: "new", Due: start.Add(time.Duration(round%9) * time.Hour), Tags: []string{"t"}, Text: "came"})
				if round%3 == 0 {
					gone := get(t, c, fmt.Sprintf("m%d", round-2))
					if err := c.Delete(t.Context(), &gone); err != nil {
						t.Fatal(err)
					}
				}
				if round > 200 {
					t.Fatal("paging does not end")
				}
			}
			seen := map[string]int{}
			for _, id := range pages(t, c, q, 4, between) {
				seen[id]++
			}
			for id := range still {
				if seen[id] != 1 {
					t.Errorf("%s, which stood still, was read %d times", id, seen[id])
				}
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

// testRefused holds engines and collections to answering no query without an index.
func testRefused(t *testing.T, open func(*testing.T) docstore.Engine) {
	e := open(t)
	c, ctx := openSpec(t, e, noteSpec()), t.Context()
	insert(t, c, numbered(3, worklist)...)
	refused := map[string]docstore.Query{
		"nothing at all":                 {},
		"a key unknown":                  {Where: []docstore.Cond{eq("color", "red")}},
		"a key that begins no index":     {Where: []docstore.Cond{docstore.Eq("due", at(1))}},
		"a gap in the index":             {Where: []docstore.Cond{eq("agency", "p"), eq("status", "new"), eq("text", "x")}},
		"order by another key":           {Where: []docstore.Cond{eq("agency", "p")}, OrderBy: []string{"rank"}},
		"a range before an equality":     {Where: []docstore.Cond{docstore.Range("agency", str("a"), str("z")), eq("status", "new")}},
		"two ranges":                     {Where: []docstore.Cond{docstore.Range("rank", docstore.Int(0), docstore.None), docstore.Range("text", str("a"), docstore.None)}},
		"a key twice":                    {Where: []docstore.Cond{eq("status", "new"), eq("status", "open")}},
		"two values of a many-valued":    {Where: []docstore.Cond{in("tag", "a", "b")}},
		"order by a many-valued":         {Where: []docstore.Cond{eq("agency", "p")}, OrderBy: []string{"tag"}},
		"too many combinations":          {Where: []docstore.Cond{in("agency", many(20)...), in("status", many(20)...)}, OrderBy: []string{"due"}},
		"a marker that nobody gave":      {Where: []docstore.Cond{eq("status", "new")}, After: "garbage!"},
		"a marker of another query":      {Where: []docstore.Cond{eq("status", "new")}, After: marker(t, c)},
		"order with a range, other key":  {Where: []docstore.Cond{eq("agency", "p"), docstore.Range("due", at(0), docstore.None)}, OrderBy: []string{"status"}},
		"a range on a key of the prefix": {Where: []docstore.Cond{eq("status", "new"), docstore.Range("status", str("a"), docstore.None)}},
	}
	for name, q := range refused {
		p, err := c.Find(ctx, q)
		if err == nil {
			t.Errorf("Find, %s: answered %v, want an error", name, ids(p.Items))
		}
		if q.After != "" && !fault.Is(err, fault.Invalid) {
			t.Errorf("Find, %s: error = %v, want invalid", name, err)
		}
	}
	if _, err := c.GroupCount(ctx, docstore.Query{Where: []docstore.Cond{eq("agency", "p")}}, "text"); err == nil {
		t.Error("GroupCount by a key that does not follow: no error")
	}
	if _, err := e.Scan(ctx, "notes", docstore.IndexScan{Index: docstore.Index{"agency", "rank"}}); err == nil {
		t.Error("Scan along an index that was not declared: no error")
	}
	if _, err := e.Get(ctx, "strangers", "x"); err == nil {
		t.Error("Get from a collection that was not prepared: no error")
	}
}

// marker is a Next of a query with other keys.
func marker(t *testing.T, c *docstore.Collection[note]) string {
	p, err := c.Find(t.Context(), docstore.Query{OrderBy: []string{"rank"}, Limit: 1})
	if err != nil || p.Next == "" {
		t.Fatalf("Find: next %q, %v", p.Next, err)
	}
	return p.Next
}

func many(n int) []string {
	return slices.Collect(func(yield func(string) bool) {
		for i := 0; i < n && yield(fmt.Sprint("v", i)); i++ {
		}
	})
}

func testMany(t *testing.T, open func(*testing.T) docstore.Engine) {
	c, ctx := openNotes(t, open), t.Context()
	insert(t, c,
		note{Meta: docstore.Meta{ID: "a"}, Agency: "p", Due: start.Add(3 * time.Hour), Tags: []string{"x", "y"}},
		note{Meta: docstore.Meta{ID: "b"}, Agency: "p", Due: start.Add(1 * time.Hour), Tags: []string{"y", "y", "z"}}, // y counts once
		note{Meta: docstore.Meta{ID: "c"}, Agency: "p", Tags: []string{"y"}},
		note{Meta: docstore.Meta{ID: "d"}, Agency: "q", Due: start, Tags: []string{"y"}},
		note{Meta: docstore.Meta{ID: "e"}, Agency: "p"},
	)
	check := func(what string, q docstore.Query, want ...string) {
		t.Helper()
		diff(t, what, ids(find(t, c, q)), append([]string{}, want...))
		if n, err := c.Count(ctx, q); err != nil || n != int64(len(want)) {
			t.Errorf("%s: Count = %d, %v; want %d", what, n, err, len(want))
		}
	}
	y := docstore.Query{Where: []docstore.Cond{eq("tag", "y")}}
	py := docstore.Query{Where: []docstore.Cond{eq("agency", "p"), eq("tag", "y")}, OrderBy: []string{"due"}}
	check("one of several values", y, "a", "b", "c", "d")
	check("with keys around it", py, "c", "b", "a")
	check("descending", docstore.Query{Where: py.Where, OrderBy: py.OrderBy, Desc: true}, "a", "b", "c")
	check("with a range", docstore.Query{Where: append([]docstore.Cond{docstore.Range("due", at(2), docstore.None)}, py.Where...)}, "a")
	check("with in on another key", docstore.Query{Where: []docstore.Cond{in("agency", "p", "q"), eq("tag", "y")}, OrderBy: []string{"due"}}, "c", "d", "b", "a")
	check("a value that nobody has", docstore.Query{Where: []docstore.Cond{eq("tag", "nobody")}})

	change := func(id string, fn func(*note)) {
		t.Helper()
		if _, err := c.Update(ctx, id, func(n *note) error { fn(n); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	change("a", func(n *note) { n.Tags = []string{"x", "w"} })
	check("a value taken away", py, "c", "b")
	check("a value added", docstore.Query{Where: []docstore.Cond{eq("tag", "w")}}, "a")
	check("a value kept", docstore.Query{Where: []docstore.Cond{eq("tag", "x")}}, "a")
	change("b", func(n *note) { n.Agency = "q" })
	check("another key of the index changed", py, "c")
	check("another key of the index changed, there", docstore.Query{Where: []docstore.Cond{eq("agency", "q"), eq("tag", "y")}, OrderBy: []string{"due"}}, "d", "b")
	change("b", func(n *note) { n.Due, n.Tags = time.Time{}, []string{"z", "y", "v"} })
	check("both changed", docstore.Query{Where: []docstore.Cond{eq("agency", "q"), eq("tag", "y")}, OrderBy: []string{"due"}}, "b", "d")
	change("c", func(n *note) { n.Tags = nil })
	check("no value left", py)
	change("e", func(n *note) { n.Tags = []string{"y"} })
	check("the first value", py, "e")
}
