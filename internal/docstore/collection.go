package docstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/havenloop/havenloop/internal/identity"
)

// Meta is what every document has. A document type embeds it, so that id and
// version stand in its JSON.
type Meta struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
	// Applied lists the requests with an Idempotency-Key that changed the
	// document in the last 30 days. They are stored beside the document's own
	// JSON and never leave with it.
	Applied []Applied `json:"-"`

	events []Event
}

// Emit notes an event that is stored with the next write of the document.
// data is marshalled to JSON; nil for none.
func (m *Meta) Emit(at time.Time, typ string, data any) {
	e := Event{Type: typ, At: at}
	if data != nil {
		b, err := json.Marshal(data)
		if err != nil {
			panic(fmt.Sprintf("event %s: %v", typ, err)) // a type that cannot be JSON: a programming error
		}
		e.Data = b
	}
	m.events = append(m.events, e)
}

// Spec says how documents of type T are kept: the keys that queries may use
// and the indexes that serve them.
type Spec[T any] struct {
	Name string
	// Schema is the number of T's present JSON form and of the keys' meaning;
	// raise it when either changes, so that stored keys are computed anew.
	Schema int
	// Meta points to the embedded Meta.
	Meta func(*T) *Meta
	Keys Keys[T]
	// Many holds the many-valued keys.
	Many map[string]func(T) []Value
	// Kinds gives the kind of keys that are not strings.
	Kinds   map[string]Kind
	Indexes []Index
	// Unique names keys (single, strings) of which no two documents have the same value.
	Unique []string
	// Upgrade brings the JSON of an older schema number to the present form;
	// nil when there is none.
	Upgrade func(schema int, body []byte) ([]byte, error)
}

// Keys computes the values of the single keys.
type Keys[T any] map[string]func(T) Value

// Collection reads and writes documents of one type.
type Collection[T any] struct {
	engine Engine
	spec   Spec[T]
	schema Schema
	single []func(T) Value   // parallel to schema.Keys; nil where many
	many   []func(T) []Value // parallel to schema.Keys; nil where single
}

// rekeyBatch is how many documents Open re-keys at a time.
const rekeyBatch = 500

// Open prepares the collection and, when its keys changed since the last time,
// computes them anew for all documents, without touching versions. That may be
// interrupted at any moment and goes on at the next Open.
func Open[T any](ctx context.Context, e Engine, spec Spec[T]) (*Collection[T], error) {
	c := &Collection[T]{engine: e, spec: spec}
	if err := c.compile(); err != nil {
		return nil, fmt.Errorf("collection %s: %w", spec.Name, err)
	}
	if err := c.prepare(ctx); err != nil {
		return nil, fmt.Errorf("open collection %s: %w", spec.Name, err)
	}
	return c, nil
}

func (c *Collection[T]) compile() error {
	s := c.spec
	if s.Name == "" || s.Meta == nil {
		return errors.New("a spec needs Name and Meta")
	}
	names := slices.Sorted(maps.Keys(s.Keys))
	names = slices.AppendSeq(names, maps.Keys(s.Many))
	slices.Sort(names)
	for i, n := range names {
		if i > 0 && names[i-1] == n {
			return fmt.Errorf("key %s is single and many-valued", n)
		}
		kind := s.Kinds[n]
		if kind == NoneKind {
			kind = StringKind
		}
		c.schema.Keys = append(c.schema.Keys, Key{Name: n, Kind: kind, Many: s.Many[n] != nil})
		c.single, c.many = append(c.single, s.Keys[n]), append(c.many, s.Many[n])
	}
	for _, ix := range s.Indexes {
		many := 0
		for _, k := range ix {
			i := slices.Index(names, k)
			if i < 0 {
				return fmt.Errorf("index %v names the unknown key %s", ix, k)
			}
			if c.schema.Keys[i].Many {
				many++
			}
		}
		if len(ix) == 0 || many > 1 {
			return fmt.Errorf("index %v needs keys, at most one of them many-valued", ix)
		}
	}
	for _, k := range s.Unique {
		i := slices.Index(names, k)
		if i < 0 || c.schema.Keys[i].Many || c.schema.Keys[i].Kind != StringKind {
			return fmt.Errorf("unique key %s must be a single key of strings", k)
		}
	}
	c.schema.Name, c.schema.Indexes, c.schema.Unique = s.Name, s.Indexes, s.Unique
	b, err := json.Marshal([]any{s.Schema, c.schema.Keys, s.Indexes, s.Unique})
	if err != nil {
		return err
	}
	sum := sha256.Sum256(b)
	c.schema.Fingerprint = hex.EncodeToString(sum[:8])
	return nil
}

