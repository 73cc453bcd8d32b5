// Package clock tells the time and counts it as offices do: business days,
// opening hours and holidays in an organization's own time zone. Time is
// passed in everywhere, so tests move it by hand.
package clock

import (
	"sync"
	"time"
)

// Now tells the current instant: UTC, whole milliseconds, the precision in
// which instants are stored.
type Now func() time.Time

// System is the machine's clock.
func System() time.Time { return Instant(time.Now()) }

// Instant brings t into the stored form: UTC, cut to milliseconds.
func Instant(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// Fake is a clock that only moves when told to; safe for concurrent use.
type Fake struct {
	mu sync.Mutex
	t  time.Time
}

// NewFake makes a clock that stands at t.
func NewFake(t time.Time) *Fake { return &Fake{t: Instant(t)} }

// Now tells where the clock stands.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.t
}

// Set moves the clock to t.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.t = Instant(t)
}

// Add moves the clock by d.
func (f *Fake) Add(d time.Duration) { f.Set(f.Now().Add(d)) }
