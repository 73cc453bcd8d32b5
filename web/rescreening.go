package web

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/screening"
)

// RescreeningCard tells on a patient's page when they are screened next, and
// takes a discharge or a later day.
type RescreeningCard struct {
	Form    Form
	Action  string
	Version string
	// When is the day in words, Why the reason; Why is empty when nothing is due.
	When, Why string
	Tone      Tone
	// PutOff tells until when, by whom and why it was put off; empty when it was not.
	PutOff string
	// Discharged is the day of the discharge in words; empty for none.
	Discharged string
	// MayPutOff tells that there is something to put off.
	MayPutOff bool
}

// What the forms of the card do.
const (
	doPutOff      = "put-off"
	doUndo        = "undo"
	doDischarge   = "discharge"
	doUndischarge = "undo-discharge"
)

func rescreeningPath(patient string) string { return patientPath(patient) + "/rescreening" }

// ChangeRescreening answers POST /patients/:id/rescreening.
func (h *Handlers) ChangeRescreening(c echo.Context) error {
	p, id := h.page(c, "patient.title"), c.Param("id")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	patch := screening.RescreeningPatch{}
	patch.Version, _ = strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is version 0
	switch f.Value("do") {
	case doPutOff:
		patch.PutOff = &screening.PutOffInput{Until: f.Date("until"), Reason: f.Value("reason")}
		if *patch.PutOff == (screening.PutOffInput{}) { // nothing typed is not taking it back
			patch.PutOff.Reason = " "
		}
	case doUndo:
		patch.PutOff = &screening.PutOffInput{}
	case doDischarge:
		on := f.Date("dischargedOn")
		if on == "" {
			on = "-" // nothing typed is not taking it back
		}
		patch.DischargedOn = &on
	case doUndischarge:
		patch.DischargedOn = new("")
	}
	if _, err := h.Screening.PatchRescreening(c.Request().Context(), id, patch); err != nil {
		status, err := f.refuse(&p, err, map[string]string{"putOff.until": "until", "putOff.reason": "reason"})
		if err != nil {
			return err
		}
		return h.showPatient(c, status, p, f)
	}
	leaveNotice(c, "rescreening-"+f.Value("do"))
	return see(c, patientPath(id))
}

// PatientAgain answers GET on the addresses of the forms about a patient.
func (h *Handlers) PatientAgain(c echo.Context) error { return see(c, patientPath(c.Param("id"))) }

// rescreeningCard fills in the card. A form that was refused because somebody
// was faster takes the new version with it: what they noted is on the page now.
func rescreeningCard(l *Locale, f Form, r screening.Rescreening) RescreeningCard {
	v := RescreeningCard{
		Form: f, Action: rescreeningPath(r.PatientID), Version: strconv.FormatInt(r.Version, 10),
		When: l.T("rescreen.none"), Tone: Plain, MayPutOff: r.Due != nil,
	}
	if d := r.Due; d != nil {
		v.When, v.Why = l.T("rescreen.on", "date", l.Day(d.On)), dueWhy(l, *d)
		switch days := l.days(r.DueAt); {
		case days < 0:
			v.When, v.Tone = l.T("rescreen.since", "date", l.Day(d.On)), Warning
		case days == 0:
			v.When, v.Tone = l.T("rescreen.since-today"), Warning
		}
	}
	if o := r.PutOff; o != nil {
		v.PutOff = l.T("rescreen.put-off", "date", l.Day(o.Until), "by", o.ByName, "reason", o.Reason)
	}
	if r.DischargedOn != "" {
		v.Discharged = l.Day(r.DischargedOn)
	}
	return v
}

// open tells whether the part of the card with the fields came back refused.
func (v RescreeningCard) open(fields ...string) bool {
	for _, name := range fields {
		if v.Form.Problem(name) != "" {
			return true
		}
	}
	return false
}

// rescreeningOf reads what the card tells.
func (h *Handlers) rescreeningOf(c echo.Context, l *Locale, f Form, patientID string) (RescreeningCard, error) {
	r, err := h.Screening.Rescreening(c.Request().Context(), patientID)
	return rescreeningCard(l, f, r), err
}
