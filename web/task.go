package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
)

// TaskView is one task with the one thing to do about it.
type TaskView struct {
	Page
	Form          Form
	ID, Kind, Due string
	Tone          Tone
	Todo          string
	Name, WhoHref string // of the patient
	Facts         []SummaryRow
	// Call is how to reach the person; nothing where that is not what to do.
	Call    Contact
	CallFor []string // what to mind before calling
	// Referral is the one that the task is about; empty for none.
	Referral string
	Offer    *TaskOffer
	// Open tells that it waits; else Done says by whom and when it was done.
	Open   bool
	Done   string
	Result string
	Sent   string // the referral that went to another agency
	Undo   bool
}

// TaskOffer is the agency that a task proposes to ask.
type TaskOffer struct {
	Service ServiceCard
	Odds    string
	// Covered tells that the consent there is names the agency; else Ask leads to
	// where the person is asked.
	Covered    bool
	Ask, Other string
	// Gone says that the listing does not exist any more.
	Gone bool
}

// TaskPage answers GET /tasks/:id.
func (h *Handlers) TaskPage(c echo.Context) error {
	p := h.page(c, "tasks.title")
	return h.showTask(c, http.StatusOK, p, p.form())
}

// FinishTask answers POST /tasks/:id/done.
func (h *Handlers) FinishTask(c echo.Context) error {
	return h.changeTask(c, "task-done", func(ctx context.Context, f Form) (referrals.Task, error) {
		return h.Referrals.FinishTask(ctx, c.Param("id"), f.Value("result"))
	})
}

// AnswerTask answers POST /tasks/:id/answer: the proposed agency is asked, or
// is not, and why.
func (h *Handlers) AnswerTask(c echo.Context) error {
	notice := "task-done"
	if c.FormValue("accept") == "yes" {
		notice = "referral-sent"
	}
	return h.changeTask(c, notice, func(ctx context.Context, f Form) (referrals.Task, error) {
		in := referrals.OfferInput{Accept: f.Value("accept") == "yes", ConsentID: f.Value("consent"), Note: f.Value("note")}
		return h.Referrals.AnswerOffer(ctx, c.Param("id"), in)
	})
}

// ReopenTask answers POST /tasks/:id/undo.
func (h *Handlers) ReopenTask(c echo.Context) error {
	return h.changeTask(c, "task-open", func(ctx context.Context, _ Form) (referrals.Task, error) {
		return h.Referrals.ReopenTask(ctx, c.Param("id"))
	})
}

// TaskAgain answers GET on the addresses that forms of a task are sent to.
func (h *Handlers) TaskAgain(c echo.Context) error { return see(c, taskPath(c.Param("id"))) }

// changeTask makes a change from a form on the page of a task and leads back to it.
func (h *Handlers) changeTask(c echo.Context, notice string, change func(context.Context, Form) (referrals.Task, error)) error {
	p := h.page(c, "tasks.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	if _, err = change(onceEach(c, f, ""), f); err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showTask(c, status, p, f)
	}
	leaveNotice(c, notice)
	return see(c, taskPath(c.Param("id")))
}

// taskData is what the page of a task is made from.
type taskData struct {
	task     referrals.Task
	patient  patients.Patient
	referral *referrals.View
	offer    *TaskOffer
	consent  string // that covers the proposed agency
	sent     bool   // the referral that the task ended with exists
	topic    topics
}

