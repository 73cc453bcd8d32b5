package referrals

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/havenloop/havenloop/internal/docstore"
)

const (
	// jobBatch is how many documents a job reads at a time.
	jobBatch = 1000
	// jobMost is how many it looks at in one run; the rest waits for the next.
	jobMost = 20_000
)

// eachDue calls do for the documents that q finds, batch by batch. One that
// fails does not stop the others. It answers how many times do reported
// something done, and all errors.
func eachDue[T any](ctx context.Context, c *docstore.Collection[T], q docstore.Query, do func(T) (bool, error)) (int, error) {
	return eachDueAtOnce(ctx, c, q, 1, do)
}

// eachDueAtOnce is eachDue with up to n calls at the same time.
func eachDueAtOnce[T any](ctx context.Context, c *docstore.Collection[T], q docstore.Query, n int, do func(T) (bool, error)) (int, error) {
	var mu sync.Mutex
	var errs []error
	done := 0
	q.Limit = jobBatch
	for seen := 0; seen < jobMost; {
		p, err := c.Find(ctx, q)
		if err != nil {
			return done, errors.Join(append(errs, err)...)
		}
		var group errgroup.Group
		group.SetLimit(n)
		for _, t := range p.Items {
			if ctx.Err() != nil {
				break
			}
			group.Go(func() error {
				ok, err := do(t)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					errs = append(errs, err)
				}
				if ok {
					done++
				}
				return nil
			})
		}
		_ = group.Wait() // the calls answer no error, they note them
		if ctx.Err() != nil {
			return done, errors.Join(append(errs, ctx.Err())...)
		}
		seen += len(p.Items)
		if q.After = p.Next; q.After == "" {
			break
		}
	}
	return done, errors.Join(errs...)
}
