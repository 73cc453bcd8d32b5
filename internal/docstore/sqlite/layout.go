package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
)

// none is how None is stored: as minus infinity, which no key can be and which
// stands before all numbers and strings. Unlike NULL it works in comparisons
// of rows, so one form of query serves every cursor.
var none = math.Inf(-1)

// noneLiteral is none in SQL.
const noneLiteral = "-9e999"

// layout is how one collection lies in the database:
//
//   - a table with one row for each document: c_NAME(rid, id, version, schema,
//     gen, a column k_KEY for each single key and m_KEY, a JSON list, for each
//     many-valued one, body);
//   - for each index without a many-valued key an index "NAME(KEY,KEY)" on the
//     keys and the id;
//   - for each index with one a side table of that name, with one row for each
//     document and value.
type layout struct {
	schema docstore.Schema
	gen    int64 // counts the schemas; rows with another one carry keys of another schema
	table  string
	cols   []string // parallel to schema.Keys
	side   []sideTable
	plain  []docstore.Index // indexes without a many-valued key, those of unique keys among them

	sideKeys uint64 // keys that any side table carries, as a set of positions

	getSQL, keysSQL, insertSQL string

	// The writer's own.
	updates map[uint64]string // SQL by the set of changed keys
	recent  recent
}

// sideTable keeps an index with a many-valued key.
type sideTable struct {
	name  string
	index docstore.Index
	pos   []int  // where the keys stand in schema.Keys
	keys  uint64 // the same as a set
	many  int    // which of pos is many-valued

	insertSQL, deleteSQL string
}

// maxKeys is the size of the set of changed keys.
const maxKeys = 64

func newLayout(s docstore.Schema, gen int64) (*layout, error) {
	if len(s.Keys) > maxKeys {
		return nil, fmt.Errorf("collection %s has %d keys, at most %d", s.Name, len(s.Keys), maxKeys)
	}
	l := &layout{schema: s, gen: gen, table: quote("c_" + s.Name), updates: map[uint64]string{}}
	for _, k := range s.Keys {
		l.cols = append(l.cols, column(k))
	}
	indexes := slices.Clone(s.Indexes)
	for _, k := range s.Unique {
		indexes = append(indexes, docstore.Index{k})
	}
	seen := map[string]bool{}
	for _, ix := range indexes {
		switch name := l.indexName(ix); {
		case seen[name]:
		case l.manyIn(ix) < 0:
			seen[name] = true
			l.plain = append(l.plain, ix)
		default:
			seen[name] = true
			side := l.newSide(ix)
			l.side, l.sideKeys = append(l.side, side), l.sideKeys|side.keys
		}
	}
	cols := strings.Join(append([]string{"id", "version", "schema", "gen"}, l.cols...), ", ")
	l.getSQL = "SELECT id, version, schema, body FROM " + l.table + " WHERE id = ?"
	l.insertSQL = "INSERT INTO " + l.table + "(" + cols + ", body) VALUES (" + marks(5+len(l.cols)) + ")"
	l.keysSQL = "SELECT " + strings.Join(append([]string{"rid", "version"}, l.cols...), ", ") + " FROM " + l.table + " WHERE id = ?"
	return l, nil
}

func (l *layout) newSide(ix docstore.Index) sideTable {
	s := sideTable{name: quote(l.indexName(ix)), index: ix, many: l.manyIn(ix)}
	var cols []string
	for _, k := range ix {
		p := l.pos(k)
		s.pos = append(s.pos, p)
		s.keys |= 1 << p
		cols = append(cols, quote("k_"+k)+" = ?")
	}
	s.insertSQL = "INSERT INTO " + s.name + " VALUES (" + marks(len(ix)+2) + ")"
	s.deleteSQL = "DELETE FROM " + s.name + " WHERE " + strings.Join(append(cols, "id = ?"), " AND ")
	return s
}

// updateSQL is the statement that replaces a row and those of its keys that are in the set.
func (l *layout) updateSQL(changed uint64) string {
	if sql, ok := l.updates[changed]; ok {
		return sql
	}
	var b strings.Builder
	b.WriteString("UPDATE " + l.table + " SET version = ?, schema = ?, gen = ?, body = ?")
	for i, c := range l.cols {
		if changed&(1<<i) != 0 {
			b.WriteString(", " + c + " = ?")
		}
	}
	b.WriteString(" WHERE rid = ? AND version = ?")
	l.updates[changed] = b.String()
	return l.updates[changed]
}

// pos tells where the key stands in schema.Keys, -1 if nowhere.
func (l *layout) pos(key string) int {
	return slices.IndexFunc(l.schema.Keys, func(k docstore.Key) bool { return k.Name == key })
}

// manyIn tells which key of the index is many-valued, -1 if none.
func (l *layout) manyIn(ix docstore.Index) int {
	return slices.IndexFunc(ix, func(k string) bool {
		p := l.pos(k)
		return p >= 0 && l.schema.Keys[p].Many
	})
}

// indexName names the index, or the side table in its place.
func (l *layout) indexName(ix docstore.Index) string {
	return l.schema.Name + "(" + strings.Join(ix, ",") + ")"
}

// uniqueName names the index that keeps a key unique.
func (l *layout) uniqueName(key string) string { return l.schema.Name + "(" + key + ") unique" }

// column is the quoted name of a key's column.
func column(k docstore.Key) string {
	if k.Many {
		return quote("m_" + k.Name)
	}
	return quote("k_" + k.Name)
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// marks is a list of n parameters.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// store is a single value as the database keeps it.
func store(v docstore.Value) driver.Value {
	if v == docstore.None {
		return none
	}
	return v.Any()
}

// storeAll is what a key's column holds: the value, or a JSON list of many.
func storeAll(k docstore.Key, vs []docstore.Value) (driver.Value, error) {
	if !k.Many {
		return store(vs[0]), nil
	}
	if len(vs) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(vs)
	return string(b), err
}

// load is a value from the database.
func load(v driver.Value) (docstore.Value, error) {
	switch v := v.(type) {
	case string:
		return docstore.String(v), nil
	case int64:
		return docstore.Int(v), nil
	case float64:
		if v == none {
			return docstore.None, nil
		}
	}
	return docstore.None, fmt.Errorf("a key column holds %v (%T)", v, v)
}
