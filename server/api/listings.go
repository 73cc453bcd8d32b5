package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/directory"
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

// ReportMistake handles POST /services/:id/reports.
func (h *Handlers) ReportMistake(c echo.Context) error {
	var in directory.Report
	if err := read(c, &in); err != nil {
		return err
	}
	if err := h.Directory.ReportMistake(c.Request().Context(), c.Param("id"), in); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
