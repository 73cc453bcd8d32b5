package sqlite_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
)

func TestSecondProcessIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "havenloop.db")
	e, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	out, err := child(t, "sync", path).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "is in use by another Havenloop process") {
		t.Errorf("a second process: %v, %s; want it refused", err, out)
	}
	if _, err := sqlite.Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("opened twice in one process: %v, want it refused", err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if out, err := child(t, "sync", path).CombinedOutput(); err != nil {
		t.Errorf("a process after Close: %v, %s", err, out)
	}
}

func TestFilesArePrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no file modes")
	}
	dir := t.TempDir()
	closed(t)(sqlite.Open(t.Context(), filepath.Join(dir, "havenloop.db")))
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 2 {
		t.Fatalf("files = %v, %v", files, err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v; want only the owner to read it", f.Name(), info.Mode(), err)
		}
	}
}

func TestPathsAndReopening(t *testing.T) {
	for _, name := range []string{"plain.db", "a b%20c?x=1#y&z.db", "Zoë.db"} {
		path := filepath.Join(t.TempDir(), name)
		for round := range 2 {
			e, err := sqlite.Open(t.Context(), path)
			if err != nil {
				t.Fatalf("Open(%q): %v", name, err)
			}
			c, err := docstore.Open(t.Context(), e, ticketSpec)
			if err != nil {
				t.Fatal(err)
			}
			doc := newTicket(7)
			if round == 0 {
				err = c.Insert(t.Context(), &doc)
			} else {
				_, err = c.Get(t.Context(), doc.ID)
			}
			if err != nil {
				t.Errorf("%q, round %d: %v", name, round, err)
			}
			if err := e.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("no file %q: %v", name, err)
		}
		if _, err := os.Stat(path + "-wal"); err == nil {
			t.Errorf("%q: Close left the log behind", name)
		}
	}
}

// Close answers those who write at that moment: done, or closed.
func TestCloseWaitsForWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "close.db")
	e, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := docstore.Open(t.Context(), e, ticketSpec)
	if err != nil {
		t.Fatal(err)
	}
	const writers = 16
	var done [writers]int
	var wg sync.WaitGroup
	started := make(chan struct{}, writers)
	for w := range writers {
		wg.Go(func() {
			for n := w; ; n += writers {
				doc := newTicket(n)
				if err := c.Insert(t.Context(), &doc); err != nil {
					if !strings.Contains(err.Error(), sqlite.ErrClosed.Error()) {
						t.Errorf("Insert: %v", err)
					}
					return
				}
				if done[w]++; done[w] == 3 {
					started <- struct{}{}
				}
			}
		})
	}
	for range writers {
		<-started
	}
	if err := e.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	wg.Wait()
	total := 0
	for _, n := range done {
		total += n
	}
	e = closed(t)(sqlite.Open(t.Context(), path))
	c, err = docstore.Open(t.Context(), e, ticketSpec)
	if err != nil {
		t.Fatal(err)
	}
	n, err := c.Count(t.Context(), docstore.Query{OrderBy: []string{"due"}})
	if err != nil || n != int64(total) {
		t.Errorf("documents = %d, %v; answered were %d", n, err, total)
	}
}
