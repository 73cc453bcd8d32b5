package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// verificationInput says how somebody made sure of a listing.
type verificationInput struct {
	How string `json:"how" jsonschema:"enum=called,enum=agency-said,enum=website"`
}

// PatchCapacity handles PATCH /services/:id/capacity.
func (h *Handlers) PatchCapacity(c echo.Context) error {
	var in directory.CapacityInput
	if err := read(c, &in); err != nil {
		return err
	}
	if _, err := h.Directory.SayCapacity(c.Request().Context(), c.Param("id"), in); err != nil {
		return err
	}
	return h.GetService(c)
}

// VerifyService handles POST /services/:id/verification.
func (h *Handlers) VerifyService(c echo.Context) error {
	var in verificationInput
	if err := read(c, &in); err != nil {
		return err
	}
	if _, err := h.Directory.Verify(c.Request().Context(), c.Param("id"), in.How); err != nil {
		return err
	}
	return h.GetService(c)
}

// Reports of mistakes by one user: as many at once, and one more after each
// pause. A worker who calls all services of a list finds some wrong in a row.
const (
	reportBurst = 20
	reportPause = time.Minute
)

// ReportMistake handles POST /services/:id/reports.
func (h *Handlers) ReportMistake(c echo.Context) error {
	var in directory.Report
	if err := read(c, &in); err != nil {
		return err
	}
	who := identity.From(c.Request().Context()).ID
	if wait := h.reports.Take(who, h.Now()); wait > 0 {
		f := fault.New(fault.Throttled, "You have sent many reports. Wait a few minutes and try again.")
		f.RetryAfter = wait
		return f
	}
	if err := h.Directory.ReportMistake(c.Request().Context(), c.Param("id"), in); err != nil {
		h.reports.GiveBack(who, h.Now())
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
