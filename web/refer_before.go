package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/referrals"
)

// foresee reads what a worker should know before sending: what was sent already
// that is like it, and what became of others.
func (h *Handlers) foresee(ctx context.Context, r *refer) error {
	if len(r.services) == 0 {
		return nil
	}
	in := referrals.SendInput{PatientID: r.patient.ID, NeedID: r.need.ID, Succeeds: r.succeeds}
	if r.task.ID != "" {
		in.Succeeds = r.task.ReferralID
	}
	for _, s := range r.services {
		in.ServiceIDs = append(in.ServiceIDs, s.ID)
	}
	var err error
	if r.warnings, err = h.Referrals.Warnings(ctx, in); err != nil {
		return err
	}
	r.odds, err = h.odds(ctx, r.page.Locale, r.need.Domain, r.patient.Address.PostalCode)
	return err
}

// referWarnings tell of referrals like the one about to be sent.
func referWarnings(l *Locale, list []referrals.Warning) []ReferWarning {
	var out []ReferWarning
	for _, w := range list {
		text := l.T("warn."+string(w.Kind), "agency", w.Agency.Name, "service", w.Service.Name, "date", l.Date(w.SentAt))
		out = append(out, ReferWarning{Text: text, Href: referralPath(w.ReferralID)})
	}
	return out
}

// taskOf reads an open task that proposes an agency for the need. Another one
// does not exist there.
func (h *Handlers) taskOf(ctx context.Context, id, needID string) (referrals.Task, error) {
	t, err := h.Referrals.Task(ctx, id)
	if err == nil && (t.NeedID != needID || t.Service.ID == "" || !t.Open()) {
		err = fault.New(fault.NotFound, "This does not exist, or you may not see it.")
	}
	return t, err
}

// sendForTask sends the referral that a task is about on to the chosen agency.
func (h *Handlers) sendForTask(c echo.Context, r refer, f Form, in referrals.SendInput) error {
	offer := referrals.OfferInput{Accept: true, ConsentID: in.ConsentID}
	if len(in.ServiceIDs) > 0 {
		offer.ServiceID = in.ServiceIDs[0]
	}
	t, err := h.Referrals.AnswerOffer(onceEach(c, f, "referral"), r.task.ID, offer)
	if err != nil {
		return h.showRefer(c, r, f.With("consent", in.ConsentID), err)
	}
	leaveNotice(c, "referral-sent")
	return see(c, referralPath(t.SentID))
}
