package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
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
	Section  string // the part that the question stands in
	// Fields are the inputs, told by Words, in the language of the questions.
	Fields AnswerFields
	Words  Form
	// Language is that of the questions, Dir its direction; Spoken are those
	// that the questions can be read in.
	Language, Dir string
	Spoken        []LanguageChoice
	// Review tells that the review is where it goes on.
	Review bool
	// Unreviewed tells that the translation is not verified by a person.
	Unreviewed bool
}

// shownField carries what the answer was when the question was shown.
const shownField = "shown"

// Question answers GET /screenings/drafts/:id/questions/:n.
func (h *Handlers) Question(c echo.Context) error {
	a, err := h.asked(c)
	if err != nil {
		return h.finished(c, err)
	}
	p := h.questionPage(c, a)
	stored := a.draft.Answers[a.question.LinkID]
	f := p.form().withAnswer(a.question, stored).With(shownField, answerJSON(stored))
	return h.render(c, http.StatusOK, questionPage(h.questionView(p, f, a)))
}

func (h *Handlers) questionPage(c echo.Context, a asked) Page {
	return h.page(c, "question.title", "n", a.n, "of", len(a.questions))
}

// SaveAnswer answers POST /screenings/drafts/:id/questions/:n: it saves the
// answer and goes on to the next question, or back to the review. When another
// answer was saved since the question was shown, the person chooses.
func (h *Handlers) SaveAnswer(c echo.Context) error {
	a, err := h.asked(c)
	if err != nil {
		return h.finishedElsewhere(c, err)
	}
	f, err := formFrom(h.page(c, "question.title"), c)
	if err != nil {
		return err
	}
	a.review = f.Value("from") == fromReview
	if !a.turnTo(f.Value("question")) {
		return docstore.ErrConflict // another answer has taken the question away
	}
	p := h.questionPage(c, a)
	switch {
	case f.Value("language") != "":
		return h.askIn(c, p, f, a)
	case f.Value(moreField) != "":
		return h.render(c, http.StatusOK, questionPage(h.questionView(p, f, a)))
	case f.Value(keepField) == keepStored:
		return h.goOn(c, a, a.draft)
	}
	answer, problem := a.answer(f)
	if problem != nil {
		f.Problems, p.Invalid = []Problem{*problem}, true
		return h.render(c, http.StatusBadRequest, questionPage(h.questionView(p, f, a)))
	}
	seen, err := seenAnswer(f)
	if err != nil {
		return err
	}
	draft, err := h.Screening.ChangeAnswer(c.Request().Context(), a.draft.ID, a.question.LinkID, answer, seen)
	if conflict, ok := errors.AsType[*screening.AnswerConflict](err); ok {
		return h.render(c, http.StatusConflict, clashPage(h.clashView(p, f, a, conflict.Stored, answer)))
	}
	if err != nil {
		status, err := f.refuse(&p, err, map[string]string{"answers." + a.question.LinkID: answerField})
		if err != nil {
			return err
		}
		return h.render(c, status, questionPage(h.questionView(p, f, a)))
	}
	return h.goOn(c, a, draft)
}

// goOn leads to the question after the one answered, or to the review.
func (h *Handlers) goOn(c echo.Context, a asked, draft screening.Draft) error {
	questions := a.instrument.Asked(draft.Answers)
	n := slices.IndexFunc(questions, func(q screening.Question) bool { return q.LinkID == a.question.LinkID })
	if a.review || n+1 >= len(questions) {
		return see(c, reviewPath(draft.ID))
	}
	return see(c, questionPath(draft.ID, n+2))
}

// askIn shows the question again in the language that was asked for, with what
// was entered; the draft keeps the language.
func (h *Handlers) askIn(c echo.Context, p Page, f Form, a asked) error {
	tag := f.Value("language")
	if slices.Contains(a.instrument.Languages, tag) && tag != a.draft.Language {
		d, err := h.Screening.SaveHead(c.Request().Context(), a.draft.ID, screening.DraftHead{
			Language: tag, Mode: a.draft.Mode, Respondent: a.draft.Respondent,
		}, 0)
		if err != nil {
			return err
		}
		a.draft = d
		a.questions, a.official = askedIn(a.instrument, d)
		a.turnTo(a.question.LinkID)
	}
	return h.render(c, http.StatusOK, questionPage(h.questionView(p, f, a)))
}

// answerJSON is an answer as a form carries it.
func answerJSON(a screening.Answer) string {
	b, err := json.Marshal(a)
	if err != nil {
		return "" // answers are texts, numbers and flags: there is always a JSON
	}
	return string(b)
}

// seenAnswer reads what the answer was when the question was shown.
func seenAnswer(f Form) (screening.Answer, error) { return carriedAnswer(f, shownField) }

func carriedAnswer(f Form, name string) (screening.Answer, error) {
	var a screening.Answer
	if err := json.Unmarshal([]byte(f.Value(name)), &a); err != nil {
		return a, fault.New(fault.Invalid, "The form could not be read. Go back and send it again.")
	}
	return a, nil
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

// turnTo moves to the question with the linkId; false when it is not asked.
func (a *asked) turnTo(linkID string) bool {
	n := slices.IndexFunc(a.questions, func(q screening.Question) bool { return q.LinkID == linkID })
	if n >= 0 {
		a.question, a.n = a.questions[n], n+1
	}
	return n >= 0
}

// answer reads what was entered, or was kept when two answers clashed.
func (a *asked) answer(f Form) (screening.Answer, *Problem) {
	if f.Value(keepField) != keepMine {
		return answerFrom(f, a.question)
	}
	mine, err := carriedAnswer(f, mineField)
	if err != nil {
		return mine, &Problem{Text: f.Fault(err)}
	}
	return mine, nil
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
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || n < 1 || n > len(a.questions) {
		return asked{}, docstore.ErrNotFound
	}
	a.question, a.n = a.questions[n-1], n
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
