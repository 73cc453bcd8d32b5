package memory

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/indextest"
)

// benchServices is the size of the directory that the targets are set for:
// p50 at most 0.5 ms and p99 at most 5 ms for each kind of query, an update at
// most 1 ms, a rebuild at most 2 s, and at most 80 MiB of heap.
const benchServices = 20_000

// manyServices is the size of the directory of a large state.
const manyServices = 200_000

func all(entries []directory.Entry) iter.Seq2[directory.Entry, error] {
	return func(yield func(directory.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func filled(tb testing.TB, entries []directory.Entry) *Index {
	tb.Helper()
	x := New()
	if err := x.Rebuild(context.Background(), all(entries)); err != nil {
		tb.Fatalf("Rebuild: %v", err)
	}
	return x
}

// report measures fn b.N times and reports the median and the 99th percentile.
func report(b *testing.B, fn func(i int)) {
	took := make([]time.Duration, 0, 1024)
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		fn(i)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

func benchmarkSearch(b *testing.B, entries []directory.Entry) {
	x := filled(b, entries)
	kinds := benchQueries(entries)
	names := make([]string, 0, len(kinds))
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		b.Run(name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			hits := 0
			report(b, func(int) {
				res, err := x.Search(context.Background(), kinds[name](r))
				if err != nil {
					b.Fatal(err)
				}
				hits += res.Total
			})
			b.ReportMetric(float64(hits)/float64(b.N), "hits/op")
		})
	}
	b.Run("suggest", func(b *testing.B) {
		report(b, func(i int) {
			if _, err := x.Suggest(context.Background(), []string{"fo", "food pan", "medical t", "s"}[i%4], 8); err != nil {
				b.Fatal(err)
			}
		})
	})
}

func BenchmarkSearch(b *testing.B) { benchmarkSearch(b, indextest.Generate(1, benchServices)) }

// BenchmarkSearch200k is for a directory of a large state: p50 at most 1 ms and
// p99 at most 10 ms for each kind of query, facets over all at most 15 ms.
func BenchmarkSearch200k(b *testing.B) { benchmarkSearch(b, indextest.Generate(1, manyServices)) }

// BenchmarkFill200k reports what an index of 200,000 services takes: at most
// 250 MiB, and of the 8 s from the store until it is ready what is its own.
func BenchmarkFill200k(b *testing.B) {
	for b.Loop() {
		before, start := heap(), time.Now()
		x := filled(b, indextest.Generate(1, manyServices))
		b.ReportMetric(time.Since(start).Seconds(), "generate-and-fill-s")
		b.ReportMetric(float64(heap()-before)/(1<<20), "heap-MiB")
		runtime.KeepAlive(x)
	}
}

func BenchmarkSearchReal(b *testing.B) { benchmarkSearch(b, indextest.Shared(b, benchServices)) }

func BenchmarkApply(b *testing.B) {
	entries := indextest.Generate(1, benchServices)
	x := filled(b, entries)
	other := indextest.Generate(2, 2000) // other texts and new services
	b.Run("capacity", func(b *testing.B) {
		report(b, func(i int) {
			e := entries[i%len(entries)]
			e.Capacity = []string{directory.CapacityFull, directory.CapacityOpen}[i%2]
			apply(b, x, directory.Change{ServiceID: e.ServiceID, Entries: []directory.Entry{e}})
		})
	})
	b.Run("text", func(b *testing.B) {
		report(b, func(i int) {
			e := entries[i%len(entries)]
			e.Description = fmt.Sprint(other[i%len(other)].Description, " brandnewword", i)
			apply(b, x, directory.Change{ServiceID: e.ServiceID, Entries: []directory.Entry{e}})
		})
	})
	b.Run("add-remove", func(b *testing.B) {
		report(b, func(i int) {
			e := other[i/2%len(other)]
			c := directory.Change{ServiceID: "new-" + e.ServiceID}
			if i%2 == 0 {
				c.Entries = []directory.Entry{e}
			}
			apply(b, x, c)
		})
	})
}

func apply(b *testing.B, x *Index, change directory.Change) {
	if err := x.Apply(context.Background(), []directory.Change{change}); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkRebuild(b *testing.B) {
	entries := indextest.Generate(1, benchServices)
	for b.Loop() {
		filled(b, entries)
	}
}

// BenchmarkHeap reports what an index keeps on the heap, with the texts that
// it shares with nobody, and what it holds.
func BenchmarkHeap(b *testing.B) {
	for b.Loop() {
		before := heap()
		x := filled(b, indextest.Generate(1, benchServices))
		b.ReportMetric(float64(heap()-before)/(1<<20), "heap-MiB")
		b.ReportMetric(float64(len(x.core.words.terms)), "words")
		b.ReportMetric(float64(len(x.core.docs)), "entries")
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
