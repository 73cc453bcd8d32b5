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
	"github.com/havenloop/havenloop/screening"
)

// ReferView is the page on which a need is referred: consent, note, priority.
type ReferView struct {
	Page
	Form        Form
	Action      string
	Name, Leave string // of the patient; where one comes from
	Need        string
	Services    []ReferService
	Succeeds    string
	// Consents are those that cover it already, and the choice of a new one.
	Consents []Option
	New      ConsentForm
	// Review is what is read once more before it is sent; nil while it is filled in.
	Review []SummaryRow
	// Text is what the person hears of a new consent; nil for an earlier one.
	Text *ConsentText
	// Sign asks the person to type the name.
	Sign bool
	// Task is the task that is answered with it; empty for none.
	Task string
	// Warnings tell of referrals like this one, Odds what became of others.
	Warnings []ReferWarning
	Odds     string
	// Gave leads to where it is noted that the person only got the number.
	Gave string
	// Outside are services of agencies that are not in the network; while there
	// are any, nothing can be sent.
	Outside []OutsideService
}

// ReferWarning tells of a referral like the one about to be sent.
type ReferWarning struct{ Text, Href string }

// ReferService is a service that is asked.
type ReferService struct {
	ID, Name, Organization, OrganizationID string
	// Outside says that the organization is not in the network.
	Outside bool
}

// The steps of the page, as its buttons say them.
const (
	stepField  = "step"
	stepReview = "review"
	stepSend   = "send"
	stepChange = "change"
)

// newConsent is the choice of recording a new consent.
const newConsent = "new"

// referAlias gives the form's names of what consents and referrals call otherwise.
var referAlias = map[string]string{
	"recipients": "recipients", "recipients.organizationIds": "recipients", "recipients.class": "recipients", "needs": "",
	"serviceIds": "", "patientId": "", "needId": "", "textVersion": "", "signature.typedName": signatureField,
}

// signatureField is where the person types the name, on the page that is read once more.
const signatureField = "signature"

// ReferPage answers GET /patients/:id/needs/:need/refer. What cannot be sent is
// told before the person is asked for consent.
func (h *Handlers) ReferPage(c echo.Context) error {
	r, err := h.refer(c, c.QueryParams())
	if err != nil {
		return err
	}
	f := r.page.form().With(onceField, onceKey()).With("priority", string(referrals.Routine))
	if r.need.Urgent {
		f = f.With("priority", string(referrals.Urgent))
	}
	f = r.begin(f)
	if v := referView(r, f); len(v.Outside) > 0 {
		return h.render(c, http.StatusOK, referPage(v))
	}
	if len(r.services) > 0 {
		if err := h.Referrals.CheckSend(c.Request().Context(), r.input(f)); err != nil {
			return h.showRefer(c, r, f, err)
		}
	}
	return h.render(c, http.StatusOK, referPage(referView(r, f)))
}

// SendReferral answers POST /patients/:id/needs/:need/refer: it shows what
// will be sent, or records the consent and sends.
func (h *Handlers) SendReferral(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return fault.New(fault.Invalid, "The form could not be read. Go back and send it again.")
	}
	r, err := h.refer(c, values)
	if err != nil {
		return err
	}
	f, err := formFrom(r.page, c)
	if err != nil {
		return err
	}
	switch f.Value(stepField) {
	case stepSend:
		return h.sendReferral(c, r, f)
	case stepChange:
		return h.render(c, http.StatusOK, referPage(referView(r, f)))
	}
	if err := h.checkReferral(c.Request().Context(), r, f); err != nil {
		return h.showRefer(c, r, f, err)
	}
	return h.render(c, http.StatusOK, referReviewPage(reviewView(r, f)))
}

// checkReferral tells what is missing before anything is recorded.
func (h *Handlers) checkReferral(ctx context.Context, r refer, f Form) error {
	if err := h.Referrals.CheckSend(ctx, r.input(f)); err != nil {
		return err
	}
	switch chosen := f.Value("consent"); {
	case chosen == newConsent:
		_, err := h.Referrals.CheckConsent(ctx, r.consent(f))
		return err
	case !slices.ContainsFunc(r.consents, func(c referrals.Consent) bool { return c.ID == chosen }):
		var wrong fault.Fields
		wrong.Add("consent", "Choose a consent, or record a new one.")
		return wrong.Err()
	}
	return nil
}

// sendReferral records the consent when it is new, and sends.
func (h *Handlers) sendReferral(c echo.Context, r refer, f Form) error {
	in := r.input(f)
	if in.ConsentID == newConsent {
		if r.unsigned(&f) {
			r.page.Invalid = true
			return h.render(c, http.StatusUnprocessableEntity, referReviewPage(reviewView(r, f.With(onceField, onceKey()))))
		}
		consent, err := h.Referrals.RecordConsent(onceEach(c, f, "consent"), r.consent(f))
		if err != nil {
			return h.showRefer(c, r, f, err)
		}
		in.ConsentID = consent.ID
		r.consents = append([]referrals.Consent{consent}, r.consents...)
	}
	if r.task.ID != "" {
		return h.sendForTask(c, r, f, in)
	}
	sent, err := h.Referrals.Send(onceEach(c, f, "referral"), in)
	if err != nil {
		// The consent stands; what is sent next is another request.
		return h.showRefer(c, r, f.With("consent", in.ConsentID), err)
	}
	if sent.Request != nil {
		leaveNotice(c, "referrals-sent")
		return see(c, patientPath(r.patient.ID))
	}
	leaveNotice(c, "referral-sent")
	return see(c, referralPath(sent.Referral.ID))
}

