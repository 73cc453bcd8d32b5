package docstoretest

import (
	"errors"
	"testing"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

func testWrite(t *testing.T, open func(*testing.T) docstore.Engine) {
	c, ctx := openNotes(t, open), t.Context()

	t.Run("what was inserted is read", func(t *testing.T) {
		want := note{Meta: docstore.Meta{ID: "a"}, Agency: "pantry", Status: "open", Due: start, Rank: 7, Tags: []string{"x", "y"}, Text: "first"}
		if err := c.Insert(ctx, &want); err != nil {
			t.Fatal(err)
		}
		if want.Version != 1 {
			t.Errorf("version after Insert = %d, want 1", want.Version)
		}
		diff(t, "Get", get(t, c, "a"), want, sameNotes)
	})
	t.Run("a second document with the id is refused", func(t *testing.T) {
		n := note{Meta: docstore.Meta{ID: "a"}, Text: "second"}
		err := c.Insert(ctx, &n)
		dup, ok := errors.AsType[*docstore.DuplicateError](err)
		if !ok || dup.Key != "id" || dup.Collection != "notes" || !fault.Is(err, fault.Conflict) {
			t.Errorf("Insert error = %v, want a duplicate id in notes, a conflict for clients", err)
		}
		if n.Version != 0 {
			t.Errorf("version after a refused Insert = %d, want 0", n.Version)
		}
		if got := get(t, c, "a").Text; got != "first" {
			t.Errorf("Get(a).Text = %q, want first", got)
		}
	})
	t.Run("replace raises the version", func(t *testing.T) {
		n := get(t, c, "a")
		n.Text, n.Status = "changed", "done"
		if err := c.Replace(ctx, &n); err != nil {
			t.Fatal(err)
		}
		if got := get(t, c, "a"); n.Version != 2 || got.Version != 2 || got.Text != "changed" {
			t.Errorf("Get(a) = %q version %d, want changed version 2; caller's version %d", got.Text, got.Version, n.Version)
		}
		diff(t, "index of the old status", ids(find(t, c, docstore.Query{Where: []docstore.Cond{docstore.Eq("status", docstore.String("open"))}})), []string{})
		diff(t, "index of the new status", ids(find(t, c, docstore.Query{Where: []docstore.Cond{docstore.Eq("status", docstore.String("done"))}})), []string{"a"})
	})
	t.Run("replacing another version is a conflict", func(t *testing.T) {
		for _, v := range []int64{0, 1, 3} {
			n := get(t, c, "a")
			n.Version, n.Text = v, "too late"
			if err := c.Replace(ctx, &n); !errors.Is(err, docstore.ErrConflict) {
				t.Errorf("Replace of version %d: error = %v, want ErrConflict", v, err)
			}
			if n.Version != v {
				t.Errorf("version after a conflict = %d, want %d", n.Version, v)
			}
		}
		if got := get(t, c, "a"); got.Text != "changed" || got.Version != 2 {
			t.Errorf("Get(a) = %q version %d, want changed version 2", got.Text, got.Version)
		}
	})
	t.Run("what does not exist is not found", func(t *testing.T) {
		n := note{Meta: docstore.Meta{ID: "nobody", Version: 1}}
		_, getErr := c.Get(ctx, "nobody")
		_, updateErr := c.Update(ctx, "nobody", func(*note) error { return nil })
		for what, err := range map[string]error{"Get": getErr, "Update": updateErr, "Replace": c.Replace(ctx, &n), "Delete": c.Delete(ctx, &n)} {
			if !errors.Is(err, docstore.ErrNotFound) {
				t.Errorf("%s error = %v, want ErrNotFound", what, err)
			}
		}
	})
	t.Run("failed update changes nothing", func(t *testing.T) {
		refuse := errors.New("refuse")
		_, err := c.Update(ctx, "a", func(n *note) error { n.Text = "new"; return refuse })
		if !errors.Is(err, refuse) {
			t.Errorf("Update error = %v, want %v", err, refuse)
		}
		if got := get(t, c, "a"); got.Text != "changed" || got.Version != 2 {
			t.Errorf("Get(a) = %q version %d, want changed version 2", got.Text, got.Version)
		}
	})
	t.Run("update starts over when somebody was faster", func(t *testing.T) {
		tries := 0
		got, err := c.Update(ctx, "a", func(n *note) error {
			if tries++; tries == 1 {
				other := get(t, c, "a")
				other.Rank = 100
				if err := c.Replace(ctx, &other); err != nil {
					return err
				}
			}
			n.Rank++
			return nil
		})
		if err != nil || tries != 2 || got.Rank != 101 || got.Version != 4 {
			t.Errorf("Update = rank %d, version %d, %v after %d tries; want rank 101, version 4 after 2", got.Rank, got.Version, err, tries)
		}
	})
	t.Run("delete compares the version too", func(t *testing.T) {
		n := get(t, c, "a")
		n.Version--
		if err := c.Delete(ctx, &n); !errors.Is(err, docstore.ErrConflict) {
			t.Errorf("Delete error = %v, want ErrConflict", err)
		}
		n.Version++
		if err := c.Delete(ctx, &n); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Get(ctx, "a"); !errors.Is(err, docstore.ErrNotFound) {
			t.Errorf("Get after Delete: error = %v, want ErrNotFound", err)
		}
		for _, q := range []docstore.Query{
			{Where: []docstore.Cond{docstore.Eq("status", docstore.String("done"))}},
			{Where: []docstore.Cond{docstore.Eq("tag", docstore.String("x"))}},
		} {
			diff(t, "index after Delete", ids(find(t, c, q)), []string{})
		}
		again := note{Meta: docstore.Meta{ID: "a"}, Text: "again"}
		if err := c.Insert(ctx, &again); err != nil || again.Version != 1 {
			t.Errorf("Insert after Delete: version %d, %v; want version 1", again.Version, err)
		}
	})
}
