package server

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
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
	for address, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false,
		"0.0.0.0": false, "224.0.0.1": false, "::1": false, "fe80::1": false, "fd00::1": false, "64:ff9b::7f00:1": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("public(%s) = %v, want %v", address, got, want)
		}
	}
}
