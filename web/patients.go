package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/patients"
)

// PatientsView lists patients: those added last, or those found.
type PatientsView struct {
	Page
	Form Form
	Rows []PatientRow
	// Searched tells that Rows are what a search found.
	Searched bool
	// Choose tells that a person is chosen to be screened.
	Choose bool
	More   string // address of the next page of the list; empty for none
}

// PatientRow is one patient in a list.
type PatientRow struct {
	Name, Href string
	Meta       string // age, birth date, end of the phone number
}

// patientsPage is how many patients the list shows at once.
const patientsPageSize = 20

// chooseScreening is the value of "for" when somebody is looked up to be screened.
const chooseScreening = "screening"

// PatientsPage answers GET /patients and, so that a reload after a search
// leads somewhere, GET /patients/search.
func (h *Handlers) PatientsPage(c echo.Context) error {
	page, err := h.Patients.List(c.Request().Context(), c.QueryParam("cursor"), patientsPageSize)
	if err != nil {
		return err
	}
	choose := c.QueryParam("for") == chooseScreening
	p := h.page(c, "patients.title")
	v := PatientsView{Page: p, Form: p.form(), Rows: patientRows(p.Locale, page.Items, choose), Choose: choose}
	if page.Next != "" {
		v.More = "/patients?cursor=" + page.Next
		if choose {
			v.More += "&for=" + chooseScreening
		}
	}
	return h.render(c, http.StatusOK, patientsPage(v))
}

// SearchPatients answers POST /patients/search: what is looked for is about a
// person and never stands in an address.
func (h *Handlers) SearchPatients(c echo.Context) error {
	p := h.page(c, "patients.found.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	choose := f.Value("for") == chooseScreening
	v := PatientsView{Page: p, Form: f, Searched: true, Choose: choose}
	found, err := h.Patients.Search(c.Request().Context(), patients.Search{
		Name: strings.TrimSpace(f.Value("name")), BirthDate: f.Date("birthDate"), Phone: f.Value("phone"),
	})
	if err != nil {
		status, err := v.Form.refuse(&v.Page, err, nil)
		if err != nil {
			return err
		}
		return h.render(c, status, patientsPage(v))
	}
	v.Rows = patientRows(p.Locale, found, choose)
	return h.render(c, http.StatusOK, patientsPage(v))
}

func patientRows(l *Locale, list []patients.Patient, choose bool) []PatientRow {
	rows := make([]PatientRow, len(list))
	for i, p := range list {
		rows[i] = PatientRow{Name: fullName(p), Href: patientPath(p.ID), Meta: patientMeta(l, p.BirthDate, p.Phone)}
		if choose {
			rows[i].Href = newScreeningPath(p.ID)
		}
	}
	return rows
}

func fullName(p patients.Patient) string { return strings.TrimSpace(p.GivenName + " " + p.FamilyName) }

// patientMeta tells two people of the same name apart.
func patientMeta(l *Locale, birthDate, phone string) string {
	parts := []string{l.Age(birthDate), l.T("patient.born", "date", l.Day(birthDate))}
	if phone != "" {
		parts = append(parts, l.T("patient.phone-end", "end", phone[max(0, len(phone)-4):]))
	}
	return l.join("list.separator", parts)
}