func (c *Collection[T]) prepare(ctx context.Context) error {
	stale, err := c.engine.Prepare(ctx, c.schema)
	if err != nil {
		return err
	}
	for after := ""; stale; {
		recs, err := c.engine.Stale(ctx, c.spec.Name, after, rekeyBatch)
		if err != nil {
			return err
		}
		if len(recs) == 0 {
			break
		}
		for i := range recs {
			t, err := c.decode(recs[i])
			if err != nil {
				return err
			}
			recs[i].Keys = c.keys(t)
		}
		if err := c.engine.Rekey(ctx, c.spec.Name, recs); err != nil {
			return err
		}
		after = recs[len(recs)-1].ID
	}
	return c.engine.Finish(ctx, c.spec.Name)
}

// Get reads one document, or fails with ErrNotFound.
func (c *Collection[T]) Get(ctx context.Context, id string) (T, error) {
	var zero T
	r, err := c.engine.Get(ctx, c.spec.Name, id)
	if err != nil {
		return zero, fmt.Errorf("get from %s: %w", c.spec.Name, err)
	}
	return c.decode(r)
}

// GetMany reads the documents with these ids; those that do not exist are
// missing from the answer.
func (c *Collection[T]) GetMany(ctx context.Context, ids []string) (map[string]T, error) {
	out := make(map[string]T, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	recs, err := c.engine.GetMany(ctx, c.spec.Name, ids)
	if err != nil {
		return nil, fmt.Errorf("get many from %s: %w", c.spec.Name, err)
	}
	for _, r := range recs {
		if out[r.ID], err = c.decode(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Insert stores a new document and sets its version to 1. It fails with a
// *DuplicateError when the id or a unique key is taken.
func (c *Collection[T]) Insert(ctx context.Context, t *T) error {
	return c.InsertAll(ctx, []*T{t})[0]
}

// InsertAll stores new documents, each by itself; the answer has one error or
// nil for each. It is faster than one Insert after another.
func (c *Collection[T]) InsertAll(ctx context.Context, ts []*T) []error {
	return c.write(ctx, Insert, ts)
}

// Replace stores t in place of the version it was read with and raises its
// version by one. It fails with ErrConflict when somebody was faster.
func (c *Collection[T]) Replace(ctx context.Context, t *T) error {
	return c.write(ctx, Replace, []*T{t})[0]
}

// ReplaceAll replaces documents, each by itself, as Replace does.
func (c *Collection[T]) ReplaceAll(ctx context.Context, ts []*T) []error {
	return c.write(ctx, Replace, ts)
}

// Delete removes t if it still has the version it was read with, else it
// fails with ErrConflict. Events emitted on t are kept.
func (c *Collection[T]) Delete(ctx context.Context, t *T) error {
	return c.write(ctx, Delete, []*T{t})[0]
}

// updateTries bounds how often Update starts over; each round somebody else
// succeeded. Of 16 who change one document without pause, one loses 100 rounds
// in a row every few hundred changes, 1000 never.
const updateTries = 1000

// Update loads the document, applies fn and saves the result if nobody saved
// it in between, else starts over; fn may run more than once, so it has no side
// effects. It returns ErrNotFound, or what fn returned, and then nothing has changed.
func (c *Collection[T]) Update(ctx context.Context, id string, fn func(*T) error) (T, error) {
	var zero T
	for range updateTries {
		t, err := c.Get(ctx, id)
		if err != nil {
			return zero, err
		}
		if err := fn(&t); err != nil {
			return zero, err
		}
		err = c.Replace(ctx, &t)
		if err == nil {
			return t, nil
		}
		if !errors.Is(err, ErrConflict) {
			return zero, err
		}
	}
	return zero, fmt.Errorf("update in %s: %w", c.spec.Name, ErrConflict)
}

// All reads every document in the order of ids, in batches. It sees documents
// as they are when their batch is read.
func (c *Collection[T]) All(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		const batch = 500
		var zero T
		for after := ""; ; {
			recs, err := c.engine.Scan(ctx, c.spec.Name, IndexScan{AfterID: after, Limit: batch})
			if err != nil {
				yield(zero, fmt.Errorf("scan %s: %w", c.spec.Name, err))
				return
			}
			for _, r := range recs {
				t, err := c.decode(r)
				if !yield(t, err) || err != nil {
					return
				}
			}
			if len(recs) < batch {
				return
			}
			after = recs[len(recs)-1].ID
		}
	}
}

func (c *Collection[T]) write(ctx context.Context, op Op, ts []*T) []error {
	errs := make([]error, len(ts))
	writes := make([]Write, 0, len(ts))
	at := make([]int, 0, len(ts)) // where each write's document stands in ts
	before := make([]int64, len(ts))
	for i, t := range ts {
		m := c.spec.Meta(t)
		if op != Insert {
			before[i] = m.Version
		}
		w, err := c.writeOf(ctx, op, t, before[i])
		if err != nil {
			m.Version, errs[i] = before[i], err
			continue
		}
		writes, at = append(writes, w), append(at, i)
	}
	for j, err := range c.engine.Write(ctx, c.spec.Name, writes...) {
		i := at[j]
		m := c.spec.Meta(ts[i])
		if err != nil {
			m.Version, errs[i] = before[i], fmt.Errorf("write to %s: %w", c.spec.Name, err)
			continue
		}
		m.events = nil
	}
	return errs
}

// maxID is the most bytes an id may have, as Engine says.
const maxID = 255

// writeOf makes the write of a document that had the version before, and sets
// the version it will have.
func (c *Collection[T]) writeOf(ctx context.Context, op Op, t *T, before int64) (Write, error) {
	m := c.spec.Meta(t)
	m.Version = before + 1
	w := Write{Op: op, Record: Record{ID: m.ID, Version: before, Schema: c.spec.Schema}, Events: c.events(ctx, m)}
	switch {
	case op == Insert && (m.ID == "" || len(m.ID) > maxID || !utf8.ValidString(m.ID)):
		return w, fmt.Errorf("document of %s: an id has 1 to %d bytes of UTF-8", c.spec.Name, maxID)
	case op == Insert:
		w.Record.Version = 1
	case op == Delete:
		return w, nil
	}
	var err error
	if w.Record.Body, err = encode(t, m.Applied); err != nil {
		return w, fmt.Errorf("encode document of %s: %w", c.spec.Name, err)
	}
	w.Record.Keys = c.keys(*t)
	return w, nil
}

// events completes the noted events of a document whose version is already the new one.
func (c *Collection[T]) events(ctx context.Context, m *Meta) []Event {
	out := slices.Clone(m.events)
	for i := range out {
		out[i].ID = fmt.Sprintf("%s/%s/%d/%d/%d", c.spec.Name, m.ID, m.Version, i, out[i].At.UnixMilli())
		out[i].Collection, out[i].DocumentID, out[i].Version = c.spec.Name, m.ID, m.Version
		out[i].ActorID = identity.From(ctx).ID
	}
	return out
}

func (c *Collection[T]) decode(r Record) (T, error) {
	var t T
	if r.Schema != c.spec.Schema && c.spec.Upgrade != nil {
		b, err := c.spec.Upgrade(r.Schema, r.Body)
		if err != nil {
			return t, fmt.Errorf("upgrade %s/%s from schema %d: %w", c.spec.Name, r.ID, r.Schema, err)
		}
		r.Body = b
	}
	if err := json.Unmarshal(r.Body, &t); err != nil {
		return t, fmt.Errorf("decode %s/%s: %w", c.spec.Name, r.ID, err)
	}
	m := c.spec.Meta(&t)
	m.ID, m.Version = r.ID, r.Version
	if bytes.HasPrefix(r.Body, appliedField) {
		var side struct {
			Applied []Applied `json:"$applied"`
		}
		if err := json.Unmarshal(r.Body, &side); err != nil {
			return t, fmt.Errorf("decode %s/%s: %w", c.spec.Name, r.ID, err)
		}
		m.Applied = side.Applied
	}
	return t, nil
}

// appliedField is how a stored body with applied requests begins.
var appliedField = []byte(`{"$applied":`)

// encode writes a document's JSON, which is an object with an id at least, and
// puts the applied requests in front of its fields.
func encode(t any, applied []Applied) ([]byte, error) {
	body, err := json.Marshal(t)
	if err != nil || len(applied) == 0 {
		return body, err
	}
	side, err := json.Marshal(applied)
	return slices.Concat(appliedField, side, []byte{','}, body[1:]), err
}

func (c *Collection[T]) keys(t T) [][]Value {
	out := make([][]Value, len(c.schema.Keys))
	for i := range out {
		if one := c.single[i]; one != nil {
			out[i] = []Value{one(t)}
			continue
		}
		vs := c.many[i](t)
		slices.SortFunc(vs, Value.Compare)
		out[i] = slices.Compact(vs)
	}
	return out
}
