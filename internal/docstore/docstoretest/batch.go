package docstoretest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/havenloop/havenloop/internal/docstore"
)

func testBatch(t *testing.T, open func(*testing.T) docstore.Engine) {
	c, ctx := openNotes(t, open), t.Context()
	docs := insert(t, c, numbered(40, func(i int, n *note) { n.Rank = int64(i) })...)

	t.Run("get many answers those that exist", func(t *testing.T) {
		for _, want := range [][]string{{}, {"n0003"}, {"n0001", "n0002", "n0039"}} {
			got, err := c.GetMany(ctx, append([]string{"nobody"}, want...))
			if err != nil {
				t.Fatal(err)
			}
			keys := []string{}
			for id, n := range got {
				if n.ID != id || n.Version != 1 {
					t.Errorf("GetMany[%q] = %q version %d", id, n.ID, n.Version)
				}
				keys = append(keys, id)
			}
			diff(t, "GetMany", keys, want, cmpopts.SortSlices(func(a, b string) bool { return a < b }))
		}
		all := ids(docs)
		got, err := c.GetMany(ctx, append(all, all...))
		if err != nil || len(got) != len(all) {
			t.Errorf("GetMany of every id twice: %d documents, %v; want %d", len(got), err, len(all))
		}
	})
	t.Run("insert all refuses only what is taken", func(t *testing.T) {
		batch := []*note{{Meta: docstore.Meta{ID: "new1"}}, {Meta: docstore.Meta{ID: "n0005"}, Text: "thief"}, {Meta: docstore.Meta{ID: "new2"}}, {Meta: docstore.Meta{ID: "new2"}, Text: "twin"}}
		got := []bool{}
		for _, err := range c.InsertAll(ctx, batch) {
			_, dup := errors.AsType[*docstore.DuplicateError](err)
			if err != nil && !dup {
				t.Errorf("InsertAll error = %v, want a duplicate", err)
			}
			got = append(got, dup)
		}
		diff(t, "refused", got, []bool{false, true, false, true})
		if a, b := get(t, c, "n0005").Text, get(t, c, "new2").Text; a != "" || b != "" {
			t.Errorf("texts = %q and %q, want those of the first", a, b)
		}
	})
	t.Run("replace all refuses only what changed", func(t *testing.T) {
		batch := []*note{ptr(get(t, c, "n0000")), ptr(get(t, c, "n0001")), {Meta: docstore.Meta{ID: "nobody", Version: 1}}, ptr(get(t, c, "n0002"))}
		if _, err := c.Update(ctx, "n0001", func(n *note) error { n.Text = "faster"; return nil }); err != nil {
			t.Fatal(err)
		}
		for _, n := range batch {
			n.Text = "batch"
		}
		errs := c.ReplaceAll(ctx, batch)
		for i, want := range []error{nil, docstore.ErrConflict, docstore.ErrNotFound, nil} {
			if !errors.Is(errs[i], want) {
				t.Errorf("ReplaceAll error %d = %v, want %v", i, errs[i], want)
			}
		}
		got := []string{get(t, c, "n0000").Text, get(t, c, "n0001").Text, get(t, c, "n0002").Text}
		diff(t, "texts", got, []string{"batch", "faster", "batch"})
	})
	t.Run("all reads every document in the order of ids", func(t *testing.T) {
		big := openSpec(t, open(t), noteSpec())
		want := ids(insert(t, big, numbered(1203, func(int, *note) {})...)) // more than two batches
		got := []string{}
		for n, err := range big.All(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, n.ID)
		}
		diff(t, "All", got, want)
		got = got[:0]
		for n, err := range big.AllAfter(ctx, want[900]) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, n.ID)
		}
		diff(t, "AllAfter", got, want[901:])
		for n, err := range big.All(ctx) {
			if err != nil || n.ID != want[0] {
				t.Errorf("All begins with %q, %v", n.ID, err)
			}
			break
		}
	})
}

func ptr[T any](v T) *T { return &v }
