package directory

import (
	"context"
	"errors"

	"github.com/havenloop/havenloop/internal/docstore"
)

// single keeps a collection of one document, such as what a network changed of
// the data that comes with Havenloop. Until the first change the zero T stands.
type single[T any] struct {
	docs *docstore.Collection[T]
	meta func(*T) *docstore.Meta
}

// theOne is the id of the one document.
const theOne = "one"

func openSingle[T any](ctx context.Context, e docstore.Engine, spec docstore.Spec[T]) (*single[T], error) {
	docs, err := docstore.Open(ctx, e, spec)
	return &single[T]{docs: docs, meta: spec.Meta}, err
}

// get answers the document as it is stored.
func (s *single[T]) get(ctx context.Context) (T, error) {
	t, err := s.docs.Get(ctx, theOne)
	if errors.Is(err, docstore.ErrNotFound) {
		var none T
		return none, nil
	}
	return t, err
}

// change applies fn to the document and stores it; fn may run more than once.
// What fn returns as an error leaves the document as it was.
func (s *single[T]) change(ctx context.Context, fn func(*T) error) (T, error) {
	for {
		t, err := s.docs.Update(ctx, theOne, fn)
		if !errors.Is(err, docstore.ErrNotFound) {
			return t, err
		}
		var first T
		s.meta(&first).ID = theOne
		if err := fn(&first); err != nil {
			return first, err
		}
		err = s.docs.Insert(ctx, &first)
		if _, taken := errors.AsType[*docstore.DuplicateError](err); !taken {
			return first, err
		}
	}
}
