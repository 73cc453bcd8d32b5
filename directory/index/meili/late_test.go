package meili

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
)

// TestServerThatComesLate opens the index while its server is away: searches
// are refused as transient, and work once the server is there.
func TestServerThatComesLate(t *testing.T) {
	f := newFake(t)
	here := false
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !here {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		f.serve(w, r)
	}))
	t.Cleanup(proxy.Close)
	x, err := Open(t.Context(), Config{URL: proxy.URL, Key: testKey})
	if err != nil {
		t.Fatalf("Open while the server is away = %v, want none", err)
	}
	if _, err := x.Search(t.Context(), directory.Query{}); !fault.Is(err, fault.Transient) {
		t.Errorf("Search while the server is away = %v, want a transient fault", err)
	}
	if err := x.Apply(t.Context(), nil); !fault.Is(err, fault.Transient) {
		t.Errorf("Apply while the server is away = %v, want a transient fault", err)
	}
	here = true
	if _, err := x.Search(t.Context(), directory.Query{}); err != nil {
		t.Errorf("Search once the server is there = %v", err)
	}
}
