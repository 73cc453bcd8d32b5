package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/referrals"
)

// LetterRow is a message between a patient and a worker.
type LetterRow struct {
	Text, By, At string
	Ours         bool
	Seen         string
}

// OwnLettersView is what a patient and their worker write to each other.
type OwnLettersView struct {
	SelfPage
	Form Form
	Rows []LetterRow
}

// OwnLetters answers GET /p/letters.
func (h *Handlers) OwnLetters(c echo.Context) error {
	p := h.ownPage(c, "own.letters")
	return h.showOwnLetters(c, http.StatusOK, p, p.form())
}

func (h *Handlers) showOwnLetters(c echo.Context, status int, p SelfPage, f Form) error {
	all, err := h.Referrals.OwnLetters(c.Request().Context())
	if err != nil {
		return err
	}
	if f.Value(onceField) == "" {
		f = f.With(onceField, onceKey())
	}
	return h.renderSelf(c, status, ownLettersPage(OwnLettersView{p, f, letterRows(p.Locale, all, true)}))
}

// OwnWrite answers POST /p/letters.
func (h *Handlers) OwnWrite(c echo.Context) error {
	p := h.ownPage(c, "own.letters")
	f, err := formFrom(p.Page, c)
	if err != nil {
		return err
	}
	if _, err := h.Referrals.WriteOwn(onceEach(c, f, ""), f.Value("text")); err != nil {
		status, err := f.refuse(&p.Page, err, nil)
		if err != nil {
			return err
		}
		return h.showOwnLetters(c, status, p, f)
	}
	leaveNotice(c, "own-written")
	return see(c, ownLettersPath)
}

// letterRows tells letters to the patient, or to a worker, the latest first.
func letterRows(l *Locale, all []referrals.Letter, patient bool) []LetterRow {
	rows := make([]LetterRow, len(all))
	for i, letter := range all {
		row := LetterRow{Text: letter.Text, By: letter.By, At: l.At(letter.At), Ours: letter.FromPatient == patient}
		switch {
		case letter.FromPatient && patient:
			row.By = l.T("own.you")
		case letter.FromPatient:
			row.By = l.T("letters.patient")
		}
		if row.Ours {
			if row.Seen = l.T("own.unseen"); !letter.SeenAt.IsZero() {
				row.Seen = l.T("own.seen", "at", l.At(letter.SeenAt))
			}
		}
		rows[len(rows)-1-i] = row
	}
	return rows
}
