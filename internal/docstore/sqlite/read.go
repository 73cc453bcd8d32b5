package sqlite

import (
	"context"
	"database/sql/driver"
	"slices"

	"github.com/havenloop/havenloop/internal/docstore"
)

// Get reads one document, or fails with docstore.ErrNotFound.
func (e *Engine) Get(ctx context.Context, collection, id string) (docstore.Record, error) {
	l, err := e.layout(collection)
	if err != nil {
		return docstore.Record{}, err
	}
	var r docstore.Record
	err = e.reading(ctx, func(c *conn) error {
		row, err := c.first(l.getSQL, id)
		if row != nil {
			r = record(row)
		}
		return err
	})
	if err == nil && r.ID == "" {
		err = docstore.ErrNotFound
	}
	return r, err
}

// manyChunk is how many documents one statement of GetMany reads.
const manyChunk = 64

// GetMany reads the documents with the ids that exist. Short lists are filled
// up with their last id, so that few statements serve all lengths.
func (e *Engine) GetMany(ctx context.Context, collection string, ids []string) ([]docstore.Record, error) {
	l, err := e.layout(collection)
	if err != nil {
		return nil, err
	}
	out := make([]docstore.Record, 0, len(ids))
	err = e.reading(ctx, func(c *conn) error {
		for chunk := range slices.Chunk(ids, manyChunk) {
			n := 1
			for n < len(chunk) {
				n *= 4
			}
			args := make([]driver.Value, n)
			for i := range args {
				args[i] = chunk[min(i, len(chunk)-1)]
			}
			sql := "SELECT id, version, schema, body FROM " + l.table + " WHERE id IN (" + marks(n) + ")"
			if err := c.query(context.Background(), sql, args, collect(&out)); err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// records runs a query for id, version, schema and body.
func (e *Engine) records(ctx context.Context, sql string, args []driver.Value) ([]docstore.Record, error) {
	var out []docstore.Record
	err := e.reading(ctx, func(c *conn) error { return c.query(ctx, sql, args, collect(&out)) })
	if err != nil {
		return nil, err
	}
	return out, nil
}

// collect appends the rows to out.
func collect(out *[]docstore.Record) func([]driver.Value) error {
	return func(row []driver.Value) error {
		*out = append(*out, record(row))
		return nil
	}
}

// record reads the columns id, version, schema and body.
func record(row []driver.Value) docstore.Record {
	body, _ := row[3].([]byte) // NULL for an empty one
	return docstore.Record{ID: row[0].(string), Version: row[1].(int64), Schema: int(row[2].(int64)), Body: body}
}

// limitOf is a limit as SQL has it, where -1 means none.
func limitOf(n int) int64 {
	if n <= 0 {
		return -1
	}
	return int64(n)
}
