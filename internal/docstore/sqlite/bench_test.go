package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
)

// A benchmark measures the engine and plain SQL on the same file in turns, so
// that both meet the same machine, and reports their ratio. fsync is on.

// ticket is a document as large and as indexed as a referral.
type ticket struct {
	docstore.Meta
	Agency  string    `json:"agency"`
	Status  string    `json:"status"`
	Sender  string    `json:"sender"`
	Patient string    `json:"patient"`
	Created time.Time `json:"created"`
	Due     time.Time `json:"due"`
	History []step    `json:"history"`
	Note    string    `json:"note"`
}

type step struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	From string    `json:"from"`
	To   string    `json:"to"`
}

var statuses = []string{"requested", "acknowledged", "accepted", "in-progress", "on-hold", "completed", "rejected", "cancelled"}

var ticketSpec = docstore.Spec[ticket]{
	Name: "tickets", Schema: 1, Meta: func(t *ticket) *docstore.Meta { return &t.Meta },
	Keys: docstore.Keys[ticket]{
		"agency":  func(t ticket) docstore.Value { return docstore.String(t.Agency) },
		"status":  func(t ticket) docstore.Value { return docstore.String(t.Status) },
		"sender":  func(t ticket) docstore.Value { return docstore.String(t.Sender) },
		"patient": func(t ticket) docstore.Value { return docstore.String(t.Patient) },
		"created": func(t ticket) docstore.Value { return docstore.Time(t.Created) },
		"due":     func(t ticket) docstore.Value { return docstore.Time(t.Due) },
	},
	Kinds:   map[string]docstore.Kind{"created": docstore.IntKind, "due": docstore.IntKind},
	Indexes: []docstore.Index{{"agency", "status", "created"}, {"sender", "status", "created"}, {"patient", "created"}, {"due"}},
}

const agencies = 20

var epoch = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)

// newTicket makes the n-th ticket, of about 1,500 bytes of JSON.
func newTicket(n int) ticket {
	t := ticket{
		Meta: docstore.Meta{ID: ticketID(n)}, Agency: fmt.Sprint("agency-", n%agencies), Status: statuses[n/agencies%len(statuses)],
		Sender: fmt.Sprint("clinic-", n%7), Patient: fmt.Sprint("patient-", n/3), Created: epoch.Add(time.Duration(n) * time.Second),
		Due: epoch.Add(time.Duration(n%5000) * time.Minute), Note: strings.Repeat("The family asks for help with food. ", 24),
	}
	for i := range 4 {
		t.History = append(t.History, step{At: t.Created.Add(time.Duration(i) * time.Hour), By: "worker-7", From: statuses[i], To: statuses[i+1]})
	}
	return t
}

func ticketID(n int) string { return fmt.Sprintf("0192%08x-7000-8000-%012x", n, n) }

// store is a file with n tickets, open in the engine and for plain SQL.
type store struct {
	*docstore.Collection[ticket]
	raw *sql.DB
}

func openStore(b *testing.B, n int) store {
	b.Helper()
	path := filepath.Join(b.TempDir(), "bench.db")
	e := closedB(b)(sqlite.Open(b.Context(), path))
	c, err := docstore.Open(b.Context(), e, ticketSpec)
	if err != nil {
		b.Fatal(err)
	}
	for from := 0; from < n; from += 2000 {
		batch := make([]*ticket, min(2000, n-from))
		for i := range batch {
			t := newTicket(from + i)
			batch[i] = &t
		}
		for _, err := range c.InsertAll(b.Context(), batch) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	raw, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(4000)")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := raw.Close(); err != nil {
			b.Error(err)
		}
	})
	return store{c, raw}
}

func closedB(b *testing.B) func(*sqlite.Engine, error) *sqlite.Engine {
	return func(e *sqlite.Engine, err error) *sqlite.Engine {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			if err := e.Close(); err != nil {
				b.Error(err)
			}
		})
		return e
	}
}

// median of durations, in microseconds.
func median(d []time.Duration) float64 {
	slices.Sort(d)
	return float64(d[len(d)/2].Nanoseconds()) / 1000
}

