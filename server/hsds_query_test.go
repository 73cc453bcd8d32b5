package server_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
)

// filter is one or several parameters that count as one condition.
type filter = url.Values

func one(name string, values ...string) filter { return filter{name: values} }

// Conditions by list. Those of places are apart: a service fits several of
// them at one place only, so that alone they may find more.
var (
	ofServices = []filter{
		one("search", "food"), one("search", "help"), one("taxonomy_term_id", seed.ID("meals")), one("taxonomy_term_id", seed.ID("meals"), seed.ID("law")),
		{"taxonomy_term_id": {seed.ID("basics")}, "narrower": {"true"}}, one("taxonomy_id", seed.ID("help")), one("taxonomy_id", seed.ID("people")),
		one("organization_id", seed.ID("valley-food-bank")), one("organization_id", seed.ID("valley-food-bank"), seed.ID("harbor-house")),
		one("status", "active"), one("status", "inactive", "temporarily closed"),
	}
	ofPlaces = []filter{
		one("postcode", "95351"), {"postcode": {"95351"}, "proximity": {"4000"}}, one("language", "es"), one("language", "vi", "zh"),
		{"lat": {"37.64"}, "lng": {"-121"}, "radius": {"5000"}}, one("open_now", "true"), one("open_at", "2026-03-21T18:00:00-07:00"),
	}
	ofTerms = []filter{one("search", "me"), one("taxonomy_id", seed.ID("help")), one("top_only", "true"), one("parent_id", seed.ID("basics"))}
)

// TestHSDSParametersCombine wants any parameters together to find what each of
// them finds alone.
func TestHSDSParametersCombine(t *testing.T) {
	w := newWalk(t)
	since := one("modified_after", w.Clock.Now().Add(-20*time.Minute).Format(time.RFC3339))
	conditions := map[string][]filter{
		"/services": append(slices.Clone(ofServices), since), "/service_at_locations": append(slices.Concat(ofServices, ofPlaces), since),
		"/taxonomy_terms": ofTerms,
	}
	ids := func(endpoint string, q url.Values) []string { return sorted(idsIn(w.lines(endpoint, q))) }
	alone, every := map[string][]string{}, map[string][]string{}
	for endpoint, list := range conditions {
		all := ids(endpoint, nil)
		every[endpoint] = all
		for _, q := range list {
			found := ids(endpoint, q)
			alone[endpoint+q.Encode()] = found
			if len(found) == 0 || len(found) == len(all) {
				t.Errorf("%s?%s finds %d of %d, so it tries nothing", endpoint, q.Encode(), len(found), len(all))
			}
		}
	}
	for _, q := range ofPlaces {
		if found := ids("/services", q); len(found) == 0 {
			t.Errorf("/services?%s finds nothing", q.Encode())
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		endpoint := rapid.SampledFrom(slices.Sorted(maps.Keys(conditions))).Draw(rt, "list")
		want := slices.Clone(every[endpoint])
		together := url.Values{}
		for _, q := range rapid.SliceOfN(rapid.SampledFrom(conditions[endpoint]), 2, 4).Draw(rt, "conditions") {
			if slices.ContainsFunc(slices.Collect(maps.Keys(q)), together.Has) {
				continue
			}
			maps.Copy(together, q)
			want = slices.DeleteFunc(want, func(id string) bool { return !slices.Contains(alone[endpoint+q.Encode()], id) })
		}
		if got := ids(endpoint, together); !slices.Equal(got, want) {
			rt.Errorf("%s?%s finds %d, want the %d that each condition finds", endpoint, together.Encode(), len(got), len(want))
		}
	})
}

