package mongo

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/havenloop/havenloop/internal/docstore"
)

// updated makes a duplicate of a failed update.
func (w writer) updated(ctx context.Context, r docstore.Record, err error) error {
	if !isDuplicate(err) {
		return asFault(ctx, err)
	}
	if key := namedKey(err); key != "" {
		return w.duplicate(key)
	}
	return w.taken(ctx, r, false)
}

// taken looks up which key of a refused document is taken, for a server that
// does not name it.
func (w writer) taken(ctx context.Context, r docstore.Record, inserted bool) error {
	if inserted {
		if err := w.missed(ctx, r.ID); !errors.Is(err, docstore.ErrNotFound) {
			if errors.Is(err, docstore.ErrConflict) {
				return w.duplicate("id")
			}
			return err
		}
	}
	_, u := keyFields(w.schema, r.Keys)
	for _, key := range u {
		err := w.coll.FindOne(ctx, bson.D{{Key: "u." + key.Key, Value: key.Value}, {Key: "_id", Value: bson.D{{Key: "$ne", Value: r.ID}}}}).Err()
		if err == nil {
			return w.duplicate(key.Key)
		}
		if !errors.Is(err, mongo.ErrNoDocuments) {
			return asFault(ctx, err)
		}
	}
	return fmt.Errorf("write %s/%s: refused as a duplicate, whose twin is gone: %w", w.schema.Name, r.ID, docstore.ErrConflict)
}

// missed tells why no document had the id and version.
func (w writer) missed(ctx context.Context, id string) error {
	var d stored
	err := w.coll.FindOne(ctx, bson.D{{Key: "_id", Value: id}, alive}, options.FindOne().SetProjection(bson.D{{Key: "v", Value: 1}})).Decode(&d)
	switch {
	case err == nil:
		return docstore.ErrConflict
	case errors.Is(err, mongo.ErrNoDocuments):
		return docstore.ErrNotFound
	default:
		return asFault(ctx, err)
	}
}

func (w writer) duplicate(key string) error {
	return &docstore.DuplicateError{Collection: w.schema.Name, Key: key}
}
