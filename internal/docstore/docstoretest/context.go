package docstoretest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// testCancellation ends contexts before and during calls.
func testCancellation(t *testing.T, open func(*testing.T) docstore.Engine) {
	e := open(t)
	c, ctx := openSpec(t, e, noteSpec()), t.Context()
	n := insert(t, c, note{Meta: docstore.Meta{ID: "a"}, Agency: "p"})[0]

	t.Run("before the call", func(t *testing.T) {
		gone := ended(t)
		q := docstore.Query{Where: []docstore.Cond{eq("agency", "p")}, OrderBy: []string{"due"}, Limit: 10}
		_, getErr := c.Get(gone, "a")
		_, manyErr := c.GetMany(gone, []string{"a"})
		_, findErr := c.Find(gone, q)
		q.Limit = 0
		_, allErr := c.Find(gone, q)
		_, countErr := c.Count(gone, q)
		_, groupErr := c.GroupCount(gone, docstore.Query{Where: q.Where}, "status")
		_, pendingErr := e.Pending(gone, 10)
		changed := n
		changed.Text = "changed"
		replaceErr := c.Replace(gone, &changed)
		insertErr := c.Insert(gone, &note{Meta: docstore.Meta{ID: "b"}})
		for what, err := range map[string]error{
			"Get": getErr, "GetMany": manyErr, "Find": findErr, "Find all": allErr, "Count": countErr, "GroupCount": groupErr,
			"Pending": pendingErr, "Replace": replaceErr, "Insert": insertErr,
			"Ack": e.Ack(gone, []docstore.Event{{ID: "x", Collection: "notes", DocumentID: "a"}}),
		} {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s error = %v, want context.Canceled", what, err)
			}
		}
		if got := get(t, c, "a"); got.Version != 1 || got.Text != "" {
			t.Errorf("Get = %q version %d after a cancelled Replace, want it unchanged", got.Text, got.Version)
		}
		if _, err := c.Get(ctx, "b"); !errors.Is(err, docstore.ErrNotFound) {
			t.Errorf("Get after a cancelled Insert: error = %v, want ErrNotFound", err)
		}
	})

	// A change under way when its context ends happened wholly, with keys and
	// event, or not at all.
	t.Run("during the call", func(t *testing.T) {
		for i := range 60 {
			id := fmt.Sprint("d", i)
			n := note{Meta: docstore.Meta{ID: id}, Status: id, Tags: []string{id}}
			n.Emit(start, "note.made", nil)
			short, cancel := context.WithTimeout(ctx, time.Duration(i)*20*time.Microsecond)
			err := c.Insert(short, &n)
			cancel()
			_, getErr := c.Get(ctx, id)
			there := getErr == nil
			if err == nil && !there {
				t.Errorf("%s: Insert succeeded, Get error = %v", id, getErr)
			}
			events := 0
			for _, ev := range pending(t, e) {
				if ev.DocumentID == id {
					events++
				}
			}
			status := len(find(t, c, docstore.Query{Where: []docstore.Cond{eq("status", id)}}))
			tags := len(find(t, c, docstore.Query{Where: []docstore.Cond{eq("tag", id)}}))
			if want := map[bool]int{true: 1}[there]; events != want || status != want || tags != want {
				t.Errorf("%s: there %v, events %d, found by status %d, by tag %d (Insert: %v)", id, there, events, status, tags, err)
			}
		}
	})
}

// testClosed holds engines to failing, not hanging, once closed.
func testClosed(t *testing.T, open func(*testing.T) docstore.Engine) {
	e := open(t)
	c, ctx := openSpec(t, e, noteSpec()), t.Context()
	insert(t, c, note{Meta: docstore.Meta{ID: "a"}})
	if err := e.Ping(ctx); err != nil {
		t.Errorf("Ping: %v", err)
	}
	if err := e.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	_, getErr := c.Get(ctx, "a")
	_, findErr := c.Find(ctx, docstore.Query{OrderBy: []string{"rank"}})
	for what, err := range map[string]error{"Get": getErr, "Find": findErr, "Insert": c.Insert(ctx, &note{Meta: docstore.Meta{ID: "b"}}), "Ping": e.Ping(ctx)} {
		if err == nil {
			t.Errorf("%s after Close: no error", what)
		}
	}
	if err := e.Close(); err != nil {
		t.Errorf("Close again: %v", err)
	}
}
