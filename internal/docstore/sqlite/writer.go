package sqlite

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// maxGroup bounds how many jobs share a commit, so that none waits long.
const maxGroup = 512

// job is work for the writer.
type job struct {
	// writes of a collection, or
	layout *layout
	writes []docstore.Write
	// ack, events to forget, or
	ack []docstore.Event
	// alone, which has a transaction to itself.
	alone func(*conn) error

	taken atomic.Bool   // by the writer, or by the caller when its context ends before
	done  chan struct{} // closed when errs and err are set
	errs  []error       // one for each write
	err   error         // of the rest
}

// submit hands the job to the writer and waits for its end. When ctx ends
// before the writer has begun with the job, it never will; afterwards the
// answer is the job's own, which is at most one commit away.
func (e *Engine) submit(ctx context.Context, j *job) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j.done = make(chan struct{})
	e.mu.RLock()
	if e.isClosing() {
		e.mu.RUnlock()
		return ErrClosed
	}
	select {
	case e.jobs <- j:
		e.mu.RUnlock()
	case <-ctx.Done():
		e.mu.RUnlock()
		return ctx.Err()
	}
	select {
	case <-j.done:
	case <-ctx.Done():
		if j.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		<-j.done
	}
	return nil
}

// run is the writer: it takes what waits, carries it out and commits, until
// the engine closes.
func (e *Engine) run() {
	defer close(e.done)
	var group []*job
	for first := range e.jobs {
		last := first // has to be alone
		if before := len(group); first.alone == nil {
			group, last = e.collect(group[:0], first, before)
		} else {
			group = group[:0]
		}
		c, err := e.write.take(context.Background(), nil)
		if err != nil {
			panic(err) // neither the context nor the engine ends before the writer
		}
		e.commit(c, group)
		if last != nil && last.taken.CompareAndSwap(false, true) {
			last.err = transact(c, last)
			close(last.done)
			e.check.nudge()
		}
		e.write.give(c)
	}
}

// patience is how long a group waits for the next job after the last one came,
// when the group before was larger. It is a fraction of an fsync.
const patience = 100 * time.Microsecond

// collect takes what waits behind first. Those who just got an answer often
// write again at once, so it has patience until the group is as large as the
// one before: one fsync then serves them all.
func (e *Engine) collect(group []*job, first *job, before int) (_ []*job, last *job) {
	group = append(group, first)
	for came := time.Now(); len(group) < maxGroup; {
		select {
		case next, ok := <-e.jobs:
			switch {
			case !ok:
				return group, nil
			case next.alone != nil:
				return group, next
			}
			group, came = append(group, next), time.Now()
		default:
			if len(group) >= before || time.Since(came) > patience {
				return group, nil
			}
			runtime.Gosched()
		}
	}
	return group, nil
}

// commit carries out the jobs of a group in one transaction and answers them.
func (e *Engine) commit(c *conn, group []*job) {
	live := group[:0]
	for _, j := range group {
		if j.taken.CompareAndSwap(false, true) {
			live = append(live, j)
		}
	}
	if len(live) == 0 {
		return
	}
	events, err := e.attempt(c, live)
	for i := 0; err != nil && i < len(live); i++ {
		// One of them may be to blame: each gets a transaction of its own.
		some, alone := e.attempt(c, live[i:i+1])
		if alone != nil {
			fail(live[i], alone)
		}
		events = events || some
	}
	for _, j := range live {
		close(j.done)
	}
	e.check.nudge()
	if fn := e.onEvents.Load(); events && fn != nil {
		(*fn)()
	}
}

// attempt carries out the jobs in one transaction; on an error nothing happened.
func (e *Engine) attempt(c *conn, group []*job) (events bool, err error) {
	defer func() {
		if err != nil {
			for _, j := range group {
				if j.layout != nil {
					j.layout.recent.clear()
				}
			}
		}
	}()
	if _, err := c.exec("BEGIN IMMEDIATE"); err != nil {
		return false, err
	}
	for _, j := range group {
		if err := forget(c, j.ack); err != nil {
			return false, rollback(c, err)
		}
		for i := range j.writes {
			refused, err := apply(c, j.layout, &j.writes[i])
			if err != nil {
				return false, rollback(c, err)
			}
			j.errs[i] = refused
			events = events || refused == nil && len(j.writes[i].Events) > 0
		}
	}
	if _, err := c.exec("COMMIT"); err != nil {
		return false, rollback(c, err)
	}
	return events, nil
}

func fail(j *job, err error) {
	j.err = err
	for i := range j.errs {
		j.errs[i] = err
	}
}

// transact runs a job that has to be alone.
func transact(c *conn, j *job) error {
	if _, err := c.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := j.alone(c); err != nil {
		return rollback(c, err)
	}
	if _, err := c.exec("COMMIT"); err != nil {
		return rollback(c, err)
	}
	return nil
}

// rollback ends the transaction, of which SQLite itself may have ended what
// failed badly, and answers why it came to that.
func rollback(c *conn, why error) error {
	if _, err := c.exec("ROLLBACK"); err != nil {
		return fmt.Errorf("%w (and rollback: %w)", why, err)
	}
	return why
}

// alone runs fn in a transaction of its own.
func (e *Engine) alone(ctx context.Context, fn func(*conn) error) error {
	j := &job{alone: fn}
	if err := e.submit(ctx, j); err != nil {
		return err
	}
	return j.err
}

// Write carries out the writes, each atomic and independent of the others.
func (e *Engine) Write(ctx context.Context, collection string, writes ...docstore.Write) []error {
	if len(writes) == 0 {
		return nil
	}
	l, err := e.layout(collection)
	j := &job{layout: l, writes: writes, errs: make([]error, len(writes))}
	if err == nil {
		err = e.submit(ctx, j)
	}
	if err != nil {
		fail(j, err)
	}
	return j.errs
}
