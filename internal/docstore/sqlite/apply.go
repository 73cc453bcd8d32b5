package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
)

// apply carries out one write within the writer's transaction. refused is why
// this write alone did not happen; err breaks the transaction.
//
// The row comes first, since only it can be refused, and SQLite then undoes
// the one statement by itself; so groups need no savepoints.
func apply(c *conn, l *layout, w *docstore.Write) (refused, err error) {
	if w.Op != docstore.Delete && len(w.Record.Keys) != len(l.cols) {
		return fmt.Errorf("document %s has %d keys, its collection %d", w.Record.ID, len(w.Record.Keys), len(l.cols)), nil
	}
	switch w.Op {
	case docstore.Insert:
		refused, err = insert(c, l, &w.Record)
	case docstore.Replace:
		refused, err = replace(c, l, &w.Record)
	case docstore.Delete:
		refused, err = remove(c, l, &w.Record)
	default:
		return fmt.Errorf("unknown operation %d", w.Op), nil
	}
	if refused != nil || err != nil {
		return refused, err
	}
	for i := range w.Events {
		if err := appendEvent(c, &w.Events[i]); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func insert(c *conn, l *layout, r *docstore.Record) (refused, err error) {
	keys, err := l.storeKeys(r)
	if err != nil {
		return nil, err
	}
	args := make([]driver.Value, 0, 5+len(keys))
	args = append(append(args, r.ID, r.Version, int64(r.Schema), l.gen), keys...)
	rid, err := c.insert(l.insertSQL, append(args, r.Body)...)
	if isConstraint(err) {
		return l.duplicate(c, r, true, err)
	}
	for i := range l.side {
		if err == nil {
			err = l.side[i].add(c, r.Keys, r.ID, rid, nil)
		}
	}
	l.recent.put(r.ID, known{rid, r.Version, keys})
	return nil, err
}

// replace changes a row, and of its keys only those that differ, so that
// indexes of the others are not touched.
func replace(c *conn, l *layout, r *docstore.Record) (refused, err error) {
	row, refused, err := l.expect(c, r)
	if refused != nil || err != nil {
		return refused, err
	}
	keys, err := l.storeKeys(r)
	if err != nil {
		return nil, err
	}
	var changed uint64
	args := make([]driver.Value, 0, 5+len(keys))
	args = append(args, r.Version+1, int64(r.Schema), l.gen, r.Body)
	for i, v := range keys {
		if v != row.keys[i] {
			changed |= 1 << i
			args = append(args, v)
		}
	}
	n, err := c.exec(l.updateSQL(changed), append(args, row.rid, r.Version)...)
	if isConstraint(err) {
		return l.duplicate(c, r, false, err)
	}
	if err == nil && n != 1 {
		err = fmt.Errorf("the row of a document of %s changed under the writer", l.schema.Name)
	}
	if err == nil && l.sideKeys&changed != 0 {
		err = l.moveSides(c, r, row, changed)
	}
	l.recent.put(r.ID, known{row.rid, r.Version + 1, keys})
	return nil, err
}

// remove deletes a row.
func remove(c *conn, l *layout, r *docstore.Record) (refused, err error) {
	row, refused, err := l.expect(c, r)
	if refused != nil || err != nil {
		return refused, err
	}
	old, err := l.loadKeys(row.keys)
	for i := range l.side {
		if err == nil {
			err = l.side[i].remove(c, old, r.ID, nil)
		}
	}
	if err == nil {
		_, err = c.exec("DELETE FROM "+l.table+" WHERE rid = ?", row.rid)
	}
	l.recent.drop(r.ID)
	return nil, err
}

// expect finds the row that a record replaces or deletes, at the record's version.
func (l *layout) expect(c *conn, r *docstore.Record) (row known, refused, err error) {
	row, ok := l.recent.get(r.ID)
	if !ok || row.version != r.Version {
		found, err := c.first(l.keysSQL, r.ID)
		if err != nil {
			return known{}, nil, err
		}
		if found == nil {
			return known{}, docstore.ErrNotFound, nil
		}
		row = known{found[0].(int64), found[1].(int64), slices.Clone(found[2:])}
		l.recent.put(r.ID, row)
	}
	if row.version != r.Version {
		return known{}, docstore.ErrConflict, nil
	}
	return row, nil, nil
}

// storeKeys is what the columns of a record's keys hold.
func (l *layout) storeKeys(r *docstore.Record) ([]driver.Value, error) {
	keys := make([]driver.Value, len(l.cols))
	for i, k := range l.schema.Keys {
		var err error
		if keys[i], err = storeAll(k, r.Keys[i]); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// loadKeys is the reverse of storeKeys; nil where no side table asks for it.
func (l *layout) loadKeys(stored []driver.Value) ([][]docstore.Value, error) {
	if len(l.side) == 0 {
		return nil, nil
	}
	out := make([][]docstore.Value, len(stored))
	for i, k := range l.schema.Keys {
		if k.Many {
			text, _ := stored[i].(string)
			if err := json.Unmarshal([]byte(text), &out[i]); err != nil {
				return nil, fmt.Errorf("column of key %s: %w", k.Name, err)
			}
			continue
		}
		v, err := load(stored[i])
		if err != nil {
			return nil, err
		}
		out[i] = []docstore.Value{v}
	}
	return out, nil
}

// duplicate finds out which unique key, or whether the id, refused the record.
func (l *layout) duplicate(c *conn, r *docstore.Record, inserting bool, cause error) (refused, err error) {
	taken := func(where string, args ...driver.Value) bool {
		row, e := c.first("SELECT 1 FROM "+l.table+" WHERE "+where, args...)
		err = errors.Join(err, e)
		return row != nil
	}
	if inserting && taken("id = ?", r.ID) {
		return &docstore.DuplicateError{Collection: l.schema.Name, Key: "id"}, err
	}
	for _, k := range l.schema.Unique {
		v := store(r.Keys[l.pos(k)][0])
		if v != driver.Value(none) && taken(quote("k_"+k)+" = ? AND id <> ?", v, r.ID) {
			return &docstore.DuplicateError{Collection: l.schema.Name, Key: k}, err
		}
	}
	return cause, err
}
