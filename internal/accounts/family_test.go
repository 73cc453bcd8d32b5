package accounts

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/fault"
)

func (h house) startTokens(t *testing.T) (refresh, family string) {
	t.Helper()
	refresh, family, err := h.StartTokens(t.Context(), "ana")
	if err != nil {
		t.Fatal(err)
	}
	return refresh, family
}

func (h house) refresh(t *testing.T, token string) string {
	t.Helper()
	actor, next, err := h.Refresh(t.Context(), token)
	if err != nil || actor.ID != "ana" || next == token || next == "" {
		t.Fatalf("Refresh = %v, %v, want Ana and another token", actor, err)
	}
	return next
}

func TestRefreshRotates(t *testing.T) {
	h := newHouse(t)
	token, family := h.startTokens(t)
	for range 5 {
		h.clock.Add(14 * time.Minute)
		token = h.refresh(t, token)
	}
	if actor, err := h.Tokens(t.Context(), family); err != nil || actor.SessionID != family {
		t.Errorf("Tokens = %v, %v, want the family", actor, err)
	}
}

func TestRefreshRepeatedWithin30SecondsGivesTheSameSuccessor(t *testing.T) {
	h := newHouse(t)
	first, _ := h.startTokens(t)
	second := h.refresh(t, first)
	h.clock.Add(refreshGrace)
	if again := h.refresh(t, first); again != second {
		t.Error("Refresh again gave another successor, want the same")
	}
	h.refresh(t, second)
}

func TestRefreshReusedEndsTheFamily(t *testing.T) {
	tests := []struct {
		name string
		used func(t *testing.T, h house, first string) string // answers the token sent again
	}{
		{"after the grace", func(t *testing.T, h house, first string) string {
			h.refresh(t, first)
			h.clock.Add(refreshGrace + time.Millisecond)
			return first
		}},
		{"two generations old", func(t *testing.T, h house, first string) string {
			h.refresh(t, h.refresh(t, first))
			return first
		}},
		{"made up for the family", func(t *testing.T, h house, first string) string {
			return first[:strings.Index(first, ".")] + ".made-up"
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			first, family := h.startTokens(t)
			old := tt.used(t, h, first)
			var current string
			if f, err := h.families.Get(t.Context(), family); err != nil {
				t.Fatal(err)
			} else {
				current = f.Current
			}
			_, _, err := h.Refresh(t.Context(), old)
			wantKind(t, "Refresh with an old token", err, fault.Login)
			_, err = h.Tokens(t.Context(), family)
			wantKind(t, "Tokens after reuse", err, fault.Login)
			_, _, err = h.Refresh(t.Context(), current)
			wantKind(t, "Refresh with the last token", err, fault.Login)
		})
	}
}

func TestRefreshInParallelGivesOneSuccessor(t *testing.T) {
	h := newHouse(t)
	first, family := h.startTokens(t)
	const tabs = 8
	next, errs := make([]string, tabs), make([]error, tabs)
	var wg sync.WaitGroup
	for i := range tabs {
		wg.Go(func() { _, next[i], errs[i] = h.Refresh(t.Context(), first) })
	}
	wg.Wait()
	for i := range tabs {
		if errs[i] != nil || next[i] != next[0] {
			t.Errorf("tab %d: another successor or error %v, want one for all", i, errs[i])
		}
	}
	if _, err := h.Tokens(t.Context(), family); err != nil {
		t.Errorf("Tokens = %v, want the family to go on", err)
	}
	h.refresh(t, next[0])
}

func TestRefreshExpires30DaysAfterSignIn(t *testing.T) {
	h := newHouse(t)
	token, family := h.startTokens(t)
	h.clock.Add(familyTimeout - time.Minute)
	token = h.refresh(t, token)
	h.clock.Add(time.Minute)
	_, _, err := h.Refresh(t.Context(), token)
	wantKind(t, "Refresh", err, fault.Login)
	_, err = h.Tokens(t.Context(), family)
	wantKind(t, "Tokens", err, fault.Login)
}

func TestRefreshRefusesWhatIsNoToken(t *testing.T) {
	h := newHouse(t)
	for _, token := range []string{"", ".", "x", "x.y", "." + strings.Repeat("x", 10_000)} {
		_, _, err := h.Refresh(t.Context(), token)
		wantKind(t, "Refresh", err, fault.Login)
	}
}

func TestEndTokens(t *testing.T) {
	h := newHouse(t)
	for _, by := range []string{"family", "token"} {
		refresh, family := h.startTokens(t)
		if _, err := h.Tokens(t.Context(), family); err != nil {
			t.Fatal(err)
		}
		end := family
		if by == "token" {
			end = refresh
		}
		for range 2 { // the second time it is over already
			if err := h.EndTokens(t.Context(), end); err != nil {
				t.Errorf("EndTokens by %s = %v", by, err)
			}
		}
		_, err := h.Tokens(t.Context(), family)
		wantKind(t, "Tokens after EndTokens by "+by, err, fault.Login)
	}
	wantKind(t, "EndTokens of nothing", h.EndTokens(t.Context(), ""), "")
}

func TestStoredFamilyShowsNoToken(t *testing.T) {
	h := newHouse(t)
	first, family := h.startTokens(t)
	second := h.refresh(t, first)
	f, err := h.families.Get(t.Context(), family)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{first, second} {
		if _, secret, _ := strings.Cut(token, "."); strings.Contains(string(body), secret) {
			t.Errorf("the stored family shows a token: %s", body)
		}
	}
}
