package feed_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/identity"
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
		"data/directory/dc-orservices-hsds2":                    {"organization": 399, "location": 1197, "service": 1637, "taxonomy_term": 485},
		"data/directory/hsds1.1-official-sample/all_resources":  {"organization": 10, "location": 10, "service": 13},
		"data/directory/ohana-sample/data/sample-csv":           {"organization": 8, "location": 22},
		"standards/hsds/examples/service_full.json":             {"service": 1, "organization": 1},
		"standards/hsds/examples/organization_full.json":        {"organization": 1, "service": 1},
		"standards/hsds/examples/service_at_location_full.json": {"service": 1, "location": 1},
	} {
		t.Run(strings.ReplaceAll(path, "/", "_"), func(t *testing.T) {
			full := shared(t, path)
			h := open(t)
			first, err := h.tryPath(full)
			if err != nil {
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

// BenchmarkImport takes the directory of a whole city (1,656 services) as often
// as b.N says into a store on disk. Target: at most 3 s.
func BenchmarkImport(b *testing.B) {
	path := shared(b, "data/directory/dc-orservices-hsds2")
	for i := 0; b.Loop(); i++ {
		importInto(b, path, fmt.Sprintf("city-%d", i), b.TempDir())
	}
}

// BenchmarkImportMany takes 100,000 services made from the same directory.
// Target: at most 60 s and 500 MiB.
func BenchmarkImportMany(b *testing.B) {
	path := multiplied(b, shared(b, "data/directory/dc-orservices-hsds2"), 61)
	for b.Loop() {
		importInto(b, path, "many", b.TempDir())
	}
}

func importInto(b *testing.B, path, name, folder string) {
	b.Helper()
	e, err := sqlite.Open(b.Context(), filepath.Join(folder, name+".db"))
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close() //nolint:errcheck // the benchmark is over
	d, err := directory.New(b.Context(), e, memory.New(), directory.Options{})
	if err != nil {
		b.Fatal(err)
	}
	s, err := feed.OpenSource(path)
	if err != nil {
		b.Fatal(err)
	}
	ctx := identity.With(b.Context(), identity.SystemActor("bench"))
	r, err := feed.Run(ctx, d, s, feed.Options{Feed: feed.Feed{Name: name}}, &feed.Report{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(r.Counts["service"].New), "services")
}

// longNumber finds the ids of that directory.
var longNumber = regexp.MustCompile(`\b\d{14,17}\b`)

// multiplied writes the tables of a package so many times over, with ids of
// their own, and answers the folder.
func multiplied(b *testing.B, from string, times int) string {
	b.Helper()
	to := b.TempDir()
	files, err := filepath.Glob(filepath.Join(from, "*.csv"))
	if err != nil {
		b.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		header, rest, _ := strings.Cut(string(text), "\n")
		out := []string{header + "\n"}
		for n := range times {
			out = append(out, longNumber.ReplaceAllStringFunc(rest, func(id string) string { return fmt.Sprintf("%s%02d", id, n) }))
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(file)), []byte(strings.Join(out, "")), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return to
}
