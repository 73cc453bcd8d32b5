package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// BeginView is the page where a screening begins.
type BeginView struct {
	Page
	Form              Form
	PatientID, Name   string
	Instruments       []Option
	Languages         []Option // of all instruments; a choice only when several
	Modes, Responders []Option
}

// NewScreening answers GET /patients/:id/screenings/new.
func (h *Handlers) NewScreening(c echo.Context) error {
	ctx := c.Request().Context()
	patient, err := h.Patients.Get(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	instruments, err := h.Screening.Instruments(ctx)
	if err != nil {
		return err
	}
	p := h.page(c, "begin.title")
	f := p.form().With(onceField, onceKey()).With("mode", modeInPerson).With("language", instrumentLanguage(instruments, patient.Languages.Spoken))
	if len(instruments) > 0 {
		f = f.With("instrument", instruments[0].ID)
	}
	f = f.With("respondent", likelyRespondent(p.Locale, patient))
	return h.render(c, http.StatusOK, beginPage(beginView(p, f, patient, instruments)))
}

// StartScreening answers POST /patients/:id/screenings/new and opens the first question.
func (h *Handlers) StartScreening(c echo.Context) error {
	p := h.page(c, "begin.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	ctx, id := once(c, f), c.Param("id")
	draft, err := h.Screening.StartDraft(ctx, id, f.Value("instrument"), f.Value("language"))
	if err == nil {
		draft, err = h.Screening.SaveHead(c.Request().Context(), draft.ID, screening.DraftHead{
			Mode: f.Value("mode"), Respondent: screening.Respondent{Relationship: f.Value("respondent")},
		}, 0)
	}
	if err == nil {
		return see(c, questionPath(draft.ID, 1))
	}
	status, err := f.refuse(&p, err, map[string]string{"respondent.relationship": "respondent"})
	if err != nil {
		return err
	}
	patient, err := h.Patients.Get(ctx, id)
	if err != nil {
		return err
	}
	instruments, err := h.Screening.Instruments(ctx)
	if err != nil {
		return err
	}
	return h.render(c, status, beginPage(beginView(p, f, patient, instruments)))
}

// The ways of talking that can be chosen.
const modeInPerson = "in-person"

var modes = []string{modeInPerson, "phone", "video"}

// respondents are who can answer for a patient.
var respondents = []string{"self", "parent", "guardian", "proxy"}

func beginView(p Page, f Form, patient patients.Patient, instruments []screening.Info) BeginView {
	v := BeginView{Page: p, Form: f, PatientID: patient.ID, Name: fullName(patient)}
	seen := map[string]bool{}
	for _, i := range instruments {
		v.Instruments = append(v.Instruments, Option{Value: i.ID, Label: i.Title, Hint: p.T("begin.languages", "list", languageList(p.Locale, i.Languages))})
		for _, tag := range i.Languages {
			if !seen[tag] {
				seen[tag] = true
				v.Languages = append(v.Languages, spokenOption(p.Locale, instruments, tag))
			}
		}
	}
	for _, m := range modes {
		v.Modes = append(v.Modes, Option{Value: m, Label: p.T("mode." + m)})
	}
	for _, r := range respondents {
		v.Responders = append(v.Responders, Option{Value: r, Label: p.T("respondent." + r)})
	}
	return v
}

// spokenOption offers a language; one into which no person verified a
// translation says so.
func spokenOption(l *Locale, instruments []screening.Info, tag string) Option {
	o := Option{Value: tag, Label: languageName(tag), Lang: tag}
	if slices.ContainsFunc(instruments, func(i screening.Info) bool { return slices.Contains(i.Unreviewed, tag) }) {
		o.Hint = l.T("begin.unreviewed")
	}
	return o
}

// adult is the age from which people usually answer for themselves, in years.
const adult = 18

// likelyRespondent is who will probably answer.
func likelyRespondent(l *Locale, p patients.Patient) string {
	if p.Age(l.Now) >= adult {
		return "self"
	}
	if len(p.Representatives) > 0 {
		return p.Representatives[0].Relationship
	}
	return "parent"
}

// instrumentLanguage is the spoken language where a person checked the first
// instrument's translation into it, else the instrument's own; a worker may
// choose any other.
func instrumentLanguage(instruments []screening.Info, spoken string) string {
	if len(instruments) == 0 || len(instruments[0].Languages) == 0 {
		return ""
	}
	for _, tag := range instruments[0].Languages {
		if tag == spoken && !slices.Contains(instruments[0].Unreviewed, tag) {
			return tag
		}
	}
	return instruments[0].Languages[0]
}

func languageList(l *Locale, tags []string) string {
	names := make([]string, len(tags))
	for i, tag := range tags {
		names[i] = languageName(tag)
	}
	return l.join("list.comma", names)
}
