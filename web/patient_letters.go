package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// PatientLettersView is what a worker and a patient write to each other, and
// the links by which the patient reads it.
type PatientLettersView struct {
	Page
	Form     Form
	Name, ID string
	Rows     []LetterRow
	// Links are those to the patient's own pages; Waits tells that a message of
	// the patient waits for an answer.
	Links []LinkRow
	Waits bool
}

// PatientLetters answers GET /patients/:id/letters.
func (h *Handlers) PatientLetters(c echo.Context) error {
	p := h.page(c, "letters.title")
	return h.showLetters(c, http.StatusOK, p, p.form())
}

func (h *Handlers) showLetters(c echo.Context, status int, p Page, f Form) error {
	ctx, id := c.Request().Context(), c.Param("id")
	patient, err := h.Patients.Get(ctx, id)
	if err != nil {
		return err
	}
	all, err := h.Referrals.Letters(ctx, id)
	if err != nil {
		return err
	}
	if f.Value(onceField) == "" {
		f = f.With(onceField, onceKey())
	}
	v := PatientLettersView{Page: p, Form: f, Name: fullName(patient), ID: id, Rows: letterRows(p.Locale, all, false)}
	v.Waits = len(all) > 0 && all[len(all)-1].FromPatient
	if v.Links, err = h.ownLinkRows(c, p.Locale, id); err != nil {
		return err
	}
	return h.render(c, status, patientLettersPage(v))
}

// WriteLetter answers POST /patients/:id/letters: words to the patient, or that
// theirs were read and need no answer.
func (h *Handlers) WriteLetter(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	p := h.page(c, "letters.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	notice := "letter-sent"
	if f.Value("do") == "read" {
		notice, err = "letter-read", h.Referrals.EndLetters(ctx, id)
	} else {
		_, err = h.Referrals.WriteTo(onceEach(c, f, ""), id, f.Value("text"))
	}
	if err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showLetters(c, status, p, f)
	}
	leaveNotice(c, notice)
	return see(c, lettersPath(id))
}

// lettersPath is where worker and patient write to each other.
func lettersPath(patient string) string { return patientPath(patient) + "/letters" }
