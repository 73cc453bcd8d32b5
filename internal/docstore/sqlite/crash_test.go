package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
)

// A test starts its own binary again as a child that plays a part on the
// database whose path is in childPath.
const (
	childPart = "HAVENLOOP_TEST_CHILD"
	childPath = "HAVENLOOP_TEST_CHILD_DB"
)

func TestMain(m *testing.M) {
	parts := map[string]func(path string) error{"write": writeForEver, "sync": writeSome}
	if part := parts[os.Getenv(childPart)]; part != nil {
		if err := part(os.Getenv(childPath)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child is the command that plays the part, perhaps under another program.
func child(t *testing.T, part, path string, under ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := append(under, self)
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append(os.Environ(), childPart+"="+part, childPath+"="+path)
	return cmd
}

const crashWriters = 8

// writeForEver lets writers change a document each and insert others. After
// each answer it prints what it may rely on: "writer version inserted".
func writeForEver(path string) error {
	ctx := context.Background()
	e, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	c, err := docstore.Open(ctx, e, ticketSpec)
	if err != nil {
		return err
	}
	var print sync.Mutex
	errs := make(chan error, crashWriters)
	for w := range crashWriters {
		go func() {
			own := newTicket(w)
			if stored, err := c.Get(ctx, own.ID); err == nil {
				own = stored
			} else if err := c.Insert(ctx, &own); err != nil {
				errs <- err
				return
			}
			for {
				own.Note = fmt.Sprint("version ", own.Version+1)
				own.Emit(epoch, "ticket.changed", nil)
				if err := c.Replace(ctx, &own); err != nil {
					errs <- err
					return
				}
				other := newTicket(0)
				other.ID = fmt.Sprintf("w%d-%d", w, own.Version)
				if err := c.Insert(ctx, &other); err != nil {
					errs <- err
					return
				}
				print.Lock()
				fmt.Println(w, own.Version, other.ID)
				print.Unlock()
			}
		}()
	}
	return <-errs
}

// TestKilled kills a process while it writes, again and again, and looks for
// all that it had acknowledged.
func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crash.db")
	inserted := map[string]bool{}
	versions := map[int]int64{}
	for round := range 5 {
		cmd := child(t, "write", path)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			var w int
			var version int64
			var id string
			if _, err := fmt.Sscan(lines.Text(), &w, &version, &id); err != nil {
				continue // the last line may be cut
			}
			versions[w], inserted[id] = version, true
			if n == 150+100*round {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("the child ended by itself: %v", err)
		}
		checkAfterCrash(t, path, versions, inserted)
	}
	if len(inserted) < 500 {
		t.Errorf("only %d documents were acknowledged", len(inserted))
	}
}

func checkAfterCrash(t *testing.T, path string, versions map[int]int64, inserted map[string]bool) {
	t.Helper()
	e, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	c, err := docstore.Open(t.Context(), e, ticketSpec)
	if err != nil {
		t.Fatal(err)
	}
	events := map[string]int64{}
	pending, err := e.Pending(t.Context(), 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, ev := range pending {
		events[ev.DocumentID]++
	}
	for w, version := range versions {
		got, err := c.Get(t.Context(), ticketID(w))
		if err != nil || got.Version < version || got.Note != fmt.Sprint("version ", got.Version) {
			t.Errorf("document of writer %d: version %d, %q, %v; acknowledged version %d", w, got.Version, got.Note, err, version)
		}
		if events[got.ID] != got.Version-1 {
			t.Errorf("document of writer %d at version %d has %d events", w, got.Version, events[got.ID])
		}
	}
	for id := range inserted {
		if _, err := c.Get(t.Context(), id); err != nil {
			t.Errorf("acknowledged document %s: %v", id, err)
		}
	}
	// The indexes tell of every document, and of no other.
	all, err := c.Count(t.Context(), docstore.Query{OrderBy: []string{"due"}})
	n := int64(0)
	for _, e := range c.All(t.Context()) {
		err = errors.Join(err, e)
		n++
	}
	if err != nil || all != n {
		t.Errorf("index holds %d documents, the collection %d, %v", all, n, err)
	}
}

const someWrites = 40

// writeSome makes changes one after another, each of which must reach the disk.
func writeSome(path string) error {
	ctx := context.Background()
	e, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	c, err := docstore.Open(ctx, e, ticketSpec)
	if err != nil {
		return err
	}
	for n := range someWrites {
		doc := newTicket(n)
		if err := c.Insert(ctx, &doc); err != nil {
			return err
		}
	}
	return e.Close()
}

// TestSyncCalls counts the calls that bring data to the disk: at least one for
// each change that was answered.
func TestSyncCalls(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil && os.Getenv("HAVENLOOP_CI") != "" {
		t.Fatal("strace is missing; CI must have it")
	}
	if err != nil {
		t.Skip("strace is not installed, so the system calls cannot be counted")
	}
	out, err := child(t, "sync", filepath.Join(t.TempDir(), "sync.db"), strace, "-f", "-c", "-e", "trace=fsync,fdatasync").CombinedOutput()
	if err != nil {
		if strings.Contains(string(out), "ptrace") {
			t.Skipf("strace may not trace here: %s", out)
		}
		t.Fatalf("%v\n%s", err, out)
	}
	calls := 0
	for line := range strings.Lines(string(out)) { // share of time, seconds, time each, calls, perhaps errors, name
		f := strings.Fields(line)
		if len(f) < 5 || f[len(f)-1] != "fsync" && f[len(f)-1] != "fdatasync" {
			continue
		}
		n, err := strconv.Atoi(f[3])
		if err != nil {
			t.Fatalf("line %q: %v", line, err)
		}
		calls += n
	}
	if calls < someWrites {
		t.Errorf("%d sync calls for %d changes, want at least as many\n%s", calls, someWrites, out)
	}
}
