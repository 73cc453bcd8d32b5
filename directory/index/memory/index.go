// Package memory is the embedded search engine: a directory.Index that lives
// in the memory of the process and is built from the store when it starts.
//
// Words are looked up in one vocabulary: by themselves, by prefix in its
// sorted order, by stem, and with typos by leaving out letters on both sides
// (symmetric delete). Filters are bitmaps, places are found in a grid. A
// change takes place at once and in place; searches run side by side and wait
// only for changes, each of which takes less than a millisecond.
package memory

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
)

// Index is the embedded search engine. The zero Index is not ready; use [New].
type Index struct {
	rebuild sync.Mutex // one rebuild at a time
	// change is held by whoever changes the core, before mu: while one holds it
	// alone, searches go on and the core stays as it is.
	change sync.Mutex

	mu      sync.RWMutex // held for reading by searches, for writing by changes
	core    *core
	lexicon *lexicon // with which core and the cores of later rebuilds search
	// missed are the changes since a rebuild began, which the new core needs
	// too; nil when none runs.
	missed map[string]directory.Change

	scratch sync.Pool
}

var (
	_ directory.Index = (*Index)(nil)
	_ directory.Saved = (*Index)(nil)
)

// New makes an empty index.
func New() *Index {
	l := newLexicon(words.Default())
	x := &Index{core: newCore(l), lexicon: l, scratch: sync.Pool{New: func() any { return new(scratch) }}}
	x.core.finish()
	return x
}

// Rebuild implements [directory.Index]. While it runs, both the old index and
// the new one are in memory; changes applied meanwhile are in both.
func (x *Index) Rebuild(ctx context.Context, entries iter.Seq2[directory.Entry, error]) error {
	err := x.swap(func(l *lexicon) (*core, error) { return build(ctx, l, entries) })
	if err != nil {
		return fmt.Errorf("rebuild the search index: %w", err)
	}
	return nil
}

// swap makes a new core, brings in what changed meanwhile, and puts it in the
// place of the old one.
func (x *Index) swap(make func(*lexicon) (*core, error)) error {
	x.rebuild.Lock()
	defer x.rebuild.Unlock()
	x.mu.Lock()
	x.missed = map[string]directory.Change{}
	l := x.lexicon
	x.mu.Unlock()

	built, err := make(l)

	x.change.Lock()
	defer x.change.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	missed := x.missed
	x.missed = nil
	if err != nil {
		return err
	}
	for id, change := range missed {
		built.replace(id, change.Entries)
	}
	if built.lexicon != x.lexicon {
		built.teach(x.lexicon)
	}
	x.core = built
	return nil
}

// Apply implements [directory.Index]; the changes are found when it returns.
// Searches see each service as it was or as it is, never in between.
func (x *Index) Apply(ctx context.Context, changes []directory.Change) error {
	for _, change := range changes {
		if err := ctx.Err(); err != nil {
			return err
		}
		x.apply(change)
	}
	return nil
}

func (x *Index) apply(change directory.Change) {
	x.change.Lock()
	defer x.change.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.core.replace(change.ServiceID, change.Entries)
	if x.missed != nil {
		x.missed[change.ServiceID] = change
	}
}

// SetWords implements [directory.Index]; searches use the words when it returns.
func (x *Index) SetWords(ctx context.Context, set words.Set) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l := newLexicon(set)
	x.change.Lock()
	defer x.change.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.lexicon = l
	x.core.teach(l)
	return nil
}

// Search implements [directory.Index].
func (x *Index) Search(ctx context.Context, q directory.Query) (directory.Results, error) {
	if err := ctx.Err(); err != nil {
		return directory.Results{}, err
	}
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.core.search(&q, s), nil
}

// Suggest implements [directory.Index].
func (x *Index) Suggest(ctx context.Context, prefix string, limit int) ([]directory.Suggestion, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.core.suggest(prefix, limit, s), nil
}

// Ping implements [directory.Index]; memory is always there.
func (x *Index) Ping(ctx context.Context) error { return ctx.Err() }
