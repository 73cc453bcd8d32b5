package referrals_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/referrals"
)

// BenchmarkMove measures moves by 64 people at once, over SQLite in a file
// with every write synced to disk, and with the agency's view of the patient.
func BenchmarkMove(b *testing.B) {
	e, err := sqlite.Open(context.Background(), filepath.Join(b.TempDir(), "havenloop.db"))
	must(b, err)
	defer e.Close()
	h := furnish(b, e)
	made, err := h.referrals.SubmitVisit(as(h.rosa), visit())
	must(b, err)
	ids, err := h.referrals.Copies(context.Background(), made.Referral.ID, b.N)
	must(b, err)
	ctx := as(h.paula)
	var next atomic.Int64
	b.SetParallelism(32) // for each of 2 cores
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			id := ids[next.Add(1)-1]
			if _, err := h.referrals.Move(ctx, id, referrals.MoveInput{To: referrals.Accepted, Version: 1}); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "moves/s")
}

// BenchmarkInbox measures the first page of an inbox of 10,000 referrals.
func BenchmarkInbox(b *testing.B) {
	e, err := sqlite.Open(context.Background(), filepath.Join(b.TempDir(), "havenloop.db"))
	must(b, err)
	defer e.Close()
	h := furnish(b, e)
	made, err := h.referrals.SubmitVisit(as(h.rosa), visit())
	must(b, err)
	_, err = h.referrals.Copies(context.Background(), made.Referral.ID, 10_000)
	must(b, err)
	ctx := as(h.paula)
	_, err = h.referrals.List(ctx, referrals.ListInput{}) // records who saw whom
	must(b, err)
	for b.Loop() {
		if _, err := h.referrals.List(ctx, referrals.ListInput{}); err != nil {
			b.Fatal(err)
		}
	}
}
