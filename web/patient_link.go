package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/links"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/internal/secret"
	"github.com/havenloop/havenloop/screening/self"
)

// OwnLinkView is the page where a worker gives a patient a link to their own pages.
type OwnLinkView struct {
	Page
	Form      Form
	ID, Name  string
	Languages []Option
	Proofs    []Option
	Links     []LinkRow // made before
}

// ownLinkPath is where links to a patient's own pages are made.
func ownLinkPath(patient string) string { return linksPath(patient) + "/own" }

// NewOwnLink answers GET /patients/:id/links/own.
func (h *Handlers) NewOwnLink(c echo.Context) error {
	p := h.page(c, "own-link.title")
	patient, err := h.Patients.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	f := p.form().With(onceField, onceKey()).With("proof", string(links.ByPIN))
	return h.showOwnLink(c, http.StatusOK, p, f.With("language", patient.Languages.Written), patient)
}

func (h *Handlers) showOwnLink(c echo.Context, status int, p Page, f Form, patient patients.Patient) error {
	if !slices.Contains(pageLanguages, f.Value("language")) {
		f = f.With("language", p.Language)
	}
	v := OwnLinkView{
		Page: p, Form: f, ID: patient.ID, Name: fullName(patient), Languages: languageChoicesOf(pageLanguages), Proofs: h.proofs(p, patient),
	}
	var err error
	if v.Links, err = h.ownLinkRows(c, p.Locale, patient.ID); err != nil {
		return err
	}
	return h.render(c, status, ownLinkPage(v))
}

// MakeOwnLink answers POST /patients/:id/links/own.
func (h *Handlers) MakeOwnLink(c echo.Context) error {
	p := h.page(c, "own-link.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	l, err := h.Self.Offer(once(c, f), self.Offer{
		PatientID: c.Param("id"), Kind: links.OwnPages, Language: f.Value("language"),
		Proof: links.Proof(f.Value("proof")), PIN: secret.Text(strings.TrimSpace(f.Value("pin"))),
	})
	if err == nil {
		return see(c, linkPath(l))
	}
	status, err := f.refuse(&p, err, nil)
	if err != nil {
		return err
	}
	patient, err := h.Patients.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return h.showOwnLink(c, status, p, f, patient)
}

// ownLinkRows are the links to a patient's own pages, the newest first.
func (h *Handlers) ownLinkRows(c echo.Context, l *Locale, patient string) ([]LinkRow, error) {
	list, err := h.Self.Links(c.Request().Context(), patient)
	if err != nil {
		return nil, err
	}
	return h.rowsOfLinks(l, slices.DeleteFunc(list, func(k links.Link) bool { return k.Kind != links.OwnPages })), nil
}

// proofs are the ways to open a link of the patient, besides its code.
func (h *Handlers) proofs(p Page, patient patients.Patient) []Option {
	out := []Option{{Value: string(links.ByPIN), Label: p.T("offer.pin-choice"), Hint: p.T("offer.pin-choice-hint")}}
	if h.Self.MayText(patient) {
		out = append(out, Option{Value: string(links.ByText), Label: p.T("offer.text-choice", "phone", phoneText(patient.Phone)), Hint: p.T("offer.text-choice-hint")})
	}
	return out
}
