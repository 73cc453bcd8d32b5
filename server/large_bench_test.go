package server_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/server/servertest"
)

// BenchmarkLarge measures a server with very many referrals on a database file:
// the inbox and the figures over HTTP, moves by 16 clients, the jobs over due
// turns. It runs when HAVENLOOP_BENCH_LARGE says how many referrals (1 for a
// million), and builds its database by itself, which takes minutes; where
// HAVENLOOP_BENCH_STORE names a file it keeps that database there, and copies
// it the next time.
func BenchmarkLarge(b *testing.B) {
	size, _ := strconv.Atoi(os.Getenv("HAVENLOOP_BENCH_LARGE"))
	if size <= 0 {
		b.Skip("HAVENLOOP_BENCH_LARGE does not say how many referrals")
	}
	if size == 1 {
		size = 1_000_000
	}
	path := filepath.Join(b.TempDir(), "large.db")
	copyLarge(b, path, size)
	engine, err := sqlite.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = engine.Close() })
	start := time.Now()
	h := servertest.OpenOn(b, engine, slog.LevelError)
	ctx := identity.With(b.Context(), identity.SystemActor("bench"))
	if _, err := h.Figures.Load(ctx); err != nil {
		b.Fatal(err)
	}
	b.Logf("opened after %v", time.Since(start))
	relaying, stop := context.WithCancel(ctx)
	relayed := make(chan error, 1)
	go func() { relayed <- h.Relay.Run(relaying) }()
	b.Cleanup(func() { stop(); <-relayed })
	addr := listen(b, h.Handler)
	inbox := request("GET", "/api/v1/referrals?box=inbox", h.Token(b, "harris"), nil)
	dashboard := request("GET", "/api/v1/figures?by=zip&need=food-insecurity", h.Token(b, "park"), nil)
	fresh := toMove()
	b.Run("inbox", func(b *testing.B) { percentile(b, addr, 1, func(int, int) []byte { return inbox }) })
	b.Run("dashboard", func(b *testing.B) { percentile(b, addr, 1, func(int, int) []byte { return dashboard }) })
	b.Run("moves", func(b *testing.B) {
		token := h.Token(b, "harris")
		body, err := json.Marshal(referrals.MoveInput{To: referrals.Acknowledged, Version: 1})
		if err != nil {
			b.Fatal(err)
		}
		batch := fresh
		fresh = fresh[min(len(fresh), 16*(b.N/16+1)):]
		percentile(b, addr, 16, func(worker, n int) []byte {
			return request("POST", "/api/v1/referrals/"+batch[worker+16*n]+"/moves", token, body)
		})
	})
	start = time.Now() // once: what is due is due once
	n, err := h.Referrals.ClimbLadder(ctx)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("the ladder of %d referrals took %v", n, time.Since(start))
}

// dueShare is how many of the copies are due: 10,000 of a million.
const dueShare = 100

// copyLarge puts a copy of the kept database at path, and builds that first
// when there is none.
func copyLarge(b *testing.B, path string, size int) {
	b.Helper()
	kept := cmp.Or(os.Getenv("HAVENLOOP_BENCH_STORE"), filepath.Join(b.TempDir(), "kept.db"))
	if _, err := os.Stat(kept); errors.Is(err, fs.ErrNotExist) {
		buildLarge(b, kept, size)
	}
	from, err := os.Open(kept)
	if err != nil {
		b.Fatal(err)
	}
	defer from.Close()
	to, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	_, err = io.Copy(to, from)
	if err := errors.Join(err, to.Sync(), to.Close()); err != nil {
		b.Fatal(err)
	}
}

// buildLarge makes a database with that many referrals, their keys and facts.
func buildLarge(b *testing.B, path string, size int) {
	b.Helper()
	start := time.Now()
	engine, err := sqlite.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	fillLarge(b, engine, size)
	b.Logf("%d referrals after %v", size, time.Since(start))
	h := servertest.OpenOn(b, engine, slog.LevelError)
	b.Logf("opened with new keys after %v", time.Since(start))
	for n := 1; n > 0; {
		if n, err = h.Figures.CatchUp(identity.With(b.Context(), identity.SystemActor("bench"))); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("facts after %v", time.Since(start))
	if err := engine.Close(); err != nil {
		b.Fatal(err)
	}
}

// largeID is the id of the i-th copy.
func largeID(i int) string { return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, i)).String() }

