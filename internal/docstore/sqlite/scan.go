package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/docstore"
)

// Scan reads documents along an index. Each combination of prefix values is a
// walk of its own along the index that stops at the limit; several are merged
// by their order before any body is read.
func (e *Engine) Scan(ctx context.Context, collection string, scan docstore.IndexScan) ([]docstore.Record, error) {
	l, err := e.layout(collection)
	if err != nil {
		return nil, err
	}
	sql, args, err := l.scanSQL(&scan)
	if err != nil {
		return nil, err
	}
	if scan.Limit > 0 && scan.Limit <= shortScan { // rather than a goroutine that watches ctx
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		ctx = context.WithoutCancel(ctx)
	}
	return e.records(ctx, sql, args)
}

// shortScan is the limit up to which a scan is not interrupted.
const shortScan = 200

// Count counts the documents that Scan would read without limit and cursor.
func (e *Engine) Count(ctx context.Context, collection string, scan docstore.IndexScan) (int64, error) {
	l, err := e.layout(collection)
	if err != nil {
		return 0, err
	}
	q, err := l.filter(&scan)
	if err != nil {
		return 0, err
	}
	var n int64
	err = e.reading(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT count(*) FROM "+q.from+q.where(), q.args, func(row []driver.Value) error {
			n = row[0].(int64)
			return nil
		})
	})
	return n, err
}

// GroupCount counts apart for each value of the key that follows the prefix.
func (e *Engine) GroupCount(ctx context.Context, collection string, scan docstore.IndexScan) (map[docstore.Value]int64, error) {
	l, err := e.layout(collection)
	if err != nil {
		return nil, err
	}
	if len(scan.Index) <= len(scan.Prefix) {
		return nil, fmt.Errorf("group count on %s: no key of index %v follows the prefix", collection, scan.Index)
	}
	q, err := l.filter(&scan)
	if err != nil {
		return nil, err
	}
	key := quote("k_" + scan.Index[len(scan.Prefix)])
	out := map[docstore.Value]int64{}
	err = e.reading(ctx, func(c *conn) error {
		sql := "SELECT " + key + ", count(*) FROM " + q.from + q.where() + " GROUP BY " + key
		return c.query(ctx, sql, q.args, func(row []driver.Value) error {
			v, err := load(row[0])
			out[v] = row[1].(int64)
			return err
		})
	})
	return out, err
}

// selection is what a statement reads from, and under which conditions.
type selection struct {
	from  string
	conds []string
	args  []driver.Value
}

func (q *selection) add(cond string, args ...driver.Value) {
	q.conds = append(q.conds, cond)
	q.args = append(q.args, args...)
}

