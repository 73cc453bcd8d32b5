package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
)

const (
	// claimed is how long a notice being sent is left alone; when the sender
	// dies, it is tried again after that.
	claimed = 10 * time.Minute
	// sendTimeout bounds one try.
	sendTimeout = 15 * time.Second
	// sendBatch is how many notices of a lane are read at a time, laneWidth how
	// many of them are sent at once.
	sendBatch, laneWidth = 100, 4
	// laneFails is how many failures in a row end a lane's turn: its gateway is
	// away, and what waits is not held against it.
	laneFails = 4
	// laneTime is how long a lane's turn takes at most.
	laneTime = time.Minute
)

// Send tries each notice that is due once, on all channels at once, and tells
// how many were handed over. A failed one does not hold up others, and a slow
// gateway only its own lane; the errors of all are joined, for the log.
func (s *Service) Send(ctx context.Context) (int, error) { return s.sendLanes(ctx, "") }

// SendOn answers a job that does the same for one channel.
func (s *Service) SendOn(c Channel) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) { return s.sendLanes(ctx, c) }
}

func (s *Service) sendLanes(ctx context.Context, only Channel) (int, error) {
	lanes, err := s.docs.GroupCount(ctx, docstore.Query{
		Where: []docstore.Cond{docstore.Eq("status", docstore.String(string(Queued)))},
	}, "lane")
	if err != nil {
		return 0, err
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	var sent atomic.Int64
	for lane := range lanes {
		if channel, _, _ := strings.Cut(lane.Str(), "/"); only != "" && Channel(channel) != only {
			continue
		}
		wg.Go(func() {
			err := s.sendLane(ctx, lane, &sent)
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
		})
	}
	wg.Wait()
	return int(sent.Load()), errors.Join(errs...)
}

// sendLane sends what is due in one lane, until it is empty, its gateway is
// away, or its time is over.
func (s *Service) sendLane(ctx context.Context, lane docstore.Value, sent *atomic.Int64) error {
	until := time.Now().Add(laneTime) // of work, not of the clock that tests set
	var fails atomic.Int64
	var mu sync.Mutex
	var errs []error
	q := docstore.Query{
		Where: []docstore.Cond{
			docstore.Eq("status", docstore.String(string(Queued))), docstore.Eq("lane", lane),
			// One millisecond later, since a range ends before its upper bound.
			docstore.Range("next", docstore.None, docstore.Time(s.now().Add(time.Millisecond))),
		},
		Limit: sendBatch,
	}
	for {
		due, err := s.docs.Find(ctx, q)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		var wg sync.WaitGroup
		room := make(chan struct{}, laneWidth)
		for _, box := range byMailbox(due.Items) {
			if fails.Load() >= laneFails || time.Now().After(until) || ctx.Err() != nil {
				break
			}
			room <- struct{}{}
			wg.Go(func() {
				defer func() { <-room }()
				for _, n := range box {
					done, err := s.try(ctx, n)
					sent.Add(int64(done))
					switch {
					case err == nil && done > 0:
						fails.Store(0)
					case err != nil && !errors.Is(err, ErrRefused):
						fails.Add(1)
					}
					if err != nil {
						mu.Lock()
						errs = append(errs, fmt.Errorf("send notice %s: %w", n.ID, err))
						mu.Unlock()
					}
				}
			})
		}
		wg.Wait()
		q.After = due.Next
		if q.After == "" || fails.Load() >= laneFails || time.Now().After(until) || ctx.Err() != nil {
			return errors.Join(append(errs, ctx.Err())...)
		}
	}
}

// byMailbox puts the notices for one reader together, so that two that are sent
// at once do not make two digests.
func byMailbox(all []Notice) [][]Notice {
	var out [][]Notice
	at := map[string]int{}
	for _, n := range all {
		if i, known := at[n.mailbox()]; known && n.UserID != "" {
			out[i] = append(out[i], n)
			continue
		}
		at[n.mailbox()] = len(out)
		out = append(out, []Notice{n})
	}
	return out
}
