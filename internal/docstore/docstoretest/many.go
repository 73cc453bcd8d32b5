package docstoretest

import (
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

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
