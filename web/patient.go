package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

// PatientView is the overview of one patient.
type PatientView struct {
	Page
	ID, Name, Initials string
	Meta               string // age and birth date
	About              []SummaryRow
	Reach              []SummaryRow
	Needs              []NeedRow
	Drafts             []LinkRow // screenings under way
	Screenings         []LinkRow
	Referrals          []LinkRow
	Consents           []LinkRow
	Next               RescreeningCard
	Form               Form // of the parts that can be changed here
}

// LinkRow is a line of a list that leads to a page; without Href it only tells.
type LinkRow struct {
	Title, Meta, Href string
	Tag               string
	Tone              Tone
}

// NeedRow is a need in the patient's overview, with what can be done about it.
type NeedRow struct {
	Title  string
	Status string
	Tone   Tone
	Since  string
	Urgent bool
	// Private needs show their title only when asked for.
	Private bool
	// Action leads to what comes next; empty when nothing does.
	Action, ActionHref string
	// Note says more, for example that a newer screening did not find the need.
	Note string
	// Href is the need's own page; Close is set where a screening proposes to
	// close the need, and a person decides.
	Href    string
	Close   bool
	Version string
}

// PatientPage answers GET /patients/:id.
func (h *Handlers) PatientPage(c echo.Context) error {
	p := h.page(c, "patient.title")
	return h.showPatient(c, http.StatusOK, p, p.form())
}

// showPatient shows the overview, with a form that may have been refused.
func (h *Handlers) showPatient(c echo.Context, status int, p Page, f Form) error {
	ctx, id := c.Request().Context(), c.Param("id")
	patient, err := h.Patients.Get(ctx, id)
	if err != nil {
		return err
	}
	needs, err := h.Screening.Needs(ctx, id)
	if err != nil {
		return err
	}
	drafts, err := h.Screening.Drafts(ctx, id)
	if err != nil {
		return err
	}
	screenings, err := h.Screening.ForPatient(ctx, id)
	if err != nil {
		return err
	}
	sent, err := h.Referrals.ForPatient(ctx, id)
	if err != nil {
		return err
	}
	consents, err := h.Referrals.Consents(ctx, id)
	if err != nil {
		return err
	}
	agencies, err := h.Accounts.Organizations(ctx, accounts.Agency)
	if err != nil {
		return err
	}
	v := patientView(p, patient)
	v.Form = f
	if v.Next, err = h.rescreeningOf(c, p.Locale, f, id); err != nil {
		return err
	}
	for _, n := range needs {
		v.Needs = append(v.Needs, needRow(v.Locale, topics(h.Screening.Topic).named(v.Locale, n.Topic, n.Part), n))
	}
	for _, d := range drafts {
		v.Drafts = append(v.Drafts, LinkRow{
			Title: h.instrumentTitle(c, d.Instrument), Meta: v.T("patient.draft-saved", "at", v.At(d.SavedAt)),
			Href: questionPath(d.ID, 1), Tag: v.T("patient.draft-go-on"), Tone: Warning,
		})
	}
	for _, s := range screenings {
		v.Screenings = append(v.Screenings, LinkRow{
			Title: h.instrumentTitle(c, s.Instrument), Meta: v.T("patient.screened", "at", v.At(s.AnsweredAt), "by", s.ByName),
			Href: screeningPath(s.ID), Tag: v.T("patient.found", "count", positive(s.Findings)), Tone: Plain,
		})
	}
	for _, r := range sent {
		v.Referrals = append(v.Referrals, referralRow(v.Locale, r, h.Screening.Topic))
	}
	for _, consent := range consents {
		row := consentRow(v.Locale, consent, organizationNames(agencies))
		row.Href = consentPath(id, consent.ID)
		v.Consents = append(v.Consents, row)
	}
	return h.render(c, status, patientPage(v))
}

// patientView fills in what the record itself says.
func patientView(p Page, r patients.Patient) PatientView {
	v := PatientView{
		Page: p, ID: r.ID, Name: fullName(r), Initials: initials(fullName(r)), Meta: patientMeta(p.Locale, r.BirthDate, ""),
		About: []SummaryRow{
			told(p.Locale, p.T("patient.spoken"), languageName(r.Languages.Spoken)),
			told(p.Locale, p.T("patient.written"), languageName(r.Languages.Written)),
			addressRow(p.Locale, r.Address),
		},
		Reach: []SummaryRow{
			told(p.Locale, p.T("patients.phone"), phoneWords(p.Locale, r.Phone, r.Contact)...),
			told(p.Locale, p.T("register.email"), r.Email),
			told(p.Locale, p.T("patient.safe-to-text"), flagText(p.Locale, r.Contact.SafeToText)),
			told(p.Locale, p.T("register.safe-hours"), joined(p.Locale, r.Contact.SafeHours, safeTimes(p.Locale, r.Contact))),
		},
	}
	for _, who := range r.Representatives {
		v.Reach = append(v.Reach, SummaryRow{Label: p.T("relationship." + who.Relationship), Values: filled(who.Name, p.Phone(who.Phone))})
	}
	if r.Part2 {
		v.About = append(v.About, SummaryRow{Label: p.T("part2.legend"), Values: []string{p.T("part2.yes")}})
	}
	v.Title, v.Form = p.T("patient.title"), p.form()
	v.Next = rescreeningCard(p.Locale, v.Form, screening.Rescreening{PatientID: r.ID})
	return v
}

// needTones gives the tone of each status of a need.
var needTones = map[screening.NeedStatus]Tone{
	screening.NeedOpen: Warning, screening.NeedWanted: Info, screening.NeedInProgress: Info,
	screening.NeedMet: Good, screening.NeedNotWanted: Plain, screening.NeedNoLonger: Plain,
}

// needRow tells a need and what comes next: asking, or finding services.
func needRow(l *Locale, title string, n screening.Need) NeedRow {
	r := NeedRow{
		Title: title, Status: l.T("need." + string(n.Status)), Tone: needTones[n.Status],
		Since: l.T("need.since", "date", l.Date(n.Since)), Urgent: n.Urgent && !n.Status.Closed(), Private: n.Private,
	}
	switch n.Status {
	case screening.NeedOpen:
		r.Action, r.ActionHref = l.T("need.ask"), screeningPath(n.ScreeningID)
	case screening.NeedWanted:
		r.Action, r.ActionHref = l.T("need.find"), servicesPath(n.PatientID, n.ID)
	}
	r.Href, r.Version = needPath(n.PatientID, n.ID), strconv.FormatInt(n.Version, 10)
	if n.ProposedToClose != nil {
		r.Close = true
		r.Note = l.T("need.not-found-again", "date", l.Date(n.ProposedToClose.At))
	}
	return r
}

// instrumentTitle is the title of an instrument by "url|version".
func (h *Handlers) instrumentTitle(c echo.Context, ref string) string {
	i, err := h.Screening.Instrument(c.Request().Context(), ref)
	if err != nil {
		return ref // no longer shipped: its address still names it
	}
	return i.Title
}

func positive(findings []screening.Finding) int {
	n := 0
	for _, f := range findings {
		if f.Positive {
			n++
		}
	}
	return n
}
