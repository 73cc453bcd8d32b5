// Package throttle counts tries, so that nobody can guess a secret by trying.
package throttle

import (
	"net/netip"
	"sync"
	"time"
)

// room is how many counters are kept before the full ones are dropped.
const room = 10_000

// Throttle counts tries by key, as token buckets. The counts are of this
// process and start anew with it. It is safe for concurrent use.
type Throttle struct {
	burst  float64
	refill time.Duration

	mu      sync.Mutex
	buckets map[string]bucket
}

type bucket struct {
	left float64
	at   time.Time
}

// New allows burst tries at once under a key, and one more after each refill.
func New(burst int, refill time.Duration) *Throttle {
	return &Throttle{burst: float64(burst), refill: refill, buckets: map[string]bucket{}}
}

// Take counts a try. With none left it counts nothing and answers how long to wait.
func (t *Throttle) Take(key string, now time.Time) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	left := t.left(key, now)
	if left < 1 {
		return time.Duration((1 - left) * float64(t.refill))
	}
	if len(t.buckets) >= room {
		t.drop(now)
	}
	t.buckets[key] = bucket{left - 1, now}
	return 0
}

// GiveBack takes a counted try back.
func (t *Throttle) GiveBack(key string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buckets[key] = bucket{min(t.left(key, now)+1, t.burst), now}
}

// Left is how many tries the key has at the moment.
func (t *Throttle) Left(key string, now time.Time) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return int(t.left(key, now))
}

func (t *Throttle) left(key string, now time.Time) float64 {
	b, ok := t.buckets[key]
	if !ok {
		return t.burst
	}
	return min(t.burst, b.left+float64(now.Sub(b.at))/float64(t.refill))
}

// drop forgets the counters that are full again.
func (t *Throttle) drop(now time.Time) {
	for key := range t.buckets {
		if t.left(key, now) >= t.burst {
			delete(t.buckets, key)
		}
	}
}

// Origin is what tries of a network address are counted under: the address, of
// IPv6 the first 64 bits, which one customer has to themself.
func Origin(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, _ := a.Prefix(64) // 64 fits every IPv6 address
	return p.String()
}
