package docstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
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
