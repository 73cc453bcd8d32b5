// Package sqlite keeps documents in one SQLite database, without cgo. It fills
// the port of package docstore for installations of one machine.
//
// One goroutine writes. It commits what waits in groups, so that many writers
// share one fsync; a pool of connections reads beside it (WAL). Uniqueness
// apart, nothing relies on SQLite to wait for a lock, since the process owns
// the database alone, by a lock file beside it.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/havenloop/havenloop/internal/docstore"
)

// ErrClosed says that the engine was closed.
var ErrClosed = errors.New("the database is closed")

// ErrInUse is what Open answers while another process has the database open.
var ErrInUse = errors.New("is in use by another Havenloop process")

// readers is how many reads run at once. More only wait for a core, as the
// pages they need are in memory.
const readers = 8

// writerPragmas set up the connection that writes. busy_timeout comes first so
// that the others wait for a lock. A commit is on disk when it returns
// (synchronous FULL). The log is moved into the database beside it, see
// checkpointer; its file keeps its size up to that of logMost.
var writerPragmas = []string{
	"busy_timeout = 10000",
	"journal_mode = WAL",
	"synchronous = FULL",
	fmt.Sprint("wal_autocheckpoint = ", logMost),
	"journal_size_limit = 268435456", // bytes
	"cache_size = -32768",            // KiB
}

var readerPragmas = []string{
	"busy_timeout = 10000",
	"query_only = ON",
	"cache_size = -8192", // KiB
}

// Engine is a docstore.Engine over one SQLite database.
type Engine struct {
	lock  *os.File      // nil in memory
	write *pool         // of one connection
	read  *pool         // the same as write in memory
	check *checkpointer // nil in memory

	collections sync.Map // name to *layout
	onEvents    atomic.Pointer[func()]

	mu      sync.RWMutex // held for reading while sending on jobs
	jobs    chan *job
	closing chan struct{} // closed when Close begins
	done    chan struct{} // closed when the writer has ended
}

var _ docstore.Engine = (*Engine)(nil)

// Open opens the database file, and creates it and its folder when they do not
// exist. It fails when another process, or this one, has it open.
func Open(ctx context.Context, path string) (*Engine, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	lock, err := takeLock(path + ".lock")
	if err != nil {
		return nil, err
	}
	e, err := openFile(path, lock)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), lock.Close())
	}
	return e, nil
}

// OpenMemory opens an empty database in memory, for tests and trials. It has
// one connection, so reads and writes take turns.
func OpenMemory(ctx context.Context) (*Engine, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c, err := open(":memory:", nil)
	if err != nil {
		return nil, err
	}
	one := newPool(c)
	e := &Engine{write: one, read: one}
	if err := e.start(c); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return e, nil
}

func openFile(path string, lock *os.File) (*Engine, error) {
	// SQLite gives the files beside the database the mode of the database.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	var all []*conn
	fail := func(err error) (*Engine, error) {
		for _, c := range all {
			err = errors.Join(err, c.close())
		}
		return nil, err
	}
	dsn := "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(path))
	for i := range 2 + readers {
		pragmas := readerPragmas
		switch i {
		case 0:
			pragmas = writerPragmas
		case 1:
			pragmas = checkpointPragmas
		}
		c, err := open(dsn, pragmas)
		if err != nil {
			return fail(err)
		}
		all = append(all, c)
	}
	e := &Engine{lock: lock, write: newPool(all[0]), check: newCheckpointer(all[1]), read: newPool(all[2:]...)}
	if err := e.start(all[0]); err != nil {
		return fail(err)
	}
	go e.check.run(e.closing)
	return e, nil
}

// start makes the engine's own tables and starts the writer.
func (e *Engine) start(c *conn) error {
	for _, sql := range []string{
		`CREATE TABLE IF NOT EXISTS collections (
			name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, gen INTEGER NOT NULL, ready INTEGER NOT NULL
		) WITHOUT ROWID`,
		`CREATE TABLE IF NOT EXISTS outbox (
			seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, type TEXT NOT NULL, collection TEXT NOT NULL,
			document TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, data BLOB
		)`,
		`CREATE INDEX IF NOT EXISTS outbox_by_id ON outbox(id)`,
	} {
		if _, err := c.exec(sql); err != nil {
			return fmt.Errorf("make tables: %w", err)
		}
	}
	e.jobs, e.closing, e.done = make(chan *job, maxGroup), make(chan struct{}), make(chan struct{})
	go e.run()
	return nil
}

// takeLock takes the lock file for this process alone.
func takeLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", err)
	}
	if err := tryLock(f); err != nil {
		return nil, errors.Join(fmt.Errorf("the data folder %s %w; stop that one first, or choose another folder (lock file %s: %w)",
			filepath.Dir(path), ErrInUse, path, err), f.Close())
	}
	return f, nil
}

// Ping reports whether the engine can serve.
func (e *Engine) Ping(ctx context.Context) error {
	return e.reading(ctx, func(c *conn) error {
		_, err := c.first("SELECT 1")
		return err
	})
}

// Close waits for writes and reads under way and closes. Later calls fail.
func (e *Engine) Close() error {
	e.mu.Lock()
	if e.isClosing() {
		e.mu.Unlock()
		<-e.done
		return nil
	}
	close(e.closing)
	close(e.jobs)
	e.mu.Unlock()
	<-e.done
	err := e.read.close()
	if e.lock == nil {
		return err
	}
	err = errors.Join(err, e.check.close())
	err = errors.Join(err, e.write.close()) // the last one, which empties the log
	return errors.Join(err, e.lock.Close())
}

// reading lends a connection to fn.
func (e *Engine) reading(ctx context.Context, fn func(*conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if e.isClosing() {
		return ErrClosed
	}
	c, err := e.read.take(ctx, e.closing)
	if err != nil {
		return err
	}
	defer e.read.give(c)
	return fn(c)
}

func (e *Engine) isClosing() bool {
	select {
	case <-e.closing:
		return true
	default:
		return false
	}
}

// layout finds the prepared collection.
func (e *Engine) layout(collection string) (*layout, error) {
	l, ok := e.collections.Load(collection)
	if !ok {
		return nil, fmt.Errorf("collection %s was not prepared", collection)
	}
	return l.(*layout), nil
}
