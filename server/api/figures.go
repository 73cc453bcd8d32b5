package api

import (
	"cmp"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/referrals/figures"
)

// ShowFigures handles GET /figures.
func (h *Handlers) ShowFigures(c echo.Context) error {
	q := newQuery(c)
	f := figures.Filter{Need: q.text("need"), Agency: q.text("agency"), ZIP: q.text("zip"), Language: q.text("language"), Period: q.text("period")}
	by := cmp.Or(figures.Dimension(q.text("by")), figures.ByNeed)
	if err := q.err(); err != nil {
		return err
	}
	r, err := h.Figures.Report(c.Request().Context(), f, by)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, r)
}

// ShowOdds handles GET /figures/odds.
func (h *Handlers) ShowOdds(c echo.Context) error {
	q := newQuery(c)
	need, zip := q.text("need"), q.text("zip")
	if err := q.err(); err != nil {
		return err
	}
	o, err := h.Figures.Odds(c.Request().Context(), need, zip)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, o)
}
