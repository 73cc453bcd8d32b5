package directory

import (
	"context"
	"net/url"
	"strings"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/geo"
)

var (
	capacities = map[string]bool{CapacityOpen: true, CapacityWaitlist: true, CapacityFull: true, CapacityUnknown: true}
	statuses   = map[Status]bool{Active: true, Inactive: true, Defunct: true, TemporarilyClosed: true}
	places     = map[LocationType]bool{Physical: true, Postal: true, Virtual: true}
)

func checkOrganization(o OrganizationDoc) error {
	var f fault.Fields
	f.Check(strings.TrimSpace(o.Organization.Name) != "", "name", "Enter the name of the organization.")
	f.Check(webAddress(o.Organization.Website), "website", "Enter a web address that starts with https:// or http://.")
	f.Check(o.TimeZone == "" || loadZone(o.TimeZone) != nil, "timeZone", "Choose a time zone from the list.")
	return f.Err()
}

func checkLocation(l LocationDoc) error {
	var f fault.Fields
	loc := l.Location
	f.Check(places[loc.LocationType], "location_type", "Choose if the location is physical, postal or virtual.")
	f.Check((loc.Latitude == nil) == (loc.Longitude == nil), "latitude", "Enter both latitude and longitude, or neither.")
	if loc.Latitude != nil && loc.Longitude != nil {
		f.Check(geo.Valid(geo.Point{Lat: *loc.Latitude, Lng: *loc.Longitude}), "latitude", "Enter a latitude from -90 to 90 and a longitude from -180 to 180.")
	}
	f.Check(l.TimeZone == "" || loadZone(l.TimeZone) != nil, "timeZone", "Choose a time zone from the list.")
	return f.Err()
}

// checkService also reads whether the organization and the locations exist.
func (d *Directory) checkService(ctx context.Context, in ServiceDoc) error {
	var f fault.Fields
	s := in.Service
	f.Check(strings.TrimSpace(s.Name) != "", "name", "Enter the name of the service.")
	f.Check(statuses[s.Status], "status", "Choose if the service is active, inactive, defunct or temporarily closed.")
	f.Check(webAddress(s.URL), "url", "Enter a web address that starts with https:// or http://.")
	f.Check(in.TimeZone == "" || loadZone(in.TimeZone) != nil, "timeZone", "Choose a time zone from the list.")
	f.Check(in.Capacity.Status == "" || capacities[in.Capacity.Status], "capacity", "Choose if the service is open, has a waitlist or is full.")
	if s.MinimumAge != nil && s.MaximumAge != nil {
		f.Check(*s.MinimumAge <= *s.MaximumAge, "minimum_age", "The lowest age must not be above the highest age.")
	}
	for _, n := range in.Needs {
		_, ok := domainNames[n.Domain]
		f.Check(ok, "needs", "Choose needs from the list.")
	}
	checkEligibility(&f, in.Eligibility)
	organizations, err := d.organizations.GetMany(ctx, []string{s.OrganizationID})
	if err != nil {
		return err
	}
	f.Check(len(organizations) == 1, "organization_id", "Choose an organization that exists.")
	ids := locationIDs(s)
	locations, err := d.locations.GetMany(ctx, ids)
	if err != nil {
		return err
	}
	f.Check(len(locations) == len(ids), "service_at_locations", "Choose locations that exist.")
	return f.Err()
}

// locationIDs are the ids of the service's locations, each once.
func locationIDs(s Service) []string {
	var ids []string
	seen := map[string]bool{}
	for _, l := range s.ServiceAtLocations {
		if !seen[l.LocationID] {
			seen[l.LocationID] = true
			ids = append(ids, l.LocationID)
		}
	}
	return ids
}

// webAddress tells whether s can be a link; none is fine.
func webAddress(s string) bool {
	if s == "" {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
