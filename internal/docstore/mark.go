package docstore

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Mark is a place in the events that a local consumer has come to. Who keeps
// what the consumer made, such as an index, keeps the mark with it, and can go
// on from there another time instead of beginning anew.
type Mark struct {
	Seq int64 `json:"seq"` // of the last batch that was handled
	// Taken and First tell the batch from one with the same number in another
	// store, or in this one after it was put back from a backup.
	Taken time.Time `json:"taken"`
	First string    `json:"first"` // id of its first event
}

// Mark tells how far a consumer has come at least; the zero Mark when it has
// handled nothing, so that there is nothing to go on from.
func (r *Relay) Mark(ctx context.Context, consumer string) (Mark, error) {
	f, err := r.follower(consumer)
	if err != nil {
		return Mark{}, err
	}
	return r.mark(ctx, f.seq.Load())
}

// mark is the mark of a batch that is kept; else the zero Mark.
func (r *Relay) mark(ctx context.Context, seq int64) (Mark, error) {
	if seq == 0 {
		return Mark{}, nil
	}
	bs, err := r.events.after(ctx, seq-1, 1)
	if err != nil || len(bs) == 0 || bs[0].Seq != seq || len(bs[0].Events) == 0 {
		return Mark{}, err
	}
	return Mark{Seq: seq, Taken: bs[0].Taken.UTC(), First: bs[0].Events[0].ID}, nil
}

// Resume lets a local consumer go on from the mark, and hands it what happened
// since. It answers false, and does nothing, when the mark is not of this store,
// what followed it is no longer kept, or more events than most followed.
func (r *Relay) Resume(ctx context.Context, consumer string, m Mark, most int) (bool, error) {
	f, err := r.follower(consumer)
	if err != nil {
		return false, err
	}
	is, err := r.mark(ctx, m.Seq)
	if err != nil || is == (Mark{}) || !is.Taken.Equal(m.Taken) || is.First != m.First {
		return false, err
	}
	pending, err := r.engine.Pending(ctx, most+1)
	if err != nil || len(pending) > most {
		return false, err
	}
	if _, err := r.take(ctx); err != nil {
		return false, err
	}
	for seq := m.Seq; ; {
		bs, err := r.events.after(ctx, seq, readAhead)
		if err != nil {
			return false, err
		}
		if len(bs) == 0 {
			break
		}
		for _, b := range bs {
			most -= len(b.Events)
			seq = b.Seq
		}
		if most < 0 {
			return false, nil
		}
	}
	f.place(m.Seq)
	for n := 1; n > 0; {
		if n, err = r.feed(ctx, f); err != nil {
			return false, err
		}
	}
	return true, nil
}

// follower finds a local consumer.
func (r *Relay) follower(name string) (*follower, error) {
	i := slices.IndexFunc(r.followers, func(f *follower) bool { return f.Local && f.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("relay: no local consumer is named %q", name)
	}
	return r.followers[i], nil
}
