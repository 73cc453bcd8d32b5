package server

import (
	"net"
	"net/http/httptest"
	"testing"
)

// TestWhoAsks believes a proxy that is trusted, and nobody else.
func TestWhoAsks(t *testing.T) {
	_, trusted, err := net.ParseCIDR("10.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		proxies []*net.IPNet
		from    string
		want    string
	}{
		{"without proxies the header is not read", nil, "10.0.0.7:443", "10.0.0.7"},
		{"the word of a trusted proxy", []*net.IPNet{trusted}, "10.0.0.7:443", "203.0.113.9"},
		{"the word of anybody else", []*net.IPNet{trusted}, "192.168.1.7:443", "192.168.1.7"},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.from
		r.Header.Set("X-Forwarded-For", "203.0.113.9")
		if got := whoAsks(tt.proxies)(r); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
