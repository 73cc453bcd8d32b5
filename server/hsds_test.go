package server_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// hsds gets an address of the HSDS API as nobody and wants the status.
func (v visit) hsds(path string, status int) object {
	v.t.Helper()
	a := v.Send(v.t, http.MethodGet, "/hsds"+path, "", nil)
	if a.Status != status {
		v.t.Fatalf("GET /hsds%s = %d, want %d: %.300s", path, a.Status, status, a.Body)
	}
	return a.JSON(v.t)
}

func TestHSDSDescribesItself(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	base := v.hsds("", http.StatusOK)
	if base["version"] != "3.2.3" || base["profile"] == "" {
		t.Errorf("GET /hsds = %v, want version 3.2.3 and the profile", base)
	}
	path, _ := strings.CutPrefix(base["openapi_url"].(string), servertest.BaseURL+"/hsds")
	var described, routes []string
	for path, item := range v.hsds(path, http.StatusOK)["paths"].(object) {
		for method := range item.(object) {
			if method != "parameters" {
				described = append(described, strings.ToUpper(method)+" "+strings.ReplaceAll(path, "{id}", ":id"))
			}
		}
	}
	for _, r := range v.Server.Routes() {
		if strings.HasPrefix(r.Path, "/hsds") && r.Path != "/hsds/" { // as a base address and a path make it
			routes = append(routes, r.Method+" "+r.Path)
		}
	}
	slices.Sort(described)
	slices.Sort(routes)
	if !slices.Equal(described, routes) {
		t.Errorf("routes = %v\ndescribed = %v", routes, described)
	}
}

// TestHSDSPages walks all pages: their arithmetic holds and each service comes once.
func TestHSDSPages(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	const per = 7
	seen := map[string]bool{}
	var total, pages float64
	for n := 1.0; ; n++ {
		p := v.hsds("/services?per_page=7&page="+jsonText(n), http.StatusOK)
		contents := p["contents"].([]any)
		total, pages = p["total_items"].(float64), p["total_pages"].(float64)
		want := object{
			"total_items": total, "total_pages": float64((int(total) + per - 1) / per), "page_number": n,
			"size": float64(len(contents)), "first_page": n == 1, "last_page": n >= pages, "empty": false, "contents": contents,
		}
		if jsonText(p) != jsonText(want) {
			t.Errorf("page %v = %.300s, want %.300s", n, jsonText(p), jsonText(want))
		}
		for _, s := range contents {
			s := s.(object)
			seen[s["id"].(string)] = true
			if s["organization"] == nil || s["service_at_locations"] != nil || s["schedules"] != nil {
				t.Errorf("listed service = %v, want its organization and no lists", s)
			}
		}
		if n >= pages {
			break
		}
	}
	if total == 0 || len(seen) != int(total) {
		t.Errorf("the pages hold %d services, want each of the %v once", len(seen), total)
	}
	if p := v.hsds("/services?per_page=7&page="+jsonText(pages+1), http.StatusOK); p["empty"] != true || len(p["contents"].([]any)) != 0 || p["last_page"] != true {
		t.Errorf("the page behind the last = %v, want an empty one", p)
	}
}

func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestHSDSFilters(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	all := v.hsds("/services", http.StatusOK)["total_items"].(float64)
	for _, filter := range []string{"search=legal", "organization_id=" + seed.ID("harbor-house")} {
		if n := v.hsds("/services?"+filter, http.StatusOK)["total_items"].(float64); n == 0 || n >= all {
			t.Errorf("services with %s = %v of %v, want some but not all", filter, n, all)
		}
	}
	full := v.hsds("/services?full=true&organization_id="+seed.ID("harbor-house"), http.StatusOK)["contents"].([]any)
	if full[0].(object)["service_at_locations"] == nil {
		t.Error("full=true leaves out the places")
	}
}

func TestHSDSRefuses(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	for path, status := range map[string]int{
		"/services?per_page=0":                           http.StatusBadRequest,
		"/services?per_page=101":                         http.StatusBadRequest,
		"/services?per_page=ten":                         http.StatusBadRequest,
		"/services?page=0":                               http.StatusBadRequest,
		"/services?modified_after=soon":                  http.StatusBadRequest,
		"/services?nearby=yes":                           http.StatusBadRequest, // not offered, so not left out in silence
		"/services/00000000-0000-4000-8000-000000000000": http.StatusNotFound,
		"/services/pantry":                               http.StatusNotFound,
	} {
		a := v.Send(t, http.MethodGet, "/hsds"+path, "", nil)
		if kind := a.Header.Get("Content-Type"); a.Status != status || kind != "application/problem+json" {
			t.Errorf("GET /hsds%s = %d %s, want the problem %d", path, a.Status, kind, status)
		}
	}
}

