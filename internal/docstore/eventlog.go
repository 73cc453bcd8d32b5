package docstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
)

const (
	// eventsKept is how long delivered events stay in the collection "events".
	eventsKept = 30 * 24 * time.Hour
	// batchEvents is the most events of one batch, and of one call of a consumer.
	batchEvents = 400
	// batchBytes is where a batch ends even with fewer events; MongoDB takes
	// documents of at most 16 MiB.
	batchBytes = 4 << 20
	// recentEvents is about how many events the log remembers, for consumers
	// that keep up and need not read them back.
	recentEvents = 8 * batchEvents
)

// batch is some events in the order in which they were copied: one document of
// the collection "events". Its id is its number, so that the order of ids is
// the order of batches and no number is given out twice.
type batch struct {
	Meta
	Seq    int64     `json:"seq"`
	Taken  time.Time `json:"taken"` // when it was copied
	Events []Event   `json:"events"`
}

var eventSpec = Spec[batch]{
	Name: "events", Schema: 1,
	Meta: func(b *batch) *Meta { return &b.Meta },
}

func batchID(seq int64) string { return fmt.Sprintf("%016x", seq) }

// eventLog is the collection "events": batches numbered from 1 without gaps,
// of which the oldest go after a while. A batch is appended only after the
// one before it is stored, so a reader never passes one that appears later.
type eventLog struct {
	docs *Collection[batch]
	now  clock.Now
}

// last reads the newest batch; the zero batch when there is none.
func (l *eventLog) last(ctx context.Context) (batch, error) {
	bs, err := l.scan(ctx, IndexScan{Desc: true, Limit: 1})
	if err != nil || len(bs) == 0 {
		return batch{}, err
	}
	return bs[0], nil
}

// after reads at most limit batches that follow number seq.
func (l *eventLog) after(ctx context.Context, seq int64, limit int) ([]batch, error) {
	return l.scan(ctx, IndexScan{AfterID: batchID(seq), Limit: limit})
}

// before finds the number of the newest batch that was copied before t; 0 for none.
func (l *eventLog) before(ctx context.Context, t time.Time) (int64, error) {
	end, err := l.last(ctx)
	if err != nil {
		return 0, err
	}
	low, high := int64(0), end.Seq // copied before t, or 0; the answer is at most high
	for low < high {
		mid := low + (high-low+1)/2
		bs, err := l.after(ctx, mid-1, 1)
		if err != nil {
			return 0, err
		}
		if bs[0].Taken.Before(t) {
			low = max(mid, bs[0].Seq)
		} else {
			high = mid - 1
		}
	}
	return low, nil
}

// append stores events as batch number seq. It answers false when the number
// is given out already: then another instance copies.
func (l *eventLog) append(ctx context.Context, seq int64, events []Event) (batch, bool, error) {
	b := batch{Meta: Meta{ID: batchID(seq)}, Seq: seq, Taken: l.now(), Events: events}
	err := l.docs.Insert(ctx, &b)
	if _, taken := errors.AsType[*DuplicateError](err); taken {
		return batch{}, false, nil
	}
	return b, err == nil, err
}

// purge removes batches up to number upTo that were copied before t, and
// answers the number of events. The newest batch stays, since the numbers go on from it.
func (l *eventLog) purge(ctx context.Context, t time.Time, upTo int64) (int, error) {
	end, err := l.last(ctx)
	if err != nil {
		return 0, err
	}
	upTo = min(upTo, end.Seq-1)
	for n := 0; ; {
		bs, err := l.after(ctx, 0, 50)
		if err != nil {
			return n, err
		}
		var old []*batch
		for i := range bs {
			if bs[i].Seq <= upTo && bs[i].Taken.Before(t) {
				old = append(old, &bs[i])
			}
		}
		if len(old) == 0 {
			return n, nil
		}
		for i, err := range l.docs.write(ctx, Delete, old) {
			switch {
			case err == nil:
				n += len(old[i].Events)
			case !errors.Is(err, ErrNotFound): // else another instance was faster
				return n, err
			}
		}
	}
}

func (l *eventLog) scan(ctx context.Context, s IndexScan) ([]batch, error) {
	recs, err := l.docs.engine.Scan(ctx, l.docs.spec.Name, s)
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	bs := make([]batch, len(recs))
	for i, r := range recs {
		if bs[i], err = l.docs.decode(r); err != nil {
			return nil, err
		}
	}
	return bs, nil
}

// fitting cuts events where a batch of them would grow too large.
func fitting(events []Event) []Event {
	size := 0
	for i, e := range events {
		size += len(e.Data)
		if i > 0 && size > batchBytes {
			return events[:i]
		}
	}
	return events
}

// without answers the events that are not in b.
func (b batch) without(events []Event) []Event {
	in := make(map[string]bool, len(b.Events))
	for _, e := range b.Events {
		in[e.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return in[e.ID] })
}

// cursor says how far a consumer has come. Its id is the consumer's name.
type cursor struct {
	Meta
	Seq int64 `json:"seq"` // the last batch that was handled
}

var cursorSpec = Spec[cursor]{
	Name: "cursors", Schema: 1,
	Meta: func(c *cursor) *Meta { return &c.Meta },
}
