package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/screening"
)

// SelfQuestionView is one question that a patient answers alone.
type SelfQuestionView struct {
	SelfPage
	Form         Form
	Action, Back string
	Progress     string
	N, Of        int
	LinkID       string
	Fields       AnswerFields
	Language     string // of the questions, with its direction
	QuestionDir  string
	Review       bool
}

// SelfQuestion answers GET /s/questions/:n.
func (h *Handlers) SelfQuestion(c echo.Context) error {
	a, done, err := h.selfAsked(c)
	if done || err != nil {
		return err
	}
	p, err := h.selfDraftPage(c, a.draft, "question.title", "n", a.n, "of", len(a.questions))
	if err != nil {
		return err
	}
	f := p.form().withAnswer(a.question, a.draft.Answers[a.question.LinkID])
	return h.renderSelf(c, http.StatusOK, selfQuestionPage(selfQuestionView(p, f, a)))
}

// SelfSaveAnswer answers POST /s/questions/:n: it saves the answer and goes on
// to the next question, or back to the review. Asked for another language, it
// shows the same question in it with what was entered.
func (h *Handlers) SelfSaveAnswer(c echo.Context) error {
	a, done, err := h.selfAsked(c)
	if done || err != nil {
		return err
	}
	f, err := formFrom(h.page(c, "self.title"), c)
	if err != nil {
		return err
	}
	a.review = f.Value("from") == fromReview
	if !a.turnTo(f.Value("question")) {
		return docstore.ErrConflict // another answer has taken the question away
	}
	if tag := f.Value("language"); tag != "" {
		if a.draft, err = h.Self.Begin(c.Request().Context(), tag); err != nil {
			return err
		}
		h.rememberSelfLanguage(c, tag)
		a.questions, a.official = askedIn(a.instrument, a.draft)
		a.turnTo(a.question.LinkID)
		return h.selfAskAgain(c, http.StatusOK, f, a)
	}
	if f.Value(moreField) != "" {
		return h.selfAskAgain(c, http.StatusOK, f, a)
	}
	answer, problem := answerFrom(f.in(h.selfWords(c, a)), a.question)
	if problem != nil {
		f.Problems = []Problem{*problem}
		return h.selfAskAgain(c, http.StatusBadRequest, f, a)
	}
	draft, err := h.Screening.SaveAnswer(c.Request().Context(), a.draft.ID, a.question.LinkID, answer, 0)
	if fault.Is(err, fault.NotFound) {
		return see(c, selfThanksPath) // sent from another tab meanwhile
	}
	if err != nil {
		var p Page
		p.Locale = f.Locale
		status, err := f.refuse(&p, err, map[string]string{"answers." + a.question.LinkID: answerField})
		if err != nil {
			return err
		}
		return h.selfAskAgain(c, status, f, a)
	}
	questions := a.instrument.Asked(draft.Answers)
	n := slices.IndexFunc(questions, func(q screening.Question) bool { return q.LinkID == a.question.LinkID })
	if a.review || n+1 >= len(questions) {
		return see(c, selfReviewPath)
	}
	return see(c, selfQuestionPath(n+2))
}

// in tells the form's words in the locale.
func (f Form) in(l *Locale) Form {
	f.Locale = l
	return f
}

// selfWords are the words in the language of the questions.
func (h *Handlers) selfWords(c echo.Context, a asked) *Locale {
	return h.selfPage(c, a.draft.Language, "self.title").Locale
}

// selfAskAgain shows a question again with what was entered.
func (h *Handlers) selfAskAgain(c echo.Context, status int, f Form, a asked) error {
	p, err := h.selfDraftPage(c, a.draft, "question.title", "n", a.n, "of", len(a.questions))
	if err != nil {
		return err
	}
	p.Invalid = len(f.Problems) > 0
	return h.renderSelf(c, status, selfQuestionPage(selfQuestionView(p, f.in(p.Locale), a)))
}

// selfAsked reads the patient's draft and the question that the address names;
// done tells that the person was led elsewhere.
func (h *Handlers) selfAsked(c echo.Context) (a asked, done bool, err error) {
	draft, done, err := h.selfDraft(c)
	if done || err != nil {
		return a, done, err
	}
	choice, err := h.Self.Choice(c.Request().Context())
	if err != nil {
		return a, false, err
	}
	a = asked{draft: draft, instrument: choice.Instrument, review: c.QueryParam("from") == fromReview}
	a.questions, a.official = askedIn(choice.Instrument, draft)
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || n < 1 || n > len(a.questions) {
		return a, false, docstore.ErrNotFound
	}
	a.question, a.n = a.questions[n-1], n
	return a, false, nil
}

func selfQuestionView(p SelfPage, f Form, a asked) SelfQuestionView {
	v := SelfQuestionView{
		SelfPage: p, Form: f, N: a.n, Of: len(a.questions), LinkID: a.question.LinkID, Review: a.review,
		Action: selfQuestionPath(a.n), Back: selfQuestionPath(a.n - 1),
		Progress: p.T("question.title", "n", a.n, "of", len(a.questions)),
		Fields:   answerFields(f, a.question), Language: a.spoken(), QuestionDir: direction(language.Make(a.spoken())),
	}
	for i, o := range v.Fields.None {
		if o.Value == absentPrefix+screening.AskedUnknown {
			v.Fields.None[i].Label = p.T("self.unknown") // staff say it of somebody else
		}
	}
	v.Switch = "" // the question's own form takes the language, with what was entered
	switch {
	case a.review:
		v.Back = selfReviewPath
	case a.n == 1:
		v.Back = selfWhoPath
	}
	return v
}
