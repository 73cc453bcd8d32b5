package server_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

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

func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
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