func (q *selection) where() string {
	if len(q.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(q.conds, " AND ")
}

// filter selects what the scan covers, without order, limit and cursor.
func (l *layout) filter(s *docstore.IndexScan) (*selection, error) {
	from, _, err := l.source(s)
	if err != nil {
		return nil, err
	}
	q := &selection{from: from}
	for i, vs := range s.Prefix {
		args := make([]driver.Value, len(vs))
		for j, v := range vs {
			args[j] = store(v)
		}
		q.add(quote("k_"+s.Index[i])+" IN ("+marks(len(vs))+")", args...)
	}
	if s.Lo != docstore.None || s.Hi != docstore.None {
		key := quote("k_" + s.Index[len(s.Prefix)])
		low, v := lowBound(s.Lo)
		q.add(key+low, v)
		if s.Hi != docstore.None {
			q.add(key+" < ?", store(s.Hi))
		}
	}
	return q, nil
}

// lowBound is the condition for at least lo; None stands outside of every range.
func lowBound(lo docstore.Value) (cond string, arg driver.Value) {
	if lo == docstore.None {
		return " > ?", none
	}
	return " >= ?", store(lo)
}

// source names what the scan walks along, and whether that is a side table.
func (l *layout) source(s *docstore.IndexScan) (from string, side bool, err error) {
	if s.Index == nil {
		return l.table, false, nil
	}
	if len(s.Prefix) > len(s.Index) || len(s.Prefix) == len(s.Index) && (s.Lo != docstore.None || s.Hi != docstore.None) {
		return "", false, fmt.Errorf("scan of %s: the prefix leaves no key of index %v", l.schema.Name, s.Index)
	}
	for i := range l.side {
		if slices.Equal(l.side[i].index, s.Index) {
			return l.side[i].name, true, nil
		}
	}
	if slices.ContainsFunc(l.plain, func(ix docstore.Index) bool { return slices.Equal(ix, s.Index) }) {
		return l.table + " INDEXED BY " + quote(l.indexName(s.Index)), false, nil
	}
	return "", false, fmt.Errorf("scan of %s: no index %v", l.schema.Name, s.Index)
}

// scanSQL makes the statement that reads id, version, schema and body in order.
func (l *layout) scanSQL(s *docstore.IndexScan) (string, []driver.Value, error) {
	from, side, err := l.source(s)
	if err != nil {
		return "", nil, err
	}
	walks := []walk{{}}
	for _, vs := range s.Prefix {
		walks = forEach(walks, vs)
	}
	order := make([]string, 0, 1+len(s.Index)-len(s.Prefix))
	for _, k := range s.Index[len(s.Prefix):] {
		order = append(order, quote("k_"+k))
	}
	order = append(order, "id")
	if len(walks) == 1 && !side {
		q := l.walk(s, from, walks[0], order)
		return "SELECT id, version, schema, body FROM " + from + q.where() + orderBy(order, "", s.Desc) + " LIMIT ?",
			append(q.args, limitOf(s.Limit)), nil
	}
	var union []string
	var args []driver.Value
	for _, w := range walks {
		q := l.walk(s, from, w, order)
		union = append(union, "SELECT * FROM (SELECT rid, "+strings.Join(order, ", ")+" FROM "+from+q.where()+orderBy(order, "", s.Desc)+" LIMIT ?)")
		args = append(append(args, q.args...), limitOf(s.Limit))
	}
	winners := strings.Join(union, " UNION ALL ")
	if len(walks) > 1 {
		winners = "SELECT * FROM (" + winners + ")" + orderBy(order, "", s.Desc) + " LIMIT ?"
		args = append(args, limitOf(s.Limit))
	}
	return "SELECT t.id, t.version, t.schema, t.body FROM (" + winners + ") w CROSS JOIN " + l.table + " t ON t.rid = w.rid" +
		orderBy(order, "w.", s.Desc), args, nil
}

// walk is one value for each key of the prefix.
type walk []docstore.Value

// forEach extends every walk by each of the values.
func forEach(walks []walk, vs []docstore.Value) []walk {
	out := make([]walk, 0, len(walks)*len(vs))
	for _, w := range walks {
		for _, v := range vs {
			out = append(out, append(slices.Clone(w), v))
		}
	}
	return out
}

// walk selects the part of the index with the prefix values of w, behind the
// cursor and within the range. Where both bound the same side, only the
// narrower is written, since SQLite starts at one bound alone.
func (l *layout) walk(s *docstore.IndexScan, from string, w walk, order []string) *selection {
	q := &selection{from: from}
	for i, v := range w {
		q.add(quote("k_"+s.Index[i])+" = ?", store(v))
	}
	cursor := s.AfterID != ""
	if s.Lo != docstore.None || s.Hi != docstore.None {
		first := docstore.None
		if cursor {
			first = s.After[0]
		}
		low, v := lowBound(s.Lo)
		inLow := first != docstore.None && first.Compare(s.Lo) >= 0
		inHigh := s.Hi == docstore.None || first.Compare(s.Hi) < 0
		if !cursor || s.Desc || !inLow {
			q.add(order[0]+low, v)
		}
		if s.Hi != docstore.None && (!cursor || !s.Desc || !inHigh) {
			q.add(order[0]+" < ?", store(s.Hi))
		}
		cursor = cursor && (s.Desc && inHigh || !s.Desc && inLow)
	}
	if cursor {
		args := make([]driver.Value, 0, len(order))
		for _, v := range s.After {
			args = append(args, store(v))
		}
		q.add("("+strings.Join(order, ", ")+") "+map[bool]string{false: ">", true: "<"}[s.Desc]+" ("+marks(len(order))+")", append(args, s.AfterID)...)
	}
	return q
}

func orderBy(order []string, table string, desc bool) string {
	dir := ""
	if desc {
		dir = " DESC"
	}
	return " ORDER BY " + table + strings.Join(order, dir+", "+table) + dir
}
