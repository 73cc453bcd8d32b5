package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/patients"
)

// CreatePatient handles POST /patients: 201 with the patient, 409 with
// candidates when somebody alike is registered, unless ?confirmNew=true.
func (h *Handlers) CreatePatient(c echo.Context) error {
	q := newQuery(c)
	confirmNew := q.flag("confirmNew")
	if err := q.err(); err != nil {
		return err
	}
	var in patientInput
	if err := read(c, &in); err != nil {
		return err
	}
	p, err := h.Patients.Register(c.Request().Context(), in.patient(), confirmNew)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, p)
}

// SearchPatients handles POST /patients/search, so that no name stands in an address.
func (h *Handlers) SearchPatients(c echo.Context) error {
	var in patientSearch
	if err := read(c, &in); err != nil {
		return err
	}
	found, err := h.Patients.Search(c.Request().Context(), patients.Search(in))
	if err != nil {
		return err
	}
	return itemsOf(c, found)
}

// GetPatient handles GET /patients/:id.
func (h *Handlers) GetPatient(c echo.Context) error {
	p, err := h.Patients.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, p)
}

// PatientNeeds handles GET /patients/:id/needs.
func (h *Handlers) PatientNeeds(c echo.Context) error {
	needs, err := h.Screening.Needs(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return itemsOf(c, needs)
}

// PatientConsents handles GET /patients/:id/consents.
func (h *Handlers) PatientConsents(c echo.Context) error {
	consents, err := h.Referrals.Consents(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return itemsOf(c, consents)
}

// PatientReferrals handles GET /patients/:id/referrals.
func (h *Handlers) PatientReferrals(c echo.Context) error {
	views, err := h.Referrals.ForPatient(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return itemsOf(c, views)
}

// PatientMatches handles GET /patients/:id/matches?need=: services for a need, best first.
func (h *Handlers) PatientMatches(c echo.Context) error {
	q := newQuery(c)
	need := q.text("need")
	q.wrong.Check(need != "", "need", "Name the need to match, by its id.")
	if err := q.err(); err != nil {
		return err
	}
	matches, err := h.Referrals.Matches(c.Request().Context(), c.Param("id"), need)
	if err != nil {
		return err
	}
	return itemsOf(c, matches)
}
