package sqlite

import (
	"context"
	"database/sql/driver"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// appendEvent keeps an event within the transaction of its change.
func appendEvent(c *conn, ev *docstore.Event) error {
	_, err := c.exec("INSERT INTO outbox(id, type, collection, document, version, at, actor, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		ev.ID, ev.Type, ev.Collection, ev.DocumentID, ev.Version, ev.At.UnixMilli(), ev.ActorID, []byte(ev.Data))
	return err
}

// Pending lists events that nobody acknowledged yet, oldest first.
func (e *Engine) Pending(ctx context.Context, limit int) ([]docstore.Event, error) {
	var out []docstore.Event
	err := e.reading(ctx, func(c *conn) error {
		const sql = "SELECT id, type, collection, document, version, at, actor, data FROM outbox ORDER BY seq LIMIT ?"
		return c.query(ctx, sql, []driver.Value{limitOf(limit)}, func(row []driver.Value) error {
			ev := docstore.Event{
				ID: row[0].(string), Type: row[1].(string), Collection: row[2].(string), DocumentID: row[3].(string),
				Version: row[4].(int64), At: time.UnixMilli(row[5].(int64)).UTC(), ActorID: row[6].(string),
			}
			ev.Data, _ = row[7].([]byte) // NULL for none
			out = append(out, ev)
			return nil
		})
	})
	return out, err
}

// Ack forgets pending events.
func (e *Engine) Ack(ctx context.Context, events []docstore.Event) error {
	if len(events) == 0 {
		return nil
	}
	j := &job{ack: events}
	if err := e.submit(ctx, j); err != nil {
		return err
	}
	return j.err
}

// forget deletes acknowledged events within the writer's transaction.
func forget(c *conn, events []docstore.Event) error {
	for i := range events {
		if _, err := c.exec("DELETE FROM outbox WHERE id = ?", events[i].ID); err != nil {
			return err
		}
	}
	return nil
}

// OnEvents sets the function that is called after a commit that left events.
func (e *Engine) OnEvents(fn func()) { e.onEvents.Store(&fn) }
