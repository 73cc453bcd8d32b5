package docstore

import (
	"context"
	"errors"
	"slices"
	"time"
)

// take copies all pending events, if this instance holds the lease, and
// answers how many.
func (r *Relay) take(ctx context.Context) (int, error) {
	r.work.Lock()
	defer r.work.Unlock()
	for n := 0; ; {
		if held, err := r.hold(ctx); err != nil || !held {
			return n, err
		}
		if r.now().Sub(r.savedAt) >= pollTime {
			if err := r.save(ctx); err != nil {
				return n, err
			}
		}
		pending, err := r.engine.Pending(ctx, batchEvents)
		if err != nil || len(pending) == 0 {
			return n, err
		}
		pending = fitting(pending)
		if err := r.copy(ctx, pending); err != nil {
			return n, err
		}
		n += len(pending)
	}
}

// copy appends the events as the next batch and acknowledges them.
func (r *Relay) copy(ctx context.Context, pending []Event) error {
	fresh := pending
	if !r.sure {
		last, err := r.events.last(ctx)
		if err != nil {
			return err
		}
		r.restart(last.Seq)
		fresh = last.without(pending)
	}
	r.sure = false
	if len(fresh) > 0 {
		b, ok, err := r.events.append(ctx, r.end+1, fresh)
		if err != nil {
			return err
		}
		if !ok {
			r.lose()
			return nil
		}
		r.remember(b)
	}
	r.ring()
	if err := r.engine.Ack(ctx, pending); err != nil {
		return err
	}
	r.sure = true
	return nil
}

// hold takes or prolongs the lease when it is time to.
func (r *Relay) hold(ctx context.Context) (bool, error) {
	now := r.now()
	held := r.holds()
	if held && now.Before(r.renewAt) {
		return true, nil
	}
	ok, err := r.leases.TryHold(ctx, relayLease, leaseTime)
	if err != nil {
		return held, err
	}
	if !ok {
		r.lose()
		return false, nil
	}
	if !held {
		if err := r.resume(ctx); err != nil {
			return false, err
		}
	}
	r.renewAt = now.Add(leaseTime / 3)
	r.mu.Lock()
	r.heldUntil = now.Add(leaseTime)
	r.mu.Unlock()
	if !held {
		r.ring() // there may be batches that the last holder did not deliver
	}
	return true, nil
}

// resume goes on where the last holder of the lease was.
func (r *Relay) resume(ctx context.Context) error {
	last, err := r.events.last(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, f := range r.followers {
		names = append(names, f.Name)
	}
	stored, err := r.cursors.GetMany(ctx, names)
	if err != nil {
		return err
	}
	for _, f := range r.followers {
		if f.Local {
			continue
		}
		if c, ok := stored[f.Name]; ok {
			f.stored = c
		}
		f.place(f.stored.Seq)
	}
	r.sure = false
	r.restart(last.Seq)
	return nil
}

// restart notes which batch is the newest, and forgets what was copied before.
func (r *Relay) restart(end int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.end, r.recent, r.recentEvents = end, nil, 0
}

// save stores how far the consumers have come.
func (r *Relay) save(ctx context.Context) error {
	if !r.holds() {
		return nil
	}
	var added, moved []*cursor
	for _, f := range r.followers {
		seq := f.seq.Load()
		switch {
		case f.Local || seq == f.stored.Seq:
			continue
		case f.stored.Version == 0:
			added = append(added, &f.stored)
		default:
			moved = append(moved, &f.stored)
		}
		f.stored.Seq = seq
	}
	r.savedAt = r.now()
	if len(added)+len(moved) == 0 {
		return nil
	}
	err := errors.Join(errors.Join(r.cursors.InsertAll(ctx, added)...), errors.Join(r.cursors.ReplaceAll(ctx, moved)...))
	if err != nil {
		r.lose() // perhaps to another instance; what it stored is read when the lease is held again
	}
	return err
}

func (r *Relay) holds() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now().Before(r.heldUntil)
}

func (r *Relay) lose() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heldUntil = time.Time{}
}

// remember keeps a batch just copied, for the consumers that keep up.
func (r *Relay) remember(b batch) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.end = b.Seq
	r.recent = append(r.recent, b)
	r.recentEvents += len(b.Events)
	if r.recentEvents <= recentEvents {
		return
	}
	drop := 0
	for ; drop < len(r.recent)-1 && r.recentEvents > recentEvents/2; drop++ {
		r.recentEvents -= len(r.recent[drop].Events)
	}
	r.recent = slices.Clone(r.recent[drop:]) // readers may still hold the old one
}

// news answers batches that follow number seq, from memory if it can.
func (r *Relay) news(ctx context.Context, seq int64) ([]batch, error) {
	if bs, ok := r.remembered(seq); ok {
		return bs, nil
	}
	return r.events.after(ctx, seq, readAhead)
}

func (r *Relay) remembered(seq int64) ([]batch, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.now().Before(r.heldUntil) {
		return nil, false
	}
	if seq >= r.end {
		return nil, true
	}
	if len(r.recent) == 0 || r.recent[0].Seq > seq+1 {
		return nil, false
	}
	return r.recent[seq+1-r.recent[0].Seq:], true
}

func (r *Relay) ring() {
	for _, f := range r.followers {
		f.ring()
	}
}
