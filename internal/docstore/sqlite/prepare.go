package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
)

// Prepare makes room for the collection. A schema that differs from the stored
// one opens a new generation: rows of an older one are stale. Side tables and
// unique indexes are dropped then, and built anew by Finish.
func (e *Engine) Prepare(ctx context.Context, schema docstore.Schema) (stale bool, err error) {
	var l *layout
	err = e.alone(ctx, func(c *conn) error {
		stale = false
		gen, err := generation(c, schema)
		if err != nil {
			return err
		}
		if l, err = newLayout(schema, gen.number); err != nil {
			return err
		}
		stale = gen.found && !gen.ready
		if err := l.makeTable(c); err != nil {
			return err
		}
		if stale {
			if err := l.dropIndexes(c); err != nil {
				return err
			}
			return l.alterTable(c)
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("prepare collection %s: %w", schema.Name, err)
	}
	e.collections.Store(schema.Name, l)
	return stale, nil
}

type gen struct {
	number int64
	found  bool // the collection was there before
	ready  bool // and finished under the same schema
}

// generation finds, or opens, the generation of the schema.
func generation(c *conn, s docstore.Schema) (gen, error) {
	row, err := c.first("SELECT fingerprint, gen, ready FROM collections WHERE name = ?", s.Name)
	if err != nil {
		return gen{}, err
	}
	if row == nil {
		_, err := c.exec("INSERT INTO collections VALUES (?, ?, 1, 0)", s.Name, s.Fingerprint)
		return gen{number: 1}, err
	}
	g := gen{number: row[1].(int64), found: true, ready: row[2] == int64(1)}
	if row[0] != s.Fingerprint {
		g.number, g.ready = g.number+1, false
		_, err = c.exec("UPDATE collections SET fingerprint = ?, gen = ?, ready = 0 WHERE name = ?", s.Fingerprint, g.number, s.Name)
	}
	return g, err
}

func (l *layout) makeTable(c *conn) error {
	cols := append([]string{"rid INTEGER PRIMARY KEY", "id TEXT NOT NULL UNIQUE",
		"version INTEGER NOT NULL", "schema INTEGER NOT NULL", "gen INTEGER NOT NULL"}, l.cols...)
	_, err := c.exec("CREATE TABLE IF NOT EXISTS " + l.table + " (" + strings.Join(append(cols, "body BLOB"), ", ") + ")")
	return err
}

// alterTable drops the columns of keys that are no more and adds those of new ones.
func (l *layout) alterTable(c *conn) error {
	var have []string
	err := c.query(context.Background(), "SELECT name FROM pragma_table_info(?)", []driver.Value{"c_" + l.schema.Name}, func(row []driver.Value) error {
		if name := row[0].(string); strings.HasPrefix(name, "k_") || strings.HasPrefix(name, "m_") {
			have = append(have, quote(name))
		}
		return nil
	})
	for _, col := range have {
		if err == nil && !slices.Contains(l.cols, col) {
			_, err = c.exec("ALTER TABLE " + l.table + " DROP COLUMN " + col)
		}
	}
	for _, col := range l.cols {
		if err == nil && !slices.Contains(have, col) {
			_, err = c.exec("ALTER TABLE " + l.table + " ADD COLUMN " + col)
		}
	}
	return err
}

// dropIndexes drops what Finish builds anew, and what is declared no longer.
func (l *layout) dropIndexes(c *conn) error {
	keep := map[string]bool{}
	for _, ix := range l.plain {
		keep[l.indexName(ix)] = true
	}
	var drop []string
	err := c.query(context.Background(), "SELECT type, name FROM sqlite_schema WHERE name >= ? AND name < ?",
		[]driver.Value{l.schema.Name + "(", l.schema.Name + ")"}, func(row []driver.Value) error {
			if typ, name := row[0].(string), row[1].(string); typ == "table" || !keep[name] {
				drop = append(drop, "DROP "+typ+" "+quote(name))
			}
			return nil
		})
	for _, sql := range drop {
		if err == nil {
			_, err = c.exec(sql)
		}
	}
	return err
}

// Stale lists documents whose keys were written in an older generation.
func (e *Engine) Stale(ctx context.Context, collection, after string, limit int) ([]docstore.Record, error) {
	l, err := e.layout(collection)
	if err != nil {
		return nil, err
	}
	return e.records(ctx, "SELECT id, version, schema, body FROM "+l.table+" WHERE id > ? AND gen <> ? ORDER BY id LIMIT ?",
		[]driver.Value{after, l.gen, limitOf(limit)})
}

// Rekey replaces the keys of documents whose version is still the record's; of
// each only those that differ, so that indexes of the others are not touched.
func (e *Engine) Rekey(ctx context.Context, collection string, records []docstore.Record) error {
	l, err := e.layout(collection)
	if err != nil {
		return err
	}
	return e.alone(ctx, func(c *conn) error {
		l.recent.clear()
		for i := range records {
			if err := l.rekey(c, &records[i]); err != nil {
				return fmt.Errorf("rekey %s: %w", collection, err)
			}
		}
		return nil
	})
}

func (l *layout) rekey(c *conn, r *docstore.Record) error {
	row, err := c.first(l.keysSQL, r.ID)
	if err != nil || row == nil || row[1] != r.Version {
		return err
	}
	rid, had := row[0], slices.Clone(row[2:])
	keys, err := l.storeKeys(r)
	if err != nil {
		return err
	}
	sql, args := "UPDATE "+l.table+" SET gen = ?", []driver.Value{l.gen}
	for i, v := range keys {
		if v != had[i] {
			sql, args = sql+", "+l.cols[i]+" = ?", append(args, v)
		}
	}
	_, err = c.exec(sql+" WHERE rid = ?", append(args, rid)...)
	return err
}

// Finish builds the indexes and side tables that are missing and notes the
// generation as finished, all in one transaction.
func (e *Engine) Finish(ctx context.Context, collection string) error {
	l, err := e.layout(collection)
	if err != nil {
		return err
	}
	return e.alone(ctx, func(c *conn) error {
		for _, k := range l.schema.Unique {
			col := quote("k_" + k)
			_, err := c.exec("CREATE UNIQUE INDEX IF NOT EXISTS " + quote(l.uniqueName(k)) + " ON " + l.table + "(" + col + ") WHERE " + col + " <> " + noneLiteral)
			if isConstraint(err) {
				return &docstore.DuplicateError{Collection: collection, Key: k}
			}
			if err != nil {
				return err
			}
		}
		for _, ix := range l.plain {
			if _, err := c.exec("CREATE INDEX IF NOT EXISTS " + quote(l.indexName(ix)) + " ON " + l.table + "(" + keyColumns(ix) + ", id)"); err != nil {
				return err
			}
		}
		for i := range l.side {
			if err := l.fill(c, &l.side[i]); err != nil {
				return err
			}
		}
		_, err := c.exec("UPDATE collections SET ready = 1 WHERE name = ?", collection)
		return err
	})
}

// fill makes a side table with the rows of all documents, unless it is there.
func (l *layout) fill(c *conn, s *sideTable) error {
	there, err := c.first("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", l.indexName(s.index))
	if there != nil || err != nil {
		return err
	}
	cols := keyColumns(s.index)
	if _, err := c.exec("CREATE TABLE " + s.name + " (" + cols + ", id, rid, PRIMARY KEY (" + cols + ", id)) WITHOUT ROWID"); err != nil {
		return err
	}
	// The many-valued key's list is unfolded; its other columns are the row's own.
	var from []string
	for i, k := range s.index {
		if i == s.many {
			from = append(from, "ifnull(j.value, "+noneLiteral+")")
		} else {
			from = append(from, "t."+quote("k_"+k))
		}
	}
	list := "t." + quote("m_"+s.index[s.many])
	_, err = c.exec("INSERT INTO " + s.name + " SELECT " + strings.Join(from, ", ") + ", t.id, t.rid FROM " + l.table + " t, json_each(" + list + ") j")
	return err
}

// keyColumns lists the columns of an index or side table; there, the
// many-valued key has one value in each row.
func keyColumns(ix docstore.Index) string {
	cols := make([]string, len(ix))
	for i, k := range ix {
		cols[i] = quote("k_" + k)
	}
	return strings.Join(cols, ", ")
}
