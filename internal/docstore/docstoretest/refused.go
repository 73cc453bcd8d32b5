package docstoretest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

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
