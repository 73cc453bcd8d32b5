package server

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/havenloop/havenloop/directory/imports"
)

// TestFetchStaysOutside: an address of this machine or of a private network is
// not connected to, however it is written.
func TestFetchStaysOutside(t *testing.T) {
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("somebody inside was asked") }))
	defer inside.Close()
	f, err := os.Create(filepath.Join(t.TempDir(), "feed.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := fetch(t.Context(), inside.URL, f); !errors.Is(err, imports.ErrPrivate) {
		t.Errorf("fetch(%s) = %v, want it refused", inside.URL, err)
	}
}
