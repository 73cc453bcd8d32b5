package docstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
)

const (
	relayLease = "relay"
	// leaseTime is how long the work rests after an instance died; the holder
	// prolongs its lease when a third of it is over.
	leaseTime = 15 * time.Second
	// pollTime is how often the relay looks for events without being woken,
	// and how often it stores the consumers' places.
	pollTime = time.Second
	// gatherTime is how long the relay lets events gather after it has copied
	// some. An event after a quiet moment goes at once; under load many go
	// together, and all who follow them have more of the machine left to those
	// whose requests make them.
	gatherTime = 100 * time.Millisecond
	// retryMax bounds the wait, doubled from pollTime on, before events are
	// handed to a failing consumer again.
	retryMax = time.Minute
	// localReplay is how far back a local consumer starts, so that it misses
	// nothing while its process fills it from the store.
	localReplay = 10 * time.Minute
	// readAhead is how many batches a consumer that lags reads at a time.
	readAhead = 32
)

// RelayOptions are what a Relay needs beside the engine.
type RelayOptions struct {
	Now clock.Now
	// Log gets the failures of consumers; nil for none.
	Log       *slog.Logger
	Consumers []Consumer
	// Holder names this instance; empty for a new name at each start. Where
	// only one process can own the store, give a fixed one: then a start after
	// a crash need not wait until the lease of the dead process is over.
	Holder string
}

// Relay takes pending events from the documents, keeps them in the collection
// "events" for 30 days and hands them to the consumers.
//
// One instance at a time, the holder of a lease, copies and feeds the
// consumers; on every instance the local ones are fed beside. Batches of
// events have numbers without gaps; the insert of the next number is what
// decides between two instances that both think they hold the lease. Events
// are acknowledged before the next batch is copied, so after a crash only the
// newest batch can hold events that are still pending, and nothing is copied twice.
type Relay struct {
	engine    Engine
	log       *slog.Logger
	now       clock.Now
	events    eventLog
	cursors   *Collection[cursor]
	leases    *Leases
	followers []*follower
	wake      chan struct{}

	work    sync.Mutex // held while the lease, the copying or the stored places are worked on
	sure    bool       // that no pending event is in the newest batch
	renewAt time.Time
	savedAt time.Time

	mu        sync.Mutex
	heldUntil time.Time
	end       int64   // the newest batch, while the lease is held
	recent    []batch // the newest ones, up to end, for consumers that keep up

	recentEvents int // in recent
}

// NewRelay makes the relay of an engine; it does nothing before Run or Drain.
func NewRelay(ctx context.Context, e Engine, o RelayOptions) (*Relay, error) {
	r := &Relay{engine: e, log: o.Log, now: o.Now, wake: make(chan struct{}, 1)}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	docs, err := Open(ctx, e, eventSpec)
	if err != nil {
		return nil, err
	}
	r.events = eventLog{docs: docs, now: o.Now}
	if r.cursors, err = Open(ctx, e, cursorSpec); err != nil {
		return nil, err
	}
	if r.leases, err = NewLeases(ctx, e, o.Now, o.Holder); err != nil {
		return nil, err
	}
	start, err := r.events.before(ctx, r.now().Add(-localReplay))
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, c := range o.Consumers {
		if c.Name == "" || names[c.Name] {
			return nil, fmt.Errorf("relay: two consumers are named %q, or one has no name", c.Name)
		}
		names[c.Name] = true
		f := newFollower(c)
		f.seq.Store(start) // the others are placed when the lease is held
		r.followers = append(r.followers, f)
	}
	e.OnEvents(r.nudge)
	return r, nil
}

// nudge tells Run that there may be events; it does not block.
func (r *Relay) nudge() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run relays events until ctx ends, and then stores how far it came. Failures
// go to the log and are tried again; a consumer that fails holds up no other.
func (r *Relay) Run(ctx context.Context) error {
	var feeding sync.WaitGroup
	for _, f := range r.followers {
		feeding.Go(func() { r.follow(ctx, f) })
	}
	tick := time.NewTicker(pollTime)
	defer tick.Stop()
	for ctx.Err() == nil {
		n, err := r.take(ctx)
		if err != nil && ctx.Err() == nil {
			r.log.ErrorContext(ctx, "events wait to be relayed", "error", err)
		}
		if n > 0 {
			select {
			case <-ctx.Done():
			case <-time.After(gatherTime):
			}
		}
		select {
		case <-ctx.Done():
		case <-r.wake:
		case <-tick.C:
			r.ring() // other instances may have copied
		}
	}
	feeding.Wait()
	return r.stop(context.WithoutCancel(ctx))
}

// follow feeds one consumer until ctx ends.
func (r *Relay) follow(ctx context.Context, f *follower) {
	var wait time.Duration
	for ctx.Err() == nil {
		n, err := r.feed(ctx, f)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			wait = min(max(2*wait, pollTime), retryMax)
			r.log.ErrorContext(ctx, "a consumer failed and will be tried again", "error", err, "wait", wait)
			select {
			case <-ctx.Done():
			case <-time.After(wait):
			}
		default:
			wait = 0
			if n == 0 {
				select {
				case <-ctx.Done():
				case <-f.wake:
				}
			}
		}
	}
}

// Drain takes and delivers everything now, also what consumers cause on the
// way, beside Run or without it. A consumer that fails is left where it is and
// its error returned. While another instance holds the lease, only the local
// consumers are fed, with what that instance has copied.
func (r *Relay) Drain(ctx context.Context) error {
	failed := map[*follower]error{}
	for moved := true; moved; {
		n, err := r.take(ctx)
		if err != nil {
			return err
		}
		moved = n > 0
		for _, f := range r.followers {
			for n := 1; n > 0 && failed[f] == nil; moved = moved || n > 0 {
				n, failed[f] = r.feed(ctx, f)
			}
		}
	}
	var errs []error
	for _, f := range r.followers {
		errs = append(errs, failed[f])
	}
	r.work.Lock()
	defer r.work.Unlock()
	return errors.Join(append(errs, r.save(ctx))...)
}

// Purge removes the delivered events that were copied more than 30 days ago
// and answers how many.
func (r *Relay) Purge(ctx context.Context) (int, error) {
	end, err := r.events.last(ctx)
	if err != nil {
		return 0, err
	}
	upTo := end.Seq
	for _, f := range r.followers {
		if f.Local {
			continue
		}
		c, err := r.cursors.Get(ctx, f.Name)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return 0, err
		}
		upTo = min(upTo, c.Seq)
	}
	return r.events.purge(ctx, r.now().Add(-eventsKept), upTo)
}

// stop stores the places and gives up the lease.
func (r *Relay) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, leaseTime)
	defer cancel()
	r.work.Lock()
	defer r.work.Unlock()
	if !r.holds() {
		return nil
	}
	err := r.save(ctx)
	r.lose()
	return errors.Join(err, r.leases.Release(ctx, relayLease))
}
