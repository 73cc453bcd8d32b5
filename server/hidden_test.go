package server_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/feed"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
	"github.com/havenloop/havenloop/server/servertest"
)

// secrets of the safe house, of which nothing shows anywhere.
var safeHouse = []string{"Hidden Lane", "37.123456", "-120.654321", "37.12345", "120.65432", seed.ID("hidden"), seed.ID("hidden/contact")}

// hide gives the safe house a street, a position and notes that tell them, and
// puts a service of somebody else at the same place. Either the place is marked
// confidential, or only the shelter is.
func (v visit) hide(byPlace bool) {
	v.t.Helper()
	ctx := identity.With(v.t.Context(), identity.SystemActor("test"))
	check := func(err error) {
		v.t.Helper()
		if err != nil {
			v.t.Fatal(err)
		}
	}
	place, err := v.Directory.LocationByID(ctx, seed.ID("harbor-house/place/0"))
	check(err)
	if !place.Confidential {
		v.t.Fatal("the place of Harbor House is not confidential")
	}
	lat, lng := 37.123456, -120.654321
	place.Confidential = byPlace
	place.Location.Latitude, place.Location.Longitude = &lat, &lng
	place.Location.Name = "Harbor House, 7 Hidden Lane"
	place.Location.Description, place.Location.Transportation = "Behind Hidden Lane", "Bus to Hidden Lane"
	place.Location.Addresses = []directory.Address{{
		ID: seed.ID("hidden"), Address1: "7 Hidden Lane", City: "Alder Falls", StateProvince: "CA", PostalCode: "95354", Country: "US", AddressType: directory.Physical,
	}}
	_, err = v.Directory.PutLocation(ctx, place)
	check(err)
	shelter, err := v.Directory.ServiceByID(ctx, seed.ID("harbor-house/shelter"))
	check(err)
	shelter.Confidential = !byPlace
	shelter.Service.Description += " Come to 7  HIDDEN LANE when you called."
	shelter.Service.Alert = "7 Hidden Lane has a new door."
	at := &shelter.Service.ServiceAtLocations[0]
	at.Description = "The door on Hidden Lane"
	at.Contacts = []directory.Contact{{ID: seed.ID("hidden/contact"), Department: "Hidden Lane desk"}}
	shelter.Service.Metadata = []directory.Metadata{{
		ID: seed.ID("hidden/change"), LastActionDate: "2026-01-01", LastActionType: "update", FieldName: "description",
		PreviousValue: "At 7 Hidden Lane", ReplacementValue: "Call first", UpdatedBy: "test",
	}}
	_, err = v.Directory.PutService(ctx, shelter)
	check(err)
	neighbour, err := v.Directory.ServiceByID(ctx, seed.ID("valley-food-bank/pantry"))
	check(err)
	neighbour.Service.ServiceAtLocations = append(neighbour.Service.ServiceAtLocations, directory.ServiceAtLocation{ID: seed.ID("hidden/neighbour"), LocationID: place.ID})
	_, err = v.Directory.PutService(ctx, neighbour)
	check(err)
	check(v.Relay.Drain(ctx))
}

// TestConfidentialPlacesStayHidden scans everything that shows services: the
// HSDS API, the JSON API, the pages of every role that does not edit the
// listing, and all exports.
func TestConfidentialPlacesStayHidden(t *testing.T) {
	for name, byPlace := range map[string]bool{"the place is marked": true, "the service is marked": false} {
		t.Run(name, func(t *testing.T) {
			v := visit{t, servertest.Open(t)}
			v.Send(t, http.MethodGet, "/hsds/services", "", nil) // fills the lists before the change
			v.hide(byPlace)
			shelter, pantry, place := seed.ID("harbor-house/shelter"), seed.ID("valley-food-bank/pantry"), seed.ID("harbor-house/place/0")
			paths := []string{"/hsds/tombstones"}
			for _, list := range []string{"/services", "/organizations", "/service_at_locations", "/locations"} {
				paths = append(paths, "/hsds"+list+"?per_page=100", "/hsds"+list+"?per_page=100&full=true", "/hsds"+list+"?format=ndjson&full=true", "/hsds"+list+"?search=hidden+lane&full=true")
			}
			paths = append(paths, "/hsds/services/"+shelter, "/hsds/services/"+pantry, "/hsds/locations/"+place, "/hsds/organizations/"+seed.ID("harbor-house")+"?full_service=true",
				"/hsds/service_at_locations/"+seed.ID("hidden/neighbour"), "/hsds/service_at_locations?lat=37.123456&lng=-120.654321&sort=distance&full=true")
			for _, path := range paths {
				v.scan("", path)
			}
			for _, who := range []string{"vega", "lindqvist", "harris", "park"} {
				for _, path := range []string{
					"/api/v1/services?perPage=100", "/api/v1/services?q=shelter", "/api/v1/services?q=hidden+lane", "/api/v1/services/" + shelter, "/api/v1/services/" + pantry,
					"/directory?q=shelter&view=map", "/directory?near=95354&view=map",
					"/directory", "/directory?q=shelter", "/directory?q=hidden", "/directory?q=safe&near=95354", "/directory/services/" + shelter, "/directory/services/" + pantry,
				} {
					v.scan(who, path)
				}
			}
			v.scanOwn(shelter, pantry)
			for _, near := range []string{"lat=37.123456&lng=-120.654321&radius=300", "postcode=95354&proximity=20000"} { // its distance would tell the place
				a := v.Send(t, http.MethodGet, "/hsds/services?per_page=100&"+near, "", nil)
				if near[0] == 'p' && bytes.Contains(a.Body, []byte(shelter)) {
					t.Errorf("the shelter is found by its distance: %s", near)
				}
			}
			for _, f := range feed.Formats() {
				v.look(string(f), v.exported(f))
			}
			open := v.hsds("/services/"+pantry, http.StatusOK)["service_at_locations"].([]any)
			if loc := open[0].(object)["location"].(object); loc["addresses"] == nil || loc["latitude"] == nil {
				t.Errorf("location of an open place = %v, want address and position", loc)
			}
			loc := v.hsds("/locations/"+place, http.StatusOK)
			if loc["addresses"] != nil || loc["latitude"] != nil || !strings.Contains(loc["name"].(string), "Harbor House") {
				t.Errorf("confidential location = %v, want its name and no place", loc)
			}
		})
	}
}

