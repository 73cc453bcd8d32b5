package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/screening"
)

// SelfReviewView shows a patient's answers before they are sent.
type SelfReviewView struct {
	SelfPage
	Form     Form
	Back     string
	Sections []AnswerSection
	Open     int // questions without any answer
}

// SelfReview answers GET /s/review.
func (h *Handlers) SelfReview(c echo.Context) error {
	v, done, err := h.selfReview(c)
	if done || err != nil {
		return err
	}
	return h.renderSelf(c, http.StatusOK, selfReviewPage(v))
}

func (h *Handlers) selfReview(c echo.Context) (v SelfReviewView, done bool, err error) {
	draft, done, err := h.selfDraft(c)
	if done || err != nil {
		return v, done, err
	}
	choice, err := h.Self.Choice(c.Request().Context())
	if err != nil {
		return v, false, err
	}
	p, err := h.selfDraftPage(c, draft, "self.review")
	if err != nil {
		return v, false, err
	}
	questions, _ := askedIn(choice.Instrument, draft)
	v = SelfReviewView{
		SelfPage: p, Form: p.form(), Back: selfQuestionPath(len(questions)),
		Sections: sections(p.Locale, h.Screening.Topic, questions, draft.Answers, func(n int) string {
			return selfQuestionPath(n) + "?from=" + fromReview
		}),
	}
	for i, s := range v.Sections {
		if !slices.ContainsFunc(s.Rows, func(r SummaryRow) bool { return r.Private == "" }) {
			v.Sections[i].Title = "" // the heading would tell what is hidden below it
		}
	}
	for _, q := range questions {
		if draft.Answers[q.LinkID].Empty() {
			v.Open++
		}
	}
	return v, false, nil
}

// SelfSend answers POST /s/review: the answers go to the worker. Sent twice,
// they are one screening.
func (h *Handlers) SelfSend(c echo.Context) error {
	r, err := h.Self.Complete(c.Request().Context())
	if err == nil {
		if len(h.askable(c, r)) > 0 {
			return see(c, selfHelpPath)
		}
		return see(c, selfThanksPath)
	}
	v, done, readErr := h.selfReview(c)
	if done || readErr != nil {
		return readErr
	}
	status, err := v.Form.refuse(&v.Page, err, nil)
	if err != nil {
		return err
	}
	return h.renderSelf(c, status, selfReviewPage(v))
}

// SelfHelpView asks about help with each need.
type SelfHelpView struct {
	SelfPage
	Form  Form
	Needs []SelfNeed
}

// SelfNeed is a need that the person is asked about.
type SelfNeed struct {
	ID, Title string
	Private   bool
}

// askable are the needs of a screening that help can be asked about; on a
// shared device not those that others must not see.
func (h *Handlers) askable(c echo.Context, r screening.Result) []screening.Need {
	var out []screening.Need
	for _, n := range r.Needs {
		open := n.Status == screening.NeedOpen || n.Status == screening.NeedWanted || n.Status == screening.NeedNotWanted
		if open && !(n.Private && h.Sessions.KioskToken(c) != "") {
			out = append(out, n)
		}
	}
	return out
}

// SelfHelp answers GET /s/help.
func (h *Handlers) SelfHelp(c echo.Context) error {
	r, err := h.Screening.Own(c.Request().Context())
	if err != nil {
		return see(c, selfStartPath)
	}
	p := h.selfPage(c, r.Screening.Language, "self.help")
	v := SelfHelpView{SelfPage: p, Form: p.form()}
	for _, n := range h.askable(c, r) {
		v.Needs = append(v.Needs, SelfNeed{ID: n.ID, Title: topics(h.Screening.Topic).name(p.Locale, n.Topic), Private: n.Private})
		if n.Wanted != nil {
			v.Form = v.Form.With(wantedField(n.ID), map[bool]string{true: "yes", false: "no"}[*n.Wanted])
		}
	}
	if len(v.Needs) == 0 {
		return see(c, selfThanksPath)
	}
	return h.renderSelf(c, http.StatusOK, selfHelpPage(v))
}

