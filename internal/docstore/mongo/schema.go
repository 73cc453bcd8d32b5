package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/havenloop/havenloop/internal/docstore"
)

// The names of indexes tell what they hold: "k_status-due", "u_email".
const (
	keyPrefix    = "k_"
	uniquePrefix = "u_"
)

// alive leaves tombstones out.
var alive = bson.E{Key: "v", Value: bson.D{{Key: "$gt", Value: 0}}}

// Prepare notes the schema and looks for documents whose keys have another fingerprint.
func (e *Engine) Prepare(ctx context.Context, schema docstore.Schema) (bool, error) {
	e.mu.Lock()
	e.schemas[schema.Name], e.names[schema.Name] = schema, true
	e.mu.Unlock()
	err := e.db.Collection(schema.Name).FindOne(ctx, stale(schema),
		options.FindOne().SetProjection(bson.D{{Key: "_id", Value: 1}})).Err()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return false, nil
	}
	return err == nil, asFault(ctx, err)
}

func stale(s docstore.Schema) bson.D {
	return bson.D{{Key: "f", Value: bson.D{{Key: "$ne", Value: s.Fingerprint}}}, alive}
}

// Stale lists documents whose keys have another fingerprint.
func (e *Engine) Stale(ctx context.Context, collection, after string, limit int) ([]docstore.Record, error) {
	s, err := e.schema(collection)
	if err != nil {
		return nil, err
	}
	filter := append(stale(s), bson.E{Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}})
	return e.find(ctx, collection, filter, options.Find().
		SetSort(bson.D{{Key: "_id", Value: 1}}).SetHint("_id_").SetLimit(int64(limit)))
}

// Rekey sets the keys of documents whose version is still the same.
func (e *Engine) Rekey(ctx context.Context, collection string, records []docstore.Record) error {
	s, err := e.schema(collection)
	if err != nil || len(records) == 0 {
		return err
	}
	models := make([]mongo.WriteModel, len(records))
	for i, r := range records {
		k, u := keyFields(s, r.Keys)
		models[i] = mongo.NewUpdateOneModel().
			SetFilter(bson.D{{Key: "_id", Value: r.ID}, {Key: "v", Value: r.Version}}).
			SetUpdate(bson.D{{Key: "$set", Value: bson.D{
				{Key: "f", Value: s.Fingerprint}, {Key: "k", Value: k}, {Key: "u", Value: u},
			}}})
	}
	coll := e.db.Collection(collection)
	_, err = coll.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
	if isDuplicate(err) {
		return &docstore.DuplicateError{Collection: collection, Key: namedKey(err)}
	}
	return asFault(ctx, err)
}

// Finish builds the declared indexes and drops those of earlier schemas.
func (e *Engine) Finish(ctx context.Context, collection string) error {
	s, err := e.schema(collection)
	if err != nil {
		return err
	}
	view := e.db.Collection(collection).Indexes()
	wanted := map[string]bool{}
	for _, m := range indexes(s) {
		wanted[m.name] = true
		_, err := view.CreateOne(ctx, m.model)
		if m.unique != "" && isDuplicate(err) {
			return &docstore.DuplicateError{Collection: collection, Key: m.unique}
		}
		if err != nil {
			return fmt.Errorf("build index %s of %s: %w", m.name, collection, asFault(ctx, err))
		}
	}
	have, err := view.ListSpecifications(ctx)
	if err != nil {
		return asFault(ctx, err)
	}
	for _, ix := range have {
		ours := strings.HasPrefix(ix.Name, keyPrefix) || strings.HasPrefix(ix.Name, uniquePrefix)
		if !ours || wanted[ix.Name] {
			continue
		}
		if err := view.DropOne(ctx, ix.Name); err != nil {
			return fmt.Errorf("drop index %s of %s: %w", ix.Name, collection, asFault(ctx, err))
		}
	}
	return nil
}

type index struct {
	name   string
	unique string // the unique key
	model  mongo.IndexModel
}

// indexes lists what serves the declared indexes, the unique keys, the search
// for stale keys and that for pending events.
func indexes(s docstore.Schema) []index {
	out := []index{
		{name: "pending", model: mongo.IndexModel{Keys: bson.D{{Key: "p", Value: 1}},
			Options: options.Index().SetName("pending").SetSparse(true)}},
		{name: "fingerprint", model: mongo.IndexModel{Keys: bson.D{{Key: "f", Value: 1}},
			Options: options.Index().SetName("fingerprint")}},
	}
	declared := slices.Clone(s.Indexes)
	for _, k := range s.Unique {
		declared = append(declared, docstore.Index{k})
		name := uniquePrefix + k
		out = append(out, index{name: name, unique: k, model: mongo.IndexModel{
			Keys:    bson.D{{Key: "u." + k, Value: 1}},
			Options: options.Index().SetName(name).SetUnique(true).SetSparse(true),
		}})
	}
	for _, ix := range declared {
		var keys bson.D
		for _, k := range ix {
			keys = append(keys, bson.E{Key: "k." + k, Value: 1})
		}
		keys = append(keys, bson.E{Key: "_id", Value: 1})
		name := indexName(ix)
		out = append(out, index{name: name, model: mongo.IndexModel{Keys: keys, Options: options.Index().SetName(name)}})
	}
	return out
}

func indexName(ix docstore.Index) string { return keyPrefix + strings.Join(ix, "-") }
