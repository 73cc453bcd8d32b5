package feed_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/identity"
)

// BenchmarkImport takes the directory of a whole city (1,656 services) as often
// as b.N says into a store on disk. Target: at most 3 s.
func BenchmarkImport(b *testing.B) {
	path := shared(b, "data/directory/dc-orservices-hsds2")
	for i := 0; b.Loop(); i++ {
		importInto(b, path, fmt.Sprintf("city-%d", i), b.TempDir())
	}
}

// BenchmarkImportMany takes 100,000 services made from the same directory.
// Target: at most 60 s and 500 MiB. Run it alone: the peak is the process's.
func BenchmarkImportMany(b *testing.B) {
	path := multiplied(b, shared(b, "data/directory/dc-orservices-hsds2"), 61)
	for b.Loop() {
		importInto(b, path, "many", b.TempDir())
	}
	b.ReportMetric(peakMiB(b), "peak-MiB")
}

// peakMiB is the most memory that the process has had, as Linux counts it
// (VmHWM, resident), elsewhere what the runtime has asked for.
func peakMiB(b *testing.B) float64 {
	b.Helper()
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		var kB float64
		if _, after, ok := strings.Cut(string(status), "VmHWM:"); ok {
			if _, err := fmt.Sscan(after, &kB); err == nil {
				return kB / 1024
			}
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys) / (1 << 20)
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
		out, err := os.Create(filepath.Join(to, filepath.Base(file)))
		if err != nil {
			b.Fatal(err)
		}
		_, err = io.WriteString(out, header+"\n")
		for n := range times {
			if err == nil {
				_, err = io.WriteString(out, longNumber.ReplaceAllString(rest, fmt.Sprintf("${0}%02d", n)))
			}
		}
		if err = errors.Join(err, out.Close()); err != nil {
			b.Fatal(err)
		}
	}
	return to
}
