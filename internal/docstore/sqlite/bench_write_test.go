package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

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

// BenchmarkChange does what a change of a referral costs the store: one
// document is read and replaced with an event, two are inserted, one of them
// with an event. 64 do so at once.
func BenchmarkChange(b *testing.B) {
	const writers, turn = 64, 10
	s, ctx := openStore(b, 20_000), b.Context()
	made := 20_000
	t0 := time.Now()
	changes := 0
	for b.Loop() {
		from := made
		each(writers, func(w int) {
			for i := range turn {
				_, err := s.Update(ctx, ticketID(w*300), func(t *ticket) error {
					t.Status = statuses[i%len(statuses)]
					t.Emit(epoch, "ticket.moved", map[string]string{"patientId": t.Patient, "organizationId": t.Agency})
					return nil
				})
				if err != nil {
					b.Error(err)
				}
				for k := range 2 {
					t := newTicket(from + (w*turn+i)*2 + k)
					if k == 0 {
						t.Emit(epoch, "ticket.made", map[string]string{"patientId": t.Patient, "organizationId": t.Agency})
					}
					if err := s.Insert(ctx, &t); err != nil {
						b.Error(err)
					}
				}
			}
		})
		made += writers * turn * 2
		changes += writers * turn
	}
	b.ReportMetric(float64(changes)/time.Since(t0).Seconds(), "changes/s")
}
