package directory

import (
	"context"
	"iter"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/havenloop/havenloop/internal/docstore"
)

// reindexBatch is how many services Reindex reads at a time.
const reindexBatch = 500

// allEntries reads the entries of all services, and counts the services that
// have some in *services. It is most of what a start takes, so while some are
// read others are completed, on all processors.
func (d *Directory) allEntries(ctx context.Context, services *int) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		g, ctx := errgroup.WithContext(ctx)
		read, ready := make(chan []ServiceDoc), make(chan [][]Entry)
		g.Go(func() error {
			defer close(read)
			return d.readServices(ctx, read)
		})
		g.Go(func() error {
			defer close(ready)
			return d.completeServices(ctx, read, ready)
		})
		for batch := range ready {
			for _, entries := range batch {
				for _, e := range entries {
					if !yield(e, nil) {
						stop()
						_ = g.Wait() // nobody asks how it went on
						return
					}
				}
				if len(entries) > 0 {
					*services++
				}
			}
		}
		if err := g.Wait(); err != nil {
			yield(Entry{}, err)
		}
	}
}

// readServices reads all services in batches, those of an organization after
// each other, so that it and its places are read for one or two batches only.
// A service that moves in this order meanwhile, and is missed or met twice, has
// changed: its change is brought into the new index as well.
func (d *Directory) readServices(ctx context.Context, to chan<- []ServiceDoc) error {
	q := docstore.Query{OrderBy: []string{"organization", "name"}, Limit: reindexBatch}
	for {
		page, err := d.services.Find(ctx, q)
		if err != nil {
			return err
		}
		if err := send(ctx, to, page.Items); err != nil {
			return err
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

// completeServices turns batches of services into their entries.
func (d *Directory) completeServices(ctx context.Context, from <-chan []ServiceDoc, to chan<- [][]Entry) error {
	g, ctx := errgroup.WithContext(ctx)
	for range runtime.GOMAXPROCS(0) {
		g.Go(func() error {
			for batch := range from {
				listings, err := d.complete(ctx, batch)
				if err != nil {
					return err
				}
				entries := make([][]Entry, len(listings))
				for i, l := range listings {
					entries[i] = l.indexed(d.crosswalk)
				}
				if err := send(ctx, to, entries); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}
