package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
)

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

// EditListing answers GET /listing/:id/:section.
func (h *Handlers) EditListing(c echo.Context) error {
	return h.editSection(c, directory.ServiceEdit)
}

// SaveListing answers POST /listing/:id/:section.
func (h *Handlers) SaveListing(c echo.Context) error {
	return h.save(c, directory.ServiceEdit)
}

// EditPlace answers GET /listing/places/:id, and with the section behind it.
func (h *Handlers) EditPlace(c echo.Context) error { return h.editSection(c, directory.LocationEdit) }

// SavePlace answers POST /listing/places/:id, and with the section behind it.
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
		if err != nil {
			return s, x, err
		}
		for _, s := range placeSections(l) {
			if s.slug == cmp.Or(c.Param("section"), placeSlug) {
				return s, x, nil
			}
		}
		return s, x, docstore.ErrNotFound
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
	p.Title = s.heading(p.Locale)
	v := ListingEditView{
		Page: p, Form: f, Section: s, Action: c.Request().URL.Path, Theirs: theirs, Review: settings.Listings.ReviewEdits && p.Actor.Agency(),
		Back: listingPath(x.service.ID), BackLabel: x.service.Service.Name,
	}
	if kind != directory.ServiceEdit {
		v.Back, v.BackLabel = listingOf(p, x.org.ID), p.T("nav.listing")
	}
	if s.hours {
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
		f.tellApart(func(name string) string { return s.label(p.Locale, name) })
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