func (h *Handlers) showTask(c echo.Context, status int, p Page, f Form) error {
	ctx := c.Request().Context()
	d := taskData{topic: h.Screening.Topic}
	var err error
	if d.task, err = h.Referrals.Task(ctx, c.Param("id")); err != nil {
		return err
	}
	if d.task.Kind == referrals.TaskLetter && d.task.Open() {
		return see(c, lettersPath(d.task.PatientID)) // where it is answered
	}
	if d.patient, err = h.Patients.Get(ctx, d.task.PatientID); err != nil {
		return err
	}
	if d.task.ReferralID != "" {
		r, err := h.Referrals.Get(ctx, d.task.ReferralID)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err == nil {
			d.referral = &r
		}
	}
	if d.task.SentID != "" {
		_, err := h.Referrals.Get(ctx, d.task.SentID)
		if d.sent = err == nil; err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	if d.task.Open() && d.task.Service.ID != "" && d.referral != nil && d.referral.Need != nil {
		if err := h.taskOffer(ctx, p.Locale, &d); err != nil {
			return err
		}
	}
	return h.render(c, status, taskPage(taskView(p, f, d)))
}

// taskOffer reads what is proposed, and whether the consent there is covers it.
func (h *Handlers) taskOffer(ctx context.Context, l *Locale, d *taskData) error {
	need := d.referral.Need
	query := "task=" + url.QueryEscape(d.task.ID)
	d.offer = &TaskOffer{Other: servicesPath(d.patient.ID, need.ID) + "?" + query}
	d.offer.Ask = referPath(d.patient.ID, need.ID) + "?" + serviceField + "=" + url.QueryEscape(d.task.Service.ID) + "&" + query
	service, err := h.Directory.Detail(ctx, d.task.Service.ID)
	if fault.Is(err, fault.NotFound) {
		d.offer.Gone = true
		return nil
	}
	if err != nil {
		return err
	}
	d.offer.Service = serviceCard(l, service.ServiceSummary)
	if d.offer.Odds, err = h.odds(ctx, l, need.Domain, d.patient.Address.PostalCode); err != nil {
		return err
	}
	all, err := h.Referrals.Consents(ctx, d.patient.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(c referrals.Consent) bool { return c.Covers(service.OrganizationID, need.Domain, l.Now) })
	if d.offer.Covered = i >= 0; d.offer.Covered {
		d.consent = all[i].ID
	}
	return nil
}

func taskView(p Page, f Form, d taskData) TaskView {
	l, t := p.Locale, d.task
	row := taskRow(l, t, "")
	v := TaskView{
		Page: p, ID: t.ID, Kind: l.Sentence(t.Kind.Label()), Todo: l.Sentence(t.Kind.Todo()), Due: row.Due, Tone: row.Tone,
		Name: fullName(d.patient), WhoHref: patientPath(d.patient.ID), Offer: d.offer, Open: t.Open(), Undo: t.CanReopen(l.Now),
		Form: f.With(onceField, onceKey()).With("consent", d.consent),
	}
	v.Title = v.Kind
	if d.referral != nil {
		v.Referral = referralPath(d.referral.ID)
		v.Facts = taskFacts(l, *d.referral, d.topic)
	}
	if t.Note != "" {
		v.Facts = append(v.Facts, SummaryRow{Label: l.T("tasks.note"), Values: []string{t.Note}})
	}
	if v.Offer == nil && v.Open {
		v.Call, v.CallFor = personContact(l, d.patient)
	}
	if !v.Open {
		v.Done = l.T("tasks.done-by", "name", t.DoneBy, "at", l.At(t.DoneAt))
		switch {
		case !t.Sent():
			v.Result = l.Sentence(t.Result)
		case d.sent:
			v.Sent = referralPath(t.SentID)
		}
	}
	return v
}

// taskFacts tell what both sides say about the referral that a task is about.
func taskFacts(l *Locale, r referrals.View, topic topics) []SummaryRow {
	rows := []SummaryRow{
		{Label: l.T("refer.need"), Values: []string{needName(l, r, topic)}},
		{Label: l.T("referral.to"), Values: filled(r.ServiceName, r.OrganizationName)},
	}
	said := l.Sentence(r.Label)
	if r.Outcome != "" {
		said = l.T("timeline.reason", "what", said, "why", l.Sentence(r.OutcomeText))
	} else if r.Reason != "" {
		said = l.T("timeline.reason", "what", said, "why", l.Sentence(referrals.ReasonLabel(r.Reason)))
	}
	rows = append(rows, SummaryRow{Label: l.T("tasks.agency-says"), Values: []string{said}})
	if c := r.Confirmation; c != nil {
		rows = append(rows, SummaryRow{Label: l.T("tasks.person-says"), Values: filled(
			joined(l, l.T("tasks.got-service"), l.T("received."+string(c.Received))), c.Note, joined(l, l.T("by."+c.By), l.At(c.At)))})
	}
	return rows
}

// personContact is how to call a patient, and what to mind before.
func personContact(l *Locale, p patients.Patient) (Contact, []string) {
	if p.Phone == "" {
		return Contact{}, []string{l.T("tasks.no-phone")}
	}
	mind := filled(p.Contact.SafeHours)
	if p.Contact.SafeToVoicemail != nil && !*p.Contact.SafeToVoicemail {
		mind = append(mind, l.T("tasks.no-voicemail"))
	}
	if spoken := p.Languages.Spoken; spoken != "" {
		mind = append(mind, l.T("tasks.speaks", "language", languageName(spoken)))
	}
	return Contact{Call: callAddress(p.Phone), Number: l.Phone(p.Phone)}, mind
}
