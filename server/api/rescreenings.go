package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/screening"
)

// rescreening says when a patient is to be screened again, without what only
// the rules need.
type rescreening struct {
	PatientID       string            `json:"patientId"`
	Version         int64             `json:"version"`
	Due             *screening.Due    `json:"due"`
	DueAt           time.Time         `json:"dueAt,omitzero"`
	DischargedOn    string            `json:"dischargedOn,omitempty"`
	PutOff          *screening.PutOff `json:"putOff,omitempty"`
	WorkerID        string            `json:"workerId,omitempty"`
	LastScreeningID string            `json:"lastScreeningId,omitempty"`
	LastAt          time.Time         `json:"lastAt,omitzero"`
}

func rescreeningFrom(r screening.Rescreening) rescreening {
	return rescreening{
		PatientID: r.PatientID, Version: r.Version, Due: r.Due, DueAt: r.DueAt, DischargedOn: r.DischargedOn,
		PutOff: r.PutOff, WorkerID: r.WorkerID, LastScreeningID: r.LastScreeningID, LastAt: r.LastAt,
	}
}

// ListRescreenings handles GET /rescreenings: who is due for screening.
func (h *Handlers) ListRescreenings(c echo.Context) error {
	q := newQuery(c)
	list := screening.DueList{Mine: q.flag("mine"), Cursor: q.text("cursor"), Limit: q.count("limit", 100)}
	if err := q.err(); err != nil {
		return err
	}
	page, err := h.Screening.DueNow(c.Request().Context(), list)
	if err != nil {
		return err
	}
	out := docstore.Page[rescreening]{Items: make([]rescreening, len(page.Items)), Next: page.Next}
	for i, r := range page.Items {
		out.Items[i] = rescreeningFrom(r)
	}
	return c.JSON(http.StatusOK, out)
}

// GetRescreening handles GET /patients/:id/rescreening.
func (h *Handlers) GetRescreening(c echo.Context) error {
	r, err := h.Screening.Rescreening(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, rescreeningFrom(r))
}

// PatchRescreening handles PATCH /patients/:id/rescreening: a discharge, or a
// later day with a reason.
func (h *Handlers) PatchRescreening(c echo.Context) error {
	var in rescreeningInput
	if err := read(c, &in); err != nil {
		return err
	}
	r, err := h.Screening.PatchRescreening(c.Request().Context(), c.Param("id"), screening.RescreeningPatch(in))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, rescreeningFrom(r))
}
