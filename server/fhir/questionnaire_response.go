package fhir

import (
	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/screening"
)

// questionnaireResponse is a screening as FHIR R4 QuestionnaireResponse.
type questionnaireResponse struct {
	screening.QuestionnaireResponse
	Meta *Meta `json:"meta"`
}

// QuestionnaireResponse handles GET /fhir/QuestionnaireResponse/:id; the id is
// that of the screening.
func (h *Handlers) QuestionnaireResponse(c echo.Context) error {
	if _, err := readParameters(c); err != nil {
		return err
	}
	ctx := c.Request().Context()
	s, err := h.Screening.Get(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	i, err := h.Screening.Instrument(ctx, s.Instrument)
	if err != nil {
		return err
	}
	patient, err := h.Patients.Open(ctx, s.PatientID)
	if err != nil {
		return err
	}
	meta := metaOf(s.Version, s.RecordedAt).labelled(patient.Part2)
	return answer(c, questionnaireResponse{screening.Response(i, s), meta}, meta)
}
