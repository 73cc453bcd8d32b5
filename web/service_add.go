package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// AddServiceView is the form that adds a service to an agency's listing.
type AddServiceView struct {
	Page
	Form   Form
	Agency string // its name
	Action string
	// Back leads to the list that the form was opened from, called BackLabel.
	Back, BackLabel string

	Needs, Places, Areas, Languages, Costs []Option
	Days                                   []HoursRow
}

// HoursRow is the opening hours of a day.
type HoursRow struct {
	Day    string
	Opens  Field
	Closes Field
}

// newServicePath is the form that adds a service to the agency's listing.
func newServicePath(organization string) string {
	return "/listing/new?organization=" + url.QueryEscape(organization)
}

// NewService answers GET /listing/new.
func (h *Handlers) NewService(c echo.Context) error {
	p := h.page(c, "service-add.title")
	o, err := h.listed(c, p)
	if err != nil {
		return err
	}
	f := p.form().With(onceField, onceKey()).With("place", placeStreet).With("area", areaCounty).With("languages", "en")
	return h.render(c, http.StatusOK, addServicePage(addServiceView(p, f, o)))
}

// AddService answers POST /listing/new.
func (h *Handlers) AddService(c echo.Context) error {
	p := h.page(c, "service-add.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	o, err := h.listed(c, p)
	if err != nil {
		return err
	}
	service, place, err := serviceFrom(f, o)
	if err == nil {
		service, err = h.addService(c, f, o, service, place)
	}
	if err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		f.tellApart(func(name string) string { return addServiceLabel(p.Locale, name) })
		return h.render(c, status, addServicePage(addServiceView(p, f, o)))
	}
	leaveNotice(c, "service-added")
	if p.Actor.Agency() {
		return see(c, "/listing")
	}
	return see(c, servicePath(service.ID))
}

// addServiceLabels are the keys of the words beside the inputs, of those of
// which the same may be wrong.
var addServiceLabels = map[string]string{
	"name": "service-add.name", "description": "service-add.description", "line": "register.line", "city": "register.city",
	"zips": "service-add.zip-list", "eligibility": "service-add.eligibility", "fees": "service-add.fees",
	"ageFrom": "service-add.age-from", "ageTo": "service-add.age-to",
}

// addServiceLabel is what an input of the form is called; empty for one that
// only says what no other says.
func addServiceLabel(l *Locale, name string) string {
	for day := range weekdayCodes {
		if name == hoursField(day) {
			return l.T("weekday." + strconv.Itoa(day))
		}
	}
	if key, ok := addServiceLabels[name]; ok {
		return l.T(key)
	}
	return ""
}

// listed is the agency whose listing the request is about: the own one of
// those who work for one, else the one named.
func (h *Handlers) listed(c echo.Context, p Page) (accounts.Organization, error) {
	ctx, id := c.Request().Context(), c.QueryParam("organization")
	if _, err := identity.Require(ctx, identity.DirectoryWrite); err != nil {
		return accounts.Organization{}, err
	}
	if p.Actor.Agency() {
		id = p.Actor.OrganizationID
	}
	o, err := h.Accounts.Organization(ctx, id)
	if err == nil && o.Kind != accounts.Agency {
		err = docstore.ErrNotFound
	}
	return o, err
}

// addService stores the service after what it stands on, so that nobody finds
// it before it is whole. Each part has an id of the form sent, so that a form
// sent again goes on where it stopped.
func (h *Handlers) addService(c echo.Context, f Form, o accounts.Organization, service directory.ServiceDoc, place *directory.LocationDoc) (directory.ServiceDoc, error) {
	_, err := h.Directory.OrganizationByID(c.Request().Context(), o.ID)
	if errors.Is(err, docstore.ErrNotFound) {
		_, err = h.Directory.PutOrganization(onceEach(c, f, "organization"), listedAs(o))
	}
	if err != nil {
		return service, err
	}
	if place != nil {
		stored, err := h.Directory.PutLocation(onceEach(c, f, "location"), *place)
		if err != nil {
			return service, err
		}
		service.Service.ServiceAtLocations = []directory.ServiceAtLocation{{LocationID: stored.ID}}
	}
	settings, err := h.Network.Settings(c.Request().Context())
	if err != nil {
		return service, err
	}
	offered := service.Service.Status
	waits := settings.Listings.ReviewEdits && identity.From(c.Request().Context()).Agency()
	if waits { // a new service is offered when the network has looked at it
		service.Service.Status = directory.Inactive
	}
	stored, err := h.Directory.PutService(onceEach(c, f, "service"), service)
	if err != nil || !waits || stored.Service.Status == offered {
		return stored, err
	}
	stored.Service.Status = offered
	_, err = h.Directory.EditService(c.Request().Context(), stored)
	return stored, err
}

// listedAs is the agency as the directory shows it.
func listedAs(o accounts.Organization) directory.OrganizationDoc {
	d := directory.OrganizationDoc{TimeZone: o.TimeZone, Organization: directory.Organization{
		ID: o.ID, Name: o.Name, Description: o.Name, Email: o.Email,
	}}
	if o.Phone != "" {
		d.Organization.Phones = []directory.Phone{{Number: o.Phone}}
	}
	return d
}

func addServiceView(p Page, f Form, o accounts.Organization) AddServiceView {
	v := AddServiceView{
		Page: p, Form: f, Agency: o.Name, Action: newServicePath(o.ID), Back: "/admin/organizations", BackLabel: p.T("nav.organizations"),
		Places: []Option{
			{Value: placeStreet, Label: p.T("service-add.street")},
			{Value: placeConfidential, Label: p.T("service-add.confidential"), Hint: p.T("service-add.confidential-hint")},
			{Value: placePhone, Label: p.T("service-add.by-phone")},
		},
		Areas: []Option{
			{Value: areaCounty, Label: p.T("service-add.county")}, {Value: areaState, Label: p.T("service-add.state")},
			{Value: areaZIPs, Label: p.T("service-add.zips")}, {Value: areaUnknown, Label: p.T("service-add.area-unknown"), Apart: true},
		},
		Costs: []Option{{Value: costFree, Label: p.T("service.free")}, {Value: costOther, Label: p.T("service-add.costs")}},
	}
	if p.Actor.Agency() {
		v.Back, v.BackLabel = "/listing", p.T("nav.listing")
	}
	for _, d := range directory.Domains() {
		v.Needs = append(v.Needs, Option{Value: d.Code, Label: p.T("domain." + d.Code)})
	}
	for _, t := range languages {
		v.Languages = append(v.Languages, Option{Value: t.tag, Label: t.name})
	}
	for i := range weekdayCodes {
		day := (i + 1) % len(weekdayCodes) // from Monday
		v.Days = append(v.Days, HoursRow{
			Day:    p.T("weekday." + strconv.Itoa(day)),
			Opens:  Field{Name: hoursField(day), Label: p.T("service-add.opens"), Type: "time"},
			Closes: Field{Name: closesField(day), Label: p.T("service-add.closes"), Type: "time"},
		})
	}
	return v
}
