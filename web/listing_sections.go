package web

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/geo"
)

// listed is what a section of a listing shows or changes.
type listed struct {
	org     directory.OrganizationDoc
	service directory.ServiceDoc
	place   directory.LocationDoc   // the one to change
	places  []directory.LocationDoc // all of the organization
}

// version is that of what an edit of the kind changes.
func (x listed) version(kind string) string {
	v := x.service.Version
	switch kind {
	case directory.LocationEdit:
		v = x.place.Version
	case directory.OrganizationEdit:
		v = x.org.Version
	}
	return strconv.FormatInt(v, 10)
}

// section is a page's worth of a listing.
type section struct {
	slug, title string // title is a key
	fields      []listingField
	// fill puts into a form what is stored; read takes from the form what differs from that.
	fill func(Form, listed) Form
	read func(e *serviceEntry, before Form, x *listed)
	// alias gives the form's names of inputs that the directory calls otherwise.
	alias map[string]string
}

// listingField is an input of a section.
type listingField struct {
	Field
	Area    bool // several lines
	Group   *Group
	Several bool // of the group
	most    int  // characters
}

func line(l *Locale, name, label string) listingField {
	return listingField{Field: Field{Name: name, Label: l.T(label), Optional: true}, most: maxServiceLine}
}

func paragraph(l *Locale, name, label, hint string) listingField {
	return listingField{Field: Field{Name: name, Label: l.T(label), Hint: l.T(hint), Optional: true}, Area: true, most: maxServiceText}
}

func pick(name, legend string, several bool, options []Option) listingField {
	return listingField{Field: Field{Name: name, Label: legend}, Group: &Group{Name: name, Legend: legend, Options: options, Optional: several}, Several: several}
}

// texts is a section of plain texts: each input stands for one of them.
func texts(slug, title string, fields []listingField, at func(*listed) map[string]*string) section {
	s := section{slug: slug, title: title, fields: fields}
	s.fill = func(f Form, x listed) Form {
		for name, value := range at(&x) {
			f = f.With(name, *value)
		}
		return f
	}
	s.read = func(e *serviceEntry, _ Form, x *listed) {
		for name, value := range at(x) {
			*value = e.text(name)
		}
	}
	return s
}

// differs tells whether an input was changed by the person.
func differs(e *serviceEntry, before Form, names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		return !slices.Equal(filled(e.Values[n]...), filled(before.Values[n]...))
	})
}

// checkLengths tells which texts of the section are too long.
func (s section) checkLengths(e *serviceEntry) {
	for _, f := range s.fields {
		if f.most > 0 {
			e.wrong.Check(utf8.RuneCountInString(e.text(f.Name)) <= f.most, f.Name, "Use at most %d characters.", f.most)
		}
	}
}

// serviceSections are all sections of a service, in the order in which they are shown.
func serviceSections(l *Locale, x listed) []section {
	list := []section{
		statusSection(l), aboutSection(l), phoneSection(l, "phones", func(x *listed) *[]directory.Phone { return &x.service.Service.Phones }),
		hoursSection(l), whoSection(l), areaSection(l), takeSection(l), placesSection(l, x),
	}
	for i := range list {
		read, s := list[i].read, list[i]
		list[i].read = func(e *serviceEntry, before Form, x *listed) {
			s.checkLengths(e)
			read(e, before, x)
		}
	}
	return list
}

func aboutSection(l *Locale) section {
	name := line(l, "name", "service-add.name")
	name.Optional = false
	site, mail := line(l, "url", "service.website"), line(l, "email", "listing.email")
	site.InputMode, mail.InputMode = "url", "email"
	return texts("about", "service-add.what", []listingField{
		name, line(l, "alternateName", "listing.other-name"), paragraph(l, "description", "service-add.description", "service-add.description-hint"), site, mail,
	}, func(x *listed) map[string]*string {
		s := &x.service.Service
		return map[string]*string{"name": &s.Name, "alternateName": &s.AlternateName, "description": &s.Description, "url": &s.URL, "email": &s.Email}
	})
}

func statusSection(l *Locale) section {
	s := section{slug: "status", title: "section.status", alias: map[string]string{"status": "offered"}, fields: []listingField{pick("offered", l.T("section.status-ask"), false, []Option{
		{Value: string(directory.Active), Label: l.T("status.active")},
		{Value: string(directory.TemporarilyClosed), Label: l.T("status.closed-now"), Hint: l.T("status.closed-now-hint")},
		{Value: string(directory.Inactive), Label: l.T("status.ended"), Hint: l.T("status.ended-hint")},
	})}}
	s.fill = func(f Form, x listed) Form { return f.With("offered", string(x.service.Service.Status)) }
	s.read = func(e *serviceEntry, _ Form, x *listed) {
		x.service.Service.Status = directory.Status(e.text("offered"))
	}
	return s
}

// maxPhones is how many numbers a section shows.
const maxPhones = 3

