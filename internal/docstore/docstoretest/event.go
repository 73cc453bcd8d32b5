package docstoretest

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// types answers document and type of each event.
func types(events []docstore.Event) []string {
	out := []string{}
	for _, e := range events {
		out = append(out, e.DocumentID+" "+e.Type)
	}
	return out
}

func pending(t *testing.T, e docstore.Engine) []docstore.Event {
	t.Helper()
	events, err := e.Pending(t.Context(), 1000)
	if err != nil {
		t.Fatalf("Pending: %v", err)
	}
	return events
}

func testEvents(t *testing.T, open func(*testing.T) docstore.Engine) {
	e := open(t)
	c := openSpec(t, e, noteSpec())
	ctx := identity.With(t.Context(), identity.Actor{ID: "u1"})
	heard := make(chan struct{}, 100)
	e.OnEvents(func() {
		select {
		case heard <- struct{}{}:
		default:
		}
	})
	hear := func(what string) {
		t.Helper()
		select {
		case <-heard:
		case <-time.After(10 * time.Second):
			t.Errorf("OnEvents was not called after %s", what)
		}
	}

	t.Run("come with the change", func(t *testing.T) {
		n := note{Meta: docstore.Meta{ID: "a"}}
		n.Emit(start, "note.made", map[string]string{"patientId": "p1"})
		n.Emit(start.Add(time.Millisecond), "note.shown", nil)
		if err := c.Insert(ctx, &n); err != nil {
			t.Fatal(err)
		}
		hear("Insert")
		want := []docstore.Event{
			{Type: "note.made", Collection: "notes", DocumentID: "a", Version: 1, At: start, ActorID: "u1", Data: []byte(`{"patientId":"p1"}`)},
			{Type: "note.shown", Collection: "notes", DocumentID: "a", Version: 1, At: start.Add(time.Millisecond), ActorID: "u1"},
		}
		got := pending(t, e)
		diff(t, "Pending", got, want, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".ID" }, cmp.Ignore()),
			cmp.Transformer("text", func(m json.RawMessage) string { return string(m) }))
		if len(got) == 2 && (got[0].ID == got[1].ID || got[0].ID == "") {
			t.Errorf("event ids %q and %q, want different ones", got[0].ID, got[1].ID)
		}
		if err := c.Replace(ctx, &n); err != nil {
			t.Fatal(err)
		}
		if got := pending(t, e); len(got) != 2 {
			t.Errorf("Pending after another Replace = %v, want the two of before", types(got))
		}
	})
	t.Run("acknowledging leaves the document alone", func(t *testing.T) {
		before, events := get(t, c, "a"), pending(t, e)
		if err := e.Ack(ctx, events[:1]); err != nil {
			t.Fatal(err)
		}
		diff(t, "Pending", types(pending(t, e)), []string{"a note.shown"})
		diff(t, "Get", get(t, c, "a"), before, sameNotes)
		before.Text = "the version is still good"
		if err := c.Replace(ctx, &before); err != nil {
			t.Errorf("Replace after Ack: %v", err)
		}
		if err := e.Ack(ctx, events); err != nil { // one of them a second time
			t.Errorf("Ack again: %v", err)
		}
		if err := e.Ack(ctx, nil); err != nil {
			t.Errorf("Ack of nothing: %v", err)
		}
		diff(t, "Pending", types(pending(t, e)), []string{})
	})
	t.Run("a failed change leaves none", func(t *testing.T) {
		for len(heard) > 0 {
			<-heard
		}
		twin := note{Meta: docstore.Meta{ID: "a"}}
		twin.Emit(start, "note.twin", nil)
		late := get(t, c, "a")
		late.Version--
		late.Emit(start, "note.late", nil)
		lost := note{Meta: docstore.Meta{ID: "nobody", Version: 1}}
		lost.Emit(start, "note.lost", nil)
		_, dup := errors.AsType[*docstore.DuplicateError](c.Insert(ctx, &twin))
		if !dup || !errors.Is(c.Replace(ctx, &late), docstore.ErrConflict) || !errors.Is(c.Delete(ctx, &late), docstore.ErrConflict) || !errors.Is(c.Replace(ctx, &lost), docstore.ErrNotFound) {
			t.Error("a write that had to fail did not")
		}
		diff(t, "Pending", types(pending(t, e)), []string{})
		if len(heard) > 0 {
			t.Error("OnEvents was called though there are none")
		}
	})
	t.Run("keep the order of a document and survive it", func(t *testing.T) {
		n := get(t, c, "a")
		for _, typ := range []string{"note.one", "note.two", "note.three"} {
			n.Emit(start, typ, nil)
			if err := c.Replace(ctx, &n); err != nil {
				t.Fatal(err)
			}
		}
		n.Emit(start, "note.deleted", nil)
		if err := c.Delete(ctx, &n); err != nil {
			t.Fatal(err)
		}
		hear("Delete")
		want := []string{"a note.one", "a note.two", "a note.three", "a note.deleted"}
		got := pending(t, e)
		diff(t, "Pending", types(got), want)
		again := note{Meta: docstore.Meta{ID: "a"}}
		again.Emit(start.Add(time.Hour), "note.again", nil)
		if err := c.Insert(ctx, &again); err != nil {
			t.Fatal(err)
		}
		if err := e.Ack(ctx, got); err != nil {
			t.Fatal(err)
		}
		diff(t, "Pending after the document came again", types(pending(t, e)), []string{"a note.again"})
	})
	t.Run("limit", func(t *testing.T) {
		docs := numbered(30, func(_ int, n *note) { n.Emit(start, "note.made", nil) })
		insert(t, c, docs...)
		total := 0
		for {
			got, err := e.Pending(ctx, 7)
			if err != nil || len(got) > 7 {
				t.Fatalf("Pending(7) = %d events, %v", len(got), err)
			}
			if len(got) == 0 {
				break
			}
			total += len(got)
			if err := e.Ack(ctx, got); err != nil {
				t.Fatal(err)
			}
		}
		if total != 31 {
			t.Errorf("events read = %d, want 31", total)
		}
	})
}
