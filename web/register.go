package web

import (
	"errors"
	"net/http"
	"strings"

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

// registerAlias gives the form's names of inputs that the patient record calls otherwise.
var registerAlias = map[string]string{
	"representatives[0].name":         "representative.name",
	"representatives[0].relationship": "representative.relationship",
	"representatives[0].phone":        "representative.phone",
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
	patient := patientFrom(f)
	patient.AssignedTo = p.Actor.ID
	registered, err := h.Patients.Register(once(c, f), patient, f.Value("confirmNew") == "yes")
	if err == nil {
		leaveNotice(c, "patient-registered")
		return see(c, patientPath(registered.ID))
	}
	v := RegisterView{Page: p, Form: f, Alike: alikeRows(p.Locale, err)}
	status, err := v.Form.refuse(&v.Page, err, registerAlias)
	if err != nil {
		return err
	}
	if len(v.Alike) > 0 {
		v.Form.Problems = nil // told in full by the list itself
	}
	return h.render(c, status, registerPage(v))
}

// patientFrom reads the patient from the form.
func patientFrom(f Form) patients.Patient {
	p := patients.Patient{
		GivenName: f.Value("givenName"), FamilyName: f.Value("familyName"), BirthDate: f.Date("birthDate"),
		Phone: f.Value("phone"), Email: f.Value("email"),
		Address: patients.Address{
			Line: f.Value("address.line"), City: f.Value("address.city"),
			State: strings.TrimSpace(f.Value("address.state")), PostalCode: strings.TrimSpace(f.Value("address.postalCode")),
		},
		Languages: patients.Languages{Spoken: f.Value("languages.spoken"), Written: f.Value("languages.written")},
		Contact: patients.Contact{
			SafeToText: f.Flag("contact.safeToText"), SafeToVoicemail: f.Flag("contact.safeToVoicemail"),
			SafeHours: f.Value("contact.safeHours"),
		},
	}
	r := patients.Representative{
		Name: f.Value("representative.name"), Relationship: f.Value("representative.relationship"), Phone: f.Value("representative.phone"),
	}
	if r != (patients.Representative{}) {
		p.Representatives = []patients.Representative{r}
	}
	return p
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
			Why: l.T("register.alike-why", "list", strings.Join(why, l.T("list.comma"))),
		}
	}
	return rows
}

// relationships are what a representative can be.
func relationships(l *Locale) []Option {
	return []Option{
		{Value: "parent", Label: l.T("relationship.parent")},
		{Value: "guardian", Label: l.T("relationship.guardian")},
		{Value: "proxy", Label: l.T("relationship.proxy"), Hint: l.T("relationship.proxy-hint")},
	}
}
