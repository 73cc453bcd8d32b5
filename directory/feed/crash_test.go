package feed_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/identity"
)

// crashFolder names, in the environment of a process that this test starts, the
// folder to import from; the store stands beside it.
const crashFolder = "HAVENLOOP_TEST_IMPORT"

// many is a package of so many services.
func many(n int) map[string]string {
	var services, places strings.Builder
	services.WriteString("id,organization_id,name,status\n")
	places.WriteString("id,service_id,location_id\n")
	for i := range n {
		fmt.Fprintf(&services, "s%d,o1,Service %d,active\n", i, i)
		fmt.Fprintf(&places, "p%d,s%d,l1\n", i, i)
	}
	return map[string]string{
		"organizations.csv": "id,name\no1,Help\n", "locations.csv": "id,organization_id,name\nl1,o1,Hall\n",
		"services.csv": services.String(), "service_at_location.csv": places.String(),
	}
}

// importFolder takes a folder into the store beside it.
func importFolder(t *testing.T, folder string, now clock.Now, progress func(feed.Progress)) feed.Result {
	t.Helper()
	e, err := sqlite.Open(t.Context(), filepath.Join(folder, "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close() //nolint:errcheck // what counts is what the next one finds
	d, err := directory.New(t.Context(), e, memory.New(), directory.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	s, err := feed.OpenSource(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // it was only read
	r, err := feed.Run(identity.With(t.Context(), identity.SystemActor("crash")), d, s, feed.Options{Feed: feed.Feed{Name: "crash"}, Progress: progress}, &feed.Report{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestKilledImport kills a process in the middle of an import: the store it
// leaves is whole, and the import can be run again.
func TestKilledImport(t *testing.T) {
	if folder := os.Getenv(crashFolder); folder != "" {
		importFolder(t, folder, clock.System, func(p feed.Progress) { fmt.Println("at", p.Step, p.Done) })
		return
	}
	t.Parallel()
	const n = 5000
	folder := t.TempDir()
	for name, text := range many(n) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledImport$")
	cmd.Env = append(os.Environ(), crashFolder+"="+folder)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "at service 3500" {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if exit, ok := errors.AsType[*exec.ExitError](cmd.Wait()); !ok || exit.Exited() {
		t.Fatal("the import was not killed in its middle")
	}
	later := func() time.Time { return clock.System().Add(11 * time.Minute) } // until then the feed counts as being imported
	r := importFolder(t, folder, later, nil)
	got := r.Counts["service"]
	if got.New == 0 || got.New == n || got.New+got.Changed+got.Unchanged != n || got.Refused+got.Missing > 0 {
		t.Errorf("the second run: %+v, want what the first left, and the rest", *got)
	}
	again := importFolder(t, folder, later, nil)
	if d := cmp.Diff(directory.ImportCounts{Unchanged: n}, *again.Counts["service"]); d != "" {
		t.Errorf("the third run (-want +got):\n%s", d)
	}
}
