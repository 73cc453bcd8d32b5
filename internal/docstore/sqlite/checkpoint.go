package sqlite

import "time"

const (
	// checkpointPause is how long after a checkpoint the next one begins. What
	// changes often in between is written into the database once.
	checkpointPause = time.Second
	// logLong is how many pages of log make checkpoints follow one another
	// without a pause, so that little is left when logMost is reached.
	logLong = logMost / 2
	// logMost is after how many pages of log, 256 MB, a commit moves what is
	// left of it into the database, so that the log begins anew.
	logMost = 65_536
)

var checkpointPragmas = []string{"busy_timeout = 10000"}

// checkpointer moves the log into the database, on a connection of its own and
// beside the writer, which it does not hold up. Left to SQLite, every so many
// pages one commit would do that, and all who write would wait for it.
type checkpointer struct {
	conn *conn
	due  chan struct{} // somebody committed
	done chan struct{} // closed when it has ended

	// What follows are checkpointPause and logLong, but in tests.
	pause func() <-chan time.Time
	long  int64
}

func newCheckpointer(c *conn) *checkpointer {
	return &checkpointer{
		conn: c, due: make(chan struct{}, 1), done: make(chan struct{}),
		pause: func() <-chan time.Time { return time.After(checkpointPause) }, long: logLong,
	}
}

// nudge says that there is something in the log; one in memory has none.
func (k *checkpointer) nudge() {
	if k == nil {
		return
	}
	select {
	case k.due <- struct{}{}:
	default:
	}
}

// run works until closing is closed.
func (k *checkpointer) run(closing <-chan struct{}) {
	defer close(k.done)
	for {
		select {
		case <-closing:
			return
		case <-k.due:
		}
		if k.checkpoint() > k.long {
			continue
		}
		select {
		case <-closing:
			return
		case <-k.pause():
		}
	}
}

// checkpoint does one that waits for nobody, and answers how many pages the log
// has. What it could not do the next one does, or the commit at logMost.
func (k *checkpointer) checkpoint() (pages int64) {
	row, err := k.conn.first("PRAGMA wal_checkpoint(PASSIVE)") // busy, pages in the log, pages moved
	if err != nil || len(row) < 2 {
		return 0
	}
	pages, _ = row[1].(int64)
	return pages
}

// close waits for the checkpoint under way and closes the connection.
func (k *checkpointer) close() error {
	<-k.done
	return k.conn.close()
}
