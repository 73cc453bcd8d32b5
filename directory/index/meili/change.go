package meili

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/meilisearch/meilisearch-go"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
)

// batch is how many documents are sent at once.
const batch = 1000

// Rebuild implements [directory.Index]: it fills a second index and swaps the
// two. Other processes must not rebuild at the same time; the caller holds a lease.
func (x *Index) Rebuild(ctx context.Context, entries iter.Seq2[directory.Entry, error]) error {
	if err := x.ensure(ctx); err != nil {
		return err
	}
	x.rebuild.Lock()
	defer x.rebuild.Unlock()
	x.mu.Lock()
	x.missed = map[string]directory.Change{}
	x.mu.Unlock()

	made := x.words.Load()
	err := x.fill(ctx, entries)

	x.mu.Lock() // changes wait until the new index has taken the old one's place
	defer x.mu.Unlock()
	missed := x.missed
	x.missed = nil
	if err == nil {
		err = x.finish(ctx, missed, made)
	}
	if err != nil {
		return fmt.Errorf("rebuild the search index: %w", err)
	}
	return nil
}

// fill makes the second index and puts all entries into it.
func (x *Index) fill(ctx context.Context, entries iter.Seq2[directory.Entry, error]) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := x.drop(ctx, x.next); err != nil {
		return err
	}
	if err := x.create(ctx, x.next); err != nil {
		return err
	}
	var tasks []int64
	var docs []document
	send := func() error {
		if len(docs) == 0 {
			return nil
		}
		task, err := x.add(ctx, x.next, docs)
		tasks, docs = append(tasks, task), docs[:0]
		return err
	}
	now := x.now()
	for service, err := range byService(entries) {
		if err != nil {
			return err
		}
		docs = append(docs, documents(service, now)...)
		if len(docs) >= batch {
			if err := send(); err != nil {
				return err
			}
		}
	}
	if err := send(); err != nil {
		return err
	}
	for _, task := range tasks {
		if err := x.wait(ctx, "add services to the search index", task); err != nil {
			return err
		}
	}
	return nil
}

// byService puts entries together that follow each other and are of one service.
func byService(entries iter.Seq2[directory.Entry, error]) iter.Seq2[[]directory.Entry, error] {
	return func(yield func([]directory.Entry, error) bool) {
		var service []directory.Entry
		for e, err := range entries {
			if err != nil {
				yield(nil, err)
				return
			}
			if len(service) > 0 && service[0].ServiceID != e.ServiceID {
				if !yield(service, nil) {
					return
				}
				service = nil
			}
			service = append(service, e)
		}
		if len(service) > 0 {
			yield(service, nil)
		}
	}
}

// finish brings the second index, made with certain words, up to date and puts
// it in the first one's place.
func (x *Index) finish(ctx context.Context, missed map[string]directory.Change, made *words.Set) error {
	if now := x.words.Load(); now != made {
		if err := x.say(ctx, x.next, now); err != nil {
			return err
		}
	}
	changes := make([]directory.Change, 0, len(missed))
	for _, c := range missed {
		changes = append(changes, c)
	}
	if err := x.change(ctx, x.next, changes); err != nil {
		return err
	}
	info, err := x.server.SwapIndexesWithContext(ctx, []*meilisearch.SwapIndexesParams{{Indexes: []string{x.uid, x.next}}})
	if err != nil {
		return failed(ctx, "swap the search indexes", err)
	}
	if err := x.wait(ctx, "swap the search indexes", info.TaskUID); err != nil {
		return err
	}
	return x.drop(ctx, x.next)
}

// drop deletes an index; that it is not there does no harm.
func (x *Index) drop(ctx context.Context, uid string) error {
	doing := "delete search index " + uid
	info, err := x.server.DeleteIndexWithContext(ctx, uid)
	if err != nil {
		return failed(ctx, doing, err)
	}
	return x.wait(ctx, doing, info.TaskUID, "index_not_found")
}

// Apply implements [directory.Index]; the changes are found when it returns.
func (x *Index) Apply(ctx context.Context, changes []directory.Change) error {
	if err := x.ensure(ctx); err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.missed != nil {
		for _, c := range changes {
			x.missed[c.ServiceID] = c
		}
	}
	return x.change(ctx, x.uid, changes)
}

// change adds the documents of the changed services and then deletes those
// they have no longer, in this order, so that no service is gone in between.
// The server does the tasks of an index one after the other.
func (x *Index) change(ctx context.Context, uid string, changes []directory.Change) error {
	last := map[string]int{} // of each service, its last change
	for i, c := range changes {
		last[c.ServiceID] = i
	}
	var docs []document
	var ids, keys []string
	now := x.now()
	for i, c := range changes {
		if last[c.ServiceID] != i {
			continue
		}
		ids = append(ids, c.ServiceID)
		entries := slices.Clone(c.Entries)
		for n := range entries {
			entries[n].ServiceID = c.ServiceID
		}
		docs = append(docs, documents(entries, now)...)
	}
	var tasks []int64
	for part := range slices.Chunk(docs, batch) {
		task, err := x.add(ctx, uid, part)
		if err != nil {
			return err
		}
		tasks = append(tasks, task)
		for _, d := range part {
			keys = append(keys, d.Key)
		}
	}
	if len(ids) > 0 {
		stale := in("service_id", ids...)
		if len(keys) > 0 {
			stale = and(stale, not(in(keyField, keys...)))
		}
		info, err := x.server.Index(uid).DeleteDocumentsByFilterWithContext(ctx, string(stale), nil)
		if err != nil {
			return failed(ctx, "remove services from the search index", err)
		}
		tasks = append(tasks, info.TaskUID)
	}
	for _, task := range tasks {
		if err := x.wait(ctx, "change services in the search index", task); err != nil {
			return err
		}
	}
	return nil
}

// add sends documents and answers the task that adds them.
func (x *Index) add(ctx context.Context, uid string, docs []document) (int64, error) {
	key := keyField
	info, err := x.server.Index(uid).AddDocumentsWithContext(ctx, docs, &meilisearch.DocumentOptions{PrimaryKey: &key})
	if err != nil {
		return 0, failed(ctx, "send services to the search index", err)
	}
	return info.TaskUID, nil
}