func phoneSection(l *Locale, slug string, at func(*listed) *[]directory.Phone) section {
	s := section{slug: slug, title: "section.phones"}
	for i := range maxPhones {
		n := strconv.Itoa(i + 1)
		number := listingField{Field: Field{Name: "phone-" + n, Label: l.T("section.phone", "n", n), Type: "tel", InputMode: "tel", Optional: true}, most: maxServiceLine}
		about := listingField{Field: Field{Name: "phone-about-" + n, Label: l.T("section.phone-about", "n", n), Optional: true}, most: maxServiceLine}
		s.fields = append(s.fields, number, about)
	}
	s.fill = func(f Form, x listed) Form {
		for i, p := range *at(&x) {
			if n := strconv.Itoa(i + 1); i < maxPhones {
				f = f.With("phone-"+n, phoneWithExtension(p)).With("phone-about-"+n, p.Description)
			}
		}
		return f
	}
	s.read = func(e *serviceEntry, before Form, x *listed) {
		old, out := *at(x), []directory.Phone{}
		for i := range maxPhones {
			name := "phone-" + strconv.Itoa(i+1)
			about := "phone-about-" + strconv.Itoa(i+1)
			switch {
			case !differs(e, before, name) && i < len(old):
				p := old[i]
				p.Description = e.text(about)
				out = append(out, p)
			case e.text(name) != "":
				p := e.phoneIn(name)
				p.Description = e.text(about)
				out = append(out, p)
			}
		}
		if len(old) > maxPhones {
			out = append(out, old[maxPhones:]...)
		}
		*at(x) = out
	}
	return s
}

// phoneWithExtension is a number as people write it, with its extension.
func phoneWithExtension(p directory.Phone) string {
	number := phoneText(p.Number)
	if p.Extension != nil {
		number += " ext. " + strconv.FormatFloat(*p.Extension, 'f', -1, 64)
	}
	return number
}

func (e *serviceEntry) phoneIn(name string) directory.Phone {
	n, err := phonenumbers.Parse(e.text(name), "US")
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		e.wrong.Add(name, "Write the phone number with its area code, for example 415-555-0123.")
		return directory.Phone{}
	}
	p := directory.Phone{Number: phonenumbers.Format(n, phonenumbers.E164), Type: "voice"}
	if ext, err := strconv.ParseFloat(n.GetExtension(), 64); err == nil {
		p.Extension = &ext
	}
	return p
}

func whoSection(l *Locale) section {
	needs, spoken := []Option{}, []Option{}
	for _, d := range directory.Domains() {
		needs = append(needs, Option{Value: d.Code, Label: l.T("domain." + d.Code)})
	}
	for _, t := range languages {
		spoken = append(spoken, Option{Value: directory.LanguageCode(t.tag), Label: t.name})
	}
	from, to := line(l, "ageFrom", "service-add.age-from"), line(l, "ageTo", "service-add.age-to")
	from.InputMode, to.InputMode, from.Width, to.Width = "numeric", "numeric", "short", "short"
	s := section{slug: "who", title: "service.for", alias: map[string]string{"minimum_age": "ageFrom"}, fields: []listingField{
		paragraph(l, "eligibility", "service-add.eligibility", "service-add.eligibility-hint"), from, to,
		pick("languages", l.T("service-add.languages"), true, spoken), line(l, "interpreters", "listing.interpreters"), pick("needs", l.T("service-add.needs"), true, needs),
	}}
	s.fill = func(f Form, x listed) Form {
		v := x.service.Service
		f = f.With("eligibility", v.EligibilityDescription).With("interpreters", v.InterpretationServices).
			With("ageFrom", yearsText(v.MinimumAge)).With("ageTo", yearsText(v.MaximumAge))
		var codes, domains []string
		for _, g := range v.Languages {
			codes = append(codes, directory.LanguageCode(orText(g.Code, g.Name)))
		}
		for _, n := range x.service.Needs {
			domains = append(domains, n.Domain)
		}
		return f.With("languages", codes...).With("needs", domains...)
	}
	s.read = func(e *serviceEntry, before Form, x *listed) {
		v := &x.service.Service
		v.EligibilityDescription, v.InterpretationServices = e.text("eligibility"), e.text("interpreters")
		if differs(e, before, "ageFrom", "ageTo") {
			v.MinimumAge, v.MaximumAge = e.ages()
		}
		if differs(e, before, "languages") {
			v.Languages = mergeLanguages(v.Languages, e.languages(), spoken)
		}
		if differs(e, before, "needs") {
			x.service.Needs = e.needs()
		}
	}
	return s
}

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// mergeLanguages are the languages chosen, and those that the form does not offer.
func mergeLanguages(old, chosen []directory.Language, offered []Option) []directory.Language {
	out := slices.DeleteFunc(slices.Clone(old), func(g directory.Language) bool {
		code := directory.LanguageCode(orText(g.Code, g.Name))
		return slices.ContainsFunc(offered, func(o Option) bool { return o.Value == code }) &&
			!slices.ContainsFunc(chosen, func(n directory.Language) bool { return n.Code == code })
	})
	for _, n := range chosen {
		if !slices.ContainsFunc(out, func(g directory.Language) bool { return directory.LanguageCode(orText(g.Code, g.Name)) == n.Code }) {
			out = append(out, n)
		}
	}
	return out
}

