package docstoretest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

const racers = 16

// together runs fn in as many goroutines as racers, each with its number.
func together(t *testing.T, fn func(racer int) error) {
	t.Helper()
	var wg sync.WaitGroup
	for r := range racers {
		wg.Go(func() {
			if err := fn(r); err != nil {
				t.Errorf("racer %d: %v", r, err)
			}
		})
	}
	wg.Wait()
}

func testRaces(t *testing.T, open func(*testing.T) docstore.Engine) {
	ctx := t.Context()

	t.Run("no compare-and-set is lost", func(t *testing.T) {
		const each = 25
		e := open(t)
		c := openSpec(t, e, noteSpec())
		insert(t, c, note{Meta: docstore.Meta{ID: "counter"}})
		together(t, func(int) error {
			for range each {
				_, err := c.Update(ctx, "counter", func(n *note) error {
					n.Rank++
					n.Emit(start, "note.counted", nil)
					return nil
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if got := get(t, c, "counter"); got.Rank != racers*each || got.Version != 1+racers*each {
			t.Errorf("counter = %d at version %d, want %d at %d", got.Rank, got.Version, racers*each, 1+racers*each)
		}
		events := pending(t, e)
		for i, ev := range events {
			if ev.Version != int64(i+2) {
				t.Fatalf("event %d is of version %d, want the order of versions", i, ev.Version)
			}
		}
		if len(events) != racers*each {
			t.Errorf("events = %d, want %d", len(events), racers*each)
		}
	})

	t.Run("one of many inserts wins", func(t *testing.T) {
		c := openNotes(t, open)
		for round := range 10 {
			won := make([]bool, racers)
			together(t, func(r int) error {
				n := note{Meta: docstore.Meta{ID: fmt.Sprint("round", round)}, Rank: int64(r)}
				if round%2 == 1 { // race for a unique key in place of the id
					n.ID, n.Email = fmt.Sprint("racer", round, "-", r), fmt.Sprint("round", round)
				}
				err := c.Insert(ctx, &n)
				if _, dup := errors.AsType[*docstore.DuplicateError](err); dup {
					return nil
				}
				won[r] = err == nil
				return err
			})
			winners := 0
			for _, w := range won {
				if w {
					winners++
				}
			}
			if winners != 1 {
				t.Errorf("round %d: %d winners, want 1", round, winners)
			}
		}
	})

	t.Run("pages under writes", func(t *testing.T) {
		c := openNotes(t, open)
		still := insert(t, c, numbered(200, func(i int, n *note) {
			*n = note{Meta: n.Meta, Agency: "p", Status: []string{"new", "open", "done"}[i%3], Due: start.Add(time.Duration(i%20) * time.Hour)}
		})...)
		stop := make(chan struct{})
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				id := fmt.Sprint("x", w)
				n := note{Meta: docstore.Meta{ID: id}, Agency: "p", Status: "new"}
				if err := c.Insert(ctx, &n); err != nil {
					t.Errorf("Insert: %v", err)
				}
				for i := 0; ; i++ {
					select {
					case <-stop:
						return
					default:
					}
					n.Due, n.Status = start.Add(time.Duration(i*7%20)*time.Hour), []string{"new", "open", "done"}[i%3]
					if err := c.Replace(ctx, &n); err != nil {
						t.Errorf("Replace: %v", err)
						return
					}
				}
			})
		}
		for round := range 10 {
			q := docstore.Query{Where: []docstore.Cond{eq("agency", "p"), in("status", "new", "open", "done")}, OrderBy: []string{"due"}, Desc: round%2 == 1}
			seen := map[string]int{}
			for _, id := range pages(t, c, q, 15, nil) {
				seen[id]++
			}
			for _, n := range still {
				if seen[n.ID] != 1 {
					t.Errorf("%s, which stood still, was read %d times", n.ID, seen[n.ID])
				}
			}
		}
		close(stop)
		wg.Wait()
	})
}