// input is what is sent.
func (r refer) input(f Form) referrals.SendInput {
	in := referrals.SendInput{
		PatientID: r.patient.ID, NeedID: r.need.ID, Succeeds: r.succeeds, ConsentID: f.Value("consent"),
		Priority: referrals.Priority(f.Value("priority")), Note: f.Value("note"),
	}
	for _, s := range r.services {
		in.ServiceIDs = append(in.ServiceIDs, s.ID)
	}
	return in
}

// showRefer shows the form again with what is wrong.
func (h *Handlers) showRefer(c echo.Context, r refer, f Form, err error) error {
	f = f.With(onceField, onceKey())
	status, err := f.refuse(&r.page, err, referAlias)
	if err != nil {
		return err
	}
	return h.render(c, status, referPage(referView(r, f)))
}

// refer is what the page is about.
type refer struct {
	page     Page
	patient  patients.Patient
	need     screening.Need
	title    string // of the need
	services []ReferService
	succeeds string
	// task proposed another agency, and is answered with this; its zero for none.
	task     referrals.Task
	warnings []referrals.Warning
	odds     string
	consents []referrals.Consent // those that cover it
	agencies map[string]string   // names by id
	// theirs tells words in another language than the page's.
	theirs func(tag string) *Locale
}

// refer reads what the page is about. Services that do not exist any more
// make the page not exist either.
func (h *Handlers) refer(c echo.Context, values url.Values) (refer, error) {
	ctx := c.Request().Context()
	r := refer{succeeds: values.Get("succeeds"), agencies: map[string]string{}}
	var err error
	if r.patient, r.need, err = h.patientNeed(ctx, c.Param("id"), c.Param("need")); err != nil {
		return r, err
	}
	if id := values.Get("task"); id != "" {
		if r.task, err = h.taskOf(ctx, id, r.need.ID); err != nil {
			return r, err
		}
	}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(values[serviceField]))) {
		d, err := h.Directory.Detail(ctx, id)
		if err != nil {
			return r, err
		}
		outside, err := h.Joining.Outside(ctx, d.OrganizationID)
		if err != nil {
			return r, err
		}
		r.services = append(r.services, ReferService{ID: d.ID, Name: d.Name, Organization: d.OrganizationName, OrganizationID: d.OrganizationID, Outside: outside})
		r.agencies[d.OrganizationID] = d.OrganizationName
	}
	all, err := h.Referrals.Consents(ctx, r.patient.ID)
	if err != nil {
		return r, err
	}
	r.page = h.page(c, "refer.title")
	if err := h.foresee(ctx, &r); err != nil {
		return r, err
	}
	r.title = h.needTitle(r.page.Locale, r.need)
	r.theirs = h.in(r.page)
	for _, consent := range all {
		if r.covered(consent) {
			r.consents = append(r.consents, consent)
		}
	}
	return r, nil
}

// covered tells whether the consent permits all that is asked.
func (r refer) covered(c referrals.Consent) bool {
	for _, s := range r.services {
		if !c.Covers(s.OrganizationID, r.need.Domain, r.page.Now) {
			return false
		}
	}
	return len(r.services) > 0
}

func referView(r refer, f Form) ReferView {
	l := r.page.Locale
	v := ReferView{
		Page: r.page, Form: f, Action: referPath(r.patient.ID, r.need.ID), Name: fullName(r.patient), Need: r.title,
		Leave: servicesPath(r.patient.ID, r.need.ID), Services: r.services, Succeeds: r.succeeds, New: consentForm(r, f),
		Task: r.task.ID, Odds: r.odds, Warnings: referWarnings(l, r.warnings),
	}
	if len(r.services) == 1 && v.Task == "" {
		v.Gave = gavePath(r.patient.ID, r.need.ID, r.services[0].ID)
	}
	for _, s := range r.services {
		if s.Outside {
			v.Outside = append(v.Outside, OutsideService{
				Name: s.Name, Gave: gavePath(r.patient.ID, r.need.ID, s.ID), Wish: wishPath(s.ID, servicesPath(r.patient.ID, r.need.ID)),
			})
		}
	}
	switch {
	case v.Task != "":
		v.Leave = taskPath(v.Task)
	case r.succeeds != "":
		v.Leave = referralPath(r.succeeds)
	}
	for _, c := range r.consents {
		row := consentRow(l, c, r.agencies)
		v.Consents = append(v.Consents, Option{Value: c.ID, Label: l.T("refer.consent-known", "date", l.Date(c.GivenAt)), Hint: joined(l, fieldList(l, c.Fields), row.Meta)})
	}
	if len(v.Consents) > 0 {
		v.Consents = append(v.Consents, Option{Value: newConsent, Label: l.T("refer.consent-new")})
	}
	return v
}
