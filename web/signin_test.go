package web

import (
	"net/http"
	"strconv"
	"testing"
)

func TestTooManyTriesToSignIn(t *testing.T) {
	s := newSite(t)
	page := s.get("/signin")
	var v visit
	for range 100 {
		if v = s.send(page, "/signin", "email", "rosa@example.org", "password", "wrong"); v.status == http.StatusTooManyRequests {
			break
		}
	}
	v.shows(t, 429, "Too many tries to sign in. Wait one minute and try again.")
	if n, err := strconv.Atoi(v.header.Get("Retry-After")); err != nil || n < 1 || n > 60 {
		t.Errorf("Retry-After = %q, want the seconds of at most a minute", v.header.Get("Retry-After"))
	}
}
