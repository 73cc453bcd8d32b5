package meili

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/indextest"
	"github.com/havenloop/havenloop/internal/fault"
)

// TestFailures makes sure that a server that is away, busy or slow is a
// fault.Transient, and that one that refuses is not.
func TestFailures(t *testing.T) {
	tests := []struct {
		name      string
		answer    func(w http.ResponseWriter, r *http.Request) bool
		transient bool
	}{
		{"busy", func(w http.ResponseWriter, _ *http.Request) bool { refuse(w, 503, "busy", "busy"); return true }, true},
		{"broken", func(w http.ResponseWriter, _ *http.Request) bool { refuse(w, 500, "internal", "broken"); return true }, true},
		{"throttled", func(w http.ResponseWriter, _ *http.Request) bool {
			refuse(w, 429, "too_many", "slow down")
			return true
		}, true},
		{"no JSON", func(w http.ResponseWriter, _ *http.Request) bool { fmt.Fprint(w, "<html>"); return true }, false},
		{"wrong key", func(w http.ResponseWriter, _ *http.Request) bool {
			refuse(w, 403, "invalid_api_key", "no")
			return true
		}, false},
		{"cut off", func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }, true},
		{"slow", func(_ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return true }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			x := open(t, f)
			x.server = open(t, f).server
			f.mu.Lock()
			f.answerBy = tt.answer
			f.mu.Unlock()
			if tt.name == "slow" {
				x = withTimeout(t, f)
			}
			for name, do := range map[string]func(context.Context) error{
				"Ping":    x.Ping,
				"Search":  func(ctx context.Context) error { _, err := x.Search(ctx, directory.Query{Text: "food"}); return err },
				"Suggest": func(ctx context.Context) error { _, err := x.Suggest(ctx, "food", 5); return err },
				"Apply":   func(ctx context.Context) error { return x.Apply(ctx, []directory.Change{{ServiceID: "s"}}) },
				"Rebuild": func(ctx context.Context) error { return x.Rebuild(ctx, slicesAll(nil)) },
			} {
				err := do(t.Context())
				if err == nil || fault.Is(err, fault.Transient) != tt.transient {
					t.Errorf("%s error = %v, want transient %t", name, err, tt.transient)
				}
				if e, ok := errors.AsType[*fault.Error](err); ok && e.RetryAfter == 0 {
					t.Errorf("%s error says nothing of when to try again", name)
				}
			}
		})
	}
}

// withTimeout is an index whose client does not wait for long.
func withTimeout(t *testing.T, f *fake) *Index {
	t.Helper()
	f.mu.Lock()
	answer := f.answerBy
	f.answerBy = nil
	f.mu.Unlock()
	x, err := Open(t.Context(), Config{URL: f.URL, Key: testKey, Prefix: "t", Now: sunday, Poll: time.Millisecond, Client: &http.Client{Timeout: 100 * time.Millisecond}})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	f.mu.Lock()
	f.answerBy = answer
	f.mu.Unlock()
	return x
}

func TestServerGone(t *testing.T) {
	f := newFake(t)
	x := open(t, f)
	f.Close()
	if _, err := x.Search(t.Context(), directory.Query{}); !fault.Is(err, fault.Transient) {
		t.Errorf("Search error = %v, want a fault.Transient", err)
	}
	late, err := Open(t.Context(), Config{URL: f.URL})
	if err != nil {
		t.Fatalf("Open error = %v, want none: the server may come later", err)
	}
	if err := late.Ping(t.Context()); !fault.Is(err, fault.Transient) {
		t.Errorf("Ping error = %v, want a fault.Transient", err)
	}
	for _, bad := range []string{"", "localhost:7700", "ftp://host", "http://"} {
		if _, err := Open(t.Context(), Config{URL: bad}); err == nil || fault.Is(err, fault.Transient) {
			t.Errorf("Open(%q) error = %v, want one that is not transient", bad, err)
		}
	}
}

// TestFailedTasks makes sure that a task that fails later is an error of the
// call, and that a failed rebuild leaves the index as it was.
func TestFailedTasks(t *testing.T) {
	for _, kind := range []string{"documentAdditionOrUpdate", "settingsUpdate", "indexSwap", "indexCreation"} {
		f := newFake(t)
		x := open(t, f)
		old := indextest.Entries(t)[:1]
		if err := x.Rebuild(t.Context(), slicesAll(old)); err != nil {
			t.Fatalf("Rebuild: %v", err)
		}
		f.failNext = kind
		err := x.Rebuild(t.Context(), slicesAll(indextest.Entries(t)))
		if err == nil || !strings.Contains(err.Error(), "made to fail") {
			t.Errorf("Rebuild with a failing %s: error = %v, want the task's", kind, err)
		}
		if r, err := x.Search(t.Context(), directory.Query{}); err != nil || r.Total != 1 {
			t.Errorf("Search after a failed %s: Total = %d, %v, want 1", kind, r.Total, err)
		}
	}
	f := newFake(t)
	x := open(t, f)
	f.failNext = "documentDeletion"
	if err := x.Apply(t.Context(), []directory.Change{{ServiceID: "s"}}); err == nil {
		t.Error("Apply with a failing task: no error")
	}
}

// TestOlderServer makes sure that a server without the newer ranking rules is
// given the older ones.
func TestOlderServer(t *testing.T) {
	f := newFake(t)
	f.answerBy = func(w http.ResponseWriter, r *http.Request) bool {
		body := f.calls[len(f.calls)-1].Body
		if r.Method != http.MethodPatch || !strings.Contains(body, "attributeRank") {
			return false
		}
		refuse(w, http.StatusBadRequest, "invalid_settings_ranking_rules", "unknown rule")
		return true
	}
	x := open(t, f)
	if got := f.indexes[x.uid].settings.RankingRules; !slices.Equal(got, olderRankingRules) {
		t.Errorf("Open: ranking rules = %q, want %q", got, olderRankingRules)
	}
}

// TestEndedContext makes sure that waiting for a task ends with the context.
func TestEndedContext(t *testing.T) {
	f := newFake(t)
	x := open(t, f)
	ctx, cancel := context.WithCancel(t.Context())
	f.mu.Lock()
	f.answerBy = func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/tasks/") {
			return false
		}
		cancel()
		reply(w, http.StatusOK, map[string]any{"status": "processing"})
		return true
	}
	f.mu.Unlock()
	err := x.Apply(ctx, []directory.Change{{ServiceID: "s"}})
	if !errors.Is(err, context.Canceled) || fault.Is(err, fault.Transient) {
		t.Errorf("Apply error = %v, want context.Canceled", err)
	}
}
