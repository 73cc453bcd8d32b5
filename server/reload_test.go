package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// TestEveryFormCanBeReloaded finds forms sent to an address that answers no
// GET, where a reload after a refusal would end at nothing.
func TestEveryFormCanBeReloaded(t *testing.T) {
	h := servertest.Open(t)
	routes := h.Server.Routes()
	var pages []string
	for _, r := range routes {
		if r.Method == http.MethodGet {
			pages = append(pages, r.Path)
		}
	}
	for _, r := range routes {
		machine := strings.HasPrefix(r.Path, "/api/") || strings.HasPrefix(r.Path, "/control/")
		if r.Method == http.MethodPost && !machine && r.Path != "/signout" && !slices.Contains(pages, r.Path) {
			t.Errorf("POST %s has no GET", r.Path)
		}
	}
	as := func(name, path string) servertest.Answer {
		return h.Send(t, http.MethodGet, path, "", http.Header{"Authorization": {"Bearer " + h.Token(t, name)}})
	}
	harris := "/admin/users/" + seed.ID("user/harris")
	for _, tt := range []struct{ as, path, to string }{
		{"moreno", "/listing/" + seed.ID("valley-food-bank/pantry") + "/capacity", "/listing"},
		{"park", harris + "/disable", "/admin/users?organization=" + seed.ID("valley-food-bank")},
		{"park", harris + "/password", "/admin/users?organization=" + seed.ID("valley-food-bank")},
		{"park", "/admin/services/reindex", "/admin/services"},
		{"park", "/admin/services/map/remove", "/admin/services"},
		{"park", "/admin/words/remove", "/admin/words"},
		{"park", "/admin/words/switch", "/admin/words"},
		{"park", "/admin/searches/aside", "/admin/searches"},
	} {
		if a := as(tt.as, tt.path); a.Status != http.StatusSeeOther || a.Header.Get("Location") != tt.to {
			t.Errorf("GET %s = %d to %q, want 303 to %q", tt.path, a.Status, a.Header.Get("Location"), tt.to)
		}
	}
	for _, path := range []string{harris + "/disable", "/admin/services/reindex"} {
		if a := as("vega", path); a.Status != http.StatusForbidden {
			t.Errorf("GET %s by a health worker = %d, want 403", path, a.Status)
		}
	}
}
