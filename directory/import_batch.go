package directory

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

// importKind tells an import how to handle one kind of record: T is the
// document, O the HSDS object.
type importKind[T, O any] struct {
	name  string
	docs  *docstore.Collection[T]
	meta  func(*T) *docstore.Meta
	id    func(O) string
	label func(O) string
	// make answers the document of an object, to stand in place of the one
	// stored (nil for none). A refusal as error refuses the one record.
	make func(o O, stored *T) (T, error)
	// event is what changes of stored documents are announced as, and added
	// the same for new ones; "" for nobody has to know.
	event, added string
	owner        func(*T) string
}

// refusal is why a record is not taken: the word of a rule.
type refusal string

func (r refusal) Error() string { return string(r) }

// takeAll stores the objects of a kind, some hundred at a time: while some are
// written, the next are made, and those after them read from the feed. What the
// feed said of documents is remembered after they are stored: when the process
// ends between the two, the next run writes the same again. prepare reads what
// the documents of a batch need.
func takeAll[T, O any](ctx context.Context, im *Import, k importKind[T, O], objects iter.Seq[O], prepare func(context.Context, []O) error) error {
	im.counts(k.name)
	g, ctx := errgroup.WithContext(ctx)
	batches, ready, said := make(chan []O), make(chan written[T]), make(chan []feedRecord)
	g.Go(func() error {
		defer close(batches)
		return collect(ctx, objects, batches)
	})
	g.Go(func() error {
		defer close(ready)
		for objects := range batches {
			w, err := makeBatch(ctx, im, k, objects, prepare)
			if err != nil {
				return err
			}
			if err := send(ctx, ready, w); err != nil {
				return err
			}
			if len(im.merged[k.name]) > 0 { // the next batch may follow into a document of this one
				<-w.stored
			}
		}
		return nil
	})
	g.Go(func() error {
		defer close(said)
		for w := range ready {
			err := storeBatch(ctx, im, k, w)
			close(w.stored)
			if err == nil {
				err = send(ctx, said, w.records)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	g.Go(func() error { // while the next documents are written, so that both share commits
		for records := range said {
			if err := im.remember(ctx, records); err != nil {
				return err
			}
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		return fmt.Errorf("import %s records: %w", k.name, err)
	}
	return nil
}

// collect cuts the objects into batches.
func collect[O any](ctx context.Context, objects iter.Seq[O], to chan<- []O) error {
	var batch []O
	for o := range objects {
		if batch = append(batch, o); len(batch) == importBatch {
			if err := send(ctx, to, batch); err != nil {
				return err
			}
			batch = nil
		}
	}
	if len(batch) == 0 {
		return ctx.Err()
	}
	return send(ctx, to, batch)
}

func send[T any](ctx context.Context, to chan<- T, v T) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case to <- v:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// written are the documents of a batch, and what the feed said of them.
type written[T any] struct {
	inserts, replaces []*T
	records           []feedRecord
	stored            chan struct{} // closed when they are
}

// makeBatch makes the documents of what is new or changed of a batch.
func makeBatch[T, O any](ctx context.Context, im *Import, k importKind[T, O], objects []O, prepare func(context.Context, []O) error) (written[T], error) {
	out := written[T]{stored: make(chan struct{})}
	if err := im.hold(ctx); err != nil {
		return out, err
	}
	batch, err := unseen(ctx, im, k, objects)
	if err != nil || len(batch) == 0 {
		return out, err
	}
	if err := prepare(ctx, batch); err != nil {
		return out, err
	}
	ids, recordIDs := make([]string, len(batch)), make([]string, len(batch))
	for i, o := range batch {
		ids[i] = k.id(o)
		recordIDs[i] = feedRecordID(im.feed, k.name, ids[i])
	}
	records, err := im.records.GetMany(ctx, recordIDs)
	if err != nil {
		return out, err
	}
	stored, err := k.docs.GetMany(ctx, ids)
	if err != nil {
		return out, err
	}
	counts := im.counts(k.name)
	for i, o := range batch {
		sum, err := hash(o)
		if err != nil {
			return out, err
		}
		record, known := records[recordIDs[i]]
		old, exists := stored[ids[i]]
		if known && exists && record.Hash == sum && record.Missing == 0 {
			counts.Unchanged++
			im.known++
			continue
		}
		var before *T
		if exists {
			before = &old
		}
		doc, err := k.make(o, before)
		if why, ok := errors.AsType[refusal](err); ok {
			im.tell(ImportNote{Kind: k.name, ID: ids[i], Name: k.label(o), Rule: string(why), Refused: true})
			delete(im.seen[k.name], ids[i])
			continue
		} else if err != nil {
			return out, err
		}
		m := k.meta(&doc)
		m.ID = ids[i]
		if exists {
			m.Version = k.meta(&old).Version
			counts.Changed++
			out.replaces = append(out.replaces, &doc)
		} else {
			counts.New++
			out.inserts = append(out.inserts, &doc)
		}
		if event := map[bool]string{true: k.event, false: k.added}[exists]; event != "" {
			m.Emit(im.at, event, changed{OrganizationID: k.owner(&doc)})
		}
		record.ID, record.Feed, record.Kind, record.RecordID = recordIDs[i], im.feed, k.name, ids[i]
		record.Hash, record.StoredAt, record.Missing, record.MissingSince = sum, im.at, 0, time.Time{}
		out.records = append(out.records, record)
		im.known++
	}
	return out, nil
}

// unseen are the objects of a batch that this run has not had; those that were
// merged into another record follow that one.
func unseen[T, O any](ctx context.Context, im *Import, k importKind[T, O], objects []O) ([]O, error) {
	batch := objects[:0]
	for _, o := range objects {
		id := k.id(o)
		if im.seen[k.name][id] {
			im.tell(ImportNote{Kind: k.name, ID: id, Name: k.label(o), Rule: "same-id-twice", Refused: true})
			continue
		}
		im.seen[k.name][id] = true
		if into, merged := im.merged[k.name][id]; merged {
			if err := im.follow(ctx, k.name, id, into, &o); err != nil {
				return nil, err
			}
			continue
		}
		batch = append(batch, o)
	}
	return batch, nil
}

// storeBatch writes the documents of a batch.
func storeBatch[T, O any](ctx context.Context, im *Import, k importKind[T, O], w written[T]) error {
	if im.dry {
		return nil
	}
	if err := firstError(k.docs.InsertAll(ctx, w.inserts)); err != nil {
		return err
	}
	return im.replaceAll(ctx, k.name, len(w.replaces), func() error { return firstError(k.docs.ReplaceAll(ctx, w.replaces)) })
}

// replaceAll turns a conflict with somebody who edits a record meanwhile into
// a sentence: the import is run again.
func (im *Import) replaceAll(_ context.Context, kind string, n int, do func() error) error {
	if n == 0 {
		return nil
	}
	err := do()
	if errors.Is(err, docstore.ErrConflict) {
		return fault.New(fault.Conflict, "Somebody changed a %s record while it was imported. Run the import again.", kind)
	}
	return err
}

// remember stores what the feed said.
func (im *Import) remember(ctx context.Context, records []feedRecord) error {
	if im.dry {
		return nil
	}
	var inserts, replaces []*feedRecord
	for i := range records {
		r := &records[i]
		if r.Version == 0 {
			inserts = append(inserts, r)
		} else {
			replaces = append(replaces, r)
		}
	}
	if err := firstError(im.records.InsertAll(ctx, inserts)); err != nil {
		return err
	}
	return firstError(im.records.ReplaceAll(ctx, replaces))
}

func firstError(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
