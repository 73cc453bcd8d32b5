// Package mongo keeps documents in MongoDB: one MongoDB collection for each
// collection, one MongoDB document for each document.
//
//	_id   the id
//	v     the version
//	s     the schema number of the body
//	f     the fingerprint of the schema under which the keys were computed
//	k     the keys: a value each, null for none; an array for a many-valued key
//	u     the values of the unique keys; a field is missing where there is none
//	body  the JSON text, byte for byte
//	e     the events nobody acknowledged yet, each as one string; missing when there are none
//	p     the instant of the oldest of them, in milliseconds since 1970
//
// A document without v is a tombstone: it was deleted and only keeps its
// events until they are acknowledged. Because the keys are gone too, it is in
// no unique index; queries that could meet it ask for v.
//
// Writes are acknowledged by a majority of the replica set, so a fail-over
// loses none that was reported as done.
package mongo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/havenloop/havenloop/internal/docstore"
)

const (
	// defaultDatabase is used when the URI names none.
	defaultDatabase = "havenloop"
	// selectTimeout is how long an operation looks for a server, unless the
	// URI says otherwise (serverSelectionTimeoutMS).
	selectTimeout = 10 * time.Second
)

// Engine is a docstore.Engine in MongoDB.
type Engine struct {
	client   *mongo.Client
	db       *mongo.Database
	onEvents atomic.Pointer[func()]

	mu      sync.RWMutex
	schemas map[string]docstore.Schema
	names   map[string]bool // collections that may hold pending events
}

var _ docstore.Engine = (*Engine)(nil)

// Open connects to the MongoDB at uri, for example
// "mongodb://db.example.org/havenloop?replicaSet=rs0"; the path names the
// database, "havenloop" when it is empty. It fails when no server answers.
func Open(ctx context.Context, uri string) (*Engine, error) {
	cs, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, fmt.Errorf("the address of MongoDB cannot be read: %w", err)
	}
	client, err := mongo.Connect(options.Client().
		SetServerSelectionTimeout(selectTimeout).
		SetAppName("havenloop").
		ApplyURI(uri).
		SetWriteConcern(writeconcern.Majority()))
	if err != nil {
		return nil, fmt.Errorf("connect to MongoDB: %w", err)
	}
	e := &Engine{
		client:  client,
		db:      client.Database(cmp.Or(cs.Database, defaultDatabase)),
		schemas: map[string]docstore.Schema{},
		names:   map[string]bool{},
	}
	// Collections that this version no longer opens may still hold events.
	names, err := e.db.ListCollectionNames(ctx, bson.D{})
	if err != nil {
		_ = client.Disconnect(context.WithoutCancel(ctx))
		return nil, fmt.Errorf("connect to MongoDB: %w", asFault(ctx, err))
	}
	for _, n := range names {
		e.names[n] = true
	}
	return e, nil
}

// Ping reports whether the server answers.
func (e *Engine) Ping(ctx context.Context) error {
	return asFault(ctx, e.client.Ping(ctx, nil))
}

// Close waits for operations under way and disconnects; again it does nothing.
func (e *Engine) Close() error {
	err := e.client.Disconnect(context.Background())
	if errors.Is(err, mongo.ErrClientDisconnected) {
		return nil
	}
	return err
}

// schema answers how the collection is kept.
func (e *Engine) schema(collection string) (docstore.Schema, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	s, ok := e.schemas[collection]
	if !ok {
		return s, fmt.Errorf("collection %s is not prepared", collection)
	}
	return s, nil
}
