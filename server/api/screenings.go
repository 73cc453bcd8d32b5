package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/screening"
)

// ListInstruments handles GET /instruments.
func (h *Handlers) ListInstruments(c echo.Context) error {
	list, err := h.Screening.Instruments(c.Request().Context())
	if err != nil {
		return err
	}
	return itemsOf(c, list)
}

// GetInstrument handles GET /instruments/:id with the FHIR Questionnaire.
func (h *Handlers) GetInstrument(c echo.Context) error {
	i, err := h.Screening.Instrument(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return raw(c, "application/fhir+json", i.Questionnaire)
}

// GetRules handles GET /instruments/:id/rules with the rules as they are kept;
// an instrument without rules answers an empty object.
func (h *Handlers) GetRules(c echo.Context) error {
	i, err := h.Screening.Instrument(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if len(i.Rules) == 0 {
		return raw(c, echo.MIMEApplicationJSON, []byte("{}"))
	}
	return raw(c, echo.MIMEApplicationJSON, i.Rules)
}

// screened answers a new screening with the needs it found.
type screened struct {
	screening.Screening
	Needs []screening.Need `json:"needs"`
}

// CreateScreening handles POST /screenings: answers in, findings and needs out.
func (h *Handlers) CreateScreening(c echo.Context) error {
	var in screeningInput
	if err := read(c, &in); err != nil {
		return err
	}
	result, err := h.Screening.Submit(c.Request().Context(), in.submission())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, screened{result.Screening, append([]screening.Need{}, result.Needs...)}) // never null
}

// compared answers a screening with what changed since earlier ones.
type compared struct {
	screening.Screening
	Changes []screening.Change `json:"changes"`
}

// GetScreening handles GET /screenings/:id.
func (h *Handlers) GetScreening(c echo.Context) error {
	ctx := c.Request().Context()
	s, err := h.Screening.Get(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	changes, err := h.Screening.Changes(ctx, s)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, compared{s, changes})
}

// GetNeed handles GET /needs/:id, with its history.
func (h *Handlers) GetNeed(c echo.Context) error {
	n, err := h.Screening.Need(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, n)
}

// PatchNeed handles PATCH /needs/:id: wanted or not, the status, and whether
// it stays although a newer screening did not find it.
func (h *Handlers) PatchNeed(c echo.Context) error {
	var in needInput
	if err := read(c, &in); err != nil {
		return err
	}
	n, err := h.Screening.PatchNeed(c.Request().Context(), c.Param("id"), screening.NeedPatch(in))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, n)
}

// SplitNeed handles POST /needs/:id/parts: a part becomes a need of its own.
func (h *Handlers) SplitNeed(c echo.Context) error {
	var in splitInput
	if err := read(c, &in); err != nil {
		return err
	}
	n, err := h.Screening.SplitNeed(c.Request().Context(), c.Param("id"), screening.NeedSplit(in))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, n)
}
