package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/havenloop/havenloop/internal/docstore"
)

// recordFields is what reads ask for.
var recordFields = bson.D{{Key: "v", Value: 1}, {Key: "s", Value: 1}, {Key: "body", Value: 1}}

// Get reads one document.
func (e *Engine) Get(ctx context.Context, collection, id string) (docstore.Record, error) {
	var d stored
	err := e.db.Collection(collection).FindOne(ctx, bson.D{{Key: "_id", Value: id}}, options.FindOne().SetProjection(recordFields)).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) || err == nil && d.Version == 0 {
		return docstore.Record{}, docstore.ErrNotFound
	}
	return d.record(), asFault(ctx, err)
}

// GetMany reads the documents with the ids.
func (e *Engine) GetMany(ctx context.Context, collection string, ids []string) ([]docstore.Record, error) {
	return e.find(ctx, collection, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}, options.Find())
}

// Scan reads documents along an index.
func (e *Engine) Scan(ctx context.Context, collection string, scan docstore.IndexScan) ([]docstore.Record, error) {
	if err := e.serves(collection, scan); err != nil {
		return nil, err
	}
	return e.find(ctx, collection, scanFilter(scan, true), options.Find().
		SetSort(scanSort(scan)).SetHint(scanHint(scan)).SetLimit(int64(scan.Limit)))
}

// find reads documents and leaves tombstones out.
func (e *Engine) find(ctx context.Context, collection string, filter bson.D, opts *options.FindOptionsBuilder) ([]docstore.Record, error) {
	cur, err := e.db.Collection(collection).Find(ctx, filter, opts.SetProjection(recordFields))
	if err != nil {
		return nil, asFault(ctx, err)
	}
	defer func() { _ = cur.Close(context.WithoutCancel(ctx)) }()
	var out []docstore.Record
	for cur.Next(ctx) {
		var d stored
		if err := cur.Decode(&d); err != nil {
			return nil, err
		}
		if d.Version > 0 {
			out = append(out, d.record())
		}
	}
	return out, asFault(ctx, cur.Err())
}

// Count counts the documents of a scan.
func (e *Engine) Count(ctx context.Context, collection string, scan docstore.IndexScan) (int64, error) {
	if err := e.serves(collection, scan); err != nil {
		return 0, err
	}
	n, err := e.db.Collection(collection).CountDocuments(ctx, scanFilter(scan, false), options.Count().SetHint(scanHint(scan)))
	return n, asFault(ctx, err)
}

// GroupCount counts the documents of a scan for each value of the next key.
func (e *Engine) GroupCount(ctx context.Context, collection string, scan docstore.IndexScan) (map[docstore.Value]int64, error) {
	if err := e.serves(collection, scan); err != nil {
		return nil, err
	}
	key := "$k." + scan.Index[len(scan.Prefix)]
	cur, err := e.db.Collection(collection).Aggregate(ctx, mongo.Pipeline{
		{{Key: "$match", Value: scanFilter(scan, false)}},
		{{Key: "$group", Value: bson.D{{Key: "_id", Value: key}, {Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}}}}},
	}, options.Aggregate().SetHint(scanHint(scan)))
	if err != nil {
		return nil, asFault(ctx, err)
	}
	var groups []struct {
		Value bson.RawValue `bson:"_id"`
		N     int64         `bson:"n"`
	}
	if err := cur.All(ctx, &groups); err != nil {
		return nil, asFault(ctx, err)
	}
	out := map[docstore.Value]int64{}
	for _, g := range groups {
		v, err := value(g.Value)
		if err != nil {
			return nil, err
		}
		out[v] = g.N
	}
	return out, nil
}
