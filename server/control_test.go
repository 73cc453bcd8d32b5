package server_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/server/servertest"
)

// timed is an answer that notes the deadlines set on its connection.
type timed struct {
	*httptest.ResponseRecorder
	read, write []time.Time
}

func (w *timed) SetReadDeadline(t time.Time) error  { w.read = append(w.read, t); return nil }
func (w *timed) SetWriteDeadline(t time.Time) error { w.write = append(w.write, t); return nil }

func TestCommandsAreNotTimedOut(t *testing.T) {
	h := servertest.Open(t)
	send := func(token string) *timed {
		req := httptest.NewRequest("POST", servertest.BaseURL+"/control/run", nil)
		req.RemoteAddr = "127.0.0.1:5000"
		req.Header.Set("Havenloop-Arg", "reindex")
		req.Header.Set("Authorization", "Bearer "+token)
		w := &timed{ResponseRecorder: httptest.NewRecorder()}
		h.Handler.ServeHTTP(w, req)
		return w
	}
	w := send(servertest.ControlToken)
	if w.Code != http.StatusOK || len(w.read) != 1 || !w.read[0].IsZero() || len(w.write) != 1 || !w.write[0].IsZero() {
		t.Errorf("a command = %d with deadlines %v and %v, want 200 and both lifted", w.Code, w.read, w.write)
	}
	if w := send("wrong"); w.Code != http.StatusNotFound || len(w.read)+len(w.write) != 0 {
		t.Errorf("without the token = %d with deadlines %v and %v, want 404 and none touched", w.Code, w.read, w.write)
	}
}

func TestCommandsComeFromThisMachine(t *testing.T) {
	h := servertest.Open(t)
	tests := []struct {
		name, from, here, proxy string
		status                  int
	}{
		{"over the loopback", "127.0.0.1", "127.0.0.1", "", http.StatusOK},
		{"over the loopback, IPv6", "[::1]", "::1", "", http.StatusOK},
		{"over the address listened on", "192.0.2.5", "192.0.2.5", "", http.StatusOK},
		{"from another machine", "192.0.2.6", "192.0.2.5", "", http.StatusNotFound},
		{"passed on by a proxy here", "127.0.0.1", "127.0.0.1", "203.0.113.7", http.StatusNotFound},
	}
	for _, tt := range tests {
		ctx := context.WithValue(t.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.ParseIP(tt.here), Port: 8080})
		req := httptest.NewRequestWithContext(ctx, "POST", servertest.BaseURL+"/control/run", nil)
		req.RemoteAddr = tt.from + ":5000"
		req.Header.Set("Havenloop-Arg", "reindex")
		req.Header.Set("Authorization", "Bearer "+servertest.ControlToken)
		if tt.proxy != "" {
			req.Header.Set("X-Forwarded-For", tt.proxy)
		}
		w := httptest.NewRecorder()
		h.Handler.ServeHTTP(w, req)
		if w.Code != tt.status {
			t.Errorf("%s: POST /control/run = %d, want %d", tt.name, w.Code, tt.status)
		}
	}
}

// TestMetricsAreBounded sends methods that a client made up.
func TestMetricsAreBounded(t *testing.T) {
	h := servertest.Open(t)
	for _, method := range []string{"GET", "BREW", "WHEN"} {
		h.Send(t, method, "/nowhere", "", nil)
	}
	figures := string(h.Send(t, "GET", "/metrics", "", nil).Body)
	for label, want := range map[string]bool{`method="GET"`: true, `method="other"`: true, "BREW": false, "WHEN": false} {
		if got := strings.Contains(figures, label); got != want {
			t.Errorf("the figures have %s = %v, want %v", label, got, want)
		}
	}
}
