package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/screening"
)

// OwnCopyView is everything about a patient in one page, to print or to keep.
type OwnCopyView struct {
	SelfPage
	Name, Made string
	About      []SummaryRow
	Needs      []LinkRow
	Referrals  []OwnCopyReferral
	Answers    []OwnCopyAnswers
	Consents   []OwnConsentView
	Letters    []LetterRow
	Access     []AccessRow
}

// OwnCopyReferral is one referral of the copy.
type OwnCopyReferral struct {
	Card OwnCard
	Note string
}

// OwnCopyAnswers are the answers of one day.
type OwnCopyAnswers struct {
	Title, When string
	Sections    []AnswerSection
}

// OwnCopy answers GET /p/copy.
func (h *Handlers) OwnCopy(c echo.Context) error {
	v, err := h.ownCopy(c)
	if err != nil {
		return err
	}
	return h.renderSelf(c, http.StatusOK, ownCopyPage(v))
}

// OwnCopyFile answers GET /p/copy/file: the same in one file without anything
// to load, which every browser opens. Its name says nothing about anybody.
func (h *Handlers) OwnCopyFile(c echo.Context) error {
	v, err := h.ownCopy(c)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="copy.html"`)
	return h.render(c, http.StatusOK, ownCopyFile(v))
}

func (h *Handlers) ownCopy(c echo.Context) (OwnCopyView, error) {
	ctx, p := c.Request().Context(), h.ownPage(c, "own.copy")
	l := p.Locale
	v := OwnCopyView{SelfPage: p, Made: l.At(l.Now)}
	docs, needs, err := h.Screening.OwnRecord(ctx)
	if err != nil {
		return v, err
	}
	patient, err := h.Patients.Open(ctx, p.Actor.PatientID)
	if err != nil {
		return v, err
	}
	v.Name = fullName(patient)
	about := patientView(p.Page, patient)
	v.About = append(about.About, about.Reach...)
	if patient.BirthDate != "" {
		v.About = append([]SummaryRow{{Label: l.T("patients.birth-date"), Values: []string{l.Day(patient.BirthDate)}}}, v.About...)
	}
	for _, n := range needs {
		v.Needs = append(v.Needs, LinkRow{
			Title: topics(h.Screening.Topic).named(l, n.Topic, n.Part), Tag: l.T("need." + string(n.Status)), Meta: l.T("need.since", "date", l.Date(n.Since)),
		})
	}
	library, err := h.Screening.Library(ctx)
	if err != nil {
		return v, err
	}
	for _, d := range docs {
		v.Answers = append(v.Answers, ownAnswers(l, library, d))
	}
	if err := h.copyReferrals(c, &v); err != nil {
		return v, err
	}
	letters, err := h.Referrals.OwnLetters(ctx)
	if err != nil {
		return v, err
	}
	v.Letters = letterRows(l, letters, true)
	list, err := h.Referrals.OwnAccess(ctx, "")
	for err == nil && len(list.Items) > 0 {
		rows, rowsErr := h.ownAccessRows(c, l, list.Items)
		if rowsErr != nil {
			return v, rowsErr
		}
		v.Access = append(v.Access, rows...)
		if list.Next == "" {
			break
		}
		list, err = h.Referrals.OwnAccess(ctx, list.Next)
	}
	return v, err
}

// copyReferrals fills in what was asked of whom, and the consents.
func (h *Handlers) copyReferrals(c echo.Context, v *OwnCopyView) error {
	ctx := c.Request().Context()
	sent, err := h.Referrals.OwnReferrals(ctx)
	if err != nil {
		return err
	}
	for _, r := range sent {
		card, err := h.ownCard(ctx, v.Locale, r)
		if err != nil {
			return err
		}
		v.Referrals = append(v.Referrals, OwnCopyReferral{card, r.Note})
	}
	consents, err := h.Referrals.OwnConsents(ctx)
	if err != nil {
		return err
	}
	names, err := h.agencyNames(ctx, consents)
	for _, x := range consents {
		v.Consents = append(v.Consents, ownConsentView(v.SelfPage, x, names))
	}
	return err
}

// ownAnswers tells the answers of a screening in the language of the page.
func ownAnswers(l *Locale, library *screening.Library, d screening.Screening) OwnCopyAnswers {
	out := OwnCopyAnswers{Title: d.InstrumentID, When: l.At(d.AnsweredAt)}
	i := library.Find(d.Instrument)
	if i == nil {
		return out // no longer known, so it has no words
	}
	out.Title = i.Title
	all, _ := i.In(l.Language)
	for _, q := range all {
		a, ok := d.Answers[q.LinkID]
		if !ok {
			continue
		}
		if n := len(out.Sections); n == 0 || out.Sections[n-1].Title != q.Section {
			out.Sections = append(out.Sections, AnswerSection{Title: q.Section})
		}
		part := &out.Sections[len(out.Sections)-1]
		part.Rows = append(part.Rows, answerRow(l, q, a))
	}
	return out
}
