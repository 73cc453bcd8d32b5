package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/patients"
)

// RegisterView is the form that adds a patient.
type RegisterView struct {
	Page
	Form Form
	// Alike are patients who may be the same person.
	Alike []AlikeRow
}

// AlikeRow is a patient who may be the one being registered.
type AlikeRow struct {
	Name, Meta, Href string
	Why              string // what is alike, in words
}

// NewPatient answers GET /patients/new.
func (h *Handlers) NewPatient(c echo.Context) error {
	p := h.page(c, "register.title")
	return h.render(c, http.StatusOK, registerPage(RegisterView{Page: p, Form: p.form().With(onceField, onceKey())}))
}

// RegisterPatient answers POST /patients/new.
func (h *Handlers) RegisterPatient(c echo.Context) error {
	p := h.page(c, "register.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	patient := patientFrom(f, patients.Patient{AssignedTo: p.Actor.ID})
	registered, err := h.Patients.Register(once(c, f), patient, f.Value("confirmNew") == "yes")
	if err == nil {
		leaveNotice(c, "patient-registered")
		return see(c, patientPath(registered.ID))
	}
	v := RegisterView{Page: p, Form: f, Alike: alikeRows(p.Locale, err)}
	status, err := v.Form.refuse(&v.Page, err, patientAlias)
	if err != nil {
		return err
	}
	if len(v.Alike) > 0 {
		v.Form.Problems = nil // told in full by the list itself
	}
	return h.render(c, status, registerPage(v))
}

// alikeRows lists the candidates that a refused registration carries.
func alikeRows(l *Locale, err error) []AlikeRow {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return nil
	}
	candidates, _ := e.Extra["candidates"].([]patients.Candidate)
	rows := make([]AlikeRow, len(candidates))
	for i, c := range candidates {
		why := make([]string, len(c.Why))
		for j, w := range c.Why {
			why[j] = l.T("alike." + w)
		}
		rows[i] = AlikeRow{
			Name: c.Name, Meta: patientMeta(l, c.BirthDate, c.Phone), Href: patientPath(c.ID),
			Why: l.T("register.alike-why", "list", l.join("list.comma", why)),
		}
	}
	return rows
}
