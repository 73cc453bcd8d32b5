package docstore_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
)

type parcel struct {
	docstore.Meta
	Text string `json:"text"`
}

var parcelSpec = docstore.Spec[parcel]{
	Name: "parcels", Schema: 1,
	Meta: func(p *parcel) *docstore.Meta { return &p.Meta },
}

func openFile(t testing.TB) docstore.Engine {
	t.Helper()
	e, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return e
}

// parcels makes documents with one event each, as large as those of a referral.
func parcels(from, n int) []*parcel {
	out := make([]*parcel, n)
	for i := range out {
		out[i] = &parcel{Meta: docstore.Meta{ID: fmt.Sprintf("p%08d", from+i)}, Text: "rice, beans and milk for three"}
		out[i].Emit(clock.System(), "referral.moved", map[string]string{
			"patientId": "0195f0c1-9c8e-7c3e-8a57-0d6b7f7e1a11", "organizationId": "0195f0c1-9c8e-7c3e-8a57-0d6b7f7e1a12",
			"from": "requested", "to": "acknowledged",
		})
	}
	return out
}

// While several write, each consumer hears of each change once and in order,
// and nothing stays pending.
func TestRelayBesideWriters(t *testing.T) {
	const writers, each = 4, 300
	ctx, e := t.Context(), openFile(t)
	docs, err := docstore.Open(ctx, e, parcelSpec)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	heard := map[string][]int64{}
	relay, err := docstore.NewRelay(ctx, e, docstore.RelayOptions{Now: clock.System, Consumers: []docstore.Consumer{{
		Name: "hear",
		Handle: func(_ context.Context, events []docstore.Event) error {
			mu.Lock()
			defer mu.Unlock()
			for _, ev := range events {
				heard[ev.DocumentID] = append(heard[ev.DocumentID], ev.Version)
			}
			return nil
		},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- relay.Run(running) }()
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			p := parcels(w, 1)[0]
			if err := docs.Insert(ctx, p); err != nil {
				t.Error(err)
			}
			for range each - 1 {
				p.Emit(clock.System(), "referral.moved", nil)
				if err := docs.Replace(ctx, p); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	if err := relay.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
	if len(heard) != writers {
		t.Errorf("heard of %d documents, want %d", len(heard), writers)
	}
	for id, versions := range heard {
		for i, v := range versions {
			if v != int64(i+1) {
				t.Fatalf("%s: event %d is of version %d, want %d", id, i, v, i+1)
			}
		}
		if len(versions) != each {
			t.Errorf("%s: heard of %d versions, want %d", id, len(versions), each)
		}
	}
	if left, err := e.Pending(ctx, 1); len(left) != 0 || err != nil {
		t.Errorf("Pending after Drain = %d events, %v, want none", len(left), err)
	}
}

// BenchmarkRelay writes documents with one event each, a hundred at a time,
// and waits until eight consumers have had every event. Compare its time for
// one event with that of BenchmarkWithoutRelay.
func BenchmarkRelay(b *testing.B) {
	ctx, e := b.Context(), openFile(b)
	var consumers []docstore.Consumer
	for i := range 8 {
		consumers = append(consumers, docstore.Consumer{
			Name:   fmt.Sprintf("consumer %d", i),
			Handle: func(context.Context, []docstore.Event) error { return nil },
		})
	}
	relay, err := docstore.NewRelay(ctx, e, docstore.RelayOptions{Now: clock.System, Consumers: consumers})
	if err != nil {
		b.Fatal(err)
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- relay.Run(running) }()
	write(b, e)
	if err := relay.Drain(ctx); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	stop()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
}

func BenchmarkWithoutRelay(b *testing.B) { write(b, openFile(b)) }

func write(b *testing.B, e docstore.Engine) {
	docs, err := docstore.Open(b.Context(), e, parcelSpec)
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for n := 0; n < b.N; n += 100 {
		if err := errors.Join(docs.InsertAll(b.Context(), parcels(n, min(100, b.N-n)))...); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDelivery is the time from one change to its consumer, nothing else going on.
func BenchmarkDelivery(b *testing.B) {
	ctx, e := b.Context(), openFile(b)
	docs, err := docstore.Open(ctx, e, parcelSpec)
	if err != nil {
		b.Fatal(err)
	}
	heard := make(chan time.Time, 1)
	relay, err := docstore.NewRelay(ctx, e, docstore.RelayOptions{Now: clock.System, Consumers: []docstore.Consumer{{
		Name:   "hear",
		Handle: func(context.Context, []docstore.Event) error { heard <- time.Now(); return nil },
	}}})
	if err != nil {
		b.Fatal(err)
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- relay.Run(running) }()
	var waited time.Duration
	for n := range b.N {
		if err := docs.Insert(ctx, parcels(n, 1)[0]); err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		waited += (<-heard).Sub(start)
	}
	b.ReportMetric(float64(waited.Microseconds())/float64(b.N), "µs/delivery")
	stop()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
}
