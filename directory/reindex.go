package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

const (
	// reindexLease names the lease of whoever rebuilds an index that several
	// processes share, and reindexTime is how long a rebuild may take.
	reindexLease = "reindex"
	reindexTime  = 30 * time.Minute
	// skew is how far the clocks of two processes may be apart.
	skew = time.Minute
)

var errReindexing = fault.New(fault.Conflict, "The search index is being built already. Wait until that is done.")

// Reindex builds the search index anew from the store and answers how many
// services it holds. It needs NetworkManage. Of an index that processes share,
// one at a time may do so; another one fails with a fault.Conflict.
func (d *Directory) Reindex(ctx context.Context) (n int, err error) {
	if _, err := identity.Require(ctx, identity.NetworkManage); err != nil {
		return 0, err
	}
	if d.local {
		return d.rebuild(ctx)
	}
	leases, err := docstore.NewLeases(ctx, d.engine, d.now, "")
	if err != nil {
		return 0, err
	}
	held, err := leases.TryHold(ctx, reindexLease, reindexTime)
	if err != nil {
		return 0, err
	}
	if !held {
		return 0, errReindexing
	}
	defer func() { err = errors.Join(err, leases.Release(context.WithoutCancel(ctx), reindexLease)) }()
	began := d.now()
	if n, err = d.rebuild(ctx); err != nil {
		return n, err
	}
	return n, d.catchUp(ctx, began.Add(-skew))
}

// RefreshIndex builds an index that processes share anew: it holds the opening
// hours of the coming two weeks, not schedules. It answers how many services it
// holds, 0 when there is nothing to do.
func (d *Directory) RefreshIndex(ctx context.Context) (int, error) {
	if d.local {
		return 0, nil
	}
	n, err := d.Reindex(identity.With(ctx, identity.SystemActor("job:refresh-index")))
	if fault.Is(err, fault.Conflict) {
		return 0, nil // another process does it right now
	}
	return n, err
}

func (d *Directory) rebuild(ctx context.Context) (int, error) {
	services, began := 0, d.now()
	if err := d.index.Rebuild(ctx, d.allEntries(ctx, &services)); err != nil {
		return 0, fmt.Errorf("rebuild the search index: %w", err)
	}
	d.built.Store(&began)
	return services, nil
}

// noteTerm notes that a taxonomy term changed, which the services that carry it
// do not show in the index before they are saved, or before the next Reindex.
func (d *Directory) noteTerm(e docstore.Event) {
	if e.Version > 1 {
		d.termed.Store(&e.At)
	}
}

// IndexOutdated tells whether the store has something that only Reindex brings
// into the index, so that nobody should keep the index as it is.
func (d *Directory) IndexOutdated() bool {
	termed, built := d.termed.Load(), d.built.Load()
	return termed != nil && (built == nil || termed.After(*built))
}

// catchUp brings in the services that changed since then: another process may
// have put their changes into the index that was replaced.
func (d *Directory) catchUp(ctx context.Context, since time.Time) error {
	q := docstore.Query{Where: []docstore.Cond{docstore.Range("updated", docstore.Time(since), docstore.None)}, Limit: reindexBatch}
	for {
		page, err := d.services.Find(ctx, q)
		if err != nil {
			return err
		}
		ids := make([]string, len(page.Items))
		for i, s := range page.Items {
			ids[i] = s.ID
		}
		if len(ids) > 0 {
			if err := d.bring(ctx, ids); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}
