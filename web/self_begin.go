package web

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/screening"
)

// SelfIntroView says what there is to answer, in languages to choose from.
type SelfIntroView struct {
	SelfPage
	Form  Form
	Count int // of questions, when all are asked
}

// SelfIntro answers GET /s/start.
func (h *Handlers) SelfIntro(c echo.Context) error {
	v, err := h.selfIntro(c)
	if err != nil {
		return err
	}
	return h.renderSelf(c, http.StatusOK, selfIntroPage(v))
}

func (h *Handlers) selfIntro(c echo.Context) (SelfIntroView, error) {
	choice, err := h.Self.Choice(c.Request().Context())
	if err != nil {
		return SelfIntroView{}, err
	}
	spoken := ""
	if !chosenLanguage(c) {
		spoken = choice.Language
	}
	p := h.selfPage(c, spoken, "self.title").offering(choice.Languages)
	p.Switch = "" // the languages are what the page asks for
	return SelfIntroView{p, p.form(), len(choice.Instrument.Asked(nil))}, nil
}

// chosenLanguage tells whether a language was chosen in this browser.
func chosenLanguage(c echo.Context) bool {
	_, err := c.Cookie(languageCookie)
	return err == nil
}

// SelfBegin answers POST /s/start: the questions are asked in the language.
func (h *Handlers) SelfBegin(c echo.Context) error {
	tag := c.FormValue("language")
	_, err := h.Self.Begin(c.Request().Context(), tag)
	switch {
	case fault.Is(err, fault.Conflict):
		return see(c, selfThanksPath)
	case fault.Is(err, fault.Invalid):
		v, introErr := h.selfIntro(c)
		if introErr != nil {
			return introErr
		}
		return h.selfRefused(c, v.SelfPage, v.Form, "language", err, func(p SelfPage, f Form) templ.Component {
			return selfIntroPage(SelfIntroView{p, f, v.Count})
		})
	case err != nil:
		return err
	}
	h.rememberSelfLanguage(c, tag)
	return see(c, selfWhoPath)
}

// SelfWhoView asks for whom the questions are answered.
type SelfWhoView struct {
	SelfPage
	Form Form
	Who  []Option
}

// SelfWho answers GET /s/who.
func (h *Handlers) SelfWho(c echo.Context) error {
	draft, done, err := h.selfDraft(c)
	if done || err != nil {
		return err
	}
	p, err := h.selfDraftPage(c, draft, "self.title")
	if err != nil {
		return err
	}
	return h.renderSelf(c, http.StatusOK, selfWhoPage(selfWhoView(p, p.form().With("respondent", draft.Respondent.Relationship))))
}

// SelfSaveWho answers POST /s/who and opens the first question without an answer.
func (h *Handlers) SelfSaveWho(c echo.Context) error {
	draft, done, err := h.selfDraft(c)
	if done || err != nil {
		return err
	}
	draft, err = h.Screening.SaveHead(c.Request().Context(), draft.ID, screening.DraftHead{
		Mode: screening.ModeSelf, Respondent: screening.Respondent{Relationship: c.FormValue("respondent")},
	}, 0)
	if err != nil {
		return err
	}
	choice, err := h.Self.Choice(c.Request().Context())
	if err != nil {
		return err
	}
	for n, q := range choice.Instrument.Asked(draft.Answers) {
		if draft.Answers[q.LinkID].Empty() {
			return see(c, selfQuestionPath(n+1))
		}
	}
	return see(c, selfReviewPath)
}

func selfWhoView(p SelfPage, f Form) SelfWhoView {
	v := SelfWhoView{SelfPage: p, Form: f}
	for _, r := range respondents {
		v.Who = append(v.Who, Option{Value: r, Label: p.T("self.who." + r)})
	}
	return v
}

// selfQuestionPath is question n (from 1) of the patient's screening.
func selfQuestionPath(n int) string { return selfPath + "/questions/" + strconv.Itoa(n) }

// selfDraft reads the draft of the patient. When there is none it leads to
// where the person is to go instead, and answers done.
func (h *Handlers) selfDraft(c echo.Context) (d screening.Draft, done bool, err error) {
	ctx := c.Request().Context()
	d, err = h.Screening.Draft(ctx, identity.From(ctx).DraftID)
	if !fault.Is(err, fault.NotFound) {
		return d, false, err
	}
	if _, err := h.Screening.Own(ctx); err == nil {
		return d, true, see(c, selfThanksPath)
	}
	return d, true, see(c, selfStartPath)
}

// selfDraftPage prepares the frame of a page with questions, in their language.
func (h *Handlers) selfDraftPage(c echo.Context, d screening.Draft, title string, args ...any) (SelfPage, error) {
	choice, err := h.Self.Choice(c.Request().Context())
	return h.selfPage(c, d.Language, title, args...).offering(choice.Languages), err
}
