package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
)

// OrganizationView changes what is known of an organization with accounts, and
// where notices for it go.
type OrganizationView struct {
	Page
	Form       Form
	ID, Name   string
	Back, From string // the page it leads back to, and its name
	Zones      []Option
}

// OrganizationPage answers GET /admin/organizations/:id.
func (h *Handlers) OrganizationPage(c echo.Context) error {
	p := h.page(c, "organization.title")
	o, err := h.ownOrganization(c, p)
	if err != nil {
		return err
	}
	f := p.form()
	for name, value := range map[string]string{
		"name": o.Name, "timeZone": o.TimeZone, "email": o.Email, "phone": phoneText(o.Phone), "version": strconv.FormatInt(o.Version, 10),
	} {
		f = f.With(name, value)
	}
	return h.render(c, http.StatusOK, organizationPage(organizationView(p, f, o)))
}

// ownOrganization reads an organization that the person may change: the network
// any, others their own.
func (h *Handlers) ownOrganization(c echo.Context, p Page) (accounts.Organization, error) {
	id := c.Param("id")
	if !p.Actor.May(identity.NetworkManage) && id != p.Actor.OrganizationID {
		return accounts.Organization{}, docstore.ErrNotFound
	}
	return h.Accounts.Organization(c.Request().Context(), id)
}

func organizationView(p Page, f Form, o accounts.Organization) OrganizationView {
	v := OrganizationView{Page: p, Form: f, ID: o.ID, Name: o.Name, Zones: zoneOptions(p.Locale), Back: "/agency", From: p.T("agency.title")}
	switch {
	case p.Actor.May(identity.NetworkManage):
		v.Back, v.From = "/admin/organizations", p.T("organizations.title")
	case p.Actor.Care():
		v.Back, v.From = "/", p.T("nav.home")
	}
	return v
}

// SaveOrganization answers POST /admin/organizations/:id. What the form does not
// ask for stays.
func (h *Handlers) SaveOrganization(c echo.Context) error {
	p := h.page(c, "organization.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	stored, err := h.ownOrganization(c, p)
	if err != nil {
		return err
	}
	o := stored
	o.Name, o.TimeZone, o.Email, o.Phone = f.Value("name"), f.Value("timeZone"), strings.TrimSpace(f.Value("email")), f.Value("phone")
	o.Version, _ = strconv.ParseInt(f.Value("version"), 10, 64)
	o.Version = cmp.Or(o.Version, -1) // 0 would not be compared
	if _, err := h.Accounts.PutOrganization(c.Request().Context(), o); err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.render(c, status, organizationPage(organizationView(p, f, stored)))
	}
	leaveNotice(c, "organization-saved")
	return see(c, organizationView(p, f, o).Back)
}

func organizationPath(id string) string { return "/admin/organizations/" + id }
