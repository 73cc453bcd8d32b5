package directory

import (
	"slices"
	"time"
)

// stamp writes an instant as HSDS's last_modified.
func stamp(ms int64) string { return time.UnixMilli(ms).UTC().Format(lastModified) }

// lastModified is the form of last_modified: RFC 3339 with milliseconds.
const lastModified = "2006-01-02T15:04:05.000Z"

// publishFull is the service as anybody may see it, with its taxonomy terms in
// words, since HSDS puts them into the attributes.
func (l listing) publishFull() Service {
	s := l.publish()
	s.Attributes = slices.Clone(s.Attributes)
	for i := range s.Attributes {
		a := &s.Attributes[i]
		if t, ok := l.terms[a.TaxonomyTermID]; ok {
			t.TermURI, t.TaxonomyDetail = mendURI(t.TermURI), nil
			a.TaxonomyTerm = &t
		}
	}
	return s
}

// briefService is a service as HSDS lists it: direct fields, the organization
// and the program, no arrays.
func briefService(s Service) Service {
	s.AdditionalURLs, s.Phones, s.Schedules, s.ServiceAreas, s.ServiceAtLocations = nil, nil, nil, nil, nil
	s.Languages, s.Funding, s.CostOptions, s.RequiredDocuments, s.Contacts = nil, nil, nil, nil, nil
	s.Capacities, s.Attributes, s.Metadata = nil, nil, nil
	if s.Organization != nil {
		org := briefOrganization(*s.Organization)
		s.Organization = &org
	}
	if s.Program != nil {
		program := *s.Program
		program.Attributes, program.Metadata = nil, nil
		s.Program = &program
	}
	return s
}

// briefOrganization is an organization as HSDS lists it: direct fields.
func briefOrganization(o Organization) Organization {
	o.AdditionalWebsites, o.Funding, o.Contacts, o.Phones, o.Locations = nil, nil, nil, nil, nil
	o.Programs, o.OrganizationIdentifiers, o.Attributes, o.Metadata, o.Services = nil, nil, nil, nil, nil
	return o
}

// briefLocation is a location as HSDS lists it: direct fields.
func briefLocation(l Location) Location {
	l.Languages, l.Addresses, l.Contacts, l.Accessibility, l.Phones = nil, nil, nil, nil, nil
	l.Schedules, l.Attributes, l.Metadata = nil, nil, nil
	return l
}

// placeOfService is a service_at_location with its service, which stands in no
// other of its places there.
func placeOfService(at ServiceAtLocation, s Service, view View) ServiceAtLocation {
	s.ServiceAtLocations = nil
	if view == Brief {
		s = briefService(s)
		at.ServiceAreas, at.Contacts, at.Phones, at.Schedules, at.Attributes, at.Metadata = nil, nil, nil, nil, nil, nil
		if at.Location != nil {
			loc := briefLocation(*at.Location)
			at.Location = &loc
		}
	}
	at.ServiceID, at.Service = s.ID, &s
	return at
}