func TestHSDSOrganizationsByTerm(t *testing.T) {
	w := newWalk(t)
	all := len(w.lines("/organizations", nil))
	for _, q := range []filter{one("taxonomy_term_id", seed.ID("law")), one("taxonomy_id", seed.ID("people")), one("search", "food")} {
		if n := len(w.pages("/organizations", q, 5)); n == 0 || n >= all {
			t.Errorf("organizations with %s = %d of %d", q.Encode(), n, all)
		}
	}
	bank := w.get("/organizations/" + seed.ID("valley-food-bank"))
	whole := w.get("/organizations/" + seed.ID("valley-food-bank") + "?full_service=true")
	for shown, full := range map[*object]bool{&bank: false, &whole: true} {
		s := (*shown)["services"].([]any)[0].(object)
		if (s["service_at_locations"] != nil) != full || s["organization"] != nil {
			t.Errorf("a service in its organization, full %v = %.300s", full, jsonText(s))
		}
	}
}

func TestHSDSOrders(t *testing.T) {
	w := newWalk(t)
	field := func(name string, list []object) []string {
		var out []string
		for _, o := range list {
			out = append(out, strings.ToLower(o[name].(string)))
		}
		return out
	}
	for q, by := range map[string]string{"": "name", "sort=name": "name", "sort=last_modified": "last_modified", "modified_after=2020-01-01": "last_modified"} {
		v, _ := url.ParseQuery(q)
		if got := field(by, w.lines("/services", v)); !slices.IsSorted(got) {
			t.Errorf("services with %q are not by %s: %v", q, by, got)
		}
	}
	near := url.Values{"lat": {"37.64"}, "lng": {"-121"}, "sort": {"distance"}}
	var last float64
	for _, s := range w.lines("/service_at_locations", near) {
		l := s["location"].(object)
		if l["latitude"] == nil {
			last = 1e9
			continue
		}
		dy, dx := l["latitude"].(float64)-37.64, (l["longitude"].(float64)+121)*0.792 // cos 37.64°
		if d := dx*dx + dy*dy; d < last-1e-6 {
			t.Errorf("%v is nearer than the one before", l["name"])
		} else {
			last = d
		}
	}
	if first := w.lines("/services", url.Values{"search": {"food pantry"}})[0]; !strings.Contains(strings.ToLower(first["name"].(string)), "food") {
		t.Errorf("the best for food pantry is %v", first["name"])
	}
}

func TestHSDSMinimal(t *testing.T) {
	w := newWalk(t)
	full := w.lines("/services", nil)
	p := w.get("/services?minimal=true")
	if p["total_pages"] != 1.0 || p["size"] != float64(len(full)) {
		t.Errorf("minimal services = %v pages with %v, want all %d on one", p["total_pages"], p["size"], len(full))
	}
	for i, m := range p["contents"].([]any) {
		if want := (object{"id": full[i]["id"], "last_modified": full[i]["last_modified"]}); jsonText(m) != jsonText(want) {
			t.Errorf("minimal service = %v, want %v", m, want)
		}
	}
	if got := w.pages("/services", url.Values{"minimal": {"true"}}, 9); len(got) != len(full) {
		t.Errorf("the pages of minimal services have %d, want %d", len(got), len(full))
	}
}

// TestHSDSModified changes a service, its place, its organization and a contact
// of the organization; each time the service is the one that changed.
func TestHSDSModified(t *testing.T) {
	w := newWalk(t)
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	id := seed.ID("valley-food-bank/pantry")
	place, err := w.Directory.LocationByID(ctx, seed.ID("valley-food-bank/place/0"))
	if err != nil {
		t.Fatal(err)
	}
	org, err := w.Directory.OrganizationByID(ctx, seed.ID("valley-food-bank"))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func() error{
		"itself": func() error {
			w.change(id, func(s *directory.ServiceDoc) { s.Service.Alert = "Closed on Friday" })
			return nil
		},
		"a child": func() error {
			w.change(id, func(s *directory.ServiceDoc) {
				s.Service.Phones = append(s.Service.Phones, directory.Phone{Number: "209-555-0100"})
			})
			return nil
		},
		"its place": func() error {
			place.Meta, place.Location.Transportation = docstore.Meta{ID: place.ID}, "Bus 22"
			_, err := w.Directory.PutLocation(ctx, place)
			return err
		},
		"its organization": func() error {
			org.Meta = docstore.Meta{ID: org.ID}
			org.Organization.Contacts = append(org.Organization.Contacts, directory.Contact{Name: "Front desk"})
			_, err := w.Directory.PutOrganization(ctx, org)
			return err
		},
	} {
		w.Clock.Add(time.Hour)
		at := w.Clock.Now()
		if err := change(); err != nil {
			t.Fatal(err)
		}
		w.drain()
		since := func(endpoint string, at time.Time) []string {
			return idsIn(w.lines(endpoint, one("modified_after", at.Format(time.RFC3339Nano))))
		}
		if got := since("/services", at); !slices.Contains(got, id) || len(got) > 5 {
			t.Errorf("after a change of %s: %d services, want the one that changed", name, len(got))
		}
		if got := since("/services", at.Add(time.Millisecond)); len(got) > 0 {
			t.Errorf("after a change of %s and a millisecond: %v", name, got)
		}
		if got := since("/service_at_locations", at); len(got) == 0 {
			t.Errorf("after a change of %s: no place of the service", name)
		}
		if got := since("/organizations", at); !slices.Equal(got, []string{org.ID}) {
			t.Errorf("after a change of %s: organizations %v, want its own", name, got)
		}
	}
}

