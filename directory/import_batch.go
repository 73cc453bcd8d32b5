package directory

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

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

// takeAll stores the objects of a kind, some hundred at a time. prepare reads
// what the documents of a batch need.
func takeAll[T, O any](ctx context.Context, im *Import, k importKind[T, O], objects iter.Seq[O], prepare func(context.Context, []O) error) error {
	im.counts(k.name)
	var batch []O
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		if err := prepare(ctx, batch); err != nil {
			return fmt.Errorf("import %s records: %w", k.name, err)
		}
		if err := takeBatch(ctx, im, k, batch); err != nil {
			return fmt.Errorf("import %s records: %w", k.name, err)
		}
		batch = batch[:0]
		return ctx.Err()
	}
	for o := range objects {
		id := k.id(o)
		if im.seen[k.name][id] {
			im.tell(ImportNote{Kind: k.name, ID: id, Name: k.label(o), Rule: "same-id-twice", Refused: true})
			continue
		}
		im.seen[k.name][id] = true
		if into, merged := im.merged[k.name][id]; merged {
			if err := im.follow(ctx, k.name, id, into, &o); err != nil {
				return fmt.Errorf("import %s records: %w", k.name, err)
			}
			continue
		}
		if batch = append(batch, o); len(batch) == importBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// takeBatch writes what is new or changed of a batch: first the documents, then
// what the feed said of them. When the process ends between the two, the next
// run writes the same again.
func takeBatch[T, O any](ctx context.Context, im *Import, k importKind[T, O], batch []O) error {
	ids, recordIDs := make([]string, len(batch)), make([]string, len(batch))
	for i, o := range batch {
		ids[i] = k.id(o)
		recordIDs[i] = feedRecordID(im.feed, k.name, ids[i])
	}
	records, err := im.records.GetMany(ctx, recordIDs)
	if err != nil {
		return err
	}
	stored, err := k.docs.GetMany(ctx, ids)
	if err != nil {
		return err
	}
	counts := im.counts(k.name)
	var inserts, replaces []*T
	var done []feedRecord
	for i, o := range batch {
		sum, err := hash(o)
		if err != nil {
			return err
		}
		record, known := records[recordIDs[i]]
		old, exists := stored[ids[i]]
		if known && exists && record.Hash == sum && record.Missing == 0 {
			counts.Unchanged++
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
			return err
		}
		m := k.meta(&doc)
		m.ID = ids[i]
		if exists {
			m.Version = k.meta(&old).Version
			counts.Changed++
			replaces = append(replaces, &doc)
		} else {
			counts.New++
			inserts = append(inserts, &doc)
		}
		if event := map[bool]string{true: k.event, false: k.added}[exists]; event != "" {
			m.Emit(im.at, event, changed{OrganizationID: k.owner(&doc)})
		}
		record.ID, record.Feed, record.Kind, record.RecordID = recordIDs[i], im.feed, k.name, ids[i]
		record.Hash, record.StoredAt, record.Missing, record.MissingSince = sum, im.at, 0, time.Time{}
		done = append(done, record)
	}
	if im.dry {
		return nil
	}
	if err := firstError(k.docs.InsertAll(ctx, inserts)); err != nil {
		return err
	}
	if err := im.replaceAll(ctx, k.name, len(replaces), func() error { return firstError(k.docs.ReplaceAll(ctx, replaces)) }); err != nil {
		return err
	}
	return im.remember(ctx, done)
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
