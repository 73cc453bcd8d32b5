package mongo

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/havenloop/havenloop/internal/docstore"
)

// OnEvents sets the function called after writes of this process with events.
// Those of other processes are found by asking.
func (e *Engine) OnEvents(fn func()) { e.onEvents.Store(&fn) }

// pendingEvent is an event with its place among all pending ones.
type pendingEvent struct {
	docstore.Event
	place int64 // milliseconds; never less than that of an earlier event of its document
}

// Pending lists the events of all collections by their instants.
func (e *Engine) Pending(ctx context.Context, limit int) ([]docstore.Event, error) {
	e.mu.RLock()
	var names []string
	for n := range e.names {
		names = append(names, n)
	}
	e.mu.RUnlock()
	slices.Sort(names)
	var all []pendingEvent
	for _, n := range names {
		some, err := e.pendingOf(ctx, n, limit)
		if err != nil {
			return nil, fmt.Errorf("pending events of %s: %w", n, err)
		}
		all = append(all, some...)
	}
	slices.SortStableFunc(all, func(a, b pendingEvent) int { return cmp.Compare(a.place, b.place) })
	out := make([]docstore.Event, min(limit, len(all)))
	for i := range out {
		out[i] = all[i].Event
	}
	return out, nil
}

// pendingOf lists the events of the limit documents with the oldest ones.
func (e *Engine) pendingOf(ctx context.Context, collection string, limit int) ([]pendingEvent, error) {
	coll := e.db.Collection(collection)
	for {
		cur, err := coll.Find(ctx, bson.D{{Key: "p", Value: bson.D{{Key: "$exists", Value: true}}}}, options.Find().
			SetSort(bson.D{{Key: "p", Value: 1}}).SetLimit(int64(limit)).
			SetProjection(bson.D{{Key: "e", Value: 1}}))
		if err != nil {
			return nil, asFault(ctx, err)
		}
		var docs []stored
		if err := cur.All(ctx, &docs); err != nil {
			return nil, asFault(ctx, err)
		}
		var out []pendingEvent
		var empty []string
		for _, d := range docs {
			if len(d.Events) == 0 {
				empty = append(empty, d.ID)
			}
			var place int64
			for _, text := range d.Events {
				ev, err := eventFrom(text)
				if err != nil {
					return nil, err
				}
				place = max(place, ev.At.UnixMilli())
				out = append(out, pendingEvent{ev, place})
			}
		}
		if len(empty) == 0 {
			return out, nil
		}
		// An Ack broke off half-way.
		if err := e.sweep(ctx, coll, empty); err != nil {
			return nil, err
		}
	}
}

// Ack forgets the events, by the text under which they are stored. The text
// names the document, so one update serves all documents of a collection.
func (e *Engine) Ack(ctx context.Context, events []docstore.Event) error {
	texts, ids := map[string]bson.A{}, map[string][]string{} // by collection
	for _, ev := range events {
		text, err := eventText(ev)
		if err != nil {
			return err
		}
		texts[ev.Collection] = append(texts[ev.Collection], text)
		ids[ev.Collection] = append(ids[ev.Collection], ev.DocumentID)
	}
	for collection, gone := range texts {
		coll := e.db.Collection(collection)
		of := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids[collection]}}}, {Key: "e", Value: bson.D{{Key: "$exists", Value: true}}}}
		_, err := coll.UpdateMany(ctx, of, bson.D{{Key: "$pullAll", Value: bson.D{{Key: "e", Value: gone}}}})
		if err = asFault(ctx, err); err == nil {
			err = e.sweep(ctx, coll, ids[collection])
		}
		if err != nil {
			return fmt.Errorf("acknowledge events of %s: %w", collection, err)
		}
	}
	return nil
}

// sweep removes, of the documents with these ids, tombstones without events,
// and the emptied lists of events of the others.
func (e *Engine) sweep(ctx context.Context, coll *mongo.Collection, ids []string) error {
	of := bson.E{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}
	none := bson.E{Key: "e.0", Value: bson.D{{Key: "$exists", Value: false}}}
	gone := bson.E{Key: "v", Value: bson.D{{Key: "$exists", Value: false}}}
	if _, err := coll.DeleteMany(ctx, bson.D{of, none, gone}); err != nil {
		return asFault(ctx, err)
	}
	_, err := coll.UpdateMany(ctx, bson.D{of, none, alive}, bson.D{{Key: "$unset", Value: bson.D{{Key: "e", Value: ""}, {Key: "p", Value: ""}}}})
	return asFault(ctx, err)
}
