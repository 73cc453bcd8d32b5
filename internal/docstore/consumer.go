package docstore

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/havenloop/havenloop/internal/identity"
)

// Consumer follows the events.
type Consumer struct {
	// Name is the consumer's own and never changes: its place in the events is
	// stored under it.
	Name string
	// Handle gets the events in order, at most a few hundred at a time and
	// never two calls at once. Events may come again after a failure or a
	// crash, so it must be idempotent. Its ctx carries a system actor with the
	// consumer's name. An error brings the same events again, later.
	Handle func(ctx context.Context, events []Event) error
	// Local is for what lives in a process, such as an index in memory: every
	// instance feeds its own, from ten minutes before the relay is made on, and
	// no place is stored. Other consumers are fed by one instance for all, from
	// the oldest event that is kept.
	Local bool
}

// handle calls Handle and turns a panic into an error.
func (c Consumer) handle(ctx context.Context, events []Event) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return c.Handle(identity.With(ctx, identity.SystemActor(c.Name)), events)
}

// follower is a consumer on its way through the events.
type follower struct {
	Consumer
	wake chan struct{} // has an item when there may be news

	mu    sync.Mutex   // held while events are handled
	seq   atomic.Int64 // the last batch handled; written with mu held
	ahead []batch      // read, not yet handled

	stored cursor // as it is in the store; guarded by Relay.work
}

func newFollower(c Consumer) *follower {
	return &follower{Consumer: c, wake: make(chan struct{}, 1), stored: cursor{Meta: Meta{ID: c.Name}}}
}

// place moves the follower to the batch after seq.
func (f *follower) place(seq int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seq.Store(seq)
	f.ahead = nil
}

func (f *follower) ring() {
	select {
	case f.wake <- struct{}{}:
	default: // it has not looked since the last time
	}
}

// feed hands the next events to the consumer and answers how many; 0 when
// there are none or another instance feeds it.
func (r *Relay) feed(ctx context.Context, f *follower) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.Local && !r.holds() {
		return 0, nil
	}
	if len(f.ahead) == 0 {
		var err error
		if f.ahead, err = r.news(ctx, f.seq.Load()); err != nil || len(f.ahead) == 0 {
			return 0, err
		}
	}
	events, n := f.ahead[0].Events, 1
	for n < len(f.ahead) && len(events)+len(f.ahead[n].Events) <= batchEvents {
		events = append(events[:len(events):len(events)], f.ahead[n].Events...)
		n++
	}
	if err := f.handle(ctx, events); err != nil {
		return 0, fmt.Errorf("consumer %s, events from %s: %w", f.Name, events[0].ID, err)
	}
	f.seq.Store(f.ahead[n-1].Seq)
	f.ahead = f.ahead[n:]
	return len(events), nil
}
