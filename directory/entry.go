package directory

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/havenloop/havenloop/internal/geo"
	"github.com/havenloop/havenloop/internal/network"
)

// listing is all that is known of a service, together.
type listing struct {
	doc       ServiceDoc
	org       OrganizationDoc
	locations map[string]LocationDoc
	terms     map[string]TaxonomyTerm // its taxonomy terms and all above them
	now       time.Time               // how old it is counts up to then
	rules     network.Listings
	secret    map[string]bool // locations that must not show for the sake of another service
}

// spot is a service at one of its places; without a place, sal and loc are zero.
type spot struct {
	sal ServiceAtLocation
	loc LocationDoc
}

// spots are the places of the service; one without a place when it has none.
func (l listing) spots() []spot {
	var out []spot
	for _, s := range l.doc.Service.ServiceAtLocations {
		out = append(out, spot{sal: s, loc: l.locations[s.LocationID]})
	}
	if len(out) == 0 {
		out = []spot{{}}
	}
	return out
}

// entries are what the index knows of the service. A service that is defunct
// or whose organization is gone has none.
func (l listing) entries(crosswalk *Crosswalk) []Entry {
	s := l.doc.Service
	if s.Status == Defunct || l.org.ID == "" {
		return nil
	}
	e := Entry{
		ServiceID: l.doc.ID, OrganizationID: s.OrganizationID,
		Name: s.Name, OrganizationName: l.org.Organization.Name, ProgramName: l.program(),
		Eligibility: s.EligibilityDescription, Description: s.Description,
		Status: string(s.Status), Capacity: l.capacity(),
		CostFree: free(s), AgeMin: s.MinimumAge, AgeMax: s.MaximumAge,
		LastModified: l.doc.UpdatedAt,
	}
	for _, n := range []string{s.AlternateName, l.org.Organization.AlternateName} {
		if n != "" {
			e.AlternateNames = append(e.AlternateNames, n)
		}
	}
	for _, n := range l.doc.Needs {
		e.Needs = append(e.Needs, n.Domain)
		e.Keywords = append(e.Keywords, crosswalk.Words(n.Domain)...)
	}
	for _, id := range slices.Sorted(maps.Keys(l.terms)) {
		e.TaxonomyIDs = append(e.TaxonomyIDs, id)
		e.TaxonomyNames = append(e.TaxonomyNames, l.terms[id].Name)
	}
	for _, d := range s.RequiredDocuments {
		e.RequiredDocuments = append(e.RequiredDocuments, d.Document)
	}
	e.VerifiedAt = l.doc.verifiedAt()
	var out []Entry
	for _, sp := range l.spots() {
		out = append(out, l.entryAt(e, sp))
	}
	return out
}

// entryAt completes e, the part that all places share, for one place.
func (l listing) entryAt(e Entry, sp spot) Entry {
	s, loc := l.doc.Service, sp.loc.Location
	e.ID = cmp.Or(sp.sal.ID, l.doc.ID)
	e.Languages = languageCodes(s.Languages, loc.Languages)
	for _, a := range loc.Accessibility {
		if a.Description != "" {
			e.Accessibility = append(e.Accessibility, a.Description)
		}
	}
	if !l.confidential(sp) {
		a := address(loc)
		e.City, e.PostalCode = a.City, a.PostalCode
		e.Point = point(loc)
	}
	c := l.coverage(sp)
	e.Areas, e.AreaUnknown = c.Areas, c.Unknown
	e.Statewide = slices.ContainsFunc(c.Areas, func(a string) bool { return a == "us" || strings.HasPrefix(a, "state:") })
	e.Virtual = loc.LocationType == Virtual || slices.ContainsFunc(l.schedules(sp), remote)
	e.Hours = l.hours(sp)
	e.Quality = record{l, sp, e}.quality().Score
	return e
}

func (l listing) program() string {
	for _, p := range l.org.Organization.Programs {
		if p.ID == l.doc.Service.ProgramID {
			return p.Name
		}
	}
	return ""
}

// confidential tells whether the place must not show.
func (l listing) confidential(sp spot) bool {
	return l.doc.Confidential || sp.loc.Confidential || l.secret[sp.loc.ID]
}

// The standard does not say which of several schedules, areas and phones
// counts for a service at a place. Here: those of the service_at_location,
// else of the service, else of the location, else of the organization.

func (l listing) coverage(sp spot) Coverage {
	if c, ok := l.doc.PlaceCoverage[sp.sal.ID]; ok {
		return c
	}
	return l.doc.Coverage
}

func (l listing) schedules(sp spot) []Schedule {
	for _, s := range [][]Schedule{sp.sal.Schedules, l.doc.Service.Schedules, sp.loc.Location.Schedules} {
		if len(s) > 0 {
			return s
		}
	}
	return nil
}

func (l listing) phones(sp spot) []Phone {
	for _, p := range [][]Phone{sp.sal.Phones, l.doc.Service.Phones, sp.loc.Location.Phones, l.org.Organization.Phones} {
		if len(p) > 0 {
			return p
		}
	}
	return nil
}

// phone is the number to call.
func (l listing) phone(sp spot) string { return ToCall(l.phones(sp)) }

// ToCall is the number to call, of those that take calls; "" for none.
func ToCall(phones []Phone) string {
	for _, p := range phones {
		switch strings.ToLower(p.Type) {
		case "fax", "text", "pager", "textphone", "tty":
		default:
			return dialed(p)
		}
	}
	return ""
}

// dialed is a phone number as shown, with its extension.
func dialed(p Phone) string {
	if p.Extension == nil {
		return p.Number
	}
	return p.Number + " ext. " + strconv.FormatFloat(*p.Extension, 'f', -1, 64)
}

func (l listing) hours(sp spot) *Hours {
	return CompileHours(l.schedules(sp), l.zone(sp))
}

// zone is the time zone of a place; nil where unknown.
func (l listing) zone(sp spot) *time.Location {
	return loadZone(cmp.Or(sp.loc.TimeZone, l.doc.TimeZone, l.org.TimeZone))
}

// point is where the location is: its coordinates, else, when it has an
// address, the centroid of its ZIP code; nil where unknown or not physical.
func point(l Location) *geo.Point {
	if l.LocationType == Virtual {
		return nil
	}
	if l.Latitude != nil && l.Longitude != nil {
		if p := (geo.Point{Lat: *l.Latitude, Lng: *l.Longitude}); geo.Valid(p) {
			return &p
		}
	}
	if z, ok := geo.LookupZIP(address(l).PostalCode); ok && geo.Valid(z.Point) {
		return &z.Point
	}
	return nil
}

var remoteWords = regexp.MustCompile(`(?i)\b(virtual|virtually|online|remote|remotely|video|phone|telephone|call-in|telehealth|zoom)\b`)

// remote tells whether a schedule says that one can attend without a visit.
func remote(s Schedule) bool { return remoteWords.MatchString(s.AttendingType) }
