package docstore

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// idempotencyKept is how long a change can be replayed under its key.
const idempotencyKept = 30 * 24 * time.Hour

// idSpace is the namespace of ids made of an actor and an Idempotency-Key.
var idSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:havenloop:idempotency"))

// Applied notes that a request with an Idempotency-Key changed the document.
type Applied struct {
	ID   string    `json:"id"`   // UUIDv5 of actor and key
	Hash string    `json:"hash"` // of the request's method, path and body
	At   time.Time `json:"at"`
}

// ErrKeyReused says that an Idempotency-Key came with another request before.
var ErrKeyReused = fault.New(fault.BusinessRule, "This Idempotency-Key was used for another request. Send the request with a new key.")

type request struct{ key, hash string }

type (
	requestKey struct{}
	idKey      struct{}
)

// WithRequest returns a context in which documents are created and changed
// under an Idempotency-Key. hash stands for all that the request asks.
func WithRequest(ctx context.Context, key, hash string) context.Context {
	return context.WithValue(ctx, requestKey{}, request{key, hash})
}

// Part returns a context for one named part of the request under way, for
// requests that create several documents: each part is replayed by itself.
// Without an Idempotency-Key it is ctx.
func Part(ctx context.Context, name string) context.Context {
	r, ok := ctx.Value(requestKey{}).(request)
	if !ok {
		return ctx
	}
	return WithRequest(ctx, r.key+"\x00"+name, r.hash)
}

// WithID returns a context in which the next document created has the id; for
// data whose ids are fixed, such as the seed.
func WithID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, idKey{}, id)
}

// NewID makes the id of a document to be created: the one set by WithID, else
// UUIDv5 of actor and Idempotency-Key when the request has a key, so that a
// replay finds the document, else a UUIDv7.
func NewID(ctx context.Context, actorID string) string {
	if id, ok := ctx.Value(idKey{}).(string); ok {
		return id
	}
	if r, ok := ctx.Value(requestKey{}).(request); ok {
		return appliedID(actorID, r.key)
	}
	return uuid.Must(uuid.NewV7()).String()
}

func appliedID(actorID, key string) string {
	return uuid.NewSHA1(idSpace, []byte(actorID+"\x00"+key)).String()
}

// Replayed tells whether the request under way changed the document before;
// then the document stands as it should and is answered as it is. It fails
// with ErrKeyReused when another request had the key.
func (m *Meta) Replayed(ctx context.Context) (bool, error) {
	r, ok := ctx.Value(requestKey{}).(request)
	if !ok {
		return false, nil
	}
	id := appliedID(identity.From(ctx).ID, r.key)
	for _, a := range m.Applied {
		if a.ID != id {
			continue
		}
		if a.Hash != r.hash {
			return false, ErrKeyReused
		}
		return true, nil
	}
	return false, nil
}

// Remember notes the request under way, when it has a key, as one that changed
// the document at that time, and forgets those older than 30 days.
func (m *Meta) Remember(ctx context.Context, at time.Time) {
	kept := m.Applied[:0:0]
	for _, a := range m.Applied {
		if at.Sub(a.At) < idempotencyKept {
			kept = append(kept, a)
		}
	}
	if r, ok := ctx.Value(requestKey{}).(request); ok {
		kept = append(kept, Applied{ID: appliedID(identity.From(ctx).ID, r.key), Hash: r.hash, At: at})
	}
	m.Applied = kept
}

// InsertOnce stores a new document made for the request under way at that
// time. When the same request stored it before, it fills t with the document
// as it now stands and answers replayed; another request under the same key
// fails with ErrKeyReused.
func (c *Collection[T]) InsertOnce(ctx context.Context, t *T, at time.Time) (replayed bool, err error) {
	m := c.spec.Meta(t)
	m.Remember(ctx, at)
	err = c.Insert(ctx, t)
	if dup, ok := errors.AsType[*DuplicateError](err); !ok || dup.Key != "id" || ctx.Value(requestKey{}) == nil {
		return false, err
	}
	stored, getErr := c.Get(ctx, m.ID)
	if getErr != nil {
		return false, getErr
	}
	done, replayErr := c.spec.Meta(&stored).Replayed(ctx)
	if replayErr != nil {
		return false, replayErr
	}
	if !done { // the note was older than 30 days, or the id was taken otherwise
		return false, err
	}
	*t = stored
	return true, nil
}

// Recall finds the document with the id when the request under way made it
// before, so that a service can answer a replay ahead of rules that the
// document itself would now break. Another request under the same key fails
// with ErrKeyReused.
func (c *Collection[T]) Recall(ctx context.Context, id string) (t T, found bool, err error) {
	if ctx.Value(requestKey{}) == nil {
		return t, false, nil
	}
	t, err = c.Get(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return t, false, nil
	}
	if err != nil {
		return t, false, err
	}
	found, err = c.spec.Meta(&t).Replayed(ctx)
	return t, found, err
}
