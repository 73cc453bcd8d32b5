package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/server"
	"github.com/havenloop/havenloop/server/api"
	"github.com/havenloop/havenloop/server/servertest"
)

// public lists the routes that anybody may use; a new one must be put here on purpose.
var public = []string{
	"GET /healthz", "GET /readyz",
	"GET /api/openapi.json", "POST /api/v1/auth/login", "POST /api/v1/auth/refresh",
	"GET /hsds", "GET /hsds/", "GET /hsds/openapi.json", "GET /hsds/profile", "GET /fhir/metadata",
	"GET /hsds/services", "POST /hsds/services", "GET /hsds/services/:id",
	"GET /hsds/organizations", "POST /hsds/organizations", "GET /hsds/organizations/:id",
	"GET /hsds/service_at_locations", "POST /hsds/service_at_locations", "GET /hsds/service_at_locations/:id",
	"GET /hsds/taxonomies", "POST /hsds/taxonomies", "GET /hsds/taxonomies/:id",
	"GET /hsds/taxonomy_terms", "POST /hsds/taxonomy_terms", "GET /hsds/taxonomy_terms/:id",
	"GET /hsds/locations", "POST /hsds/locations", "GET /hsds/locations/:id", "GET /hsds/tombstones", "POST /hsds/tombstones",
	"GET /static/*", "GET /sw.js", "GET /manifest.webmanifest", "GET /offline",
	"GET /signin", "POST /signin", "POST /signout", "POST /language", "GET /setup", "POST /setup",
	"GET /s", "POST /s", "GET /s/pin", "POST /s/pin", "GET /s/text", "POST /s/text", "GET /s/language", "GET /s/lines",
	"GET /p", "POST /p", "GET /p/pin", "POST /p/pin", "GET /p/text", "POST /p/text", "GET /p/lines", "GET /p/leave", "POST /p/leave",
	"POST /api/v1/own/enter", "POST /api/v1/own/text", "POST /api/v1/own/unlock", // what a patient begins with, as on /p
	"GET /a", "POST /a", "GET /a/code", "POST /a/code", "GET /a/send", "POST /a/send", "POST /a/leave",
	"GET /report/:id", "POST /report/:id", "GET /report/:id/thanks",
	"GET /s/leave", "POST /s/leave", "GET /s/forget", "GET /kiosk/end", "GET /language", "POST /kiosk/end",
}

func TestEveryRouteDeclaresAPermission(t *testing.T) {
	h := servertest.Open(t)
	known := identity.Permissions()
	var open []string
	for _, r := range h.Server.Routes() {
		if !slices.Contains(known, r.Permission) {
			t.Errorf("%s %s declares the permission %q, which no table knows", r.Method, r.Path, r.Permission)
		}
		if r.Permission == identity.Public {
			open = append(open, r.Method+" "+r.Path)
		}
	}
	slices.Sort(open)
	want := slices.Sorted(slices.Values(public))
	if !slices.Equal(open, want) {
		t.Errorf("public routes = %v, want %v", open, want)
	}
}

func TestEchoKnowsNoOtherRoutes(t *testing.T) {
	h := servertest.Open(t)
	var declared []string
	for _, r := range h.Server.Routes() {
		declared = append(declared, r.Method+" "+r.Path)
	}
	for _, r := range h.Server.Registered() {
		if !slices.Contains(declared, r) {
			t.Errorf("route %s is registered without a declared permission", r)
		}
	}
}

func TestUndeclaredPermissionStopsTheStart(t *testing.T) {
	if err := server.CheckRoutes([]server.Route{{Method: http.MethodGet, Path: "/open"}}); err == nil {
		t.Error("CheckRoutes of a route without a permission = nil, want an error")
	}
}

func TestDescriptionAndRoutesAgree(t *testing.T) {
	h := servertest.Open(t)
	var routes []string
	for _, r := range h.Server.Routes() {
		if strings.HasPrefix(r.Path, "/api/v1/") {
			routes = append(routes, r.Method+" "+r.Path)
		}
	}
	slices.Sort(routes)
	if want := slices.Sorted(slices.Values(api.Operations())); !slices.Equal(routes, want) {
		t.Errorf("routes = %v\ndescribed = %v", routes, want)
	}
}

// TestRouteMatrix tries every route of the API as every role: who lacks the
// permission is refused before anything is read.
func TestRouteMatrix(t *testing.T) {
	h := servertest.Open(t)
	people := map[identity.Role]string{
		identity.CHW: "vega", identity.CareManager: "bell", identity.Supervisor: "lindqvist",
		identity.AgencyStaff: "harris", identity.AgencyAdmin: "moreno", identity.NetworkAdmin: "park",
	}
	for _, r := range h.Server.Routes() {
		if !strings.HasPrefix(r.Path, "/api/v1/") || r.Permission == identity.Public || strings.HasSuffix(r.Path, "/logout") {
			continue
		}
		path := strings.ReplaceAll(r.Path, ":id", "00000000-0000-4000-8000-000000000000")
		body := ""
		if r.Method != http.MethodGet {
			body = "{}"
		}
		if a := h.Do(t, "", r.Method, path, body); a.Status != http.StatusUnauthorized {
			t.Errorf("%s %s as nobody = %d, want 401", r.Method, r.Path, a.Status)
		}
		for role, name := range people {
			a := h.Do(t, name, r.Method, path, body)
			if may := (identity.Actor{Role: role}).May(r.Permission); may == (a.Status == http.StatusForbidden) {
				t.Errorf("%s %s as %s = %d, although the role's permission is %v", r.Method, r.Path, role, a.Status, may)
			}
		}
	}
}
