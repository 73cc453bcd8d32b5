package directory

import (
	"cmp"
	"slices"
	"time"
)

// offered tells whether the service is published at all: it is not defunct, its
// organization is there, and it is not too old to be shown.
func (l listing) offered() bool {
	return l.org.ID != "" && l.doc.Service.Status != Defunct && !l.hidden()
}

// publish is the service as an HSDS object with its organization, program and
// places. Of a confidential place go name, phones, hours and areas only; and
// no record of changes, since it may quote an address.
func (l listing) publish() Service {
	s := l.doc.Service
	s.AssuredDate = cmp.Or(l.doc.verifiedOn(), s.AssuredDate)
	org := l.org.Organization
	s.Organization = &org
	for _, p := range org.Programs {
		if p.ID == s.ProgramID {
			s.Program = &p
		}
	}
	s.ServiceAtLocations = slices.Clone(s.ServiceAtLocations)
	for i, sp := range l.spots() {
		if sp.loc.ID == "" { // no place, or one that is gone
			continue
		}
		loc := sp.loc.Location
		if l.confidential(sp) {
			loc = hiddenLocation(loc)
			sal := &s.ServiceAtLocations[i]
			sal.Description, sal.Contacts, sal.Attributes, sal.Metadata = "", nil, nil, nil
			s.Metadata = nil
		}
		s.ServiceAtLocations[i].Location = &loc
	}
	s.Capacities = slices.DeleteFunc(slices.Clone(s.Capacities), func(c ServiceCapacity) bool {
		_, err := time.Parse(time.RFC3339, c.Updated)
		return c.Unit == nil || c.Unit.Name == "" || err != nil // the standard requires both
	})
	conform(&s)
	return s
}

// hiddenLocation is a confidential location as it may show; feeds often name a
// location after its street.
func hiddenLocation(l Location) Location {
	out := Location{ID: l.ID, LocationType: Virtual, Name: l.Name, OrganizationID: l.OrganizationID, Phones: l.Phones, Languages: l.Languages}
	if find := streets(l.Addresses); find != nil {
		out.Name = find.ReplaceAllString(out.Name, withheld)
	}
	return out
}
