package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

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
	args := make([]driver.Value, 0, 5+len(l.cols))
	args = append(args, r.ID, r.Version, int64(r.Schema), l.gen)
	for i, k := range l.schema.Keys {
		v, err := storeAll(k, r.Keys[i])
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	rid, err := c.insert(l.insertSQL, append(args, r.Body)...)
	if isConstraint(err) {
		return l.duplicate(c, r, true, err)
	}
	if err != nil {
		return nil, err
	}
	for i := range l.side {
		if err := l.side[i].add(c, r.Keys, r.ID, rid, nil); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// replace changes a row. It asks first which keys change, so that indexes of
// keys that stay the same are not touched.
func replace(c *conn, l *layout, r *docstore.Record) (refused, err error) {
	keys := make([]driver.Value, len(l.cols), len(l.cols)+1)
	for i, k := range l.schema.Keys {
		if keys[i], err = storeAll(k, r.Keys[i]); err != nil {
			return nil, err
		}
	}
	row, err := c.first(l.changedSQL, append(keys, r.ID)...)
	switch {
	case err != nil:
		return nil, err
	case row == nil:
		return docstore.ErrNotFound, nil
	case row[1] != r.Version:
		return docstore.ErrConflict, nil
	}
	rid, changed := row[0].(int64), uint64(row[2].(int64))
	var old [][]docstore.Value
	if l.sideKeys&changed != 0 {
		if old, err = l.storedKeys(c, rid); err != nil {
			return nil, err
		}
	}
	args := make([]driver.Value, 0, 5+len(l.cols))
	args = append(args, r.Version+1, int64(r.Schema), l.gen, r.Body)
	for i, v := range keys {
		if changed&(1<<i) != 0 {
			args = append(args, v)
		}
	}
	_, err = c.exec(l.updateSQL(changed), append(args, rid)...)
	if isConstraint(err) {
		return l.duplicate(c, r, false, err)
	}
	for i := range l.side {
		if s := &l.side[i]; err == nil && s.keys&changed != 0 {
			err = s.move(c, old, r.Keys, r.ID, rid, changed)
		}
	}
	return nil, err
}

// remove deletes a row.
func remove(c *conn, l *layout, r *docstore.Record) (refused, err error) {
	row, err := c.first("SELECT rid, version FROM "+l.table+" WHERE id = ?", r.ID)
	switch {
	case err != nil:
		return nil, err
	case row == nil:
		return docstore.ErrNotFound, nil
	case row[1] != r.Version:
		return docstore.ErrConflict, nil
	}
	rid := row[0].(int64)
	if len(l.side) > 0 {
		old, err := l.storedKeys(c, rid)
		if err != nil {
			return nil, err
		}
		for i := range l.side {
			if err := l.side[i].remove(c, old, r.ID, nil); err != nil {
				return nil, err
			}
		}
	}
	_, err = c.exec("DELETE FROM "+l.table+" WHERE rid = ?", rid)
	return nil, err
}

// storedKeys reads the keys of a row.
func (l *layout) storedKeys(c *conn, rid int64) ([][]docstore.Value, error) {
	row, err := c.first("SELECT "+strings.Join(l.cols, ", ")+" FROM "+l.table+" WHERE rid = ?", rid)
	if err != nil {
		return nil, err
	}
	out := make([][]docstore.Value, len(row))
	for i, k := range l.schema.Keys {
		if k.Many {
			text, _ := row[i].(string)
			if err := json.Unmarshal([]byte(text), &out[i]); err != nil {
				return nil, fmt.Errorf("column of key %s: %w", k.Name, err)
			}
			continue
		}
		v, err := load(row[i])
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
