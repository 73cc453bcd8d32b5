package docstore

import (
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/clock"
)

func TestLeases(t *testing.T) {
	e, now := newFake(), clock.NewFake(noon)
	of := func(holder string) *Leases {
		l, err := NewLeases(t.Context(), e, now.Now, holder)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	one, two := of("one"), of("two")
	hold := func(what string, l *Leases, want bool) {
		t.Helper()
		if got, err := l.TryHold(t.Context(), "job", time.Minute); got != want || err != nil {
			t.Errorf("%s: TryHold = %v, %v, want %v", what, got, err, want)
		}
	}
	release := func(l *Leases) {
		t.Helper()
		if err := l.Release(t.Context(), "job"); err != nil {
			t.Errorf("Release: %v", err)
		}
	}
	hold("free", one, true)
	hold("held by another", two, false)
	now.Add(59 * time.Second)
	hold("prolonged", one, true)
	now.Add(59 * time.Second)
	hold("held by another who prolonged", two, false)
	release(two)
	hold("released by one who does not hold it", two, false)
	now.Add(time.Second)
	hold("run out", two, true)
	hold("taken over", one, false)
	release(two)
	hold("released", one, true)
}
