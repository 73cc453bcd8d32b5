package web

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
)

// newPlacePath is the form that adds a place to an agency's listing.
func newPlacePath(organization string) string {
	return "/listing/places/new?organization=" + url.QueryEscape(organization)
}

// ListingServiceAgain answers GET on the addresses of forms about one service.
func (h *Handlers) ListingServiceAgain(c echo.Context) error {
	return see(c, listingPath(c.Param("id")))
}

// NewPlace answers GET /listing/places/new.
func (h *Handlers) NewPlace(c echo.Context) error {
	p := h.page(c, "place.new")
	x, err := h.placeFor(c, p)
	if err != nil {
		return err
	}
	return h.showNewPlace(c, http.StatusOK, p, p.form().With(onceField, onceKey()), x)
}

// AddPlace answers POST /listing/places/new. A place that no service is at
// shows nowhere; so it needs no review itself.
func (h *Handlers) AddPlace(c echo.Context) error {
	p := h.page(c, "place.new")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	x, err := h.placeFor(c, p)
	if err != nil {
		return err
	}
	s := placeSection(p.Locale)
	e := &serviceEntry{Form: f}
	s.read(e, s.fill(p.form(), x), &x)
	e.wrong.Check(x.place.Location.Name != "", "name", "Enter the name of the place.")
	if err = e.wrong.Err(); err == nil {
		_, err = h.Directory.PutLocation(onceEach(c, f, "location"), x.place)
	}
	if err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showNewPlace(c, status, p, f, x)
	}
	leaveNotice(c, "listing-saved")
	return see(c, listingOf(p, x.org.ID))
}

// placeFor is a new place of the agency that the request is about.
func (h *Handlers) placeFor(c echo.Context, p Page) (listed, error) {
	id := c.QueryParam("organization")
	if p.Actor.Agency() {
		id = p.Actor.OrganizationID
	}
	o, err := h.Directory.EditableOrganization(c.Request().Context(), id)
	return listed{org: o, place: directory.LocationDoc{
		TimeZone: o.TimeZone, Location: directory.Location{OrganizationID: o.ID, LocationType: directory.Physical},
	}}, err
}

func (h *Handlers) showNewPlace(c echo.Context, status int, p Page, f Form, x listed) error {
	return h.render(c, status, listingEditPage(ListingEditView{
		Page: p, Form: f, Action: newPlacePath(x.org.ID), Back: listingOf(p, x.org.ID), BackLabel: p.T("nav.listing"), Section: placeSection(p.Locale),
	}))
}
