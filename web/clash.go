package web

import (
	"github.com/havenloop/havenloop/screening"
)

// ClashView shows two answers to one question, of which the person keeps one.
type ClashView struct {
	Page
	Form     Form
	Action   string
	Question string
	LinkID   string
	// Language is that of the question, Dir its direction.
	Language, Dir string
	// Stored was saved meanwhile, Mine is what this person gave.
	Stored, Mine []string
	// StoredJSON and MineJSON are the answers as the form carries them.
	StoredJSON, MineJSON string
	Review               bool
}

// The fields of the form that chooses between two answers.
const (
	keepField  = "keep"
	keepMine   = "mine"
	keepStored = "stored"
	mineField  = "mine"
)

func (h *Handlers) clashView(p Page, f Form, a asked, stored, mine screening.Answer) ClashView {
	told := h.questionView(p, f, a)
	p = told.Page
	p.Title = p.T("clash.title")
	return ClashView{
		Page: p, Form: Form{Locale: p.Locale, Token: p.Token}, Action: told.Action, Question: a.question.Text, LinkID: a.question.LinkID,
		Language: told.Language, Dir: told.Dir, Review: a.review,
		Stored: answerRow(p.Locale, a.question, stored).Values, Mine: answerRow(p.Locale, a.question, mine).Values,
		StoredJSON: answerJSON(stored), MineJSON: answerJSON(mine),
	}
}