// toMove lists copies that the food bank may acknowledge.
func toMove() []string {
	ids := make([]string, 20_000)
	for i := range ids {
		ids[i] = largeID(i * 5)
	}
	return ids
}

// fillLarge puts copies of a sent referral into the store, spread over needs,
// agencies, people, states and two years. The keys are made when the store is
// opened again.
func fillLarge(b *testing.B, engine docstore.Engine, size int) {
	b.Helper()
	h := servertest.OpenOn(b, engine, slog.LevelError)
	first := manyReferrals(b, h, 1)[0]
	stored, err := h.Referrals.Open(b.Context(), []string{first})
	if err != nil {
		b.Fatal(err)
	}
	bare, err := docstore.Open(b.Context(), engine, docstore.Spec[referrals.Referral]{
		Name: "referrals", Schema: 1, Meta: func(r *referrals.Referral) *docstore.Meta { return &r.Meta },
	})
	if err != nil {
		b.Fatal(err)
	}
	batch := make([]*referrals.Referral, 0, 1000)
	for i := range size {
		r := stored[first]
		r.Meta = docstore.Meta{ID: largeID(i)}
		r.Revision = 1
		spread(&r, i)
		if batch = append(batch, &r); len(batch) == cap(batch) || i == size-1 {
			if err := errors.Join(bare.InsertAll(b.Context(), batch)...); err != nil {
				b.Fatal(err)
			}
			batch = batch[:0]
		}
	}
}

// spread makes the i-th copy one of its own: one in five is open at the food
// bank, the others are with 300 agencies and settled.
func spread(r *referrals.Referral, i int) {
	domains := []string{"food-insecurity", "housing-instability", "utility-insecurity", "transportation-insecurity", "financial-insecurity"}
	at := servertest.Now.Add(-time.Duration(i%17_500) * time.Hour)
	r.Need.ID, r.Need.Domain = uuid.NewString(), domains[i%len(domains)]
	r.CreatedAt, r.History = at, []referrals.Step{{At: at, To: referrals.Requested, Party: referrals.Sender}}
	later := time.Duration(i%300+30) * 24 * time.Hour // than the first one
	if i%dueShare == 0 {                              // at the food bank, since five divides it
		later = servertest.Now.Sub(r.Turn.Due) - time.Minute
	}
	turn, ladder := *r.Turn, referrals.Ladder{Rungs: slices.Clone(r.Ladder.Rungs)}
	turn.Since, turn.Due = turn.Since.Add(later), turn.Due.Add(later)
	for n := range ladder.Rungs {
		ladder.Rungs[n].At = ladder.Rungs[n].At.Add(later)
	}
	r.Turn, r.Ladder = &turn, &ladder
	if i%5 == 0 {
		return
	}
	r.Agency = referrals.Ref{ID: fmt.Sprint("agency-", i%300), Name: fmt.Sprint("Agency ", i%300)}
	r.PatientID = fmt.Sprint("person-", i%300_000)
	r.Status, r.Turn, r.Ladder = referrals.Completed, nil, nil
	done := &referrals.Report{Value: "yes", At: at.Add(time.Duration(i%500) * time.Hour), Source: "agency"}
	r.Measures = referrals.Measures{Acknowledged: done, Closed: done}
	if i%3 > 0 {
		r.Measures.ServiceReceived = done
	}
	r.Settlement = &referrals.Settlement{As: referrals.SettledConfirmed, At: done.At}
}

// percentile sends b.N requests over the connections and reports the 99th
// percentile of the time of one.
func percentile(b *testing.B, addr string, connections int, next func(worker, n int) []byte) {
	var mu sync.Mutex
	var times []time.Duration
	var wg sync.WaitGroup
	b.ResetTimer()
	for w := range connections {
		wg.Go(func() {
			last := time.Time{}
			err := sendAll(addr, http.StatusOK, b.N/connections+1, func(n int) []byte {
				now := time.Now()
				if !last.IsZero() {
					mu.Lock()
					times = append(times, now.Sub(last))
					mu.Unlock()
				}
				last = now
				return next(w, n)
			})
			if err != nil {
				b.Error(err)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	if slices.Sort(times); len(times) > 0 {
		b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
		b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "p50-ms")
	}
}
