package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// ResultView is a completed screening: the needs it found and what was said
// about help, then what is missing and the answers themselves.
type ResultView struct {
	Page
	Form          Form
	Action, Leave string
	Name          string // of the patient
	Meta          string // questionnaire, when, by whom
	Found         []FoundNeed
	// Unasked tells that help with a need is still to be asked about.
	Unasked  bool
	Changes  []ChangeRow // since earlier screenings
	Missing  []string
	Declined []string
	Unknown  []string
	Sections []AnswerSection
}

// FoundNeed is a need on the result page.
type FoundNeed struct {
	ID, Title string
	Why       []Reason // the answers it rests on
	Private   bool
	Urgent    bool
	Now       string // what to do at once; empty for nothing
	Status    string
	Tone      Tone
	// Ask tells that the person can still say whether help is wanted.
	Ask bool
	// Find leads to services; empty unless help is wanted.
	Find string
}

// Reason is a question with the answer that a need rests on.
type Reason struct{ Question, Answer string }

// fields of the form, by need.
func wantedField(need string) string  { return "wanted-" + need }
func versionField(need string) string { return "version-" + need }

// ScreeningPage answers GET /screenings/:id.
func (h *Handlers) ScreeningPage(c echo.Context) error {
	s, err := h.Screening.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	p := h.page(c, "result.title")
	return h.showResult(c, http.StatusOK, s, p, p.form())
}

