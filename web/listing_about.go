package web

import (
	"github.com/havenloop/havenloop/directory"
)

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
	s.fields = append(s.fields, paragraph(l, "alert", "section.alert", "section.alert-hint"))
	s.fill = func(f Form, x listed) Form {
		return f.With("offered", string(x.service.Service.Status)).With("alert", x.service.Service.Alert)
	}
	s.read = func(e *serviceEntry, _ Form, x *listed) {
		x.service.Service.Status, x.service.Service.Alert = directory.Status(e.text("offered")), e.text("alert")
	}
	return s
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