// scanOwn looks at what those hold who edit other listings: the list to take
// home, with its sheet and its text messages, what a phone takes along, and the pages of the neighbour's
// listing, of which the shelter's place is one.
func (v visit) scanOwn(shelter, pantry string) {
	v.t.Helper()
	worker := newPhone(v.t, onTheWeb(v.t, v.House))
	worker.open("/signin").post("/signin", "email", servertest.Account(v.t, "vega").Email, "password", servertest.Password).at("/")
	worker.open("/directory?q=shelter").post("/shortlist", "service", shelter, "service", pantry)
	v.scan("vega", "/offline/day")
	v.look("the list to take home", []byte(worker.open("/shortlist").statusIs(http.StatusOK, "Harbor House").body))
	agency := newPhone(v.t, onTheWeb(v.t, v.House))
	agency.open("/signin").post("/signin", "email", servertest.Account(v.t, "moreno").Email, "password", servertest.Password).at("/")
	for _, page := range []string{"", "/about", "/hours", "/places", "/hours-at-" + seed.ID("harbor-house/place/0")} {
		path := "/listing/" + pantry + page
		v.look(path, []byte(agency.open(path).statusIs(http.StatusOK).body))
	}
}

// scan gets a path and wants it to tell nothing of the safe house.
func (v visit) scan(who, path string) {
	v.t.Helper()
	header := http.Header{"Accept": {"text/html"}}
	if who != "" {
		header.Set("Authorization", "Bearer "+v.Token(v.t, who))
	}
	a := v.Send(v.t, http.MethodGet, path, "", header)
	if a.Status != http.StatusOK {
		v.t.Errorf("GET %s as %q = %d", path, who, a.Status)
	}
	v.look(path, a.Body)
}

func (v visit) look(what string, body []byte) {
	v.t.Helper()
	// What somebody searched for stands on the page again.
	text := strings.ReplaceAll(string(body), "hidden", "")
	for _, secret := range safeHouse {
		if i := strings.Index(strings.ToLower(text), strings.ToLower(secret)); i >= 0 {
			v.t.Errorf("%s shows %q of a confidential place: …%s…", what, secret, text[max(0, i-200):min(len(text), i+100)])
		}
	}
}

// exported is an export, the tables one after another.
func (v visit) exported(f feed.Format) []byte {
	v.t.Helper()
	var b bytes.Buffer
	ctx := identity.With(context.WithoutCancel(v.t.Context()), identity.SystemActor("test"))
	if _, err := feed.Write(ctx, v.Directory, f, &b, v.Clock.Now()); err != nil {
		v.t.Fatal(err)
	}
	if f != feed.HSDSCSV {
		return b.Bytes()
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		v.t.Fatal(err)
	}
	var all []byte
	for _, file := range z.File {
		r, err := file.Open()
		if err != nil {
			v.t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			v.t.Fatal(err)
		}
		all = append(all, text...)
	}
	return all
}

// TestSeedExportIsAsTheStandardHasIt holds the county's export against the
// standard's schemas, the confidential place among it.
func TestSeedExportIsAsTheStandardHasIt(t *testing.T) {
	service := official(t, "compiled/service.bundle.json#/$defs/service")
	if service == nil {
		t.Skip("the standard's files are not here (set HAVENLOOP_SHARED)")
	}
	w := newWalk(t)
	w.hide(true)
	other := map[string]*jsonschema.Schema{
		"location_type": official(t, "compiled/service.bundle.json#/$defs/location"), "x_kind": official(t, "compiled/service.bundle.json#/$defs/taxonomy"),
		"taxonomy_id": official(t, "compiled/service.bundle.json#/$defs/taxonomy_term"), "status": service,
		"name": official(t, "compiled/organization.bundle.json"),
	}
	n := 0
	for line := range bytes.Lines(w.exported(feed.NDJSON)) {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		for _, field := range []string{"x_kind", "location_type", "taxonomy_id", "status", "name"} {
			if v.(object)[field] != nil {
				if err := other[field].Validate(v); err != nil {
					t.Errorf("an exported object is not as HSDS has it: %v\n%.300s", err, line)
				}
				n++
				break
			}
		}
	}
	if n == 0 {
		t.Error("nothing was exported")
	}
}
