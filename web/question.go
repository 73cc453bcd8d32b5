package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/screening"
)

// QuestionView is one question of a screening under way.
type QuestionView struct {
	Page
	Form Form
	// Action is where the answer goes; Back the question before, or the
	// review; Skip the next one without an answer; Leave the patient.
	Action, Back, Skip, Leave string
	// Progress is "Question 3 of 10".
	Progress string
	N, Of    int
	Name     string // of the patient
	LinkID   string
	// Multiple tells that several options may be chosen, Open that the answer
	// is written rather than chosen.
	Group    Group
	Multiple bool
	Open     bool
	Number   bool // an open answer is a number
	Lines    bool // an open answer has several lines
	// Review tells that the review is where it goes on.
	Review bool
	// Unreviewed tells that the translation is not verified by a person.
	Unreviewed bool
}

// absentPrefix marks the choices that say why there is no answer.
const absentPrefix = "absent:"

// Question answers GET /screenings/drafts/:id/questions/:n.
func (h *Handlers) Question(c echo.Context) error {
	a, err := h.asked(c)
	if err != nil {
		return h.finished(c, err)
	}
	p := h.page(c, "question.title", "n", a.n, "of", len(a.questions))
	v := questionView(p, p.form().With("answer", answerValues(a.draft.Answers[a.question.LinkID])...), a)
	return h.render(c, http.StatusOK, questionPage(v))
}

// SaveAnswer answers POST /screenings/drafts/:id/questions/:n: it saves the
// answer and goes on to the next question, or back to the review.
func (h *Handlers) SaveAnswer(c echo.Context) error {
	a, err := h.asked(c)
	if err != nil {
		return err
	}
	p := h.page(c, "question.title", "n", a.n, "of", len(a.questions))
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	if q := f.Value("question"); q != a.question.LinkID {
		return docstore.ErrConflict // another answer has moved the questions
	}
	a.review = f.Value("from") == fromReview
	answer, problem := answerFrom(p.Locale, a.question, f.Values["answer"])
	if problem != "" {
		f.Problems, p.Invalid = []Problem{{Field: "answer", Text: problem}}, true
		return h.render(c, http.StatusBadRequest, questionPage(questionView(p, f, a)))
	}
	draft, err := h.Screening.SaveAnswer(c.Request().Context(), a.draft.ID, a.question.LinkID, answer, 0)
	if err != nil {
		status, err := f.refuse(&p, err, map[string]string{"answers." + a.question.LinkID: "answer"})
		if err != nil {
			return err
		}
		return h.render(c, status, questionPage(questionView(p, f, a)))
	}
	if a.review || a.n >= len(a.instrument.Asked(draft.Answers)) {
		return see(c, reviewPath(draft.ID))
	}
	return see(c, questionPath(draft.ID, a.n+1))
}

// fromReview is the value of "from" when a question is opened from the review.
const fromReview = "review"

// asked is a question together with where it stands.
type asked struct {
	draft      screening.Draft
	instrument *screening.Instrument
	questions  []screening.Question // those asked, in the draft's language
	question   screening.Question
	n          int // its place, from 1
	official   bool
	review     bool
	name       string // of the patient
}

// asked reads the draft and question that the address names.
func (h *Handlers) asked(c echo.Context) (asked, error) {
	ctx := c.Request().Context()
	draft, err := h.Screening.Draft(ctx, c.Param("id"))
	if err != nil {
		return asked{}, err
	}
	instrument, err := h.Screening.Instrument(ctx, draft.Instrument)
	if err != nil {
		return asked{}, err
	}
	patient, err := h.Patients.Get(ctx, draft.PatientID)
	if err != nil {
		return asked{}, err
	}
	a, err := askedAt(c, draft, instrument)
	a.name = fullName(patient)
	return a, err
}

// askedAt finds the question of the draft that the address names.
func askedAt(c echo.Context, draft screening.Draft, instrument *screening.Instrument) (asked, error) {
	a := asked{draft: draft, instrument: instrument, review: c.QueryParam("from") == fromReview}
	a.questions, a.official = askedIn(instrument, draft)
	var err error
	a.n, err = strconv.Atoi(c.Param("n"))
	if err != nil || a.n < 1 || a.n > len(a.questions) {
		return asked{}, docstore.ErrNotFound
	}
	a.question = a.questions[a.n-1]
	return a, nil
}

