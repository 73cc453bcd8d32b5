package referrals

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
)

const (
	// pastLast is how many of the latest referrals to a service count.
	pastLast = 100
	// usualLast is how many of the latest referrals in the network tell what is usual.
	usualLast = 500
	// pastSpan is how far back referrals count.
	pastSpan = 365 * 24 * time.Hour
	// answerTime is how long an agency has before a referral without an answer
	// counts against it: 2 business days to acknowledge and 3 to decide.
	answerTime = 7 * 24 * time.Hour
	// pastAge is how long past answers are taken from memory.
	pastAge = 10 * time.Minute
	// pastMost bounds how many services are remembered.
	pastMost = 10_000
)

// pasts remembers how services answered referrals. It holds counts, no patient.
type pasts struct {
	mu    sync.Mutex
	known map[string]knownPast // by service; "" for the network
}

type knownPast struct {
	directory.Past
	read time.Time
}

func (a *pasts) get(id string, now time.Time) (directory.Past, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	k, ok := a.known[id]
	return k.Past, ok && now.Sub(k.read) < pastAge
}

func (a *pasts) put(id string, p directory.Past, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for old := range a.known {
		if len(a.known) < pastMost {
			break
		}
		delete(a.known, old)
	}
	a.known[id] = knownPast{p, now}
}

// addPast tells the candidates how they answered referrals lately.
func (s *Service) addPast(ctx context.Context, found []directory.Candidate, now time.Time) error {
	usual, err := s.pastOf(ctx, "", now)
	if err != nil {
		return err
	}
	for i := range found {
		p, err := s.pastOf(ctx, found[i].Service.ID, now)
		if err != nil {
			return err
		}
		p.Usual = &usual
		found[i].Past = &p
	}
	return nil
}

// pastOf tells how a service, or with "" the whole network, answered referrals lately.
func (s *Service) pastOf(ctx context.Context, serviceID string, now time.Time) (directory.Past, error) {
	if p, ok := s.pasts.get(serviceID, now); ok {
		return p, nil
	}
	q := docstore.Query{
		Where:   []docstore.Cond{docstore.Range("created", docstore.Time(now.Add(-pastSpan)), docstore.None)},
		OrderBy: []string{"created"}, Desc: true, Limit: usualLast,
	}
	if serviceID != "" {
		q.Where, q.Limit = append(q.Where, docstore.Eq("service", docstore.String(serviceID))), pastLast
	}
	page, err := s.referrals.Find(ctx, q)
	if err != nil {
		return directory.Past{}, err
	}
	p := past(page.Items, now)
	s.pasts.put(serviceID, p, now)
	return p, nil
}

// past counts how referrals were answered.
func past(list []Referral, now time.Time) directory.Past {
	var p directory.Past
	var days []float64
	for _, r := range list {
		sent, accepted := r.firstStep(Requested), r.firstStep(Accepted)
		switch {
		case sent.IsZero() || r.Status == Draft || r.Status == EnteredInError:
			continue
		case r.Status == Cancelled && accepted.IsZero():
			continue // taken back, or another agency was faster
		case r.Status.Active() && accepted.IsZero() && now.Sub(sent) < answerTime:
			continue // there is still time to answer
		}
		p.Sent++
		if r.Measures.Acknowledged != nil || !accepted.IsZero() || r.Status == Rejected {
			p.Acknowledged++
		}
		if !accepted.IsZero() {
			p.Accepted++
			days = append(days, accepted.Sub(sent).Hours()/24)
		}
		if got := r.Measures.ServiceReceived; got != nil && got.Value != string(ReceivedUnknown) {
			p.Settled++
			if got.Value == string(ReceivedYes) || got.Value == string(ReceivedPartly) {
				p.Served++
			}
		}
	}
	p.MedianDaysToAccept = median(days)
	return p
}

// firstStep is when the referral first got the status; zero for never.
func (r Referral) firstStep(to Status) time.Time {
	lived := r.lived()
	i := slices.IndexFunc(lived, func(s Step) bool { return s.To == to })
	if i < 0 {
		return time.Time{}
	}
	return lived[i].At
}

// median is the middle of numbers, 0 of none.
func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	n := len(list)
	return (list[(n-1)/2] + list[n/2]) / 2
}
