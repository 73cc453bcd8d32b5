// Package docstore keeps documents: one aggregate, one document. [Engine] is
// the port that an embedded SQLite database and MongoDB both fill;
// [Collection] is the typed face that the rooms use.
//
// The rules, the same on every engine and held by package docstoretest:
//
//   - A write is atomic for one document, with its keys and its events. No
//     transaction spans documents.
//   - Replace and Delete compare the version first and fail with [ErrConflict]
//     when somebody was faster.
//   - A query names conditions that one declared index serves, else it is
//     refused; nothing scans by accident.
//   - Events of a change are stored together with it but outside its version,
//     and wait until the relay has taken them.
package docstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
)

var (
	// ErrNotFound says that no document has the id.
	ErrNotFound = fault.New(fault.NotFound, "This does not exist, or you may not see it.")
	// ErrConflict says that the document has another version than expected.
	ErrConflict = fault.New(fault.Conflict, "Somebody changed this in the meantime. Load it again and repeat your change.")
)

// DuplicateError says that another document has the same value of a unique
// key, or the same id. It unwraps to a fault.Conflict.
type DuplicateError struct {
	Collection string
	// Key is the unique key that both have, "id" for the id.
	Key string
}

// Error names the collection and the key, never the value.
func (e *DuplicateError) Error() string {
	return fmt.Sprintf("duplicate %s in %s", e.Key, e.Collection)
}

// Unwrap makes a duplicate a conflict for the client.
func (e *DuplicateError) Unwrap() error { return errDuplicate }

var errDuplicate = fault.New(fault.Conflict, "This exists already.")

// Engine stores documents. Collection names are lower case ASCII words with
// underscores; ids are non-empty valid UTF-8 of at most 255 bytes.
//
// All methods may be called at once from many goroutines, obey ctx, and return
// its error when it ends. A write whose ctx ends has happened wholly or not at all.
type Engine interface {
	// Prepare makes room for the collection as schema declares it, without
	// losing documents. It reports whether stored documents may carry keys of
	// another schema; then the caller re-keys them (Stale, Rekey). Either way
	// it calls Finish before it reads or writes anything else.
	Prepare(ctx context.Context, schema Schema) (stale bool, err error)
	// Stale lists, in order of ids greater than after, at most limit documents
	// whose keys were written under another schema than the prepared one.
	Stale(ctx context.Context, collection, after string, limit int) ([]Record, error)
	// Rekey replaces the keys of documents whose version is still the
	// record's; body, version and events stay. Others are left alone.
	Rekey(ctx context.Context, collection string, records []Record) error
	// Finish builds the indexes and notes the schema as the collection's own.
	// It fails with a *DuplicateError when a unique key is not unique.
	Finish(ctx context.Context, collection string) error

	// Get reads one document, or fails with ErrNotFound.
	Get(ctx context.Context, collection, id string) (Record, error)
	// GetMany reads the documents with the ids that exist, in no fixed order.
	GetMany(ctx context.Context, collection string, ids []string) ([]Record, error)
	// Write carries out the writes, each atomic and independent of the others;
	// an engine may commit them together. The answer has one error (or nil)
	// for each: ErrNotFound, ErrConflict, a *DuplicateError or another.
	// When it returns, what succeeded is on disk.
	Write(ctx context.Context, collection string, writes ...Write) []error
	// Scan reads documents along an index.
	Scan(ctx context.Context, collection string, scan IndexScan) ([]Record, error)
	// Count counts the documents that Scan would read without limit and cursor.
	Count(ctx context.Context, collection string, scan IndexScan) (int64, error)
	// GroupCount counts as Count does, apart for each value of the index key
	// that follows the prefix.
	GroupCount(ctx context.Context, collection string, scan IndexScan) (map[Value]int64, error)

	// Pending lists events that nobody acknowledged yet, oldest first; events
	// of one document stay in order.
	Pending(ctx context.Context, limit int) ([]Event, error)
	// Ack forgets pending events; those already forgotten are ignored.
	Ack(ctx context.Context, events []Event) error
	// OnEvents sets the function that is called, soon and from any goroutine,
	// after a commit of this process that left events. It must not block.
	OnEvents(func())

	// Ping reports whether the engine can serve.
	Ping(ctx context.Context) error
	// Close waits for writes under way and closes. Later calls fail.
	Close() error
}

// Schema declares how a collection is kept, without its Go type.
type Schema struct {
	Name    string
	Keys    []Key // sorted by name
	Indexes []Index
	Unique  []string // keys of kind string, one value each; each is an index of its own
	// Fingerprint changes when keys, indexes or their meaning change.
	Fingerprint string
}

// Key declares one key of a collection.
type Key struct {
	Name string
	Kind Kind
	Many bool // a document may have any number of values
}

// Index is a list of keys. Documents are kept in the order of their values,
// then of their ids. At most one of them is many-valued.
type Index []string

// Record is a document as engines see it.
type Record struct {
	ID      string
	Version int64 // 1 after insert, one more with each Replace
	Schema  int   // the schema number under which Body was written
	// Keys holds the values, in the order of Schema.Keys; exactly one (perhaps
	// None) for a single key, any number of distinct ones for a many-valued key.
	// Engines need not fill it when reading.
	Keys [][]Value
	Body []byte // JSON
}

// Op is what a Write does.
type Op int

// The operations.
const (
	Insert  Op = iota // fails with a *DuplicateError when the id exists
	Replace           // Record.Version is the version it replaces; the stored one is one more
	Delete            // Record.Version is the version it deletes
)

// Write is one change of one document.
type Write struct {
	Op     Op
	Record Record
	// Events are kept with the change until acknowledged.
	Events []Event
}

// Event says that something happened to a document.
type Event struct {
	// ID is "collection/document/version/n/at": the same change gives the same
	// id. The instant keeps a document that is created again after its deletion
	// apart from the first.
	ID         string    `json:"id"`
	Type       string    `json:"type"` // for example "referral.moved"
	Collection string    `json:"collection"`
	DocumentID string    `json:"documentId"`
	Version    int64     `json:"documentVersion"` // of the document after the change
	At         time.Time `json:"at"`
	ActorID    string    `json:"actorId,omitempty"`
	// Data is what consumers need; no larger than they need.
	Data json.RawMessage `json:"data,omitempty"`
}

// IndexScan reads documents in the order of an index.
type IndexScan struct {
	// Index is one of the declared indexes, or nil for the order of ids.
	Index Index
	// Prefix gives, for the first keys of Index, the values to look for: one
	// for equality, several (distinct) for "any of these". A many-valued key
	// has exactly one.
	Prefix [][]Value
	// Lo and Hi bound the key after the prefix: at least Lo, less than Hi.
	// None leaves a side open. A document without a value is in no range
	// that has a bound.
	Lo, Hi Value
	// Desc reads from the end; ids too.
	Desc bool
	// After continues behind the document with these values of the keys after
	// the prefix, and this id.
	After   []Value
	AfterID string
	// Limit is the most documents to read; 0 for all.
	Limit int
}
