package directory

import (
	"slices"
	"strings"

	"github.com/havenloop/havenloop/internal/geo"
)

// Kinds of records that can be the same.
const (
	KindOrganization = "organization"
	KindService      = "service"
	KindLocation     = "location"
)

// subjectOf is what of an organization is compared; locations are its own.
func subjectOf(o Organization, locations []Location) *subject {
	s := &subject{kind: KindOrganization, id: o.ID, title: o.Name, identifiers: map[string]string{}}
	s.name(o.Name, o.AlternateName)
	s.web(o.Website)
	for _, u := range o.AdditionalWebsites {
		s.web(u.URL)
	}
	s.mail(o.Email)
	s.phone(o.Phones)
	for _, x := range o.OrganizationIdentifiers {
		s.identifier(x.IdentifierScheme+x.IdentifierType, x.Identifier)
	}
	s.identifier("tax", o.TaxID)
	for _, l := range locations {
		s.at(l)
		s.phone(l.Phones)
	}
	s.uri(o.URI)
	return s.done()
}

// subjectOfLocation is what of a location is compared.
func subjectOfLocation(l Location) *subject {
	s := &subject{kind: KindLocation, id: l.ID, owner: l.OrganizationID, title: l.Name, identifiers: map[string]string{}}
	s.name(l.Name, l.AlternateName)
	s.identifier(l.ExternalIdentifierType, l.ExternalIdentifier)
	s.at(l)
	s.phone(l.Phones)
	return s.done()
}

// subjectOfService is what of a service is compared; locations are its places.
func subjectOfService(v Service, locations []Location) *subject {
	s := &subject{kind: KindService, id: v.ID, owner: v.OrganizationID, title: v.Name}
	s.name(v.Name) // the other name often is the organization's, the same for all its services
	s.web(v.URL)
	s.mail(v.Email)
	s.phone(v.Phones)
	for _, p := range v.ServiceAtLocations {
		s.phone(p.Phones)
	}
	for _, l := range locations {
		s.at(l)
	}
	if text := geo.Normal(v.Description); len(text) >= leastText {
		s.text = text
	}
	return s.done()
}

// leastText is from which length, in bytes, on the same description says
// something.
const leastText = 60

func (s *subject) name(names ...string) {
	for _, n := range names {
		if words := nameWords(n); len(words) > 0 {
			s.names = append(s.names, words)
			s.whole = append(s.whole, nameWords(withoutBranch(n)))
		}
	}
}

func (s *subject) web(address string) {
	if host, page := webHost(address); host != "" {
		s.hosts = append(s.hosts, host)
		if page != "" {
			s.pages = append(s.pages, page)
		}
	}
}

func (s *subject) mail(address string) {
	if address = strings.ToLower(strings.TrimSpace(address)); strings.Contains(address, "@") {
		s.emails = append(s.emails, address)
	}
}

func (s *subject) phone(list []Phone) {
	for _, p := range list {
		if key := phoneKey(p.Number); key != "" {
			s.phones = append(s.phones, key)
		}
	}
}

func (s *subject) identifier(scheme, id string) {
	id = strings.Map(func(r rune) rune {
		if notWord(r) {
			return -1
		}
		return r
	}, strings.ToLower(id))
	scheme = strings.ReplaceAll(geo.Normal(scheme), " ", "")
	if strings.Contains(scheme, "ein") || strings.Contains(scheme, "employer") || strings.Contains(scheme, "tax") {
		scheme = "ein"
	}
	if len(id) >= leastIdentifier && strings.Trim(id, "0") != "" {
		s.identifiers[scheme] = id
	}
}

// leastIdentifier is from which length on a number is one of a register and not
// the count of a table.
const leastIdentifier = 5

// uri takes an address such as org-id's as an identifier.
func (s *subject) uri(uri string) {
	if uri != "" {
		s.identifier("uri", uri)
	}
}

// at notes a place: street with town, point, and the words of town and county.
func (s *subject) at(l Location) {
	for _, a := range l.Addresses {
		zip, _ := geo.LookupZIP(a.PostalCode)
		town := geo.Normal(a.City)
		if s.places == nil {
			s.places = map[string]bool{}
		}
		for _, w := range nameWords(a.City) {
			s.places[w] = true
		}
		for _, county := range zip.Counties {
			if c, ok := geo.County(county); ok {
				for _, w := range nameWords(c.Name) {
					s.places[w] = true
				}
			}
		}
		if key := streetKey(a.Address1); key != "" && town != "" {
			s.streets = append(s.streets, key+", "+town)
		}
		if town != "" {
			s.towns = append(s.towns, town)
		}
	}
	if l.Latitude != nil && l.Longitude != nil {
		s.points = append(s.points, geo.Point{Lat: *l.Latitude, Lng: *l.Longitude})
	}
}

// done leaves each thing in once.
func (s *subject) done() *subject {
	for _, list := range []*[]string{&s.phones, &s.emails, &s.hosts, &s.pages, &s.streets, &s.towns} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return s
}
