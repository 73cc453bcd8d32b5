package docstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/identity"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// heard is a consumer that notes the documents of the events it gets.
type heard struct {
	mu    sync.Mutex
	ids   []string
	calls int
	fail  int // so many calls yet
	also  func(ctx context.Context, events []Event) error
}

func (h *heard) consumer(name string) Consumer { return Consumer{Name: name, Handle: h.handle} }

func (h *heard) handle(ctx context.Context, events []Event) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls++
	if h.fail > 0 {
		h.fail--
		return errors.New("not today")
	}
	for _, e := range events {
		h.ids = append(h.ids, e.DocumentID)
	}
	if h.also != nil {
		return h.also(ctx, events)
	}
	return nil
}

func (h *heard) all() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.ids)
}

func newRelay(t *testing.T, e Engine, now clock.Now, cs ...Consumer) *Relay {
	t.Helper()
	r, err := NewRelay(t.Context(), e, RelayOptions{Now: now, Consumers: cs})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func drain(t *testing.T, r *Relay) {
	t.Helper()
	if err := r.Drain(t.Context()); err != nil {
		t.Fatalf("Drain: %v", err)
	}
}

func numbered(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("t%05d", i)
	}
	return ids
}

func want(t *testing.T, what string, h *heard, ids ...string) {
	t.Helper()
	if d := cmp.Diff(ids, h.all()); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestDrainDeliversInOrderToEachConsumer(t *testing.T) {
	e, now := newFake(), clock.NewFake(noon)
	var a, b heard
	r := newRelay(t, e, now.Now, a.consumer("a"), b.consumer("b"))
	ids := numbered(2*batchEvents + 7)
	emit(t, e, noon, ids...)
	drain(t, r)
	want(t, "a heard", &a, ids...)
	want(t, "b heard", &b, ids...)
	if a.calls != 3 {
		t.Errorf("a was called %d times, want 3, once for each full or last batch", a.calls)
	}
	drain(t, r)
	want(t, "a heard after a second Drain", &a, ids...)
}

func TestEventsCarryWhoWhatAndWhen(t *testing.T) {
	e, now := newFake(), clock.NewFake(noon)
	var got []Event
	var by identity.Actor
	r := newRelay(t, e, now.Now, Consumer{Name: "a", Handle: func(ctx context.Context, es []Event) error {
		got, by = es, identity.From(ctx)
		return nil
	}})
	emit(t, e, noon, "x")
	drain(t, r)
	wantEvents := []Event{{
		ID: fmt.Sprintf("things/x/1/0/%d", noon.UnixMilli()), Type: "thing.made", Collection: "things",
		DocumentID: "x", Version: 1, At: noon, Data: []byte(`{"of":"x"}`),
	}}
	if d := cmp.Diff(wantEvents, got); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
	if by != identity.SystemActor("a") {
		t.Errorf("Handle ran as %+v, want the system actor a", by)
	}
}

func TestPlacesOutliveTheRelay(t *testing.T) {
	e, now := newFake(), clock.NewFake(noon)
	var a, b, added heard
	first := newRelay(t, e, now.Now, a.consumer("a"))
	emit(t, e, noon, "x")
	drain(t, first)
	if err := first.stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	emit(t, e, noon, "y")
	drain(t, newRelay(t, e, now.Now, b.consumer("a"), added.consumer("new")))
	want(t, "the same consumer in the next process heard", &b, "y")
	want(t, "a consumer seen for the first time heard", &added, "x", "y")
}

func TestNothingIsCopiedTwiceAfterACrash(t *testing.T) {
	e, now := newFake(), clock.NewFake(noon)
	var a heard
	r := newRelay(t, e, now.Now, a.consumer("a"))
	emit(t, e, noon, "x", "y")
	e.failAck = errors.New("power cut")
	if err := r.Drain(t.Context()); err == nil {
		t.Fatal("Drain with a failing Ack = nil, want an error")
	}
	emit(t, e, noon, "z")
	now.Add(leaseTime)
	drain(t, newRelay(t, e, now.Now, a.consumer("a"))) // the process that comes after
	want(t, "a heard", &a, "x", "y", "z")
	if len(e.pending) != 0 {
		t.Errorf("%d events still pending, want 0", len(e.pending))
	}
}

func TestAFailingConsumerHoldsUpNoOther(t *testing.T) {
	e, now := newFake(), clock.NewFake(noon)
	good, bad := heard{}, heard{fail: 1}
	r := newRelay(t, e, now.Now, bad.consumer("bad"), good.consumer("good"))
	emit(t, e, noon, "x")
	if err := r.Drain(t.Context()); err == nil || !strings.Contains(err.Error(), "not today") {
		t.Errorf("Drain = %v, want the consumer's error", err)
	}
	want(t, "good heard", &good, "x")
	drain(t, r)
	want(t, "bad heard the second time", &bad, "x")
	want(t, "good heard the second time", &good, "x")
}

func TestAPanicIsAFailure(t *testing.T) {
	e, now := newFake(), clock.NewFake(noon)
	r := newRelay(t, e, now.Now, Consumer{Name: "a", Handle: func(context.Context, []Event) error { panic("oh") }})
	emit(t, e, noon, "x")
	if err := r.Drain(t.Context()); err == nil || !strings.Contains(err.Error(), "panic: oh") {
		t.Errorf("Drain = %v, want the panic as an error", err)
	}
}

func TestDrainDeliversWhatConsumersCause(t *testing.T) {
	e, now := newFake(), clock.NewFake(noon)
	a := heard{}
	a.also = func(_ context.Context, es []Event) error {
		if es[0].DocumentID == "x" {
			emit(t, e, noon, "caused")
		}
		return nil
	}
	r := newRelay(t, e, now.Now, a.consumer("a"))
	emit(t, e, noon, "x")
	drain(t, r)
	want(t, "a heard", &a, "x", "caused")
}

func TestOneInstanceFeedsAndAllFeedTheirLocals(t *testing.T) {
	e, now := newFake(), clock.NewFake(noon)
	var a1, a2, l1, l2 heard
	local := func(h *heard) Consumer { c := h.consumer("local"); c.Local = true; return c }
	one := newRelay(t, e, now.Now, a1.consumer("a"), local(&l1))
	two := newRelay(t, e, now.Now, a2.consumer("a"), local(&l2))
	emit(t, e, noon, "x")
	drain(t, one)
	drain(t, two)
	want(t, "a in the holder heard", &a1, "x")
	want(t, "a in the other instance heard", &a2)
	want(t, "local in the holder heard", &l1, "x")
	want(t, "local in the other instance heard", &l2, "x")

	now.Add(leaseTime) // the holder died
	emit(t, e, noon, "y")
	drain(t, two)
	want(t, "a in the instance that took over heard", &a2, "y")

	emit(t, e, noon, "z")
	if err := two.stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	drain(t, one) // at once, since two stopped in order
	want(t, "a in the first instance heard", &a1, "x", "z")
}

func TestALocalConsumerStartsTenMinutesBack(t *testing.T) {
	e, now := newFake(), clock.NewFake(noon)
	old := newRelay(t, e, now.Now)
	for i, id := range numbered(20) {
		now.Set(noon.Add(time.Duration(i) * time.Minute))
		emit(t, e, now.Now(), id)
		drain(t, old)
	}
	var l heard
	r := newRelay(t, e, now.Now, Consumer{Name: "local", Handle: l.handle, Local: true})
	drain(t, r)
	want(t, "local heard", &l, numbered(20)[9:]...)
}

func TestTwoWhoBothThinkTheyHoldCopyOnce(t *testing.T) {
	e, now := newFake(), clock.NewFake(noon)
	var a1, a2 heard
	one, two := newRelay(t, e, now.Now, a1.consumer("a")), newRelay(t, e, now.Now, a2.consumer("a"))
	emit(t, e, noon, "x")
	drain(t, one)
	late := one.heldUntil
	now.Add(leaseTime)
	emit(t, e, noon, "y")
	drain(t, two)
	one.heldUntil, one.renewAt = late.Add(2*leaseTime), late.Add(2*leaseTime) // one slept through it all
	emit(t, e, noon, "z")
	drain(t, one)
	drain(t, two)
	log, err := one.events.after(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var copied []string
	for _, b := range log {
		for _, ev := range b.Events {
			copied = append(copied, ev.DocumentID)
		}
	}
	if d := cmp.Diff([]string{"x", "y", "z"}, copied); d != "" {
		t.Errorf("copied (-want +got):\n%s", d)
	}
}

func TestRunWakesRetriesAndStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newFake()
		good, bad := heard{}, heard{fail: 2}
		r := newRelay(t, e, clock.System, good.consumer("good"), bad.consumer("bad"))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- r.Run(ctx) }()
		synctest.Wait()
		start := time.Now()
		emit(t, e, noon, "x")
		synctest.Wait()
		want(t, "good heard at once", &good, "x")
		if time.Since(start) != 0 {
			t.Errorf("delivery took %v, want none: a commit wakes the relay", time.Since(start))
		}
		want(t, "bad heard at once", &bad)
		time.Sleep(3*time.Second + time.Millisecond) // one second, then two
		want(t, "bad heard after two retries", &bad, "x")
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
		if got := e.docs["cursors"]; len(got) != 2 {
			t.Errorf("%d places stored, want 2", len(got))
		}
		if got := e.docs["leases"]; len(got) != 0 {
			t.Errorf("leases after Run = %v, want none", got)
		}
	})
}

