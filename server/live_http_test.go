package server_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/server"
	"github.com/havenloop/havenloop/server/servertest"
)

// hear opens a stream of live updates as the person and answers its lines
// one by one; the channel closes when the stream ends.
func hear(t *testing.T, site *httptest.Server, token string) <-chan string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, site.URL+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	a, err := site.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("GET /live = %d %s", a.StatusCode, a.Header.Get("Content-Type"))
	}
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		defer a.Body.Close()
		for in := bufio.NewScanner(a.Body); in.Scan(); {
			lines <- in.Text()
		}
	}()
	if first := <-lines; first != "retry: 3000" {
		t.Fatalf("begins with %q", first)
	}
	return lines
}

// until reads lines until one holds the text.
func until(t *testing.T, lines <-chan string, text string) {
	t.Helper()
	for line := range lines {
		if strings.Contains(line, text) {
			return
		}
	}
	t.Fatalf("the stream ended without %q", text)
}

func TestLiveUpdates(t *testing.T) {
	h := servertest.Open(t)
	if a := h.Send(t, http.MethodGet, "/live", "", nil); a.Status != http.StatusUnauthorized {
		t.Errorf("GET /live as nobody = %d, want 401", a.Status)
	}
	id, agent := talkOn(t, h)
	site := httptest.NewServer(h.Handler)
	t.Cleanup(site.Close)
	worker, agency := hear(t, site, h.Token(t, "vega")), hear(t, site, h.Token(t, agent))
	if a := h.Do(t, agent, http.MethodPost, "/api/v1/referrals/"+id+"/messages", `{"text":"Are you there?"}`); a.Status != http.StatusCreated {
		t.Fatalf("message = %d %s", a.Status, a.Body)
	}
	if err := h.Relay.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	until(t, worker, `data: {"topic":"referral","id":"`+id+`"}`)
	until(t, agency, `data: {"topic":"inbox"}`)

	// Signing out and being disabled end the streams.
	if a := h.Do(t, "vega", http.MethodPost, "/api/v1/auth/logout", ""); a.Status != http.StatusNoContent {
		t.Fatalf("logout = %d %s", a.Status, a.Body)
	}
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	if _, err := h.Accounts.Disable(ctx, servertest.Account(t, agent).UserID, true); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	for range worker {
	}
	for range agency {
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("the streams ended after %s", took)
	}
}

// TestLiveOnSeveralServers has two hubs follow the events of one store.
func TestLiveOnSeveralServers(t *testing.T) {
	h := servertest.Open(t)
	second := server.NewLive(h.Clock.Now)
	got := 0
	consumer := second.Consumer()
	handle := consumer.Handle
	consumer.Handle = func(ctx context.Context, events []docstore.Event) error {
		got += len(events)
		return handle(ctx, events)
	}
	relay, err := docstore.NewRelay(t.Context(), h.Engine, docstore.RelayOptions{Now: h.Clock.Now, Consumers: []docstore.Consumer{consumer}})
	if err != nil {
		t.Fatal(err)
	}
	id, agent := talkOn(t, h)
	if a := h.Do(t, agent, http.MethodPost, "/api/v1/referrals/"+id+"/messages", `{"text":"Are you there?"}`); a.Status != http.StatusCreated {
		t.Fatalf("message = %d %s", a.Status, a.Body)
	}
	if err := h.Relay.Drain(t.Context()); err != nil { // the first server holds the lease and copies
		t.Fatal(err)
	}
	before := got
	if err := relay.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got == before {
		t.Error("the second server heard nothing")
	}
}
