package web

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/files"
)

// AddSignedPage answers POST /patients/:id/consents/:consent/page.
func (h *Handlers) AddSignedPage(c echo.Context) error {
	p := h.page(c, "consent.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	part, err := c.FormFile("page")
	if err != nil {
		return fault.New(fault.Invalid, "The form could not be read. Go back and send it again.")
	}
	body, err := part.Open()
	if err != nil {
		return err
	}
	defer body.Close()
	if _, err := h.Referrals.AddSignedPage(c.Request().Context(), c.Param("consent"), part.Filename, body); err != nil {
		status, err := f.refuse(&p, err, map[string]string{"files": "page"})
		if err != nil {
			return err
		}
		return h.showConsent(c, status, p, f)
	}
	leaveNotice(c, "page-added")
	return see(c, consentPath(c.Param("id"), c.Param("consent")))
}

// openPage opens the page that counts, or with "earlier" one that it replaced.
func (h *Handlers) openPage(c echo.Context) (files.File, io.Reader, error) {
	ctx, id := c.Request().Context(), c.Param("consent")
	if place := c.QueryParam("earlier"); place != "" {
		n, err := strconv.Atoi(place)
		if err != nil {
			return files.File{}, nil, docstore.ErrNotFound
		}
		return h.Referrals.EarlierPage(ctx, id, n)
	}
	return h.Referrals.SignedPage(ctx, id)
}

// SignedPage answers GET /patients/:id/consents/:consent/page.
func (h *Handlers) SignedPage(c echo.Context) error {
	f, body, err := h.openPage(c)
	if errors.Is(err, docstore.ErrNotFound) { // a reload after a refusal: there is none yet
		return see(c, consentPath(c.Param("id"), c.Param("consent")))
	}
	if err != nil {
		return err
	}
	for name, value := range f.Headers() {
		c.Response().Header().Set(name, value)
	}
	return c.Stream(http.StatusOK, string(f.Type), body)
}