func TestHSDSTombstones(t *testing.T) {
	w := newWalk(t)
	id := seed.ID("valley-food-bank/pantry")
	before := len(w.lines("/tombstones", nil))
	w.Clock.Add(time.Hour)
	at := w.Clock.Now().Format(time.RFC3339)
	w.change(id, func(s *directory.ServiceDoc) { s.Service.Status = directory.Defunct })
	gone := w.lines("/tombstones", one("modified_after", at))
	if len(gone) != 1 || gone[0]["id"] != id || gone[0]["type"] != "service" || gone[0]["status"] != "defunct" {
		t.Errorf("tombstones = %v, want that of the service", gone)
	}
	if got := len(w.lines("/tombstones", nil)); got != before+1 {
		t.Errorf("tombstones = %d, want one more than %d", got, before)
	}
	for _, path := range []string{"/services/" + id, "/service_at_locations/" + seed.ID("valley-food-bank/pantry/at/0")} {
		if a := w.Send(t, http.MethodGet, "/hsds"+path, "", nil); a.Status != http.StatusNotFound {
			t.Errorf("GET %s of a withdrawn service = %d", path, a.Status)
		}
	}
	if slices.Contains(idsIn(w.lines("/services", nil)), id) {
		t.Error("a withdrawn service is listed")
	}
	w.Clock.Add(time.Minute)
	w.change(id, func(s *directory.ServiceDoc) { s.Service.Status = directory.Active })
	if got := len(w.lines("/tombstones", nil)); got != before || !slices.Contains(idsIn(w.lines("/services", nil)), id) {
		t.Errorf("after it came back: %d tombstones, want %d, and the service listed", got, before)
	}
}

