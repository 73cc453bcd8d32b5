package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/screening"
)

// ImportInstrument handles POST /instruments: a Questionnaire of the network's
// own, with rules or without. With dryRun it only says what would happen.
func (h *Handlers) ImportInstrument(c echo.Context) error {
	q := newQuery(c)
	dry := q.flag("dryRun")
	if err := q.err(); err != nil {
		return err
	}
	var in instrumentInput
	if err := read(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if dry {
		report, err := h.Screening.Preview(ctx, in.Questionnaire, in.Rules)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, report)
	}
	report, err := h.Screening.Import(ctx, in.Questionnaire, in.Rules)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, report)
}

// PatchInstrument handles PATCH /instruments/:id: a version in use, or retired.
func (h *Handlers) PatchInstrument(c echo.Context) error {
	var in retireInput
	if err := read(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	states, err := h.Screening.AllInstruments(ctx)
	if err != nil {
		return err
	}
	ref := ""
	for _, s := range states {
		if s.ID == c.Param("id") && s.Version == in.Version {
			ref = s.Ref()
		}
	}
	if err := h.Screening.Retire(ctx, ref, in.Retired); err != nil {
		return err
	}
	if states, err = h.Screening.AllInstruments(ctx); err != nil {
		return err
	}
	var out []screening.InstrumentState
	for _, s := range states {
		if s.Ref() == ref {
			out = append(out, s)
		}
	}
	return itemsOf(c, out)
}
