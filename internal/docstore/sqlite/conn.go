package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	sqlite "modernc.org/sqlite"
)

// maxStatements bounds the prepared statements that one connection keeps.
const maxStatements = 400

// conn is one connection with its prepared statements. It speaks to the driver
// itself, past database/sql, whose locks, conversions and goroutines cost more
// than a point select. One goroutine at a time uses it.
type conn struct {
	raw   driver.Conn
	stmts map[string]stmt
	args  []driver.NamedValue
	row   []driver.Value
}

type stmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// open opens the database file and sets the pragmas, one after another in this order.
func open(dsn string, pragmas []string) (*conn, error) {
	raw, err := new(sqlite.Driver).Open(dsn)
	if err != nil {
		return nil, err
	}
	c := &conn{raw: raw, stmts: map[string]stmt{}}
	for _, p := range pragmas {
		if _, err := c.exec("PRAGMA " + p); err != nil {
			return nil, errors.Join(fmt.Errorf("pragma %s: %w", p, err), c.close())
		}
	}
	return c, nil
}

func (c *conn) close() error {
	c.forget()
	return c.raw.Close()
}

// forget closes the prepared statements.
func (c *conn) forget() {
	for _, s := range c.stmts {
		_ = s.Close() // it only frees memory; an error of its last run was reported then
	}
	clear(c.stmts)
}

func (c *conn) prepare(sql string) (stmt, error) {
	if s, ok := c.stmts[sql]; ok {
		return s, nil
	}
	if len(c.stmts) >= maxStatements {
		c.forget()
	}
	raw, err := c.raw.Prepare(sql)
	if err != nil {
		return nil, err
	}
	s, ok := raw.(stmt)
	if !ok {
		return nil, fmt.Errorf("the driver's statement %T lacks contexts", raw)
	}
	c.stmts[sql] = s
	return s, nil
}

func (c *conn) bind(args []driver.Value) []driver.NamedValue {
	c.args = c.args[:0]
	for i, a := range args {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	return c.args
}

// exec runs a statement and answers how many rows it changed.
func (c *conn) exec(sql string, args ...driver.Value) (int64, error) {
	s, err := c.prepare(sql)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(context.Background(), c.bind(args))
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
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

// query calls each with every row of the answer; the slice is used again for
// the next row, what it holds is not. A query whose ctx ends stops.
func (c *conn) query(ctx context.Context, sql string, args []driver.Value, each func(row []driver.Value) error) (err error) {
	s, err := c.prepare(sql)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(ctx, c.bind(args))
	if err != nil {
		return cause(ctx, err)
	}
	defer func() {
		if e := rows.Close(); err == nil {
			err = e
		}
	}()
	n := len(rows.Columns())
	for len(c.row) < n {
		c.row = append(c.row, nil)
	}
	for {
		switch err := rows.Next(c.row[:n]); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return cause(ctx, err)
		}
		if err := each(c.row[:n]); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// first answers the first row of a short query, nil when there is none. The
// slice is used again by the next query.
func (c *conn) first(sql string, args ...driver.Value) ([]driver.Value, error) {
	var out []driver.Value
	err := c.query(context.Background(), sql, args, func(row []driver.Value) error {
		out = row
		return nil
	})
	return out, err
}

// cause is the context's error when that ended, for an interrupted query.
func cause(ctx context.Context, err error) error {
	if e := ctx.Err(); e != nil {
		return e
	}
	return err
}

// sqliteConstraint is SQLITE_CONSTRAINT, the low byte of its extended codes.
// Source: https://www.sqlite.org/rescode.html#constraint
const sqliteConstraint = 19

func isConstraint(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqliteConstraint
}
