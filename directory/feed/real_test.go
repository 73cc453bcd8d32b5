package feed_test

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory/feed"
)

// shared is a folder of real directories, which may be used for tests only; the
// test skips where it is not there.
func shared(t testing.TB, path string) string {
	t.Helper()
	full := filepath.Join(cmp.Or(os.Getenv("HAVENLOOP_SHARED"), "../../../shared"), path)
	if _, err := os.Stat(full); err != nil {
		t.Skipf("%s is not on this machine: real directories are not tried", path)
	}
	return full
}

// TestRealDirectories: what is in real packages of all versions comes in, and
// the same again changes nothing.
func TestRealDirectories(t *testing.T) {
	for path, want := range map[string]map[string]int{
		cityPath: {"organization": 399, "location": 1197, "service": 1639, "taxonomy_term": 485},
		"data/directory/hsds1.1-official-sample/all_resources":  {"organization": 10, "location": 10, "service": 13},
		"data/directory/ohana-sample/data/sample-csv":           {"organization": 8, "location": 22},
		"standards/hsds/examples/service_full.json":             {"service": 1, "organization": 1},
		"standards/hsds/examples/organization_full.json":        {"organization": 1, "service": 1},
		"standards/hsds/examples/service_at_location_full.json": {"service": 1, "location": 1},
	} {
		t.Run(strings.ReplaceAll(path, "/", "_"), func(t *testing.T) {
			t.Parallel()
			full := shared(t, path)
			h, first, err := open(t), feed.Result{}, error(nil)
			if path == cityPath {
				h, first = city.take(t, full, 0)
			} else if first, err = h.tryPath(full); err != nil {
				t.Fatal(err)
			}
			for kind, n := range want {
				if got := first.Counts[kind].New; got != n {
					t.Errorf("%s: %d came in, want %d", kind, got, n)
				}
			}
			again, err := h.tryPath(full)
			if err != nil {
				t.Fatal(err)
			}
			for kind, n := range again.Counts {
				if n.New+n.Changed+n.Missing > 0 {
					t.Errorf("the same again: %s %+v", kind, *n)
				}
			}
		})
	}
}
