package docstore

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/havenloop/havenloop/internal/fault"
)

// Query asks for documents. Its equalities must be the first keys of one
// declared index (in any order), its range and order the keys that follow;
// else the query is refused with an error that says so.
type Query struct {
	Where []Cond
	// OrderBy names the keys that follow; empty takes what the index has.
	// Equal ones order by id.
	OrderBy []string
	Desc    bool
	// After is the Next of an earlier page; it must be of the same query.
	After string
	// Limit is the most documents to answer; 0 means all.
	Limit int
}

// Cond is a condition on one key.
type Cond struct {
	key    string
	values []Value
	lo, hi Value
	span   bool
}

// Eq asks for documents whose key has the value; for a many-valued key, among others.
func Eq(key string, v Value) Cond { return Cond{key: key, values: []Value{v}} }

// In asks for documents whose key has one of the values. Not for many-valued keys.
func In(key string, vs ...Value) Cond {
	vs = append([]Value{}, vs...) // not nil, even when empty
	slices.SortFunc(vs, Value.Compare)
	return Cond{key: key, values: slices.Compact(vs)}
}

// Range asks for values at least lo and less than hi; None leaves a side open.
func Range(key string, lo, hi Value) Cond { return Cond{key: key, lo: lo, hi: hi, span: true} }

// Page is one page of an answer.
type Page[T any] struct {
	Items []T `json:"items"`
	// Next asks for the page that follows; empty on the last page.
	Next string `json:"next"`
}

// maxCursors bounds how many combinations of In values one query may have.
const maxCursors = 256

// Find reads a page of documents.
func (c *Collection[T]) Find(ctx context.Context, q Query) (Page[T], error) {
	var p Page[T]
	scan, err := c.plan(q)
	if err != nil {
		return p, err
	}
	if empty(scan) {
		return p, nil
	}
	if q.Limit > 0 {
		scan.Limit = q.Limit + 1 // one more tells whether a page follows
	}
	recs, err := c.engine.Scan(ctx, c.spec.Name, scan)
	if err != nil {
		return p, fmt.Errorf("find in %s: %w", c.spec.Name, err)
	}
	more := q.Limit > 0 && len(recs) > q.Limit
	if more {
		recs = recs[:q.Limit]
	}
	p.Items = make([]T, len(recs))
	for i, r := range recs {
		if p.Items[i], err = c.decode(r); err != nil {
			return Page[T]{}, err
		}
	}
	if more {
		p.Next, err = c.cursor(scan, p.Items[len(p.Items)-1])
	}
	return p, err
}

// Count counts the documents that q asks for, whatever its limit.
func (c *Collection[T]) Count(ctx context.Context, q Query) (int64, error) {
	scan, err := c.plan(q)
	if err != nil || empty(scan) {
		return 0, err
	}
	n, err := c.engine.Count(ctx, c.spec.Name, scan)
	if err != nil {
		return 0, fmt.Errorf("count in %s: %w", c.spec.Name, err)
	}
	return n, nil
}

// GroupCount counts the documents that q asks for, apart for each value of
// key, which must follow the equalities in an index.
func (c *Collection[T]) GroupCount(ctx context.Context, q Query, key string) (map[Value]int64, error) {
	q.OrderBy = []string{key}
	scan, err := c.plan(q)
	if err != nil || empty(scan) {
		return nil, err
	}
	m, err := c.engine.GroupCount(ctx, c.spec.Name, scan)
	if err != nil {
		return nil, fmt.Errorf("group count in %s: %w", c.spec.Name, err)
	}
	return m, nil
}

// empty tells whether a scan asks for one of no values.
func empty(s IndexScan) bool {
	return slices.ContainsFunc(s.Prefix, func(vs []Value) bool { return len(vs) == 0 })
}

func (c *Collection[T]) plan(q Query) (IndexScan, error) {
	var span *Cond
	eq := map[string][]Value{}
	cursors := 1
	for _, w := range q.Where {
		i := slices.IndexFunc(c.schema.Keys, func(k Key) bool { return k.Name == w.key })
		switch {
		case i < 0:
			return IndexScan{}, fmt.Errorf("query on %s: no key %s", c.spec.Name, w.key)
		case w.span && span != nil:
			return IndexScan{}, fmt.Errorf("query on %s: more than one range", c.spec.Name)
		case w.span:
			span = &w
			continue
		case eq[w.key] != nil:
			return IndexScan{}, fmt.Errorf("query on %s: key %s twice", c.spec.Name, w.key)
		case c.schema.Keys[i].Many && len(w.values) != 1:
			return IndexScan{}, fmt.Errorf("query on %s: many-valued key %s takes one value", c.spec.Name, w.key)
		}
		eq[w.key] = w.values
		cursors *= max(1, len(w.values))
	}
	if cursors > maxCursors {
		return IndexScan{}, fmt.Errorf("query on %s: %d combinations of values, at most %d", c.spec.Name, cursors, maxCursors)
	}
	ix := c.serving(eq, span, q.OrderBy)
	if ix == nil {
		return IndexScan{}, fmt.Errorf("query on %s: no index serves equality on %d keys, range %v, order %v", c.spec.Name, len(eq), span != nil, q.OrderBy)
	}
	s := IndexScan{Index: ix, Desc: q.Desc, Limit: q.Limit}
	for _, k := range ix[:len(eq)] {
		s.Prefix = append(s.Prefix, eq[k])
	}
	if span != nil {
		s.Lo, s.Hi = span.lo, span.hi
	}
	return s, s.resume(q.After)
}

// serving finds the shortest index that has the equalities first and the range
// and order right behind; nil when there is none.
func (c *Collection[T]) serving(eq map[string][]Value, span *Cond, order []string) Index {
	if span != nil && len(order) == 0 {
		order = []string{span.key}
	}
	if len(eq) == 0 && len(order) == 0 || span != nil && order[0] != span.key {
		return nil
	}
	var best Index
	candidates := slices.Clone(c.schema.Indexes)
	for _, k := range c.schema.Unique {
		candidates = append(candidates, Index{k})
	}
	for _, ix := range candidates {
		if len(ix) < len(eq)+len(order) || !slices.Equal(ix[len(eq):len(eq)+len(order)], order) {
			continue
		}
		fits := !slices.ContainsFunc(ix[:len(eq)], func(k string) bool { return eq[k] == nil })
		rest := slices.ContainsFunc(ix[len(eq):], c.isMany)
		if fits && !rest && (best == nil || len(ix) < len(best)) {
			best = ix
		}
	}
	return best
}

func (c *Collection[T]) isMany(key string) bool { return c.spec.Many[key] != nil }

// cursor writes down where in the order of the scan t stands.
func (c *Collection[T]) cursor(s IndexScan, t T) (string, error) {
	at := []Value{String(c.spec.Meta(&t).ID)}
	for _, k := range s.Index[len(s.Prefix):] {
		at = append(at, c.spec.Keys[k](t))
	}
	b, err := json.Marshal(at)
	return base64.RawURLEncoding.EncodeToString(b), err
}

// resume sets the scan behind the place that a cursor wrote down.
func (s *IndexScan) resume(cursor string) error {
	if cursor == "" {
		return nil
	}
	var at []Value
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(b, &at)
	}
	if err != nil || len(at) != 1+len(s.Index)-len(s.Prefix) || at[0].Kind() != StringKind {
		return fault.New(fault.Invalid, "The page marker is not one that this list gave out.")
	}
	s.AfterID, s.After = at[0].Str(), at[1:]
	return nil
}