func yearsText(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}

// lines are the lines of a text that say something.
func linesOf(s string) []string {
	var out []string
	for part := range strings.SplitSeq(strings.ReplaceAll(s, "\r", ""), "\n") {
		out = append(out, strings.TrimSpace(part))
	}
	return filled(out...)
}

func areaSection(l *Locale) section {
	s := section{slug: "area", title: "section.area", fields: []listingField{paragraph(l, "areas", "section.areas", "section.areas-hint")}}
	s.fill = func(f Form, x listed) Form {
		var names []string
		for _, a := range x.service.Service.ServiceAreas {
			names = append(names, orText(a.Name, orText(a.Description, a.Extent)))
		}
		return f.With("areas", strings.Join(filled(names...), "\n"))
	}
	s.read = func(e *serviceEntry, before Form, x *listed) {
		if strings.Join(linesOf(e.text("areas")), "\n") == before.Value("areas") {
			return
		}
		old, out := x.service.Service.ServiceAreas, []directory.ServiceArea{}
		for _, name := range linesOf(e.text("areas")) {
			i := slices.IndexFunc(old, func(a directory.ServiceArea) bool { return orText(a.Name, orText(a.Description, a.Extent)) == name })
			if i >= 0 {
				out = append(out, old[i])
			} else {
				out = append(out, directory.ServiceArea{Name: name})
			}
		}
		x.service.Service.ServiceAreas = out
	}
	return s
}

func takeSection(l *Locale) section {
	s := section{slug: "take", title: "section.take", fields: []listingField{
		paragraph(l, "documents", "service.bring", "section.documents-hint"), paragraph(l, "apply", "service.apply", "section.apply-hint"), line(l, "fees", "service.cost"),
	}}
	s.fields[2].Hint = l.T("section.fees-hint")
	s.fill = func(f Form, x listed) Form {
		v := x.service.Service
		var names []string
		for _, d := range v.RequiredDocuments {
			names = append(names, d.Document)
		}
		return f.With("documents", strings.Join(filled(names...), "\n")).With("apply", v.ApplicationProcess).With("fees", orText(v.FeesDescription, v.Fees))
	}
	s.read = func(e *serviceEntry, before Form, x *listed) {
		v := &x.service.Service
		v.ApplicationProcess = e.text("apply")
		if differs(e, before, "fees") {
			v.FeesDescription, v.Fees = e.text("fees"), ""
		}
		if strings.Join(linesOf(e.text("documents")), "\n") == before.Value("documents") {
			return
		}
		v.RequiredDocuments = nil
		for _, name := range linesOf(e.text("documents")) {
			v.RequiredDocuments = append(v.RequiredDocuments, directory.RequiredDocument{Document: name})
		}
	}
	return s
}

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

// placeSection is a place: its name and address, and whether it must not show.
func placeSection(l *Locale) section {
	city, state, zip := line(l, "city", "register.city"), line(l, "state", "register.state"), line(l, "postalCode", "register.zip")
	state.Width, zip.Width, zip.InputMode = "short", "short", "numeric"
	s := section{slug: "place", title: "section.place", fields: []listingField{
		line(l, "name", "section.place-name"), line(l, "line", "register.line"), line(l, "line2", "section.line2"), city, state, zip,
		pick("confidential", l.T("section.confidential-ask"), true, []Option{{Value: "yes", Label: l.T("service-add.confidential"), Hint: l.T("section.confidential-hint")}}),
		paragraph(l, "description", "service.about-place", "section.place-hint"), line(l, "transport", "service.transport"),
	}}
	s.fill = func(f Form, x listed) Form {
		p := x.place.Location
		f = f.With("name", p.Name).With("description", p.Description).With("transport", p.Transportation)
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
		if differs(e, before, "line", "line2", "city", "state", "postalCode") {
			e.address(p)
		}
	}
	return s
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

// organizationSection is what is told of the agency itself.
func organizationSection(l *Locale) section {
	name := line(l, "name", "section.agency-name")
	name.Optional = false
	site, mail := line(l, "website", "service.website"), line(l, "email", "listing.email")
	site.InputMode, mail.InputMode = "url", "email"
	s := texts("organization", "section.agency", []listingField{
		name, line(l, "alternateName", "listing.other-name"), paragraph(l, "description", "section.agency-about", "section.agency-hint"), site, mail,
	}, func(x *listed) map[string]*string {
		o := &x.org.Organization
		return map[string]*string{"name": &o.Name, "alternateName": &o.AlternateName, "description": &o.Description, "website": &o.Website, "email": &o.Email}
	})
	phones := phoneSection(l, "phones", func(x *listed) *[]directory.Phone { return &x.org.Organization.Phones })
	own, fill, read := s, s.fill, s.read
	s.fields = append(s.fields, phones.fields...)
	own.fields = s.fields
	s.fill = func(f Form, x listed) Form { return phones.fill(fill(f, x), x) }
	s.read = func(e *serviceEntry, before Form, x *listed) {
		own.checkLengths(e)
		read(e, before, x)
		phones.read(e, before, x)
	}
	return s
}