// SelfWant answers POST /s/help: what the person said is kept, what was left
// open stays so.
func (h *Handlers) SelfWant(c echo.Context) error {
	ctx := c.Request().Context()
	r, err := h.Screening.Own(ctx)
	if err != nil {
		return see(c, selfStartPath)
	}
	f, err := formFrom(h.page(c, "self.help"), c)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, n := range h.askable(c, r) {
		if want := f.Flag(wantedField(n.ID)); want != nil {
			wanted[n.ID] = *want
		}
	}
	if err := h.Screening.WantOwn(ctx, wanted); err != nil {
		return err
	}
	return see(c, selfThanksPath)
}

// SelfThanksView is the last page.
type SelfThanksView struct {
	SelfPage
	Urgent bool
	Lines  []HelpLineRow
}

// HelpLineRow is somebody who helps right away.
type HelpLineRow struct {
	Label, Call, Text, Word, URL string
}

// SelfThanks answers GET /s/thanks: thanks, what happens next, and who helps
// right now where the answers call for it.
func (h *Handlers) SelfThanks(c echo.Context) error {
	ctx := c.Request().Context()
	r, err := h.Screening.Own(ctx)
	if err != nil {
		return see(c, selfStartPath)
	}
	p := h.selfPage(c, r.Screening.Language, "self.thanks")
	lines, err := h.Self.Urgent(ctx, r, p.Kiosk)
	if err != nil {
		return err
	}
	v := SelfThanksView{SelfPage: p, Lines: helpLineRows(p.Locale, lines)}
	for _, n := range r.Needs {
		v.Urgent = v.Urgent || (n.Urgent || n.Private) && !p.Kiosk
	}
	return h.renderSelf(c, http.StatusOK, selfThanksPage(v))
}

// helpLineRows tells help lines in the person's language.
func helpLineRows(l *Locale, lines []network.HelpLine) []HelpLineRow {
	out := make([]HelpLineRow, len(lines))
	for i, line := range lines {
		out[i] = HelpLineRow{Label: helpLineLabel(l, line), Call: line.Call, Text: line.Text, Word: line.TextWord}
		if line.Call+line.Text == "" {
			out[i].URL = line.URL
		}
	}
	return out
}

// helpLineLabel names a help line in words that say nothing about who reads them.
func helpLineLabel(l *Locale, line network.HelpLine) string {
	if label := line.Label[l.Language]; label != "" {
		return label
	}
	if key := "self.line." + line.Code; l.Has(key) {
		return l.T(key)
	}
	if label := line.Label["en"]; label != "" {
		return label
	}
	return line.Code
}

// digitsOf is a number as addresses of calls have it.
func digitsOf(number string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, number)
}

// SelfLinesView lists who helps right now.
type SelfLinesView struct {
	SelfPage
	Back  string
	Lines []HelpLineRow
}

// SelfLines answers GET /s/lines and /p/lines, for everybody.
func (h *Handlers) SelfLines(c echo.Context) error {
	lines, err := h.Self.HelpLines(c.Request().Context())
	if err != nil {
		return err
	}
	spoken := ""
	if draft, err := h.Screening.Own(c.Request().Context()); err == nil {
		spoken = draft.Screening.Language
	}
	p := h.selfPage(c, spoken, "self.lines")
	back := localPath(c.QueryParam("back"))
	if back != p.Root && !strings.HasPrefix(back, p.Root+"/") {
		back = p.Root
	}
	return h.renderSelf(c, http.StatusOK, selfLinesPage(SelfLinesView{p, back, helpLineRows(p.Locale, lines)}))
}

// SelfLeave answers POST /s/leave and /p/leave: everything ends, and the person is
// somewhere else. The client module asks for no page.
func (h *Handlers) SelfLeave(c echo.Context) error {
	p := h.selfPage(c, "", "self.title")
	if err := h.Sessions.EndPatient(c); err != nil {
		return err
	}
	if c.FormValue("quiet") != "" {
		return c.NoContent(http.StatusNoContent)
	}
	return see(c, p.exit())
}

// SelfForget answers GET /s/forget, where a kiosk goes by itself after a while
// without a touch; on other devices nothing ends by an address alone.
func (h *Handlers) SelfForget(c echo.Context) error {
	if h.Sessions.KioskToken(c) != "" {
		if err := h.Sessions.EndPatient(c); err != nil {
			return err
		}
	}
	return see(c, selfPath)
}

// SelfAgain answers GET on the addresses of forms that are no pages.
func (h *Handlers) SelfAgain(c echo.Context) error { return see(c, selfRoot(c)) }
