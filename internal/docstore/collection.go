package docstore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"unicode/utf8"
)

// Collection reads and writes documents of one type.
type Collection[T any] struct {
	engine Engine
	spec   Spec[T]
	schema Schema
	single []func(T) Value   // parallel to schema.Keys; nil where many
	many   []func(T) []Value // parallel to schema.Keys; nil where single
}

// Get reads one document, or fails with ErrNotFound.
func (c *Collection[T]) Get(ctx context.Context, id string) (T, error) {
	var zero T
	r, err := c.engine.Get(ctx, c.spec.Name, id)
	if err != nil {
		return zero, fmt.Errorf("get from %s: %w", c.spec.Name, err)
	}
	return c.decode(r)
}

// GetMany reads the documents with these ids; those that do not exist are
// missing from the answer.
func (c *Collection[T]) GetMany(ctx context.Context, ids []string) (map[string]T, error) {
	out := make(map[string]T, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	recs, err := c.engine.GetMany(ctx, c.spec.Name, ids)
	if err != nil {
		return nil, fmt.Errorf("get many from %s: %w", c.spec.Name, err)
	}
	for _, r := range recs {
		if out[r.ID], err = c.decode(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Insert stores a new document and sets its version to 1. It fails with a
// *DuplicateError when the id or a unique key is taken.
func (c *Collection[T]) Insert(ctx context.Context, t *T) error {
	return c.InsertAll(ctx, []*T{t})[0]
}

// InsertAll stores new documents, each by itself; the answer has one error or
// nil for each. It is faster than one Insert after another.
func (c *Collection[T]) InsertAll(ctx context.Context, ts []*T) []error {
	return c.write(ctx, Insert, ts)
}

// Replace stores t in place of the version it was read with and raises its
// version by one. It fails with ErrConflict when somebody was faster.
func (c *Collection[T]) Replace(ctx context.Context, t *T) error {
	return c.write(ctx, Replace, []*T{t})[0]
}

// ReplaceAll replaces documents, each by itself, as Replace does.
func (c *Collection[T]) ReplaceAll(ctx context.Context, ts []*T) []error {
	return c.write(ctx, Replace, ts)
}

// Delete removes t if it still has the version it was read with, else it
// fails with ErrConflict. Events emitted on t are kept.
func (c *Collection[T]) Delete(ctx context.Context, t *T) error {
	return c.write(ctx, Delete, []*T{t})[0]
}

// updateTries bounds how often Update starts over; each round somebody else
// succeeded. Of 16 who change one document without pause, one loses 100 rounds
// in a row every few hundred changes, 1000 never.
const updateTries = 1000

// Update loads the document, applies fn and saves the result if nobody saved
// it in between, else starts over; fn may run more than once, so it has no side
// effects. It returns ErrNotFound, or what fn returned, and then nothing has changed.
func (c *Collection[T]) Update(ctx context.Context, id string, fn func(*T) error) (T, error) {
	var zero T
	for range updateTries {
		t, err := c.Get(ctx, id)
		if err != nil {
			return zero, err
		}
		if err := fn(&t); err != nil {
			return zero, err
		}
		err = c.Replace(ctx, &t)
		if err == nil {
			return t, nil
		}
		if !errors.Is(err, ErrConflict) {
			return zero, err
		}
	}
	return zero, fmt.Errorf("update in %s: %w", c.spec.Name, ErrConflict)
}

// All reads every document in the order of ids, in batches. It sees documents
// as they are when their batch is read.
func (c *Collection[T]) All(ctx context.Context) iter.Seq2[T, error] { return c.AllAfter(ctx, "") }

// AllAfter is All without the documents whose ids do not come after the given
// one, so that long work can go on where it stopped.
func (c *Collection[T]) AllAfter(ctx context.Context, after string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		const batch = 500
		var zero T
		for after := after; ; {
			recs, err := c.engine.Scan(ctx, c.spec.Name, IndexScan{AfterID: after, Limit: batch})
			if err != nil {
				yield(zero, fmt.Errorf("scan %s: %w", c.spec.Name, err))
				return
			}
			for _, r := range recs {
				t, err := c.decode(r)
				if !yield(t, err) || err != nil {
					return
				}
			}
			if len(recs) < batch {
				return
			}
			after = recs[len(recs)-1].ID
		}
	}
}

func (c *Collection[T]) write(ctx context.Context, op Op, ts []*T) []error {
	errs := make([]error, len(ts))
	writes := make([]Write, 0, len(ts))
	at := make([]int, 0, len(ts)) // where each write's document stands in ts
	before := make([]int64, len(ts))
	for i, t := range ts {
		m := c.spec.Meta(t)
		if op != Insert {
			before[i] = m.Version
		}
		w, err := c.writeOf(ctx, op, t, before[i])
		if err != nil {
			m.Version, errs[i] = before[i], err
			continue
		}
		writes, at = append(writes, w), append(at, i)
	}
	for j, err := range c.engine.Write(ctx, c.spec.Name, writes...) {
		i := at[j]
		m := c.spec.Meta(ts[i])
		if err != nil {
			m.Version, errs[i] = before[i], fmt.Errorf("write to %s: %w", c.spec.Name, err)
			continue
		}
		m.events = nil
	}
	return errs
}

// maxID is the most bytes an id may have, as Engine says.
const maxID = 255

// writeOf makes the write of a document that had the version before, and sets
// the version it will have.
func (c *Collection[T]) writeOf(ctx context.Context, op Op, t *T, before int64) (Write, error) {
	m := c.spec.Meta(t)
	m.Version = before + 1
	w := Write{Op: op, Record: Record{ID: m.ID, Version: before, Schema: c.spec.Schema}, Events: c.events(ctx, m)}
	switch {
	case op == Insert && (m.ID == "" || len(m.ID) > maxID || !utf8.ValidString(m.ID)):
		return w, fmt.Errorf("document of %s: an id has 1 to %d bytes of UTF-8", c.spec.Name, maxID)
	case op == Insert:
		w.Record.Version = 1
	case op == Delete:
		return w, nil
	}
	var err error
	if w.Record.Body, err = encode(t, m.Applied); err != nil {
		return w, fmt.Errorf("encode document of %s: %w", c.spec.Name, err)
	}
	w.Record.Keys = c.keys(*t)
	return w, nil
}
