package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/accounts"
)

// OrganizationsView lists the organizations of the network by kind, and adds one.
type OrganizationsView struct {
	Page
	Form  Form
	Kinds []OrganizationKind
	// Choose are the kinds that can be added, Zones the time zones.
	Choose, Zones []Option
	// Wishes are agencies of the directory that workers want in the network.
	Wishes []WishRow
	// Open shows the form that adds one.
	Open bool
}

// OrganizationKind is a kind with its organizations.
type OrganizationKind struct {
	Title string
	Rows  []OrganizationRow
}

// OrganizationRow is an organization with what can be done for it.
type OrganizationRow struct {
	Name, Meta string
	Users      string // leads to its people
	Change     string // leads to the form that changes it
	AddService string // leads to the form for a service; empty where there are none
}

// kinds are the kinds of organizations in the order of lists.
var kinds = []accounts.Kind{accounts.Care, accounts.Agency, accounts.Network}

// zones are the time zones of the United States (IANA names).
var zones = []struct{ name, key string }{
	{"America/New_York", "zone.eastern"}, {"America/Chicago", "zone.central"}, {"America/Denver", "zone.mountain"},
	{"America/Phoenix", "zone.arizona"}, {"America/Los_Angeles", "zone.pacific"}, {"America/Anchorage", "zone.alaska"},
	{"Pacific/Honolulu", "zone.hawaii"}, {"America/Puerto_Rico", "zone.puerto-rico"}, {"Pacific/Guam", "zone.guam"},
}

// OrganizationsPage answers GET /admin/organizations.
func (h *Handlers) OrganizationsPage(c echo.Context) error {
	p := h.page(c, "organizations.title")
	f := p.form().With(onceField, onceKey()).With("kind", string(accounts.Agency)).With("timeZone", p.Zone.String())
	return h.showOrganizations(c, http.StatusOK, p, f)
}

// AddOrganization answers POST /admin/organizations.
func (h *Handlers) AddOrganization(c echo.Context) error {
	p := h.page(c, "organizations.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	_, err = h.Accounts.PutOrganization(once(c, f), accounts.Organization{
		Name: f.Value("name"), Kind: accounts.Kind(f.Value("kind")), TimeZone: f.Value("timeZone"),
		Phone: f.Value("phone"), Email: strings.TrimSpace(f.Value("email")),
	})
	if err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showOrganizations(c, status, p, f)
	}
	leaveNotice(c, "organization-saved")
	return see(c, "/admin/organizations")
}

func (h *Handlers) showOrganizations(c echo.Context, status int, p Page, f Form) error {
	v := OrganizationsView{Page: p, Form: f, Open: len(f.Problems) > 0, Zones: zoneOptions(p.Locale)}
	wishes, err := h.Joining.Wishes(c.Request().Context())
	if err != nil {
		return err
	}
	v.Wishes = wishRows(p.Locale, wishes)
	for _, kind := range kinds {
		list, err := h.Accounts.Organizations(c.Request().Context(), kind)
		if err != nil {
			return err
		}
		v.Kinds = append(v.Kinds, organizationKind(p.Locale, kind, list))
		v.Choose = append(v.Choose, Option{Value: string(kind), Label: p.T("kind." + string(kind)), Hint: p.T("kind-hint." + string(kind))})
	}
	return h.render(c, status, organizationsPage(v))
}

func organizationKind(l *Locale, kind accounts.Kind, list []accounts.Organization) OrganizationKind {
	k := OrganizationKind{Title: l.T("organizations."+string(kind), "n", len(list))}
	for _, o := range list {
		row := OrganizationRow{Name: o.Name, Meta: joined(l, o.Email, l.Phone(o.Phone)), Users: usersPath(o.ID), Change: organizationPath(o.ID)}
		if kind == accounts.Agency {
			row.AddService = newServicePath(o.ID)
		}
		k.Rows = append(k.Rows, row)
	}
	return k
}

func zoneOptions(l *Locale) []Option {
	out := make([]Option, len(zones))
	for i, z := range zones {
		out[i] = Option{Value: z.name, Label: l.T(z.key)}
	}
	return out
}
