package accounts

import (
	"net/netip"
	"sync"
	"time"
)

// Tries to sign in: how many at once, and after which time one more. Counted
// per account and address, so that nobody can lock out somebody else, and per
// address over all accounts.
const (
	pairBurst     = 5
	pairRefill    = 30 * time.Second
	addressBurst  = 30
	addressRefill = 2 * time.Second
)

// throttleRoom is how many counters are kept before the full ones are dropped.
const throttleRoom = 10_000

// throttle counts tries by key, as token buckets. The counts are of this
// process and start anew with it.
type throttle struct {
	burst  float64
	refill time.Duration

	mu      sync.Mutex
	buckets map[string]bucket
}

type bucket struct {
	left float64
	at   time.Time
}

func newThrottle(burst int, refill time.Duration) *throttle {
	return &throttle{burst: float64(burst), refill: refill, buckets: map[string]bucket{}}
}

// take counts a try. With none left it counts nothing and answers how long to wait.
func (t *throttle) take(key string, now time.Time) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	left := t.left(key, now)
	if left < 1 {
		return time.Duration((1 - left) * float64(t.refill))
	}
	if len(t.buckets) >= throttleRoom {
		t.drop(now)
	}
	t.buckets[key] = bucket{left - 1, now}
	return 0
}

// giveBack takes a counted try back.
func (t *throttle) giveBack(key string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buckets[key] = bucket{min(t.left(key, now)+1, t.burst), now}
}

func (t *throttle) left(key string, now time.Time) float64 {
	b, ok := t.buckets[key]
	if !ok {
		return t.burst
	}
	return min(t.burst, b.left+float64(now.Sub(b.at))/float64(t.refill))
}

// drop forgets the counters that are full again.
func (t *throttle) drop(now time.Time) {
	for key := range t.buckets {
		if t.left(key, now) >= t.burst {
			delete(t.buckets, key)
		}
	}
}

// origin is what tries of an address are counted under: the address, of IPv6
// the first 64 bits, which one customer has to themself.
func origin(address string) string {
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