// WantHelp answers POST /screenings/:id/needs: what the person said about
// help with each need.
func (h *Handlers) WantHelp(c echo.Context) error {
	ctx := c.Request().Context()
	s, err := h.Screening.Get(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	p := h.page(c, "result.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	needs, err := h.needsOf(c, s)
	if err != nil {
		return err
	}
	if err := oneChosen(f, needs); err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showResult(c, status, s, p, f)
	}
	for _, n := range needs {
		wanted := f.Flag(wantedField(n.ID))
		if wanted == nil || n.Wanted != nil && *wanted == *n.Wanted || !askable(n) {
			continue
		}
		version, _ := strconv.ParseInt(f.Value(versionField(n.ID)), 10, 64) // what is no number is refused as version 0
		if _, err := h.Screening.PatchNeed(ctx, n.ID, screening.NeedPatch{Wanted: wanted, Version: version}); err != nil {
			status, err := f.refuse(&p, err, map[string]string{"wanted": wantedField(n.ID)})
			if err != nil {
				return err
			}
			return h.showResult(c, status, s, p, f)
		}
	}
	leaveNotice(c, "needs-saved")
	return see(c, screeningPath(s.ID))
}

// oneChosen refuses a form on which nothing was chosen, at the first need that
// can be chosen about.
func oneChosen(f Form, needs []screening.Need) error {
	var wrong fault.Fields
	if !slices.ContainsFunc(needs, func(n screening.Need) bool { return f.Flag(wantedField(n.ID)) != nil }) {
		first := ""
		if i := slices.IndexFunc(needs, askable); i >= 0 {
			first = wantedField(needs[i].ID)
		}
		wrong.Add(first, "Choose yes or no for at least one need.")
	}
	return wrong.Err()
}

func (h *Handlers) showResult(c echo.Context, status int, s screening.Screening, p Page, f Form) error {
	ctx := c.Request().Context()
	d := resultData{screening: s, topic: h.Screening.Topic}
	var err error
	if d.patient, err = h.Patients.Get(ctx, s.PatientID); err != nil {
		return err
	}
	if d.instrument, err = h.Screening.Instrument(ctx, s.Instrument); err != nil {
		return err
	}
	if d.needs, err = h.needsOf(c, s); err != nil {
		return err
	}
	if d.changes, err = h.Screening.Changes(ctx, s); err != nil {
		return err
	}
	return h.render(c, status, resultPage(resultView(p, f, d)))
}

// resultData is what the result page is made of.
type resultData struct {
	screening  screening.Screening
	instrument *screening.Instrument
	patient    patients.Patient
	needs      []screening.Need // those found, as they stand now
	topic      topics
	changes    []screening.Change
}

func resultView(p Page, f Form, d resultData) ResultView {
	s := d.screening
	questions, _ := askedIn(d.instrument, screening.Draft{Language: s.Language, Answers: s.Answers})
	v := ResultView{
		Page: p, Form: f, Name: fullName(d.patient), Action: screeningPath(s.ID) + "/needs", Leave: patientPath(s.PatientID),
		Meta:     p.T("result.meta", "instrument", d.instrument.TitleIn(s.Language), "at", p.At(s.AnsweredAt), "by", s.ByName),
		Sections: sections(p.Locale, d.topic, questions, s.Answers, nil),
	}
	v.Changes = changeRows(p.Locale, d.topic, d.changes)
	v.Missing = without(p.Locale, d.topic, questions, s.Answers, screening.Answer{})
	v.Declined = without(p.Locale, d.topic, questions, s.Answers, screening.Absent(screening.AskedDeclined))
	v.Unknown = without(p.Locale, d.topic, questions, s.Answers, screening.Absent(screening.AskedUnknown))
	for _, n := range d.needs {
		found := foundNeed(p.Locale, d.topic.name(p.Locale, n.Topic), n, reasons(p.Locale, questions, s, n))
		if found.Ask {
			v.Form = v.Form.withWanted(n)
			v.Unasked = v.Unasked || n.Wanted == nil
		}
		v.Found = append(v.Found, found)
	}
	return v
}

// without lists the questions that have no value for the same reason as like.
// Private ones are only counted.
func without(l *Locale, topic topics, questions []screening.Question, answers screening.Answers, like screening.Answer) []string {
	var out []string
	quiet := 0
	for _, q := range questions {
		switch a := answers[q.LinkID]; {
		case len(a.Values) > 0 || a.Absent != like.Absent:
		case topic.private(q.Topic):
			quiet++
		default:
			out = append(out, q.Text)
		}
	}
	if quiet > 0 {
		out = append(out, l.T("result.private-questions", "count", quiet))
	}
	return out
}

// needsOf lists the needs that the screening found positive, urgent ones
// first, as they stand now.
func (h *Handlers) needsOf(c echo.Context, s screening.Screening) ([]screening.Need, error) {
	all, err := h.Screening.Needs(c.Request().Context(), s.PatientID)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, f := range s.Findings {
		found[f.Topic] = f.Positive
	}
	var out []screening.Need
	for _, n := range all {
		if found[n.Topic] {
			out = append(out, n)
		}
	}
	return out, nil
}

// reasons are the answers of the screening that the need rests on.
func reasons(l *Locale, questions []screening.Question, s screening.Screening, n screening.Need) []Reason {
	links := map[string]bool{}
	for _, f := range s.Findings {
		if f.Topic != n.Topic {
			continue
		}
		for _, id := range f.LinkIDs {
			links[id] = true
		}
	}
	var out []Reason
	for _, q := range questions {
		if a := s.Answers[q.LinkID]; links[q.LinkID] && len(a.Values) > 0 {
			out = append(out, Reason{Question: q.Text, Answer: l.join("list.comma", answerTexts(l, q, a))})
		}
	}
	return out
}

// askable tells whether the person can say now whether help is wanted: not
// while a referral is under way, and not about a closed need.
func askable(n screening.Need) bool {
	return n.Status == screening.NeedOpen || n.Status == screening.NeedWanted || n.Status == screening.NeedNotWanted
}

// foundNeed tells a need in plain words, and what is to be done at once.
func foundNeed(l *Locale, title string, n screening.Need, why []Reason) FoundNeed {
	v := FoundNeed{
		ID: n.ID, Title: title, Why: why, Private: n.Private, Urgent: n.Urgent,
		Status: l.T("need." + string(n.Status)), Tone: needTones[n.Status], Ask: askable(n),
	}
	v.Now = atOnce(l, n)
	if n.Status == screening.NeedWanted {
		v.Find = servicesPath(n.PatientID, n.ID)
	}
	return v
}

// atOnce says what is to be done about a need right away; empty for nothing.
func atOnce(l *Locale, n screening.Need) string {
	switch key := "urgent." + n.Domain; {
	case n.Status.Closed():
		return ""
	case n.HandOff:
		return l.T("urgent.hand-off")
	case n.Urgent && l.Has(key):
		return l.T(key)
	case n.Urgent:
		return l.T("urgent.other")
	}
	return ""
}

// withWanted fills in what the person said before, unless they say otherwise now.
func (f Form) withWanted(n screening.Need) Form {
	if n.Wanted != nil && f.Flag(wantedField(n.ID)) == nil {
		f = f.With(wantedField(n.ID), map[bool]string{true: "yes", false: "no"}[*n.Wanted])
	}
	return f.With(versionField(n.ID), strconv.FormatInt(n.Version, 10))
}
