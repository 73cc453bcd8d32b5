package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/docstore"
)

// AgencyView is what the admin of an agency looks after.
type AgencyView struct {
	Page
	Name  string
	Parts []LinkRow
}

// AgencyPage answers GET /agency.
func (h *Handlers) AgencyPage(c echo.Context) error {
	p, ctx := h.page(c, "agency.title"), c.Request().Context()
	if !p.Actor.Agency() {
		return docstore.ErrNotFound
	}
	o, err := h.Accounts.Organization(ctx, p.Actor.OrganizationID)
	if err != nil {
		return err
	}
	users, err := h.Accounts.Users(ctx, o.ID)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, agencyPage(agencyView(p, o, users)))
}

func agencyView(p Page, o accounts.Organization, users []accounts.User) AgencyView {
	open := 0
	for _, u := range users {
		if !u.Disabled {
			open++
		}
	}
	address := joined(p.Locale, o.Email, p.Phone(o.Phone))
	if address == "" {
		address = p.T("agency.address-none")
	}
	return AgencyView{Page: p, Name: o.Name, Parts: []LinkRow{
		{Title: p.T("agency.services"), Meta: p.T("agency.services-text"), Href: "/listing"},
		{Title: p.T("agency.about"), Meta: p.T("agency.about-text"), Href: "/listing/organizations/" + o.ID},
		{Title: p.T("agency.staff"), Meta: p.T("agency.staff-text", "count", open), Href: "/admin/users"},
		{Title: p.T("agency.address"), Meta: address, Href: organizationPath(o.ID)},
		{Title: p.T("inbox.file"), Meta: p.T("agency.file-text"), Href: "/referrals/file"},
		{Title: p.T("agency.systems"), Meta: p.T("agency.systems-text"), Href: "/admin/webhooks"},
	}}
}
