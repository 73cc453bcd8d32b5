package memory

import (
	"context"
	"iter"

	"github.com/havenloop/havenloop/directory"
)

// batch is how many entries are read before they are handed over.
const batch = 256

// build makes a core of all entries. They are read on a goroutine of their own,
// since reading the store takes about as long as indexing; it has ended when
// build returns.
func build(ctx context.Context, l *lexicon, entries iter.Seq2[directory.Entry, error]) (*core, error) {
	batches := make(chan []directory.Entry, 4)
	var failed error // read when batches is closed
	go func() {
		defer close(batches)
		failed = read(ctx, entries, batches)
	}()
	c := newCore(l)
	for list := range batches {
		for i := range list {
			c.add(&list[i])
		}
	}
	if failed != nil {
		return nil, failed
	}
	c.finish()
	return c, nil
}

// read hands the entries over in batches, until one is an error or ctx ends.
func read(ctx context.Context, entries iter.Seq2[directory.Entry, error], batches chan<- []directory.Entry) error {
	var list []directory.Entry
	for e, err := range entries {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if list = append(list, e); len(list) == batch {
			batches <- list
			list = make([]directory.Entry, 0, batch)
		}
	}
	if len(list) > 0 {
		batches <- list
	}
	return ctx.Err()
}
