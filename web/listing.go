package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
)

// ListingView is what an agency offers, with how much room there is.
type ListingView struct {
	Page
	Form     Form
	Services []ListingRow
	Pager    Pager
}

// ListingRow is one of the agency's services.
type ListingRow struct {
	Name, Href string
	Action     string // sets how much room there is
	Version    string
	Capacity   string // as of when it is known
	Choices    []CapacityChoice
	Inactive   string // says why nobody finds it; empty when they do
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
	return see(c, "/listing")
}

func (h *Handlers) showListing(c echo.Context, status int, p Page, f Form) error {
	cursor := c.QueryParam("cursor")
	list, err := h.Directory.ServicesOf(c.Request().Context(), p.Actor.OrganizationID, cursor, listingPerPage)
	if err != nil {
		return err
	}
	v := ListingView{Page: p, Form: f}
	for _, s := range list.Items {
		v.Services = append(v.Services, listingRow(p.Locale, s))
	}
	v.Pager = listPager(p.Locale, "/listing", cursor, list, "listing.shown")
	return h.render(c, status, listingPage(v))
}

func listingRow(l *Locale, s directory.ServiceDoc) ListingRow {
	r := ListingRow{
		Name: s.Service.Name, Href: servicePath(s.ID), Action: "/listing/" + s.ID + "/capacity", Version: strconv.FormatInt(s.Version, 10),
		Capacity: l.T("listing.never-said"),
	}
	if t := s.Capacity.UpdatedAt; !t.IsZero() {
		r.Capacity = l.T("service.as-of", "at", l.At(t))
	}
	if s.Service.Status != directory.Active {
		r.Inactive = l.T("listing.inactive")
	}
	for _, c := range []string{directory.CapacityOpen, directory.CapacityWaitlist, directory.CapacityFull} {
		r.Choices = append(r.Choices, CapacityChoice{Value: c, Label: l.T("capacity." + c), Current: c == s.Capacity.Status})
	}
	return r
}
