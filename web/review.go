package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/screening"
)

// ReviewView shows all answers of a screening before it is completed.
type ReviewView struct {
	Page
	Form     Form
	Name     string // of the patient
	Action   string
	Back     string
	Sections []AnswerSection
	// Open is how many questions have no answer at all.
	Open int
}

// AnswerSection is a part of a questionnaire with its answers.
type AnswerSection struct {
	Title string
	Rows  []SummaryRow
}

// Review answers GET /screenings/drafts/:id/review.
func (h *Handlers) Review(c echo.Context) error {
	v, err := h.review(c)
	if err != nil {
		return h.finished(c, err)
	}
	return h.render(c, http.StatusOK, reviewPage(v))
}

// finished leads from a draft that has become a screening to its result: the
// browser's Back comes here. Otherwise it answers err.
func (h *Handlers) finished(c echo.Context, err error) error {
	if errors.Is(err, docstore.ErrNotFound) {
		if s, getErr := h.Screening.Get(c.Request().Context(), c.Param("id")); getErr == nil {
			return see(c, screeningPath(s.ID))
		}
	}
	return err
}

// finishedElsewhere leads to the result too, and says that the answer which
// was sent came too late.
func (h *Handlers) finishedElsewhere(c echo.Context, err error) error {
	if errors.Is(err, docstore.ErrNotFound) {
		if s, getErr := h.Screening.Get(c.Request().Context(), c.Param("id")); getErr == nil {
			leaveNotice(c, "finished-elsewhere")
			return see(c, screeningPath(s.ID))
		}
	}
	return err
}

// CompleteScreening answers POST /screenings/drafts/:id/review: the draft
// becomes a screening, whose page follows.
func (h *Handlers) CompleteScreening(c echo.Context) error {
	done, err := h.Screening.Complete(c.Request().Context(), c.Param("id"))
	if err == nil {
		return see(c, screeningPath(done.Screening.ID))
	}
	v, readErr := h.review(c)
	if readErr != nil {
		return err
	}
	status, err := v.Form.refuse(&v.Page, err, nil)
	if err != nil {
		return err
	}
	return h.render(c, status, reviewPage(v))
}

func (h *Handlers) review(c echo.Context) (ReviewView, error) {
	ctx := c.Request().Context()
	draft, err := h.Screening.Draft(ctx, c.Param("id"))
	if err != nil {
		return ReviewView{}, err
	}
	instrument, err := h.Screening.Instrument(ctx, draft.Instrument)
	if err != nil {
		return ReviewView{}, err
	}
	patient, err := h.Patients.Get(ctx, draft.PatientID)
	if err != nil {
		return ReviewView{}, err
	}
	p := h.page(c, "review.title")
	p.Task = true
	questions, _ := askedIn(instrument, draft)
	v := ReviewView{
		Page: p, Form: p.form(), Name: fullName(patient), Action: reviewPath(draft.ID), Back: questionPath(draft.ID, len(questions)),
		Sections: sections(p.Locale, h.Screening.Topic, questions, draft.Answers, func(n int) string { return changePath(draft.ID, n) }),
	}
	for _, q := range questions {
		if draft.Answers[q.LinkID].Empty() {
			v.Open++
		}
	}
	return v, nil
}

// sections puts questions and answers together by part. change gives the
// address where question n (from 1) is changed; nil when nothing is.
func sections(l *Locale, topic topics, questions []screening.Question, answers screening.Answers, change func(n int) string) []AnswerSection {
	var out []AnswerSection
	quiet := 0
	for n, q := range questions {
		if len(out) == 0 || out[len(out)-1].Title != q.Section {
			out = append(out, AnswerSection{Title: q.Section})
		}
		row := answerRow(l, q, answers[q.LinkID])
		if topic.private(q.Topic) {
			quiet++
			row.Private, row.Label = row.Label, l.T("summary.private-question", "n", quiet)
		}
		if change != nil {
			row.Change = change(n + 1)
		}
		part := &out[len(out)-1]
		part.Rows = append(part.Rows, row)
	}
	return out
}

// answerRow tells a question and its answer, or plainly that there is none.
func answerRow(l *Locale, q screening.Question, a screening.Answer) SummaryRow {
	row := SummaryRow{Label: q.Text}
	switch {
	case a.Empty():
		row.Values, row.Muted = []string{l.T("absent.none")}, true
	case a.Absent == screening.AskedDeclined:
		row.Values = []string{l.T("absent.declined")}
	case a.Absent == screening.AskedUnknown:
		row.Values = []string{l.T("absent.not-known")}
	default:
		row.Values = answerTexts(l, q, a)
	}
	return row
}

// answerTexts are the values of an answer in the words of the question.
func answerTexts(l *Locale, q screening.Question, a screening.Answer) []string {
	texts := make([]string, len(a.Values))
	for i, v := range a.Values {
		texts[i] = valueText(l, q, v)
	}
	return texts
}

func valueText(l *Locale, q screening.Question, v screening.Value) string {
	switch {
	case v.Bool != nil && *v.Bool:
		return l.T("choice.yes")
	case v.Bool != nil:
		return l.T("choice.no")
	case v.Text != "":
		return v.Text
	case v.Number != nil:
		n := strconv.FormatFloat(*v.Number, 'f', -1, 64)
		for _, u := range q.Units {
			if u.Display != "" && (u.Code == v.Unit || q.Type != screening.Quantity) {
				return l.T("question.measure", "number", n, "unit", u.Display)
			}
		}
		return n
	case q.Type == screening.Date:
		return l.Day(v.Code)
	}
	for _, o := range q.Options {
		if o.Code == v.Code {
			return o.Display
		}
	}
	return v.Code
}
