package docstoretest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

func testIdempotency(t *testing.T, open func(*testing.T) docstore.Engine) {
	c := openNotes(t, open)
	as := func(actor, key, hash string) context.Context {
		return docstore.WithRequest(identity.With(t.Context(), identity.Actor{ID: actor}), key, hash)
	}
	create := func(ctx context.Context, text string) (note, bool, error) {
		n := note{Meta: docstore.Meta{ID: docstore.NewID(ctx, identity.From(ctx).ID)}, Text: text}
		n.Emit(start, "note.made", nil)
		replayed, err := c.InsertOnce(ctx, &n, start)
		return n, replayed, err
	}

	first, replayed, err := create(as("u1", "k1", "h1"), "one")
	if err != nil || replayed || first.Version != 1 {
		t.Fatalf("InsertOnce = version %d, replayed %v, %v; want version 1, new", first.Version, replayed, err)
	}
	t.Run("a repeated create answers the document as it now stands", func(t *testing.T) {
		if _, err := c.Update(t.Context(), first.ID, func(n *note) error { n.Text = "changed since"; return nil }); err != nil {
			t.Fatal(err)
		}
		again, replayed, err := create(as("u1", "k1", "h1"), "one")
		if err != nil || !replayed || again.ID != first.ID || again.Text != "changed since" || again.Version != 2 {
			t.Errorf("InsertOnce again = %q version %d, replayed %v, %v; want the stored document", again.Text, again.Version, replayed, err)
		}
	})
	t.Run("another request under the key is refused", func(t *testing.T) {
		if _, _, err := create(as("u1", "k1", "h2"), "two"); !errors.Is(err, docstore.ErrKeyReused) || !fault.Is(err, fault.BusinessRule) {
			t.Errorf("InsertOnce error = %v, want ErrKeyReused", err)
		}
	})
	t.Run("another actor, another key or no key make another document", func(t *testing.T) {
		for _, ctx := range []context.Context{as("u2", "k1", "h1"), as("u1", "k2", "h1"), t.Context(), t.Context()} {
			n, replayed, err := create(ctx, "other")
			if err != nil || replayed || n.ID == first.ID {
				t.Errorf("InsertOnce = %s, replayed %v, %v; want a new document", n.ID, replayed, err)
			}
		}
	})
	t.Run("an id that is taken without a key is a duplicate", func(t *testing.T) {
		n := note{Meta: docstore.Meta{ID: first.ID}}
		_, err := c.InsertOnce(t.Context(), &n, start)
		if _, ok := errors.AsType[*docstore.DuplicateError](err); !ok {
			t.Errorf("InsertOnce error = %v, want a duplicate", err)
		}
	})

	change := func(ctx context.Context, at time.Time) (note, error) {
		return c.Update(ctx, first.ID, func(n *note) error {
			if done, err := n.Replayed(ctx); done || err != nil {
				return err
			}
			n.Rank++
			n.Remember(ctx, at)
			return nil
		})
	}
	t.Run("a repeated change is made once", func(t *testing.T) {
		for range 3 {
			if n, err := change(as("u1", "c1", "h1"), start); err != nil || n.Rank != 1 {
				t.Errorf("change = rank %d, %v; want 1", n.Rank, err)
			}
		}
		if n, err := change(as("u2", "c1", "h1"), start); err != nil || n.Rank != 2 {
			t.Errorf("change of another actor = rank %d, %v; want 2", n.Rank, err)
		}
		if _, err := change(as("u1", "c1", "h2"), start); !errors.Is(err, docstore.ErrKeyReused) {
			t.Errorf("another change under the key: error = %v, want ErrKeyReused", err)
		}
		if got := get(t, c, first.ID).Rank; got != 2 {
			t.Errorf("rank = %d, want 2", got)
		}
	})
	t.Run("a key is kept 30 days", func(t *testing.T) {
		month := 30 * 24 * time.Hour
		if _, err := change(as("u1", "c2", "h"), start.Add(month-time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if n, err := change(as("u1", "c1", "h1"), start.Add(month-time.Millisecond)); err != nil || n.Rank != 3 {
			t.Errorf("replay within 30 days = rank %d, %v; want 3, not made again", n.Rank, err)
		}
		if _, err := change(as("u1", "c3", "h"), start.Add(month)); err != nil {
			t.Fatal(err)
		}
		if n, err := change(as("u1", "c1", "h9"), start.Add(month)); err != nil || n.Rank != 5 {
			t.Errorf("the key after 30 days = rank %d, %v; want 5, made anew", n.Rank, err)
		}
	})
	t.Run("a fixed id", func(t *testing.T) {
		if got := docstore.NewID(docstore.WithID(as("u1", "k", "h"), "fixed"), "u1"); got != "fixed" {
			t.Errorf("NewID = %q, want fixed", got)
		}
	})
}
