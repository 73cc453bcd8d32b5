package web

import (
	"strings"
	"testing"
)

// TestNewsLeadsToItsPage lets a care worker refer, and the agency learn of it
// on its start page, open it from there, and find it read afterwards.
func TestNewsLeadsToItsPage(t *testing.T) {
	s := newCounty(t)
	s.as("harris")
	before := strings.Count(s.get("/").body, `action="/notices/`)
	s.as("vega")
	_, matches := s.matchesOf(t)
	sent := s.referred(t, matches, "valley-food-bank/pantry")
	s.drained()
	s.as("harris")
	home := s.get("/").shows(t, 200, "New since you looked", "A new referral is waiting")
	if got := strings.Count(home.body, `action="/notices/`); got != min(before+1, newsLimit) {
		t.Errorf("%d notices after %d, want one more", got, before)
	}
	_, rest, _ := strings.Cut(home.body, `action="/notices/`)
	id, _, _ := strings.Cut(rest, "/")
	opened := s.send(home, "/notices/"+id+"/read").shows(t, 200, "It is your turn")
	if opened.path != sent.path {
		t.Errorf("the newest notice leads to %s, want %s", opened.path, sent.path)
	}
	if strings.Contains(s.get("/").body, id) {
		t.Error("a notice that was read is still new")
	}
	s.as("patel")
	s.request("POST", "/notices/"+id+"/read", map[string][]string{"_token": {"token"}}).shows(t, 404)
}
