package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/seed"
)

// servicesOf are the services listed for the organization.
func (s *site) servicesOf(organization string) []directory.ServiceDoc {
	s.t.Helper()
	list, err := s.h.Directory.ServicesOf(identity.With(s.t.Context(), identity.SystemActor("test")), organization, "", 50)
	if err != nil {
		s.t.Fatal(err)
	}
	return list.Items
}

func TestAddServiceForNewAgency(t *testing.T) {
	s := newCounty(t)
	s.as("park")
	v := s.send(s.get("/admin/organizations"), "/admin/organizations", "name", "Riverside Kitchen", "kind", "agency", "timeZone", "America/Los_Angeles", "phone", "209-555-0100")
	action := v.link(t, "Add a service Riverside Kitchen")
	organization := mustQuery(t, action).Get("organization")
	if _, err := s.h.Directory.OrganizationByID(t.Context(), organization); !errors.Is(err, docstore.ErrNotFound) {
		t.Fatalf("OrganizationByID before = %v, want not found", err)
	}
	page := s.get(action).shows(t, 200, "Add a service", "Riverside Kitchen")
	wrong := s.send(page, action, "description", "Hot meals.", hoursField(1), "09:00", "cost", "other", "ageFrom", "many").
		shows(t, 400, "Error: Add a service", "Enter the name of the service.", "Choose at least one need", "Enter the street and number.", "Enter the city.",
			"as two letters", "ZIP code with five digits", "cannot tell the county", "when it opens and when it closes", "whole years", "Say what it costs.", "Hot meals.")
	if n := len(s.servicesOf(organization)); n != 0 {
		t.Fatalf("a form with mistakes listed %d services", n)
	}
	fill := []string{"name", "Hot lunch", "needs", "food-insecurity", "line", "12 River Road", "city", "Modesto", "state", "ca", "postalCode", "95354",
		"phone", "(209) 555-0111 ext. 7", "languages", "en", "languages", "es", hoursField(1), "09:00", closesField(1), "17:00", "ageFrom", "18", "ageTo", "", "cost", "free",
		"eligibility", "Anybody who is hungry"}
	added := s.send(wrong, action, fill...).
		shows(t, 200, "The service is listed.", "Hot lunch", "Riverside Kitchen", "12 River Road", "Stanislaus County", "Free", "Anybody who is hungry", "Ages 18 and over", "(209) 555-0111, extension 7", "Español")
	if twice := s.send(wrong, action, fill...).shows(t, 200, "Hot lunch"); twice.path != added.path {
		t.Errorf("the same form sent twice made %s and %s", added.path, twice.path)
	}
	list := s.servicesOf(organization)
	if len(list) != 1 {
		t.Fatalf("%d services are listed, want 1", len(list))
	}
	if got := list[0]; len(got.Coverage.Areas) != 1 || got.Coverage.Unknown || got.Needs[0].Source != directory.Manual || got.TimeZone != "America/Los_Angeles" {
		t.Errorf("stored: coverage %v, needs %v, zone %q", got.Coverage, got.Needs, got.TimeZone)
	}
	s.drained()
	s.as("vega")
	s.get("/directory?q=hot+lunch&zip=95354&miles=25").shows(t, 200, "Hot lunch", "Riverside Kitchen")

	s.as("park")
	s.get(newServicePath(seed.ID("alder-health"))).shows(t, 404)
	s.get("/listing/new").shows(t, 404)
}

func TestAgencyAddsServices(t *testing.T) {
	s := newCounty(t)
	s.as("moreno")
	bank := seed.ID("valley-food-bank")
	before, err := s.h.Directory.OrganizationByID(t.Context(), bank)
	if err != nil {
		t.Fatal(err)
	}
	page := s.get(s.get("/listing").link(t, "Add a service")).shows(t, 200, "Alder Valley Food Bank")
	action := newServicePath(bank)
	s.send(page, action, "name", "Safe pantry", "needs", "food-insecurity", "place", "confidential", "area", "zips", "zips", "95354 00000").
		shows(t, 400, "We do not know the ZIP code 00000.", "Enter a phone number.")
	s.send(page, action, "name", "Safe pantry", "needs", "food-insecurity", "place", "confidential", "line", "1 Hidden Lane", "area", "zips", "zips", "95354, 95355", "phone", "209-555-0111").
		shows(t, 200, "The service is listed.", "Safe pantry", "Our listing")
	s.send(s.get("/listing/new"), action, "name", "Food line", "needs", "food-insecurity", "needs", "financial-insecurity", "place", "phone", "area", "unknown", "phone", "209-555-0112").
		shows(t, 200, "The service is listed.", "Food line")
	for _, d := range s.servicesOf(bank) {
		switch d.Service.Name {
		case "Safe pantry":
			if v := s.get(servicePath(d.ID)).shows(t, 200, "Address not shown, for safety."); strings.Contains(v.body, "Hidden Lane") {
				t.Error("the page of a confidential place shows its address")
			}
			place, err := s.h.Directory.LocationByID(t.Context(), d.Service.ServiceAtLocations[0].LocationID)
			if err != nil || !place.Confidential || len(place.Location.Addresses) > 0 || place.Location.Latitude != nil {
				t.Errorf("the place of %s = %+v, %v, want confidential without address and position", d.Service.Name, place, err)
			}
		case "Food line":
			if len(d.Service.ServiceAtLocations) > 0 || !d.Coverage.Unknown || len(d.Needs) != 2 {
				t.Errorf("Food line: %d places, coverage %+v, needs %v", len(d.Service.ServiceAtLocations), d.Coverage, d.Needs)
			}
		}
	}
	if n := len(s.servicesOf(bank)); n < 3 {
		t.Errorf("%d services are listed, want at least 3", n)
	}
	if after, err := s.h.Directory.OrganizationByID(t.Context(), bank); err != nil || after.Version != before.Version {
		t.Errorf("the organization was changed: version %d, want %d (%v)", after.Version, before.Version, err)
	}
	other := newServicePath(seed.ID("bridgeway"))
	s.get(other).shows(t, 200, "Alder Valley Food Bank") // their own, whatever the address says
	s.as("harris")
	s.get(action).shows(t, 403)
	s.request(http.MethodPost, action, url.Values{"name": {"X"}}).shows(t, 403)
}

// TestAddServiceNamesItsInputs: problems that say the same say of which input.
func TestAddServiceNamesItsInputs(t *testing.T) {
	s := newCounty(t)
	s.as("moreno")
	page := s.get(s.get("/listing").link(t, "Add a service"))
	long := strings.Repeat("x", maxServiceLine+1)
	s.send(page, newServicePath(seed.ID("valley-food-bank")), "name", long, "line", long, "city", long, "fees", long, hoursField(1), "09:00", closesField(3), "17:00").
		shows(t, 400, "Name of the service: Use at most 200 characters.", "City: Use at most 200 characters.", "What it costs: Use at most 200 characters.",
			"Monday: Enter when it opens and when it closes", "Wednesday: Enter when it opens and when it closes")
	for _, input := range serviceTexts {
		if addServiceLabels[input.name] == "" {
			t.Errorf("the input %s may be too long and has no name for it", input.name)
		}
	}
}
