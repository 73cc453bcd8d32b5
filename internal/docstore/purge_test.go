package docstore_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/havenloop/havenloop/internal/docstore"
)

// meddler changes a document each time something is found, and refuses to
// delete when it is broken.
type meddler struct {
	docstore.Engine
	found  func()
	broken error
}

func (m *meddler) Scan(ctx context.Context, collection string, s docstore.IndexScan) ([]docstore.Record, error) {
	recs, err := m.Engine.Scan(ctx, collection, s)
	if m.found != nil {
		m.found()
	}
	return recs, err
}

func (m *meddler) Write(ctx context.Context, collection string, ws ...docstore.Write) []error {
	if m.broken == nil {
		return m.Engine.Write(ctx, collection, ws...)
	}
	errs := make([]error, len(ws))
	for i := range errs {
		errs[i] = m.broken
	}
	return errs
}

func TestPurgeDeletesWhatItFinds(t *testing.T) {
	e := &meddler{Engine: openMemory(t)}
	c := openBoxes(t, e, nil)
	const many = 1203 // three batches
	for i := range many {
		b := box{Meta: docstore.Meta{ID: fmt.Sprintf("old%d", i)}, Color: "gray"}
		if err := c.Insert(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Insert(t.Context(), &box{Meta: docstore.Meta{ID: "new"}, Color: "red"}); err != nil {
		t.Fatal(err)
	}
	gray := docstore.Query{Where: []docstore.Cond{docstore.Eq("color", docstore.String("gray"))}}

	e.broken = errors.New("the disk is full")
	if n, err := c.Purge(t.Context(), gray); n != 0 || !errors.Is(err, e.broken) {
		t.Errorf("Purge that cannot delete = %d, %v, want its error", n, err)
	}
	e.broken = nil

	e.found = func() { // somebody is faster than the first batch
		e.found = nil
		if _, err := c.Update(t.Context(), "old7", func(b *box) error { b.Color = "blue"; return nil }); err != nil {
			t.Error(err)
		}
	}
	if n, err := c.Purge(t.Context(), gray); n != many-1 || err != nil {
		t.Errorf("Purge = %d, %v, want %d", n, err, many-1)
	}
	for _, id := range []string{"new", "old7"} {
		if _, err := c.Get(t.Context(), id); err != nil {
			t.Errorf("Get(%q) after Purge: %v, want it kept", id, err)
		}
	}
	if n, err := c.Purge(t.Context(), gray); n != 0 || err != nil {
		t.Errorf("Purge again = %d, %v, want nothing to do", n, err)
	}
}
