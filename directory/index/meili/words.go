package meili

import (
	"context"

	"github.com/havenloop/havenloop/directory/index/words"
)

// SetWords implements [directory.Index]. All processes that share the index
// search with the words of whoever set some last, so all should set the same.
func (x *Index) SetWords(ctx context.Context, set words.Set) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.words.Store(&set)
	if !x.made.Load() { // the index is made with these
		return x.ensure(ctx)
	}
	if err := x.say(ctx, x.uid, &set); err != nil {
		x.made.Store(false) // the first call that reaches the server says it again
		return err
	}
	return nil
}

// say gives an index its synonyms.
func (x *Index) say(ctx context.Context, uid string, set *words.Set) error {
	const doing = "change the synonyms of the search index"
	info, err := x.server.Index(uid).UpdateSynonymsWithContext(ctx, &set.Synonyms)
	if err != nil {
		return failed(ctx, doing, err)
	}
	return x.wait(ctx, doing, info.TaskUID)
}
