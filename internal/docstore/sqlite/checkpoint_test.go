package sqlite

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// logged is a database with its writer and its checkpointer, whose pauses end
// when the test says so.
type logged struct {
	t      *testing.T
	path   string
	writer *conn
	*checkpointer
	paused chan chan time.Time // each pause, by the channel that ends it
}

func openLogged(t *testing.T) *logged {
	t.Helper()
	l := &logged{t: t, path: filepath.Join(t.TempDir(), "havenloop.db"), paused: make(chan chan time.Time)}
	l.writer = l.open(writerPragmas)
	l.checkpointer = newCheckpointer(l.open(checkpointPragmas))
	l.pause = func() <-chan time.Time {
		end := make(chan time.Time)
		l.paused <- end
		return end
	}
	l.exec(l.writer, "PRAGMA synchronous = OFF") // the disk matters to no test here
	l.exec(l.writer, "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
	return l
}

func (l *logged) open(pragmas []string) *conn {
	l.t.Helper()
	c, err := open("file:"+l.path, pragmas)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { _ = c.close() })
	return c
}

func (l *logged) exec(c *conn, sql string) {
	l.t.Helper()
	if _, err := c.exec(sql); err != nil {
		l.t.Fatalf("%s: %v", sql, err)
	}
}

// page fills about one page of the database.
var page = strings.Repeat("x", 4000)

// commit writes that many rows, each in a commit of its own.
func (l *logged) commit(rows int) {
	l.t.Helper()
	for range rows {
		if _, err := l.writer.exec("INSERT INTO notes (text) VALUES (?)", page); err != nil {
			l.t.Fatal(err)
		}
		l.nudge()
	}
}

func (l *logged) size(suffix string) int64 {
	l.t.Helper()
	info, err := os.Stat(l.path + suffix)
	if err != nil {
		l.t.Fatal(err)
	}
	return info.Size()
}

func (l *logged) count(c *conn) int64 {
	l.t.Helper()
	row, err := c.first("SELECT count(*) FROM notes")
	if err != nil {
		l.t.Fatal(err)
	}
	return row[0].(int64)
}

// moved does a checkpoint and answers how many pages the log has, and how many
// of them are in the database by then.
func (l *logged) moved() (pages, moved int64) {
	l.t.Helper()
	pages = l.checkpoint()
	row, err := l.conn.first("PRAGMA wal_checkpoint(PASSIVE)")
	if err != nil {
		l.t.Fatal(err)
	}
	return pages, row[2].(int64)
}

// TestCommitsLeaveTheLogAlone: nobody takes the nudges, and writing goes on;
// the database gets nothing of it, all is in the log.
func TestCommitsLeaveTheLogAlone(t *testing.T) {
	l := openLogged(t)
	before := l.size("")
	l.commit(2000) // SQLite left to itself moves the log at 1,000 pages
	if after := l.size(""); after != before {
		t.Errorf("commits made the database grow from %d to %d bytes", before, after)
	}
	if log := l.size("-wal"); log < 2000*int64(len(page)) {
		t.Errorf("the log has %d bytes after 2000 commits of a page", log)
	}
	if pages, moved := l.moved(); pages < 2000 || moved != pages {
		t.Errorf("a checkpoint moved %d of %d pages, want all", moved, pages)
	}
}

func TestLogDoesNotGrowWithoutBound(t *testing.T) {
	l := openLogged(t)
	l.commit(50)
	if l.checkpoint() == 0 {
		t.Fatal("nothing is in the log")
	}
	l.commit(50)
	most := l.size("-wal")
	for range 50 {
		l.checkpoint()
		l.commit(50)
	}
	if now := l.size("-wal"); now > 2*most {
		t.Errorf("the log grew from %d to %d bytes, though it was moved after each 50 commits", most, now)
	}
	if written := 52 * 50 * int64(len(page)); l.size("") < written-2*most {
		t.Errorf("the database has %d bytes, of %d written", l.size(""), written)
	}
}

// TestCheckpointsAfterCommits: one follows a commit, however many come before
// its pause is over one more follows, and without commits none.
func TestCheckpointsAfterCommits(t *testing.T) {
	l := openLogged(t)
	closing := make(chan struct{})
	go l.run(closing)
	l.commit(1)
	end := <-l.paused
	l.commit(100)
	select {
	case <-l.paused:
		t.Fatal("a checkpoint did not wait until the pause was over")
	default:
	}
	end <- time.Time{}
	end = <-l.paused // the checkpoint of the 100
	end <- time.Time{}
	if len(l.due) != 0 {
		t.Error("a checkpoint is due after none was committed")
	}
	close(closing)
	<-l.done
	if pages, moved := l.moved(); moved != pages {
		t.Errorf("%d of %d pages were moved, want all", moved, pages)
	}
}

// TestLongLogIsMovedWithoutPause: the third nudge finds room once the second is
// taken, which is after the first checkpoint.
func TestLongLogIsMovedWithoutPause(t *testing.T) {
	l := openLogged(t)
	l.commit(20)
	<-l.due
	l.long = 10
	closing := make(chan struct{})
	go l.run(closing)
	for range 3 {
		select {
		case l.due <- struct{}{}:
		case <-l.paused:
			t.Fatal("it paused, though the log was long")
		}
	}
	close(closing)
	<-l.done
}

// TestCheckpointerEndsOnClose: while it waits for a commit, and in its pause.
func TestCheckpointerEndsOnClose(t *testing.T) {
	for _, pausing := range []bool{false, true} {
		l := openLogged(t)
		closing := make(chan struct{})
		go l.run(closing)
		if pausing {
			l.commit(1)
			<-l.paused
		}
		close(closing)
		if err := l.close(); err != nil {
			t.Errorf("close while pausing is %t: %v", pausing, err)
		}
	}
}

// TestOldReaderHoldsUpNobody: while somebody reads what was, checkpoints move
// what they can, and commits go on; afterwards all is moved.
func TestOldReaderHoldsUpNobody(t *testing.T) {
	l := openLogged(t)
	reader := l.open(readerPragmas)
	l.commit(10)
	l.exec(reader, "BEGIN")
	if n := l.count(reader); n != 10 {
		t.Fatalf("the reader sees %d notes, want 10", n)
	}
	l.commit(20)
	if pages, moved := l.moved(); moved == 0 || moved >= pages {
		t.Errorf("%d of %d pages were moved, want those that the reader sees", moved, pages)
	}
	l.commit(20)
	if n := l.count(reader); n != 10 {
		t.Errorf("the reader sees %d notes after a checkpoint, want still 10", n)
	}
	l.exec(reader, "COMMIT")
	if pages, moved := l.moved(); moved != pages {
		t.Errorf("%d of %d pages were moved after the reader had ended, want all", moved, pages)
	}
	if n := l.count(reader); n != 50 {
		t.Errorf("%d notes are there, want 50", n)
	}
}

// TestEngineMovesItsLog: what was written is in the database alone after Close.
func TestEngineMovesItsLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "havenloop.db")
	e, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.alone(t.Context(), func(c *conn) error { _, err := c.exec("CREATE TABLE notes (id INTEGER PRIMARY KEY)"); return err }); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-e.check.done:
	default:
		t.Error("the checkpointer goes on after Close")
	}
	if _, err := os.Stat(path + "-wal"); !os.IsNotExist(err) {
		t.Errorf("the log is still there: %v", err)
	}
}