func TestPurgeKeepsWhatIsYoungOrNotDelivered(t *testing.T) {
	e, now := newFake(), clock.NewFake(noon)
	good, bad := heard{}, heard{}
	r := newRelay(t, e, now.Now, good.consumer("good"), bad.consumer("bad"))
	emit(t, e, noon, "one", "two")
	drain(t, r)
	bad.fail = 1
	emit(t, e, noon, "three")
	_ = r.Drain(t.Context())
	purge := func(want int) {
		t.Helper()
		if n, err := r.Purge(t.Context()); n != want || err != nil {
			t.Errorf("Purge = %d, %v, want %d", n, err, want)
		}
	}
	now.Add(eventsKept)
	purge(0) // exactly 30 days
	now.Add(time.Millisecond)
	purge(2) // bad has not had three
	drain(t, r)
	purge(0) // the newest stays, for its number
	emit(t, e, noon, "four")
	drain(t, r)
	purge(1)
	want(t, "good heard", &good, "one", "two", "three", "four")
	if end, err := r.events.last(t.Context()); end.Seq != 3 || err != nil {
		t.Errorf("newest batch = %d, %v, want 3", end.Seq, err)
	}
}

func TestLargeEventsAreCutIntoBatches(t *testing.T) {
	big := make([]byte, batchBytes/2+1)
	events := []Event{{ID: "1", Data: big}, {ID: "2", Data: big}, {ID: "3"}}
	if got := len(fitting(events)); got != 1 {
		t.Errorf("fitting takes %d events, want 1", got)
	}
	if got := len(fitting(events[1:])); got != 2 {
		t.Errorf("fitting takes %d events, want 2", got)
	}
	if got := len(fitting([]Event{{Data: make([]byte, 2*batchBytes)}})); got != 1 {
		t.Errorf("fitting takes %d events, want 1, however large", got)
	}
}

func TestConsumersNeedNamesOfTheirOwn(t *testing.T) {
	for _, names := range [][]string{{""}, {"a", "a"}} {
		var cs []Consumer
		for _, n := range names {
			cs = append(cs, Consumer{Name: n})
		}
		if _, err := NewRelay(t.Context(), newFake(), RelayOptions{Now: clock.System, Consumers: cs}); err == nil {
			t.Errorf("NewRelay with consumers %q = nil, want an error", names)
		}
	}
}
