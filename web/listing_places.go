package web

import (
	"slices"
	"strings"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/geo"
)

// placesSection says at which of the organization's places the service is.
func placesSection(l *Locale, x listed) section {
	var options []Option
	for _, p := range x.places {
		label := orText(p.Location.Name, p.ID)
		if len(p.Location.Addresses) > 0 && !p.Confidential {
			label = joined(l, label, p.Location.Addresses[0].Address1, p.Location.Addresses[0].City)
		}
		options = append(options, Option{Value: p.ID, Label: label})
	}
	s := section{slug: "places", title: "section.places", fields: []listingField{pick("places", l.T("section.places-ask"), true, options)}}
	s.fill = func(f Form, x listed) Form {
		var ids []string
		for _, a := range x.service.Service.ServiceAtLocations {
			ids = append(ids, a.LocationID)
		}
		return f.With("places", ids...)
	}
	s.read = func(e *serviceEntry, before Form, x *listed) {
		v := &x.service.Service
		known := func(id string) bool {
			return slices.ContainsFunc(options, func(o Option) bool { return o.Value == id })
		}
		v.ServiceAtLocations = slices.DeleteFunc(slices.Clone(v.ServiceAtLocations), func(a directory.ServiceAtLocation) bool {
			return known(a.LocationID) && !slices.Contains(e.Values["places"], a.LocationID)
		})
		for _, id := range e.Values["places"] {
			e.wrong.Check(known(id), "places", "Choose locations that exist.")
			if !slices.ContainsFunc(v.ServiceAtLocations, func(a directory.ServiceAtLocation) bool { return a.LocationID == id }) {
				v.ServiceAtLocations = append(v.ServiceAtLocations, directory.ServiceAtLocation{ID: directory.PartID(v.ID, id), ServiceID: v.ID, LocationID: id})
			}
		}
	}
	return s
}

// placeSlug is the address of the first section of a place.
const placeSlug = "place"

// placeSections are all sections of a place.
func placeSections(l *Locale) []section { return []section{placeSection(l), placeHoursSection(l)} }

// placeSection is a place: its name and address, and whether it must not show.
func placeSection(l *Locale) section {
	city, state, zip := line(l, "city", "register.city"), line(l, "state", "register.state"), line(l, "postalCode", "register.zip")
	state.Width, zip.Width, zip.InputMode = "short", "short", "numeric"
	s := section{slug: placeSlug, title: "section.place", fields: []listingField{
		line(l, "name", "section.place-name"), line(l, "line", "register.line"), line(l, "line2", "section.line2"), city, state, zip,
		pick("confidential", l.T("section.confidential-ask"), true, []Option{{Value: "yes", Label: l.T("service-add.confidential"), Hint: l.T("section.confidential-hint")}}),
		paragraph(l, "description", "service.about-place", "section.place-hint"), line(l, "transport", "service.transport"),
		paragraph(l, "access", "service.accessibility", "section.access-hint"),
	}}
	s.fill = func(f Form, x listed) Form {
		p := x.place.Location
		f = f.With("name", p.Name).With("description", p.Description).With("transport", p.Transportation)
		var access []string
		for _, a := range p.Accessibility {
			access = append(access, accessText(a))
		}
		f = f.With("access", strings.Join(filled(access...), "\n"))
		if x.place.Confidential {
			f = f.With("confidential", "yes")
		}
		if i := streetIndex(p.Addresses); i >= 0 {
			a := p.Addresses[i]
			f = f.With("line", a.Address1).With("line2", a.Address2).With("city", a.City).With("state", a.StateProvince).With("postalCode", a.PostalCode)
		}
		return f
	}
	s.read = func(e *serviceEntry, before Form, x *listed) {
		s.checkLengths(e)
		p := &x.place.Location
		p.Name, p.Description, p.Transportation = e.text("name"), e.text("description"), e.text("transport")
		x.place.Confidential = e.text("confidential") == "yes"
		if said := linesOf(e.text("access")); strings.Join(said, "\n") != before.Value("access") {
			p.Accessibility = accessFrom(p.Accessibility, said)
		}
		if differs(e, before, "line", "line2", "city", "state", "postalCode") {
			e.address(p)
		}
	}
	return s
}

// accessText is one line on how people with disabilities can use a place.
func accessText(a directory.Accessibility) string { return orText(a.Description, a.Details) }

// accessFrom are the lines that were written; those that stood there before
// keep all else that is known of them.
func accessFrom(old []directory.Accessibility, said []string) []directory.Accessibility {
	var out []directory.Accessibility
	for _, text := range said {
		if i := slices.IndexFunc(old, func(a directory.Accessibility) bool { return accessText(a) == text }); i >= 0 {
			out = append(out, old[i])
			continue
		}
		out = append(out, directory.Accessibility{Description: text})
	}
	return out
}

// streetIndex is the street address among addresses; -1 for none.
func streetIndex(list []directory.Address) int {
	i := slices.IndexFunc(list, func(a directory.Address) bool { return a.AddressType == directory.Physical })
	if i < 0 && len(list) > 0 {
		return 0
	}
	return i
}

// address reads an address, and puts the place on the map where its ZIP code
// is until somebody knows better. An empty one takes the address away.
func (e *serviceEntry) address(p *directory.Location) {
	p.Addresses = slices.Clone(p.Addresses)
	i := streetIndex(p.Addresses)
	street, city, zip := e.text("line"), e.text("city"), e.text("postalCode")
	if street+city+zip == "" {
		if i >= 0 {
			p.Addresses = slices.Delete(p.Addresses, i, i+1)
		}
		p.Latitude, p.Longitude = nil, nil
		return
	}
	e.wrong.Check(street != "", "line", "Enter the street and number.")
	e.wrong.Check(city != "", "city", "Enter the city.")
	state, ok := geo.LookupState(e.text("state"))
	e.wrong.Check(ok, "state", "Write the state as two letters, for example CA.")
	at, ok := geo.Approximate(zip)
	e.wrong.Check(ok, "postalCode", "Enter a ZIP code with five digits that exists.")
	if i < 0 {
		p.Addresses = append(p.Addresses, directory.Address{Country: "US", AddressType: directory.Physical})
		i = len(p.Addresses) - 1
	}
	a := &p.Addresses[i]
	a.Address1, a.Address2, a.City, a.StateProvince, a.PostalCode = street, e.text("line2"), city, state.Code, zip
	p.Latitude, p.Longitude = &at.Lat, &at.Lng
}