// BenchmarkGet reads and decodes one of 100,000 documents of 1.5 KB, and reads
// it by a prepared point select of database/sql. Target: ratio at most 3.
func BenchmarkGet(b *testing.B) {
	const n = 100_000
	s, ctx := openStore(b, n), b.Context()
	stmt, err := s.raw.Prepare("SELECT version, body FROM c_tickets WHERE id = ?")
	if err != nil {
		b.Fatal(err)
	}
	var ours, raw []time.Duration
	i := 0
	for b.Loop() {
		i = (i + 7919) % n
		id := ticketID(i)
		t0 := time.Now()
		t, err := s.Get(ctx, id)
		t1 := time.Now()
		if err != nil || t.ID != id {
			b.Fatal(t.ID, err)
		}
		var version int64
		var body []byte
		t2 := time.Now()
		if err := stmt.QueryRowContext(ctx, ticketID((i+n/2)%n)).Scan(&version, &body); err != nil {
			b.Fatal(err)
		}
		ours, raw = append(ours, t1.Sub(t0)), append(raw, time.Since(t2))
	}
	o, r := median(ours), median(raw)
	b.ReportMetric(o, "p50-µs")
	b.ReportMetric(r, "raw-p50-µs")
	b.ReportMetric(o/r, "ratio")
}

// BenchmarkCompareAndSet lets 64 writers replace documents of their own, and
// does the same with a loop that commits plain SQL in groups. Target: the
// engine makes at least 0.7 as many a second.
func BenchmarkCompareAndSet(b *testing.B) {
	const n, writers, turn = 100_000, 64, 50
	s, ctx := openStore(b, n), b.Context()
	var docs, plains [writers]ticket
	for w := range docs {
		docs[w], plains[w] = newTicket(w*1500), newTicket(w*1500+750)
		docs[w].Version, plains[w].Version = 1, 1
	}
	body := []byte(strings.Repeat("x", 1500))
	plain := startRaw(b, s.raw)
	var ours, raw time.Duration
	var changes int
	for b.Loop() {
		t0 := time.Now()
		each(writers, func(w int) {
			for range turn {
				docs[w].Due = docs[w].Due.Add(time.Minute)
				if err := s.Replace(ctx, &docs[w]); err != nil {
					b.Error(err)
				}
			}
		})
		t1 := time.Now()
		each(writers, func(w int) {
			for range turn {
				plains[w].Due = plains[w].Due.Add(time.Minute)
				plain.change(b, &plains[w], body)
			}
		})
		raw += time.Since(t1)
		ours += t1.Sub(t0)
		changes += writers * turn
	}
	o, r := float64(changes)/ours.Seconds(), float64(changes)/raw.Seconds()
	b.ReportMetric(o, "cas/s")
	b.ReportMetric(r, "raw-cas/s")
	b.ReportMetric(o/r, "ratio")
}

// each runs fn for 0 to n-1 in goroutines of their own.
func each(n int, fn func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { fn(i) })
	}
	wg.Wait()
}

// rawLoop is a group commit as one writes it by hand with database/sql.
type rawLoop chan rawChange

type rawChange struct {
	id           string
	version, due int64
	body         []byte
	done         chan error
}

func startRaw(b *testing.B, db *sql.DB) rawLoop {
	jobs := make(rawLoop, 512)
	ended := make(chan struct{})
	b.Cleanup(func() { close(jobs); <-ended })
	ctx := context.Background()
	conn, err := db.Conn(ctx)
	if err != nil {
		b.Fatal(err)
	}
	stmt, err := conn.PrepareContext(ctx, `UPDATE c_tickets SET version = version + 1, body = ?, "k_due" = ? WHERE id = ? AND version = ?`)
	if err != nil {
		b.Fatal(err)
	}
	go func() {
		defer close(ended)
		defer conn.Close()
		for first := range jobs {
			group := []rawChange{first}
			for more := true; more && len(group) < 512; {
				select {
				case c := <-jobs:
					group = append(group, c)
				default:
					more = false
				}
			}
			errs := make([]error, len(group))
			_, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE")
			for i, c := range group {
				var r sql.Result
				if r, errs[i] = stmt.Exec(c.body, c.due, c.id, c.version); errs[i] == nil {
					if n, _ := r.RowsAffected(); n != 1 {
						errs[i] = fmt.Errorf("%d rows changed", n)
					}
				}
			}
			if err == nil {
				_, err = conn.ExecContext(ctx, "COMMIT")
			}
			for i, c := range group {
				if err != nil {
					errs[i] = err
				}
				c.done <- errs[i]
			}
		}
	}()
	return jobs
}

func (l rawLoop) change(b *testing.B, t *ticket, body []byte) {
	c := rawChange{t.ID, t.Version, t.Due.UnixMilli(), body, make(chan error, 1)}
	l <- c
	if err := <-c.done; err != nil {
		b.Error(err)
	}
	t.Version++
}

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