// TestHSDSKeepsConfidentialPlaces gives the safe house a street, a position and
// notes that tell them; nothing of it shows.
func TestHSDSKeepsConfidentialPlaces(t *testing.T) {
	v := visit{t, servertest.Open(t)}
	ctx := identity.With(t.Context(), identity.SystemActor("test"))
	place, err := v.Directory.LocationByID(ctx, seed.ID("harbor-house/place/0"))
	if err != nil {
		t.Fatal(err)
	}
	if !place.Confidential {
		t.Fatal("the place of Harbor House is not confidential")
	}
	lat, lng := 37.123456, -120.654321
	place.Location.Latitude, place.Location.Longitude = &lat, &lng
	place.Location.Description, place.Location.Transportation = "Behind Hidden Lane", "Bus to Hidden Lane"
	place.Location.Addresses = []directory.Address{{
		ID: seed.ID("hidden"), Address1: "7 Hidden Lane", City: "Alder Falls", StateProvince: "CA", PostalCode: "95354", Country: "US", AddressType: directory.Physical,
	}}
	if _, err := v.Directory.PutLocation(ctx, place); err != nil {
		t.Fatal(err)
	}
	shelter, err := v.Directory.ServiceByID(ctx, seed.ID("harbor-house/shelter"))
	if err != nil {
		t.Fatal(err)
	}
	at := &shelter.Service.ServiceAtLocations[0]
	at.Description = "The door on Hidden Lane"
	at.Contacts = []directory.Contact{{ID: seed.ID("hidden/contact"), Department: "Hidden Lane desk"}}
	shelter.Service.Metadata = []directory.Metadata{{
		ID: seed.ID("hidden/change"), LastActionDate: "2026-01-01", LastActionType: "update", FieldName: "description",
		PreviousValue: "At 7 Hidden Lane", ReplacementValue: "Call first", UpdatedBy: "test",
	}}
	if _, err := v.Directory.PutService(ctx, shelter); err != nil {
		t.Fatal(err)
	}
	if err := v.Relay.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"/hsds/services/" + seed.ID("harbor-house/shelter"),
		"/hsds/services?full=true&per_page=100", "/hsds/services?per_page=100", "/hsds/services?search=hidden+lane&full=true",
	} {
		a := v.Send(t, http.MethodGet, path, "", nil)
		if a.Status != http.StatusOK {
			t.Errorf("GET %s = %d", path, a.Status)
		}
		for _, secret := range []string{"Hidden Lane", "37.123456", "-120.654321", seed.ID("hidden")} {
			if bytes.Contains(a.Body, []byte(secret)) {
				t.Errorf("GET %s shows %q of a confidential place", path, secret)
			}
		}
	}
	shown := v.hsds("/services/"+seed.ID("harbor-house/shelter"), http.StatusOK)
	loc := shown["service_at_locations"].([]any)[0].(object)["location"].(object)
	if loc["addresses"] != nil || loc["latitude"] != nil || loc["name"] == nil {
		t.Errorf("confidential location = %v, want its name and no place", loc)
	}
	open := v.hsds("/services/"+seed.ID("valley-food-bank/pantry"), http.StatusOK)
	if loc := open["service_at_locations"].([]any)[0].(object)["location"].(object); loc["addresses"] == nil || loc["latitude"] == nil {
		t.Errorf("location of an open place = %v, want address and position", loc)
	}
}

// TestHSDSAsPublished holds every service against the standard's schema.
func TestHSDSAsPublished(t *testing.T) {
	file := filepath.Join(cmp.Or(os.Getenv("HAVENLOOP_SHARED"), "../../shared"), "standards/hsds/compiled/service.bundle.json")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("the standard's schemas are not here (set HAVENLOOP_SHARED): %v", err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("service.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("service.json")
	if err != nil {
		t.Fatal(err)
	}
	v := visit{t, servertest.Open(t)}
	for _, full := range []string{"true", "false"} {
		list := v.hsds("/services?per_page=100&full="+full, http.StatusOK)["contents"].([]any)
		for _, s := range list {
			if err := schema.Validate(s); err != nil {
				t.Errorf("full=%s: service %v is not as HSDS has it: %.600v", full, s.(object)["name"], err)
			}
		}
	}
	one := v.hsds("/services/"+seed.ID("harbor-house/shelter"), http.StatusOK)
	if err := schema.Validate(one); err != nil {
		t.Errorf("the confidential service is not as HSDS has it: %v", err)
	}
}
