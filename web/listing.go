package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
)

// ListingView is what an agency offers, with how much room there is.
type ListingView struct {
	Page
	Form     Form
	Services []ListingRow
	Pager    Pager
	NewPlace string
	Agency   string // its page of the directory; empty when it has none yet
	Queue    int    // listings of it that somebody complained of
	Waiting  int    // changes that wait for the network
}

// ListingRow is one of the agency's services.
type ListingRow struct {
	ID, Name, Href string
	Action         string // sets how much room there is
	Verify, Room   string
	Fresh, Units   string
	Version        string
	Capacity       string // as of when it is known
	Choices        []CapacityChoice
	Inactive       string // says why nobody finds it; empty when they do
	Waiting        string // how many wait; empty for nobody
	WaitList       string // who they are
}

// CapacityChoice is a button that says how much room there is.
type CapacityChoice struct {
	Value, Label string
	Current      bool
}

// listingPerPage is how many services the page shows.
const listingPerPage = 50

// ListingPage answers GET /listing.
func (h *Handlers) ListingPage(c echo.Context) error {
	p := h.page(c, "listing.title")
	return h.showListing(c, http.StatusOK, p, p.form())
}

// SetCapacity answers POST /listing/:id/capacity.
func (h *Handlers) SetCapacity(c echo.Context) error {
	p := h.page(c, "listing.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is version 0, which is not compared
	if _, err := h.Directory.SetCapacity(c.Request().Context(), c.Param("id"), f.Value("capacity"), version); err != nil {
		status, err := f.refuse(&p, err, map[string]string{"capacity": ""})
		if err != nil {
			return err
		}
		return h.showListing(c, status, p, f)
	}
	leaveNotice(c, "capacity-saved")
	return see(c, backFrom(f, c.Param("id")))
}

// backFrom is the page on which a form about a service stood.
func backFrom(f Form, serviceID string) string {
	switch f.Value("back") {
	case "home":
		return "/"
	case "service":
		return listingPath(serviceID)
	}
	return "/listing"
}

func (h *Handlers) showListing(c echo.Context, status int, p Page, f Form) error {
	ctx, cursor := c.Request().Context(), c.QueryParam("cursor")
	organization, address := p.Actor.OrganizationID, "/listing"
	if other := c.QueryParam("organization"); other != "" && !p.Actor.Agency() {
		organization, address = other, "/listing?organization="+url.QueryEscape(other)
	}
	list, err := h.Directory.ServicesOf(ctx, organization, cursor, listingPerPage)
	if err != nil {
		return err
	}
	v := ListingView{Page: p, Form: f}
	switch _, err := h.Directory.EditableOrganization(ctx, organization); {
	case err == nil:
		v.Agency = "/listing/organizations/" + organization
		v.NewPlace = newPlacePath(organization)
	case !fault.Is(err, fault.NotFound):
		return err
	}
	if err := h.waitingOf(ctx, &v); err != nil {
		return err
	}
	for _, s := range list.Items {
		v.Services = append(v.Services, listingRow(p.Locale, s))
	}
	if err := h.listWaiting(ctx, p, v.Services); err != nil {
		return err
	}
	v.Pager = listPager(p.Locale, address, cursor, list, "listing.shown")
	return h.render(c, status, listingPage(v))
}

// listWaiting tells an agency how many wait for each of its services.
func (h *Handlers) listWaiting(ctx context.Context, p Page, rows []ListingRow) error {
	if !p.Actor.Agency() {
		return nil
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	waiting, err := h.Referrals.Waiting(ctx, ids...)
	for i, r := range rows {
		if n := waiting[r.ID]; n > 0 {
			rows[i].Waiting, rows[i].WaitList = p.T("wait.count", "count", n), waitingPath(r.ID)
		}
	}
	return err
}

// waitingOf counts what waits in the queue and for the network.
func (h *Handlers) waitingOf(ctx context.Context, v *ListingView) error {
	n, err := h.Directory.QueueCount(ctx)
	if err != nil {
		return err
	}
	waiting, err := h.Directory.Proposals(ctx, "", proposalsPerPage)
	v.Queue, v.Waiting = int(n), len(waiting.Items)
	return err
}

func listingRow(l *Locale, s directory.ServiceDoc) ListingRow {
	r := ListingRow{
		ID: s.ID, Name: s.Service.Name, Href: listingPath(s.ID), Action: listingPath(s.ID) + "/capacity", Verify: listingPath(s.ID) + "/verified",
		Room: listingPath(s.ID) + "/room", Units: roomTexts(l, s.Service.Rooms()), Fresh: freshText(l, s.Facts()), Version: strconv.FormatInt(s.Version, 10),
		Capacity: l.T("listing.never-said"),
	}
	if t := s.Capacity.UpdatedAt; !t.IsZero() {
		r.Capacity = l.T("listing.said", "ago", l.ago(t))
	}
	if s.Service.Status != directory.Active {
		r.Inactive = l.T("listing.inactive")
	}
	for _, c := range []string{directory.CapacityOpen, directory.CapacityWaitlist, directory.CapacityFull} {
		r.Choices = append(r.Choices, CapacityChoice{Value: c, Label: l.T("capacity." + c), Current: c == s.Capacity.Status})
	}
	return r
}
