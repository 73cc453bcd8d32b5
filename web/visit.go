package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/visits"
)

// VisitView is a visit that came in, with what is wrong and how to mend it.
type VisitView struct {
	Page
	// Form sends on, Aside sets aside.
	Form, Aside Form
	Action      string
	Name, Meta  string
	State       string
	Tone        Tone
	Hold        string // why a person must look first; empty for nothing
	Parts       []VisitPartView
	// Arrived is the text as it came, where not all of it could be read.
	Arrived string
	// Mend offers the form, Pass the other organization, Undo to take it up again.
	Mend, Pass bool
	Undo       string // until when; empty for not
	Reason     string
	Patient    string // address; empty while not known
}

// VisitPartView is one part of a visit.
type VisitPartView struct {
	Name, Title, State string
	Tone               Tone
	Problems           []string
	Rows               []SummaryRow // what was collected
	Stored             bool         // the part is done; its rows are shown when asked for
	Mend               VisitMend
}

// Open tells whether the part has something to mend.
func (p VisitPartView) Open() bool { return p.Mend.any() }

// The steps of the page, as its buttons say them.
const (
	stepOn    = "on"
	stepFind  = "find"
	stepAside = "aside"
	stepUp    = "up"
	stepPass  = "pass"
)

// VisitPage answers GET /visits/:id.
func (h *Handlers) VisitPage(c echo.Context) error {
	v, err := h.Visits.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	p := h.page(c, "visit.title")
	m, err := h.mending(c.Request().Context(), p, v)
	if err != nil {
		return err
	}
	return h.render(c, http.StatusOK, visitPage(visitView(p, m, m.begin(p.form()), p.form())))
}

// SendVisitOn answers POST /visits/:id: it looks for the patient, sends on
// what was mended, sets aside, takes up again, or passes on.
func (h *Handlers) SendVisitOn(c echo.Context) error {
	ctx := c.Request().Context()
	v, err := h.Visits.Get(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	p := h.page(c, "visit.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	m, err := h.mending(ctx, p, v)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is refused as no version
	done := ""
	switch f.Value(stepField) {
	case stepFind:
		if err = h.findForVisit(ctx, f, &m); err == nil {
			return h.render(c, http.StatusOK, visitPage(visitView(p, m, f, p.form())))
		}
	case stepAside:
		v, err = h.Visits.SetAside(ctx, v.ID, f.Value("reason"), version)
		done = "visit-aside"
	case stepUp:
		v, err = h.Visits.TakeUp(ctx, v.ID, version)
		done = "visit-up"
	case stepPass:
		if err = h.Visits.PassOn(ctx, v.ID, version); err == nil {
			leaveNotice(c, "visit-passed")
			return see(c, "/visits")
		}
	default:
		var parts map[string]any
		if parts, err = m.parts(f); err == nil {
			v, err = h.Visits.Mend(once(c, f), v.ID, parts, version)
		}
		if done = "visit-sent"; err == nil && v.State == visits.Attention {
			done = ""
		}
	}
	if err != nil {
		return h.refuseVisit(c, p, f, err)
	}
	if done != "" {
		leaveNotice(c, done)
	}
	return see(c, visitPath(v.ID))
}

// errVisitChanged says why a page that was left open was not taken.
var errVisitChanged = fault.New(fault.Conflict, "Somebody changed this visit after you opened it. You see it as it is now. What you chose is kept: check it and send it on.")

// refuseVisit shows the visit as it now stands, with what was entered and why
// that was refused.
func (h *Handlers) refuseVisit(c echo.Context, p Page, f Form, cause error) error {
	v, err := h.Visits.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	m, err := h.mending(c.Request().Context(), p, v)
	if err != nil {
		return err
	}
	aside := p.form()
	target := &f
	if f.Value(stepField) == stepAside {
		aside, f = f, m.begin(p.form())
		target = &aside
	}
	if errors.Is(cause, docstore.ErrConflict) {
		cause = errVisitChanged
	}
	status, err := target.refuse(&p, cause, nil)
	if err != nil {
		return err
	}
	return h.render(c, status, visitPage(visitView(p, m, f, aside)))
}

func visitView(p Page, m mending, f, aside Form) VisitView {
	v := m.visit
	f = f.With(onceField, onceKey()).With("version", strconv.FormatInt(v.Version, 10))
	out := VisitView{
		Page: p, Form: f, Aside: aside, Action: visitPath(v.ID), Name: visitName(p.Locale, v.Row),
		State: p.T("visits.state." + string(v.State)), Tone: visitTones[v.State], Arrived: v.Arrived, Reason: v.Reason,
		Mend: v.State == visits.Attention && v.Hold != visits.HoldOrganization,
		Pass: v.State == visits.Attention && v.Hold == visits.HoldOrganization,
	}
	by := ""
	if v.SentBy.Name != "" {
		by = p.T("visits.sent-by", "name", v.SentBy.Name)
	}
	out.Meta = joined(p.Locale, p.At(v.ArrivedAt), by)
	if v.Hold != "" && v.State == visits.Attention {
		out.Hold = p.T("visit.hold."+string(v.Hold), "name", v.SealedBy.Name)
	}
	if !v.UndoUntil.IsZero() {
		out.Undo = p.Date(v.UndoUntil)
	}
	if v.Part(referrals.VisitPartPatient) == visits.PartDone {
		out.Patient = patientPath(v.PatientID)
	}
	for _, part := range v.Told {
		out.Parts = append(out.Parts, m.part(part, f))
	}
	return out
}

// partTones give the colors of the states of parts.
var partTones = map[visits.PartState]Tone{visits.PartDone: Good, visits.PartAttention: Warning, visits.PartSkipped: Plain, visits.PartWaiting: Info}

// part shows one part: what was collected, what is wrong, how to mend it.
func (m mending) part(part visits.PartView, f Form) VisitPartView {
	l := m.page.Locale
	out := VisitPartView{
		Name: part.Name, Title: l.T("visit.part." + part.Name), State: l.T("visit.part-state." + string(part.State)),
		Tone: partTones[part.State], Rows: m.rows(part.Name), Stored: part.State == visits.PartDone,
	}
	for _, w := range part.Problems {
		out.Problems = append(out.Problems, m.problem(part.Name, w))
	}
	if part.State == visits.PartAttention && m.visit.State == visits.Attention {
		out.Mend = m.how(part.Name, f)
	}
	return out
}
