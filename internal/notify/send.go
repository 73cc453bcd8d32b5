package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

// backoff is how long to wait after each failed try; after the last the notice
// is given up.
var backoff = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

const (
	// claimed is how long a notice being sent is left alone; when the sender
	// dies, it is tried again after that.
	claimed = 10 * time.Minute
	// sendTimeout bounds one try.
	sendTimeout = 30 * time.Second
	// sendBatch is how many notices are read at a time.
	sendBatch = 100
)

// Send tries each notice that is due once, and tells how many were handed
// over. A failed one does not hold up others; the errors of all are joined, for
// the log.
func (s *Service) Send(ctx context.Context) (int, error) {
	n := 0
	var errs []error
	q := docstore.Query{
		Where: []docstore.Cond{
			docstore.Eq("status", docstore.String(string(Queued))),
			// One millisecond later, since a range ends before its upper bound.
			docstore.Range("next", docstore.None, docstore.Time(s.now().Add(time.Millisecond))),
		},
		Limit: sendBatch,
	}
	for {
		due, err := s.docs.Find(ctx, q)
		if err != nil {
			return n, errors.Join(append(errs, err)...)
		}
		for _, notice := range due.Items {
			sent, err := s.try(ctx, notice)
			if err != nil {
				errs = append(errs, fmt.Errorf("send notice %s: %w", notice.ID, err))
			}
			if sent {
				n++
			}
			if ctx.Err() != nil {
				return n, errors.Join(append(errs, ctx.Err())...)
			}
		}
		if q.After = due.Next; q.After == "" {
			return n, errors.Join(errs...)
		}
	}
}

// try sends one notice, unless another instance is at it.
func (s *Service) try(ctx context.Context, n Notice) (sent bool, err error) {
	n.Attempts++
	n.NextAt = s.now().Add(claimed)
	if err := s.docs.Replace(ctx, &n); err != nil {
		if errors.Is(err, docstore.ErrConflict) || errors.Is(err, docstore.ErrNotFound) {
			return false, nil
		}
		return false, err
	}
	failure := s.deliver(ctx, n)
	switch {
	case failure == nil:
		n.Status, n.NextAt = Sent, time.Time{}
	case errors.Is(failure, ErrRefused) || n.Attempts > len(backoff):
		n.Status, n.NextAt = Dead, time.Time{}
	default:
		n.NextAt = s.now().Add(backoff[n.Attempts-1])
	}
	// What was handed over is noted even when ctx has ended meanwhile.
	if err := s.docs.Replace(context.WithoutCancel(ctx), &n); err != nil {
		return failure == nil, errors.Join(failure, err)
	}
	return failure == nil, failure
}

func (s *Service) deliver(ctx context.Context, n Notice) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	sender := s.senders[n.Channel]
	if sender == nil {
		return fmt.Errorf("no sender for channel %s", n.Channel)
	}
	contact, err := s.contact(ctx, n.Recipient)
	if err != nil {
		return err
	}
	to := contact.on(n.Channel)
	if to == "" {
		return fmt.Errorf("%w: the recipient has no address for %s", ErrRefused, n.Channel)
	}
	m := Message{ID: n.ID, Channel: n.Channel, To: to}
	m.Subject, m.Body = n.Text(s.baseURL)
	return sender.Send(ctx, m)
}
