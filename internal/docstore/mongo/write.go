package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"

	"github.com/havenloop/havenloop/internal/docstore"
)

// writesAtOnce is how many documents of one Write are changed at the same time.
const writesAtOnce = 8

// Write carries out the writes: the inserts in one request, then the others.
// Writes of the same document come one after another, in order.
func (e *Engine) Write(ctx context.Context, collection string, writes ...docstore.Write) []error {
	errs := make([]error, len(writes))
	s, err := e.schema(collection)
	if err != nil {
		for i := range errs {
			errs[i] = err
		}
		return errs
	}
	w := writer{Engine: e, schema: s, coll: e.db.Collection(collection)}
	seen := map[string]bool{}
	var inserts, others []int
	repeated := false
	for i, one := range writes {
		repeated = repeated || seen[one.Record.ID]
		seen[one.Record.ID] = true
		if one.Op == docstore.Insert {
			inserts = append(inserts, i)
		} else {
			others = append(others, i)
		}
	}
	if repeated { // rare: the order counts
		for i, one := range writes {
			errs[i] = w.one(ctx, one)
		}
	} else {
		w.insertAll(ctx, writes, inserts, errs)
		var g errgroup.Group
		g.SetLimit(writesAtOnce)
		for _, i := range others {
			g.Go(func() error { errs[i] = w.one(ctx, writes[i]); return nil })
		}
		_ = g.Wait()
	}
	for i, one := range writes {
		if errs[i] == nil && len(one.Events) > 0 {
			e.signal()
			break
		}
	}
	return errs
}

// signal tells the relay that there are events.
func (e *Engine) signal() {
	if fn := e.onEvents.Load(); fn != nil {
		(*fn)()
	}
}

type writer struct {
	*Engine
	schema docstore.Schema
	coll   *mongo.Collection
}

func (w writer) one(ctx context.Context, one docstore.Write) error {
	switch one.Op {
	case docstore.Insert:
		return w.insert(ctx, one)
	case docstore.Replace:
		return w.replace(ctx, one)
	default:
		return w.delete(ctx, one)
	}
}

// insertAll sends the inserts in one request, and those whose id exists once
// more by themselves, since the document may be a tombstone.
func (w writer) insertAll(ctx context.Context, writes []docstore.Write, which []int, errs []error) {
	if len(which) == 0 {
		return
	}
	docs := make([]bson.D, len(which))
	for n, i := range which {
		if docs[n], errs[i] = w.document(writes[i]); errs[i] != nil {
			for _, i := range which {
				errs[i] = errs[which[n]]
			}
			return
		}
	}
	_, err := w.coll.InsertMany(ctx, docs, options.InsertMany().SetOrdered(false))
	bulk, some := errors.AsType[mongo.BulkWriteException](err)
	if err == nil {
		return
	}
	if !some || bulk.WriteConcernError != nil || ctx.Err() != nil {
		for _, i := range which {
			errs[i] = asFault(ctx, err)
		}
		return
	}
	for _, we := range bulk.WriteErrors {
		i := which[we.Index]
		if isDuplicate(we.WriteError) {
			errs[i] = w.insert(ctx, writes[i])
		} else {
			errs[i] = we.WriteError
		}
	}
}

func (w writer) insert(ctx context.Context, one docstore.Write) error {
	doc, err := w.document(one)
	if err != nil {
		return err
	}
	_, err = w.coll.InsertOne(ctx, doc)
	if !isDuplicate(err) {
		return asFault(ctx, err)
	}
	if key := namedKey(err); key != "" && key != "id" {
		return w.duplicate(key)
	}
	update, err := w.update(one)
	if err != nil {
		return err
	}
	tombstone := bson.D{{Key: "_id", Value: one.Record.ID}, {Key: "v", Value: bson.D{{Key: "$exists", Value: false}}}}
	res, err := w.coll.UpdateOne(ctx, tombstone, update)
	if err == nil && res.MatchedCount == 0 {
		return w.taken(ctx, one.Record, true)
	}
	return w.updated(ctx, one.Record, err)
}

func (w writer) replace(ctx context.Context, one docstore.Write) error {
	old := one.Record.Version
	one.Record.Version++
	update, err := w.update(one)
	if err != nil {
		return err
	}
	res, err := w.coll.UpdateOne(ctx, bson.D{{Key: "_id", Value: one.Record.ID}, {Key: "v", Value: old}}, update)
	if err == nil && res.MatchedCount == 0 {
		return w.missed(ctx, one.Record.ID)
	}
	return w.updated(ctx, one.Record, err)
}

// delete removes the document, or leaves a tombstone while it has events.
func (w writer) delete(ctx context.Context, one docstore.Write) error {
	filter := bson.D{{Key: "_id", Value: one.Record.ID}, {Key: "v", Value: one.Record.Version}}
	if len(one.Events) == 0 {
		res, err := w.coll.DeleteOne(ctx, append(filter, bson.E{Key: "e", Value: bson.D{{Key: "$exists", Value: false}}}))
		if err != nil || res.DeletedCount > 0 {
			return asFault(ctx, err)
		}
	}
	update := bson.D{{Key: "$unset", Value: bson.D{
		{Key: "v", Value: ""}, {Key: "s", Value: ""}, {Key: "f", Value: ""},
		{Key: "k", Value: ""}, {Key: "u", Value: ""}, {Key: "body", Value: ""},
	}}}
	update, err := withEvents(update, one.Events)
	if err != nil {
		return err
	}
	res, err := w.coll.UpdateOne(ctx, filter, update)
	if err != nil {
		return asFault(ctx, err)
	}
	if res.MatchedCount == 0 {
		return w.missed(ctx, one.Record.ID)
	}
	if len(one.Events) == 0 { // its events may have been acknowledged in between
		return w.sweep(ctx, w.coll, []string{one.Record.ID})
	}
	return nil
}
