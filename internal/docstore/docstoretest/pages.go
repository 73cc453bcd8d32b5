package docstoretest

import (
	"fmt"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

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
