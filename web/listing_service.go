package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/identity"
)

// ListingServiceView is one service of a listing, section by section.
type ListingServiceView struct {
	Page
	Form     Form
	Row      ListingRow
	Agency   string
	Back     string
	Sections []SectionRow
	Missing  []MissingRow
	Score    string
	// Waiting names what waits for the network; Refused why it was refused.
	Waiting, Refused string
	Flags            int
}

// SectionRow is a section as it stands, with where to change it.
type SectionRow struct {
	Title, Href string
	Rows        []SummaryRow
}

func listingPath(serviceID string) string { return "/listing/" + serviceID }

// mendPaths are the sections in which what quality misses is told.
var mendPaths = map[string]string{
	"phone": "phones", "hours": "hours", "place": "places", "needs": "who", "description": "about", "area": "area",
	"eligibility": "rules", "languages": "who", "cost": "take",
}

// mendPath is where to mend what a listing lacks.
func mendPath(serviceID, code string) string {
	if slug, ok := mendPaths[code]; ok {
		return listingPath(serviceID) + "/" + slug
	}
	return listingPath(serviceID)
}

// listedService reads a service, its organization and its places, for who may
// change it.
func (h *Handlers) listedService(ctx context.Context, id string) (listed, error) {
	var x listed
	if _, err := h.Directory.UpkeepOf(ctx, id); err != nil { // who may not change it does not know it
		return x, err
	}
	var err error
	if x.service, err = h.Directory.ServiceByID(ctx, id); err != nil {
		return x, err
	}
	if x.org, err = h.Directory.OrganizationByID(ctx, x.service.Service.OrganizationID); err != nil {
		return x, err
	}
	x.places, err = h.Directory.LocationsOf(ctx, x.org.ID)
	return x, err
}

// ListingServicePage answers GET /listing/:id.
func (h *Handlers) ListingServicePage(c echo.Context) error {
	p := h.page(c, "listing.title")
	return h.showListingService(c, http.StatusOK, p, p.form())
}

func (h *Handlers) showListingService(c echo.Context, status int, p Page, f Form) error {
	ctx := c.Request().Context()
	x, err := h.listedService(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	u, err := h.Directory.UpkeepOf(ctx, x.service.ID)
	if err != nil {
		return err
	}
	quality, err := h.Directory.QualityOf(ctx, x.service.ID)
	if err != nil {
		return err
	}
	waiting, err := h.Directory.ProposalsOf(ctx, directory.ServiceEdit, x.service.ID)
	if err != nil {
		return err
	}
	p.Title = x.service.Service.Name
	v := listingServiceView(p, f, x, quality, u)
	if w, ok := waiting[x.service.ID]; ok {
		v.Waiting, v.Refused = proposalTexts(p.Locale, w)
	}
	return h.render(c, status, listingServicePage(v))
}

func listingServiceView(p Page, f Form, x listed, q directory.Quality, u directory.Upkeep) ListingServiceView {
	l := p.Locale
	v := ListingServiceView{
		Page: p, Form: f, Row: listingRow(l, x.service), Agency: x.org.Organization.Name, Back: listingOf(p, x.org.ID), Flags: len(u.Flags),
		Score: l.T("missing.score", "count", int(q.Score*100)),
	}
	for _, code := range q.Missing {
		v.Missing = append(v.Missing, MissingRow{Label: l.T("missing." + code), Href: mendPath(x.service.ID, code)})
	}
	for _, s := range serviceSections(l, x) {
		v.Sections = append(v.Sections, SectionRow{Title: s.heading(l), Href: listingPath(x.service.ID) + "/" + url.PathEscape(s.slug), Rows: sectionRows(l, s, s.fill(p.form(), x))})
	}
	for _, place := range x.places {
		if slices.ContainsFunc(x.service.Service.ServiceAtLocations, func(s directory.ServiceAtLocation) bool { return s.LocationID == place.ID }) {
			at := x
			at.place = place
			for _, s := range placeSections(l) {
				v.Sections = append(v.Sections, SectionRow{Title: s.heading(l), Href: placePath(place.ID) + "/" + s.slug, Rows: sectionRows(l, s, s.fill(p.form(), at))})
			}
		}
	}
	return v
}

// listingOf is the list of an agency's services.
func listingOf(p Page, organizationID string) string {
	if p.Actor.Agency() {
		return "/listing"
	}
	return "/listing?organization=" + url.QueryEscape(organizationID)
}

func placePath(id string) string { return "/listing/places/" + id }

// VerifyListing answers POST /listing/:id/verified: everything is still right.
func (h *Handlers) VerifyListing(c echo.Context) error {
	if _, err := h.Directory.Verify(c.Request().Context(), c.Param("id"), verifiedBy(identity.From(c.Request().Context()))); err != nil {
		return err
	}
	leaveNotice(c, "listing-verified")
	if c.FormValue("back") == "list" {
		return see(c, "/listing")
	}
	return see(c, listingPath(c.Param("id")))
}

// verifiedBy is how somebody made sure who presses the one button.
func verifiedBy(a identity.Actor) string {
	if a.Agency() {
		return directory.AgencySaid
	}
	return directory.Website
}