// TestHSDSRefuses tries a wrong value of every kind on every list.
func TestHSDSRefuses(t *testing.T) {
	w := newWalk(t)
	refused := func(method, path, body, kind string, status int) {
		t.Helper()
		a := w.Send(t, method, "/hsds"+path, body, http.Header{"Content-Type": {kind}})
		if got := a.Header.Get("Content-Type"); a.Status != status || got != "application/problem+json" {
			t.Errorf("%s %s %s = %d %s, want the problem %d", method, path, body, a.Status, got, status)
			return
		}
		w.holdOwn(method, path, a)
	}
	for _, endpoint := range lists {
		for _, q := range []string{"page=0", "page=-1", "page=one", "page=1&page=2", "per_page=0", "per_page=101", "per_page=ten", "format=xml", "nearby=yes", "page=%zz"} {
			refused(http.MethodGet, endpoint+"?"+q, "", "", http.StatusBadRequest)
		}
		refused(http.MethodPost, endpoint, "{", "application/json", http.StatusBadRequest)
		refused(http.MethodPost, endpoint, `{"page":{"number":1}}`, "application/json", http.StatusBadRequest)
		refused(http.MethodPost, endpoint, `{"page":0}`, "application/json", http.StatusBadRequest)
		refused(http.MethodPost, endpoint, "page=1", "text/plain", http.StatusBadRequest)
		if endpoint != "/tombstones" {
			refused(http.MethodGet, endpoint+"/00000000-0000-4000-8000-000000000000", "", "", http.StatusNotFound)
			refused(http.MethodGet, endpoint+"/pantry", "", "", http.StatusNotFound)
		}
	}
	for _, path := range []string{
		"/services?full=perhaps", "/services?minimal=perhaps", "/services?minimal=true&full=true", "/services?modified_after=soon",
		"/services?taxonomy_term_id=food", "/services?taxonomy_id=food", "/services?organization_id=pantry", "/services?status=defunct",
		"/services?sort=size", "/services?sort=distance", "/services?sort=relevance", "/services?language=martian", "/services?open_at=noon", "/services?open_now=maybe",
		"/services?lat=1", "/services?lat=91&lng=0", "/services?lat=north&lng=0", "/services?radius=5", "/services?lat=37&lng=-121&radius=-1",
		"/services?search=" + strings.Repeat("a", 201), "/services/" + seed.ID("harbor-house/shelter") + "?full=true",
		"/service_at_locations?postcode=9535", "/service_at_locations?proximity=50", "/service_at_locations?postcode=95351&proximity=near", "/service_at_locations?minimal=true",
		"/organizations?full_service=2", "/organizations?sort=distance", "/taxonomy_terms?top_only=no+way", "/taxonomy_terms?parent_id=x", "/taxonomies?full=true",
	} {
		refused(http.MethodGet, path, "", "", http.StatusBadRequest)
	}
	refused(http.MethodGet, "/nothing", "", "", http.StatusNotFound)
}

// TestHSDSHeaders: a client that has an answer is told so, and one that takes
// gzip gets it.
func TestHSDSHeaders(t *testing.T) {
	w := newWalk(t)
	for _, path := range []string{"", "/openapi.json", "/profile", "/services?per_page=5", "/organizations/" + seed.ID("valley-food-bank")} {
		first := w.Send(t, http.MethodGet, "/hsds"+path, "", nil)
		tag := first.Header.Get("ETag")
		if first.Status != http.StatusOK || tag == "" || first.Header.Get("Cache-Control") != "public, no-cache" || first.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("GET %s = %d %v", path, first.Status, first.Header)
		}
		again := w.Send(t, http.MethodGet, "/hsds"+path, "", http.Header{"If-None-Match": {`"x", ` + tag}})
		if again.Status != http.StatusNotModified || len(again.Body) > 0 {
			t.Errorf("GET %s again = %d with %d bytes, want 304", path, again.Status, len(again.Body))
		}
	}
	for _, path := range []string{"/services?full=true", "/services?format=ndjson"} {
		plain := w.Send(t, http.MethodGet, "/hsds"+path, "", http.Header{"Accept-Encoding": {"gzip;q=0"}})
		packed := w.Send(t, http.MethodGet, "/hsds"+path, "", http.Header{"Accept-Encoding": {"br, gzip"}})
		if packed.Header.Get("Content-Encoding") != "gzip" || plain.Header.Get("Content-Encoding") != "" {
			t.Fatalf("GET %s is packed as %q", path, packed.Header.Get("Content-Encoding"))
		}
		r, err := gzip.NewReader(bytes.NewReader(packed.Body))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, plain.Body) || len(packed.Body) >= len(plain.Body) {
			t.Errorf("GET %s packed holds something else, %v", path, err)
		}
	}
	old := w.Send(t, http.MethodGet, "/hsds/services", "", nil).Header.Get("ETag")
	w.Clock.Add(time.Minute)
	w.change(seed.ID("valley-food-bank/pantry"), func(s *directory.ServiceDoc) { s.Service.Name = "A pantry" })
	if a := w.Send(t, http.MethodGet, "/hsds/services", "", http.Header{"If-None-Match": {old}}); a.Status != http.StatusOK {
		t.Errorf("GET /services after a change = %d", a.Status)
	}
}
