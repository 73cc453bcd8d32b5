package sqlite_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// BenchmarkList reads the newest 50 of an agency in one status, and merged in
// four, from collections of growing size in turns. Target: flat within a factor
// of 2. HAVENLOOP_BENCH_LARGE=1 adds a million documents.
func BenchmarkList(b *testing.B) {
	sizes := []int{10_000, 100_000}
	if os.Getenv("HAVENLOOP_BENCH_LARGE") != "" {
		sizes = append(sizes, 1_000_000)
	}
	var stores []store
	for _, n := range sizes {
		stores = append(stores, openStore(b, n))
	}
	for _, count := range []int{1, 4} {
		var in []docstore.Value
		for _, s := range statuses[:count] {
			in = append(in, docstore.String(s))
		}
		b.Run(fmt.Sprintf("statuses=%d", count), func(b *testing.B) {
			took := make([][]time.Duration, len(stores))
			for i := 0; b.Loop(); i++ {
				for s := range stores {
					t0 := time.Now()
					p, err := stores[s].Find(b.Context(), docstore.Query{
						Where:   []docstore.Cond{docstore.Eq("agency", docstore.String(fmt.Sprint("agency-", i%agencies))), docstore.In("status", in...)},
						OrderBy: []string{"created"}, Desc: true, Limit: 50,
					})
					took[s] = append(took[s], time.Since(t0))
					if err != nil || len(p.Items) != 50 {
						b.Fatal(len(p.Items), err)
					}
				}
			}
			smallest := median(took[0])
			for s, n := range sizes {
				b.ReportMetric(median(took[s]), fmt.Sprintf("p50-µs/%dk", n/1000))
				b.ReportMetric(median(took[s])/smallest, fmt.Sprintf("ratio/%dk", n/1000))
			}
		})
	}
}
