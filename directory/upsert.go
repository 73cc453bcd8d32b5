package directory

import (
	"context"
	"errors"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// entity tells put how to handle one kind of document.
type entity[T any] struct {
	event string
	id    func(*T) *string // of the HSDS object
	meta  func(*T) *docstore.Meta
	owner func(*T) string
	// ready completes the document to be stored in place of stored (nil for none).
	ready func(doc, stored *T) error
}

// errReplayed ends an Update of a document that the request changed before.
var errReplayed = errors.New("replayed")

// update changes the document of the id by fn unless the request under way did
// so before; then it answers it as it now stands.
func update[T any](ctx context.Context, c *docstore.Collection[T], id string, meta func(*T) *docstore.Meta, at time.Time, fn func(*T) error) (T, error) {
	var stored T
	out, err := c.Update(ctx, id, func(t *T) error {
		done, err := meta(t).Replayed(ctx)
		if err != nil {
			return err
		}
		if done {
			stored = *t
			return errReplayed
		}
		if err := fn(t); err != nil {
			return err
		}
		meta(t).Remember(ctx, at)
		return nil
	})
	if errors.Is(err, errReplayed) {
		return stored, nil
	}
	return out, err
}

// put inserts in, or replaces the document of its id by it.
func put[T any](ctx context.Context, c *docstore.Collection[T], in T, actor identity.Actor, e entity[T], at time.Time) (T, error) {
	version := e.meta(&in).Version
	id := *e.id(&in)
	if id == "" {
		id = docstore.NewID(ctx, actor.ID)
	}
	*e.id(&in) = id
	e.meta(&in).ID = id
	exists := false
	out, err := update(ctx, c, id, e.meta, at, func(stored *T) error {
		exists = true
		m := *e.meta(stored)
		if version != 0 && version != m.Version {
			return docstore.ErrConflict
		}
		doc := in
		if err := e.ready(&doc, stored); err != nil {
			return err
		}
		*e.meta(&doc) = m
		e.meta(&doc).Emit(at, e.event, changed{OrganizationID: e.owner(&doc)})
		*stored = doc
		return nil
	})
	if exists || version != 0 || !errors.Is(err, docstore.ErrNotFound) {
		return out, err
	}
	if err := e.ready(&in, nil); err != nil {
		return out, err
	}
	e.meta(&in).Emit(at, e.event, changed{OrganizationID: e.owner(&in)})
	_, err = c.InsertOnce(ctx, &in, at)
	return in, err
}
