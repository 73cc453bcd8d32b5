package throttle

import (
	"fmt"
	"testing"
	"time"
)

var start = time.Date(2026, 3, 9, 16, 0, 0, 0, time.UTC)

func TestTakeAndGiveBack(t *testing.T) {
	th := New(2, time.Minute)
	for range 2 {
		if wait := th.Take("a", start); wait != 0 {
			t.Errorf("Take within the burst = wait %v, want none", wait)
		}
	}
	if wait := th.Take("a", start.Add(15*time.Second)); wait != 45*time.Second {
		t.Errorf("Take beyond the burst = wait %v, want 45s", wait)
	}
	if wait := th.Take("b", start); wait != 0 {
		t.Errorf("Take under another key = wait %v, want none", wait)
	}
	th.GiveBack("a", start)
	if got := th.Left("a", start); got != 1 {
		t.Errorf("Left after giving one back = %d, want 1", got)
	}
	if got := th.Left("a", start.Add(time.Hour)); got != 2 {
		t.Errorf("Left after an hour = %d, want the burst, 2", got)
	}
}

func TestFullCountersAreForgotten(t *testing.T) {
	th := New(2, time.Minute)
	for i := range room {
		th.Take(fmt.Sprint(i), start)
	}
	th.Take("late", start.Add(time.Hour))
	if got := len(th.buckets); got != 1 {
		t.Errorf("%d counters kept, want 1", got)
	}
}

func TestOrigin(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3::4": "2001:db8:1:2::/64", "nonsense": "nonsense",
	} {
		if got := Origin(address); got != want {
			t.Errorf("Origin(%q) = %q, want %q", address, got, want)
		}
	}
}
