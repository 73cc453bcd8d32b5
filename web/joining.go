package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals/joining"
)

// OutsideService is a service whose agency is not in the network, with what can
// be done instead of a referral.
type OutsideService struct{ Name, Gave, Wish string }

// WishView asks the network to take in the agency of a service.
type WishView struct {
	Page
	Form          Form
	Agency        string
	Action, Leave string
	// Asked tells how many workers asked before; empty for none. Mine says that
	// the person who looks did.
	Asked string
	Mine  bool
}

// WishRow is an agency that workers want in the network.
type WishRow struct{ Name, Meta, Take, Aside string }

// TakeView takes an agency of the directory into the network.
type TakeView struct {
	Page
	Form         Form
	Agency       string
	Action       string
	Zones        []Option
	PublicEmail  bool // the form begins with the address that everybody can read
	Confirmation []Option
}

// wishPath is where the network is asked to take in the agency of a service;
// back is where one comes from.
func wishPath(serviceID, back string) string {
	return servicePath(serviceID) + "/wish?back=" + url.QueryEscape(back)
}

func takePath(organizationID string) string { return organizationPath(organizationID) + "/take" }

// outsideOf tells on the page of a service what can be done where its agency is
// not in the network.
func (h *Handlers) outsideOf(ctx context.Context, v *ServiceView, d directory.ServiceDetail) error {
	if !v.Actor.May(identity.ReferralsSend) && !v.Actor.May(identity.NetworkManage) {
		return nil
	}
	outside, err := h.Joining.Outside(ctx, d.OrganizationID)
	switch {
	case err != nil || !outside:
		return err
	case v.Actor.May(identity.NetworkManage):
		v.Take = takePath(d.OrganizationID)
	default:
		v.Wish = wishPath(d.ID, servicePath(d.ID))
	}
	return nil
}

// WishPage answers GET /directory/services/:id/wish; ?back= is where one comes from.
func (h *Handlers) WishPage(c echo.Context) error {
	p := h.page(c, "wish.title")
	return h.showWish(c, http.StatusOK, p, p.form().With("back", localPath(c.QueryParam("back"))))
}

// SendWish answers POST /directory/services/:id/wish.
func (h *Handlers) SendWish(c echo.Context) error {
	p := h.page(c, "wish.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	if _, err := h.Joining.Wish(c.Request().Context(), c.Param("id")); err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showWish(c, status, p, f)
	}
	leaveNotice(c, "wish-sent")
	return see(c, localPath(f.Value("back")))
}

func (h *Handlers) showWish(c echo.Context, status int, p Page, f Form) error {
	ctx := c.Request().Context()
	d, err := h.Directory.Detail(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	w, wished, err := h.Joining.Wished(ctx, d.OrganizationID)
	if err != nil {
		return err
	}
	v := WishView{Page: p, Form: f, Agency: d.OrganizationName, Action: servicePath(d.ID) + "/wish", Leave: f.Value("back")}
	if wished {
		v.Asked, v.Mine = p.T("wish.asked", "count", len(w.By)), w.Has(p.Actor.ID)
	}
	return h.render(c, status, wishPage(v))
}

func wishRows(l *Locale, list []joining.Wish) []WishRow {
	var out []WishRow
	for _, w := range list {
		out = append(out, WishRow{
			Name: w.Name, Meta: joined(l, l.T("wish.asked", "count", len(w.By)), l.T("wish.last", "date", l.Date(w.LastAt))),
			Take: takePath(w.ID), Aside: organizationPath(w.ID) + "/aside",
		})
	}
	return out
}

// WishesAgain answers GET on the address that sets a wish aside.
func (h *Handlers) WishesAgain(c echo.Context) error { return see(c, "/admin/organizations") }

// SetWishAside answers POST /admin/organizations/:id/aside.
func (h *Handlers) SetWishAside(c echo.Context) error {
	if _, err := h.Joining.SetAside(c.Request().Context(), c.Param("id")); err != nil {
		return err
	}
	leaveNotice(c, "wish-aside")
	return see(c, "/admin/organizations")
}

// TakePage answers GET /admin/organizations/:id/take. The form begins with what
// the directory knows.
func (h *Handlers) TakePage(c echo.Context) error {
	p := h.page(c, "take.title")
	known, err := h.Joining.Propose(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	f := p.form().With(onceField, onceKey()).With("email", known.Email).With("timeZone", known.TimeZone)
	return h.render(c, http.StatusOK, takePage(takeView(p, f, known)))
}

// TakeAgency answers POST /admin/organizations/:id/take.
func (h *Handlers) TakeAgency(c echo.Context) error {
	p := h.page(c, "take.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	_, err = h.Joining.Take(once(c, f), joining.TakeInput{
		OrganizationID: c.Param("id"), Email: f.Value("email"), Phone: f.Value("phone"), TimeZone: f.Value("timeZone"),
		Confirmed: f.Value("confirmed") == "yes",
	})
	if err == nil {
		leaveNotice(c, "agency-taken")
		return see(c, "/admin/organizations")
	}
	status, err := f.refuse(&p, err, nil)
	if err != nil {
		return err
	}
	known, err := h.Joining.Propose(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return h.render(c, status, takePage(takeView(p, f.With(onceField, onceKey()), known)))
}

func takeView(p Page, f Form, known joining.Proposal) TakeView {
	return TakeView{
		Page: p, Form: f, Agency: known.Name, Action: takePath(known.OrganizationID), Zones: zoneOptions(p.Locale),
		PublicEmail:  known.Email != "" && f.Value("email") == known.Email,
		Confirmation: []Option{{Value: "yes", Label: p.T("take.confirmed"), Hint: p.T("take.confirmed-hint")}},
	}
}
