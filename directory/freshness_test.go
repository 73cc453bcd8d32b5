package directory

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/internal/network"
)

var someMonday = time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)

func TestFreshnessGoesDownInSteps(t *testing.T) {
	for _, tt := range []struct {
		days int
		want float64
	}{{0, 1}, {89, 1}, {90, 0.85}, {180, 0.6}, {364, 0.6}, {365, 0.3}, {730, 0.1}, {9000, 0.1}} {
		if got := Freshness(someMonday.AddDate(0, 0, -tt.days), someMonday); got != tt.want {
			t.Errorf("Freshness after %d days = %v, want %v", tt.days, got, tt.want)
		}
	}
	if got := Freshness(time.Time{}, someMonday); got != 0 {
		t.Errorf("Freshness of what was never verified = %v, want 0", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		younger, older := rapid.IntRange(0, 4000).Draw(t, "younger"), rapid.IntRange(0, 4000).Draw(t, "older")
		if younger > older {
			younger, older = older, younger
		}
		a, b := Freshness(someMonday.AddDate(0, 0, -younger), someMonday), Freshness(someMonday.AddDate(0, 0, -older), someMonday)
		if a < b {
			t.Fatalf("Freshness after %d days = %v, after %d days %v: it went up", younger, a, older, b)
		}
	})
}

func TestTheLaterOfFeedAndPersonCounts(t *testing.T) {
	said := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name, assured string
		person        time.Time
		want          string
	}{
		{"nobody", "", time.Time{}, ""},
		{"the feed", "2026-03-01", time.Time{}, "2026-03-01"},
		{"the feed with a time", "2026-03-01T10:00:00Z", time.Time{}, "2026-03-01"},
		{"the person, later", "2026-03-01", said, "2026-05-01"},
		{"the feed, later", "2026-06-01", said, "2026-06-01"},
		{"the feed from tomorrow's side of the world", "2026-11-24", said, "2026-11-24"},
		{"a mistake of the feed", "2062-06-01", said, "2026-05-01"},
		{"no date", "last spring", time.Time{}, ""},
	} {
		s := ServiceDoc{Service: Service{AssuredDate: tt.assured}, Verified: Verification{At: tt.person}, UpdatedAt: someMonday}
		if got := s.verifiedOn(); got != tt.want {
			t.Errorf("%s: verifiedOn = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestRulesOfAge(t *testing.T) {
	rules := network.Listings{StaleAfterDays: 365, HideAfterDays: 500, CapacityDays: 14}
	for _, tt := range []struct {
		name          string
		verified      int // days ago; -1 for never
		came          int // days ago
		rules         network.Listings
		stale, hidden bool
	}{
		{"fresh", 364, 900, rules, false, false},
		{"old", 365, 900, rules, true, false},
		{"too old", 500, 900, rules, true, true},
		{"never checked, just came in", -1, 3, rules, false, false},
		{"never checked, came in long ago", -1, 500, rules, true, true},
		{"nothing is ever hidden", 9000, 9000, network.DefaultListings(), true, false},
	} {
		l := oneListing()
		l.now, l.rules = someMonday, tt.rules
		l.doc.Sources = Sources{"": {Feed: "county", At: someMonday.AddDate(0, 0, -tt.came)}}
		if tt.verified >= 0 {
			l.doc.Verified.At = someMonday.AddDate(0, 0, -tt.verified)
		}
		if l.stale() != tt.stale || l.hidden() != tt.hidden {
			t.Errorf("%s: stale %t, hidden %t, want %t, %t", tt.name, l.stale(), l.hidden(), tt.stale, tt.hidden)
		}
		if got := len(l.indexed(DefaultCrosswalk())) == 0; got != tt.hidden {
			t.Errorf("%s: left out of the index = %t, want %t", tt.name, got, tt.hidden)
		}
	}
}

func TestRoomIsBelievedForAWhile(t *testing.T) {
	l := oneListing()
	l.now, l.rules = someMonday, network.DefaultListings()
	for days, want := range map[int]string{0: CapacityOpen, 13: CapacityOpen, 14: CapacityUnknown, 400: CapacityUnknown} {
		l.doc.Capacity = Capacity{Status: CapacityOpen, UpdatedAt: someMonday.AddDate(0, 0, -days)}
		k := newCard(l, DefaultCrosswalk(), someMonday)
		if got := l.entries(DefaultCrosswalk())[0].Capacity; got != want || k.facts.Capacity != want {
			t.Errorf("capacity said %d days ago = %q in the index, %q on the card, want %q", days, got, k.facts.Capacity, want)
		}
		if said := k.facts.CapacitySaid; (said == CapacityOpen) != (want == CapacityUnknown) {
			t.Errorf("capacity said %d days ago: told as %q", days, said)
		}
	}
}

// Whoever crosses an edge between two runs is in a window of the second one,
// and nobody else has to be looked at because of that edge.
func TestCrossedFindsWhoCrosses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) network.Listings {
			return network.Listings{
				StaleAfterDays: rapid.IntRange(1, 500).Draw(t, name+" stale"), CapacityDays: rapid.IntRange(1, 50).Draw(t, name+" capacity"),
				HideAfterDays: rapid.SampledFrom([]int{0, 500, 700}).Draw(t, name+" hide"),
			}
		}
		last := agingDoc{At: someMonday, Rules: draw("before")}
		rules := last.Rules
		if rapid.Bool().Draw(t, "rules change") {
			rules = draw("after")
		}
		now := someMonday.Add(time.Duration(rapid.IntRange(60, 60*24*40).Draw(t, "minutes")) * time.Minute)
		l := oneListing()
		l.doc.Verified.At = now.Add(-time.Duration(rapid.IntRange(0, 60*24*900).Draw(t, "verified")) * time.Minute)
		l.doc.Capacity = Capacity{Status: CapacityOpen, UpdatedAt: now.Add(-time.Duration(rapid.IntRange(0, 60*24*90).Draw(t, "said")) * time.Minute)}
		state := func(at time.Time, r network.Listings) [5]any {
			l.now, l.rules = at, r
			e := l.entries(DefaultCrosswalk())[0]
			return [5]any{e.Quality, l.stale(), l.hidden(), e.Capacity, Freshness(l.doc.Verified.At, at)}
		}
		if l.doc.Verified.At.After(last.At) || l.doc.Capacity.UpdatedAt.After(last.At) {
			return // it changed since, and is taken in for that
		}
		if state(last.At, last.Rules) == state(now, rules) {
			return
		}
		in := func(w window) bool {
			at := map[string]time.Time{checkedKey: l.doc.checkedAt(), capacityKey: l.doc.Capacity.UpdatedAt}[w.Key]
			return !at.Before(w.From) && at.Before(w.To)
		}
		if !slices.ContainsFunc(crossed(last, rules, now), in) {
			t.Fatalf("%v became %v, but no window has it", state(last.At, last.Rules), state(now, rules))
		}
	})
}