// askedIn lists the questions that are asked, in the draft's language.
func askedIn(i *screening.Instrument, d screening.Draft) (questions []screening.Question, official bool) {
	all, official := i.In(d.Language)
	for _, q := range i.Asked(d.Answers) {
		n := slices.IndexFunc(all, func(x screening.Question) bool { return x.LinkID == q.LinkID })
		questions = append(questions, all[n])
	}
	return questions, official
}

func questionView(p Page, f Form, a asked) QuestionView {
	q := a.question
	v := QuestionView{
		Page: p, Form: f, N: a.n, Of: len(a.questions), Name: a.name, LinkID: q.LinkID,
		Action: questionPath(a.draft.ID, a.n), Back: questionPath(a.draft.ID, a.n-1),
		Skip: questionPath(a.draft.ID, a.n+1), Leave: patientPath(a.draft.PatientID),
		Progress: p.T("question.title", "n", a.n, "of", len(a.questions)),
		Group:    Group{Name: "answer", Legend: q.Text, Hint: q.Help, Heading: true, Options: questionOptions(p.Locale, q)},
		Multiple: q.Multiple, Review: a.review, Unreviewed: !a.official,
		Open: q.Type != screening.Choice, Lines: q.Type == screening.Text,
		Number: q.Type == screening.Integer || q.Type == screening.Decimal,
	}
	v.Task = true
	switch {
	case a.review:
		v.Back, v.Skip = reviewPath(a.draft.ID), ""
	case a.n == 1:
		v.Back = v.Leave
	}
	if !a.review && a.n == len(a.questions) {
		v.Skip = reviewPath(a.draft.ID)
	}
	return v
}

// questionOptions are the choices; those that say why there is no answer
// stand apart.
func questionOptions(l *Locale, q screening.Question) []Option {
	var options []Option
	for _, o := range q.Options {
		options = append(options, Option{Value: o.Code, Label: o.Display, Apart: q.Multiple && o.Exclusive})
	}
	if q.Declinable {
		options = append(options,
			Option{Value: absentPrefix + screening.AskedDeclined, Label: l.T("absent.decline"), Apart: true},
			Option{Value: absentPrefix + screening.AskedUnknown, Label: l.T("absent.unknown"), Apart: true})
	}
	return options
}

// answerValues are the form's values of a stored answer.
func answerValues(a screening.Answer) []string {
	if a.Absent != "" {
		return []string{absentPrefix + a.Absent}
	}
	values := make([]string, len(a.Values))
	for i, v := range a.Values {
		values[i] = v.Code
		if v.Number != nil {
			values[i] = strconv.FormatFloat(*v.Number, 'f', -1, 64)
		}
	}
	return values
}

// answerFrom reads an answer from the form's values, or says what is wrong.
func answerFrom(l *Locale, q screening.Question, values []string) (screening.Answer, string) {
	values = filled(values...)
	if len(values) == 0 {
		if q.Type == screening.Choice {
			return screening.Answer{}, l.T("question.choose")
		}
		return screening.Answer{}, l.T("question.write")
	}
	for _, v := range values {
		reason, absent := strings.CutPrefix(v, absentPrefix)
		switch {
		case absent && len(values) > 1 && q.Type == screening.Choice:
			return screening.Answer{}, l.T("question.absent-and-more")
		case absent:
			return screening.Absent(reason), ""
		}
	}
	if q.Type == screening.Integer || q.Type == screening.Decimal {
		n, err := strconv.ParseFloat(strings.TrimSpace(values[0]), 64)
		if err != nil {
			return screening.Answer{}, l.T("question.number")
		}
		return screening.Number(n), ""
	}
	return screening.Codes(values...), ""
}

// written is what stands in an open answer, without the reasons for none.
func written(f Form) string {
	for _, v := range f.Values["answer"] {
		if !strings.HasPrefix(v, absentPrefix) {
			return v
		}
	}
	return ""
}
