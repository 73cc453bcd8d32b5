package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
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
