package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/patients"
)

// EditPatientView is the form that changes what is known of a patient.
type EditPatientView struct {
	Page
	Form     Form
	ID, Name string
}

// EditPatient answers GET /patients/:id/edit.
func (h *Handlers) EditPatient(c echo.Context) error {
	patient, err := h.Patients.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	p := h.page(c, "patient-edit.title")
	return h.render(c, http.StatusOK, editPatientPage(editPatientView(p, editForm(p, patient), patient)))
}

// ChangePatient answers POST /patients/:id/edit.
func (h *Handlers) ChangePatient(c echo.Context) error {
	ctx, p := c.Request().Context(), h.page(c, "patient-edit.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	stored, err := h.Patients.Get(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	patient := patientFrom(f, stored)
	patient.Situation = situationFrom(f)
	patient.Version, _ = strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is version 0, which nothing has
	if _, err := h.Patients.Update(onceEach(c, f, ""), patient); err != nil {
		status, err := f.refuse(&p, err, patientAlias)
		if err != nil {
			return err
		}
		return h.render(c, status, editPatientPage(editPatientView(p, f, stored)))
	}
	leaveNotice(c, "patient-changed")
	return see(c, patientPath(patient.ID))
}

// editForm is the form as it stands before anything is changed.
func editForm(p Page, patient patients.Patient) Form {
	return p.form().With(onceField, onceKey()).With("version", strconv.FormatInt(patient.Version, 10)).withPatient(patient).withSituation(patient.Situation)
}

func editPatientView(p Page, f Form, patient patients.Patient) EditPatientView {
	return EditPatientView{Page: p, Form: f, ID: patient.ID, Name: fullName(patient)}
}
