package docstore

import (
	"context"
	"errors"
)

// purgeBatch is how many documents Purge reads at a time.
const purgeBatch = 500

// Purge deletes the documents that q finds and answers how many. One that
// somebody changed or deleted in the meantime is left as it is. An error ends
// it; what was deleted before stays deleted.
func (c *Collection[T]) Purge(ctx context.Context, q Query) (int, error) {
	q.Limit = purgeBatch
	for n := 0; ; {
		p, err := c.Find(ctx, q)
		if err != nil {
			return n, err
		}
		found := make([]*T, len(p.Items))
		for i := range p.Items {
			found[i] = &p.Items[i]
		}
		for _, err := range c.write(ctx, Delete, found) {
			switch {
			case err == nil:
				n++
			case !errors.Is(err, ErrConflict) && !errors.Is(err, ErrNotFound):
				return n, err
			}
		}
		if q.After = p.Next; q.After == "" {
			return n, nil
		}
	}
}
