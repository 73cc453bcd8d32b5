package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
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

// ListingEditView is the form of one section.
type ListingEditView struct {
	Page
	Form            Form
	Action          string
	Back, BackLabel string
	Section         section
	Hours           []HoursForm
	Review          bool // what is changed waits for the network
	// Theirs tells what somebody else saved meanwhile, where it differs.
	Theirs []SummaryRow
}

func listingPath(serviceID string) string { return "/listing/" + serviceID }

// mendPaths are the sections in which what quality misses is told.
var mendPaths = map[string]string{
	"phone": "phones", "hours": "hours", "place": "places", "needs": "who", "description": "about", "area": "area",
	"eligibility": "who", "languages": "who", "cost": "take",
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
		v.Sections = append(v.Sections, SectionRow{Title: l.T(s.title), Href: listingPath(x.service.ID) + "/" + s.slug, Rows: sectionRows(l, s, s.fill(p.form(), x))})
	}
	for _, place := range x.places {
		if slices.ContainsFunc(x.service.Service.ServiceAtLocations, func(s directory.ServiceAtLocation) bool { return s.LocationID == place.ID }) {
			s := placeSection(l)
			at := x
			at.place = place
			v.Sections = append(v.Sections, SectionRow{Title: l.T("section.place"), Href: placePath(place.ID), Rows: sectionRows(l, s, s.fill(p.form(), at))})
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

// EditListing answers GET /listing/:id/:section.
func (h *Handlers) EditListing(c echo.Context) error {
	return h.editSection(c, directory.ServiceEdit)
}

// SaveListing answers POST /listing/:id/:section.
func (h *Handlers) SaveListing(c echo.Context) error {
	return h.save(c, directory.ServiceEdit)
}

// EditPlace answers GET /listing/places/:id.
func (h *Handlers) EditPlace(c echo.Context) error { return h.editSection(c, directory.LocationEdit) }

// SavePlace answers POST /listing/places/:id.
func (h *Handlers) SavePlace(c echo.Context) error { return h.save(c, directory.LocationEdit) }

// EditAgency answers GET /listing/organizations/:id.
func (h *Handlers) EditAgency(c echo.Context) error {
	return h.editSection(c, directory.OrganizationEdit)
}

// SaveAgency answers POST /listing/organizations/:id.
func (h *Handlers) SaveAgency(c echo.Context) error { return h.save(c, directory.OrganizationEdit) }

// askedSection is the section that a request is about, with what it changes.
func (h *Handlers) askedSection(c echo.Context, l *Locale, kind string) (s section, x listed, err error) {
	ctx, id := c.Request().Context(), c.Param("id")
	switch kind {
	case directory.LocationEdit:
		if x.place, err = h.Directory.EditableLocation(ctx, id); err == nil {
			x.org, err = h.Directory.OrganizationByID(ctx, x.place.Location.OrganizationID)
		}
		return placeSection(l), x, err
	case directory.OrganizationEdit:
		x.org, err = h.Directory.EditableOrganization(ctx, id)
		return organizationSection(l), x, err
	}
	if x, err = h.listedService(ctx, id); err != nil {
		return s, x, err
	}
	for _, s := range serviceSections(l, x) {
		if s.slug == c.Param("section") {
			return s, x, nil
		}
	}
	return s, x, docstore.ErrNotFound
}

func (h *Handlers) editSection(c echo.Context, kind string) error {
	p := h.page(c, "listing.title")
	s, x, err := h.askedSection(c, p.Locale, kind)
	if err != nil {
		return err
	}
	f := s.fill(p.form(), x).With(onceField, onceKey()).With("version", x.version(kind))
	return h.showEdit(c, http.StatusOK, p, f, s, x, kind, nil)
}

func (h *Handlers) showEdit(c echo.Context, status int, p Page, f Form, s section, x listed, kind string, theirs []SummaryRow) error {
	settings, err := h.Network.Settings(c.Request().Context())
	if err != nil {
		return err
	}
	p.Title = p.T(s.title)
	v := ListingEditView{
		Page: p, Form: f, Section: s, Action: c.Request().URL.Path, Theirs: theirs, Review: settings.Listings.ReviewEdits && p.Actor.Agency(),
		Back: listingPath(x.service.ID), BackLabel: x.service.Service.Name,
	}
	if kind != directory.ServiceEdit {
		v.Back, v.BackLabel = listingOf(p, x.org.ID), p.T("nav.listing")
	}
	if s.slug == hoursSlug {
		v.Hours = hoursForms(p.Locale)
	}
	return h.render(c, status, listingEditPage(v))
}

// save stores a section. When somebody else saved in the meantime, the page
// shows both, and a second try saves this person's.
func (h *Handlers) save(c echo.Context, kind string) error {
	p := h.page(c, "listing.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	s, x, err := h.askedSection(c, p.Locale, kind)
	if err != nil {
		return err
	}
	changed := x
	e := &serviceEntry{Form: f}
	s.read(e, s.fill(p.form(), x), &changed)
	var done directory.Edited
	if err = e.wrong.Err(); err == nil {
		done, err = h.saveSection(onceEach(c, f, ""), kind, changed, f.Value("version"))
	}
	if err != nil {
		lost := errors.Is(err, docstore.ErrConflict) || fault.Is(err, fault.Conflict)
		status, err := f.refuse(&p, err, s.alias)
		if err != nil {
			return err
		}
		var theirs []SummaryRow
		if lost {
			f.Problems = []Problem{{Text: p.T("listing.conflict")}}
			theirs = sectionDifferences(p.Locale, s, f, s.fill(p.form(), x))
			f = f.With("version", x.version(kind)).With(onceField, onceKey())
		}
		return h.showEdit(c, status, p, f, s, x, kind, theirs)
	}
	if leaveNotice(c, "listing-saved"); done.Proposal != nil {
		leaveNotice(c, "listing-waits")
	}
	if kind == directory.ServiceEdit {
		return see(c, listingPath(x.service.ID))
	}
	return see(c, listingOf(p, x.org.ID))
}

func (h *Handlers) saveSection(ctx context.Context, kind string, x listed, version string) (directory.Edited, error) {
	n, _ := strconv.ParseInt(version, 10, 64) // what is no number is 0, which no document has
	switch kind {
	case directory.LocationEdit:
		x.place.Version = n
		return h.Directory.EditLocation(ctx, x.place)
	case directory.OrganizationEdit:
		x.org.Version = n
		return h.Directory.EditOrganization(ctx, x.org)
	}
	x.service.Version = n
	return h.Directory.EditService(ctx, x.service)
}
