package sqlite

import (
	"context"
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
	case docstore.Replace, docstore.Delete:
		refused, err = change(c, l, w)
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

// change replaces or deletes a row. It reads the stored keys first, so that
// indexes of keys that stay the same are not touched.
func change(c *conn, l *layout, w *docstore.Write) (refused, err error) {
	r := &w.Record
	row, err := c.first(l.keysSQL, r.ID)
	if err != nil {
		return nil, err
	}
	if row == nil {
		return docstore.ErrNotFound, nil
	}
	rid, version := row[0].(int64), row[1].(int64)
	if version != r.Version {
		return docstore.ErrConflict, nil
	}
	if w.Op == docstore.Delete {
		old, err := l.loadKeys(row[2:], ^uint64(0))
		if err != nil {
			return nil, err
		}
		for i := range l.side {
			if err := l.side[i].remove(c, old, r.ID, nil); err != nil {
				return nil, err
			}
		}
		_, err = c.exec("DELETE FROM "+l.table+" WHERE rid = ?", rid)
		return nil, err
	}
	return l.replace(c, r, rid, row[2:])
}

func (l *layout) replace(c *conn, r *docstore.Record, rid int64, stored []driver.Value) (refused, err error) {
	var changed uint64
	args := make([]driver.Value, 0, 5+len(l.cols))
	args = append(args, r.Version+1, int64(r.Schema), l.gen, r.Body)
	for i, k := range l.schema.Keys {
		v, err := storeAll(k, r.Keys[i])
		if err != nil {
			return nil, err
		}
		if v != stored[i] {
			changed |= 1 << i
			args = append(args, v)
		}
	}
	var touched uint64 // keys whose old values the side tables need
	for i := range l.side {
		if l.side[i].keys&changed != 0 {
			touched |= l.side[i].keys
		}
	}
	old, err := l.loadKeys(stored, touched) // before the next query overwrites the row
	if err != nil {
		return nil, err
	}
	_, err = c.exec(l.updateSQL(changed), append(args, rid)...)
	if isConstraint(err) {
		return l.duplicate(c, r, false, err)
	}
	if err != nil || touched == 0 {
		return nil, err
	}
	for i := range l.side {
		if s := &l.side[i]; s.keys&changed != 0 {
			// Rows stay where only other values of the many-valued key changed.
			var oldStay, newStay []docstore.Value
			if m := s.pos[s.many]; s.keys&changed == 1<<m {
				oldStay, newStay = r.Keys[m], old[m]
			}
			if err := errors.Join(s.remove(c, old, r.ID, oldStay), s.add(c, r.Keys, r.ID, rid, newStay)); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// loadKeys turns the columns of the keys in the set back into values.
func (l *layout) loadKeys(stored []driver.Value, set uint64) ([][]docstore.Value, error) {
	if set == 0 || len(l.side) == 0 {
		return nil, nil
	}
	out := make([][]docstore.Value, len(stored))
	for i, k := range l.schema.Keys {
		if set&(1<<i) == 0 {
			continue
		}
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

// add writes the rows of a document, but for the values in stay.
func (s *sideTable) add(c *conn, keys [][]docstore.Value, id string, rid int64, stay []docstore.Value) error {
	return s.each(keys, stay, func(args []driver.Value) error {
		_, err := c.exec(s.insertSQL, append(args, id, rid)...)
		return err
	})
}

// remove deletes the rows of a document, but for the values in stay.
func (s *sideTable) remove(c *conn, keys [][]docstore.Value, id string, stay []docstore.Value) error {
	return s.each(keys, stay, func(args []driver.Value) error {
		_, err := c.exec(s.deleteSQL, append(args, id)...)
		return err
	})
}

// each calls fn with the index values of every row of a document.
func (s *sideTable) each(keys [][]docstore.Value, stay []docstore.Value, fn func(args []driver.Value) error) error {
	args := make([]driver.Value, len(s.pos), len(s.pos)+2)
	for i, p := range s.pos {
		if i != s.many {
			args[i] = store(keys[p][0])
		}
	}
	for _, v := range keys[s.pos[s.many]] {
		if slices.Contains(stay, v) {
			continue
		}
		args[s.many] = store(v)
		if err := fn(args); err != nil {
			return err
		}
	}
	return nil
}

// insert runs an INSERT and answers the rowid.
func (c *conn) insert(sql string, args ...driver.Value) (int64, error) {
	s, err := c.prepare(sql)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(context.Background(), c.bind(args))
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}
