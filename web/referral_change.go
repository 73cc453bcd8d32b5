package web

import (
	"cmp"
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/referrals"
)

// MoveReferral answers POST /referrals/:id/moves.
func (h *Handlers) MoveReferral(c echo.Context) error {
	return h.changeReferral(c, "referral-moved", func(ctx context.Context, f Form) (map[string]string, error) {
		to := f.Value("to")
		version, _ := strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is refused as version 0
		_, err := h.Referrals.Move(ctx, c.Param("id"), referrals.MoveInput{
			To: referrals.Status(to), Reason: f.Value(moveField(to, "reason")), Outcome: referrals.Outcome(f.Value(moveField(to, "outcome"))),
			Note: f.Value(moveField(to, "note")), Version: version,
		})
		return map[string]string{
			"reason": moveField(to, "reason"), "outcome": moveField(to, "outcome"), "note": moveField(to, "note"), "to": "", "version": "",
		}, err
	})
}

// TakeBackAnswer answers POST /referrals/:id/take-back.
func (h *Handlers) TakeBackAnswer(c echo.Context) error {
	return h.changeReferral(c, "answer-back", func(ctx context.Context, f Form) (map[string]string, error) {
		version, _ := strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is refused as version 0
		_, err := h.Referrals.TakeBack(ctx, c.Param("id"), version)
		return nil, err
	})
}

// moveField is the name of an input of a move; each move has its own, since
// several stand on one page.
func moveField(to, name string) string { return to + "." + name }

// ConfirmReferral answers POST /referrals/:id/confirmations.
func (h *Handlers) ConfirmReferral(c echo.Context) error {
	notice := "confirmed"
	if c.FormValue("notReached") != "" {
		notice = "not-reached"
	}
	return h.changeReferral(c, notice, func(ctx context.Context, f Form) (map[string]string, error) {
		in := referrals.Confirmation{Note: f.Value("confirm.note"), NotReached: f.Value("notReached") != ""}
		if !in.NotReached {
			in.Received, in.NeedResolved, in.By = referrals.Received(f.Value("received")), f.Flag("needResolved"), f.Value("by")
		}
		_, err := h.Referrals.Confirm(ctx, c.Param("id"), in)
		return map[string]string{"note": "confirm.note"}, err
	})
}

// ResolveEscalation answers POST /referrals/:id/escalation.
func (h *Handlers) ResolveEscalation(c echo.Context) error {
	return h.changeReferral(c, "escalation-done", func(ctx context.Context, f Form) (map[string]string, error) {
		_, err := h.Referrals.ResolveEscalation(ctx, c.Param("id"), f.Value("resolve.note"))
		return map[string]string{"note": "resolve.note"}, err
	})
}

// ReassignReferral answers POST /referrals/:id/worker.
func (h *Handlers) ReassignReferral(c echo.Context) error {
	return h.changeReferral(c, "reassigned", func(ctx context.Context, f Form) (map[string]string, error) {
		_, err := h.Referrals.Reassign(ctx, c.Param("id"), f.Value("worker"))
		return nil, err
	})
}

// changeReferral makes a change from a form on the page of a referral and
// leads back to it; a refused one shows the page as the referral now stands.
// change answers how the form calls what the service names otherwise.
func (h *Handlers) changeReferral(c echo.Context, notice string, change func(context.Context, Form) (map[string]string, error)) error {
	p := h.page(c, "referral.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	alias, err := change(onceEach(c, f, ""), f)
	if err == nil {
		leaveNotice(c, notice)
		return see(c, cmp.Or(inboxBack(f), referralPath(c.Param("id"))))
	}
	status, err := f.refuse(&p, err, alias)
	if err != nil {
		return err
	}
	return h.showReferral(c, status, p, f)
}

// ReferralAgain answers GET on the addresses that forms of a referral are sent
// to, so that a reload after a refusal leads somewhere.
func (h *Handlers) ReferralAgain(c echo.Context) error {
	return c.Redirect(http.StatusSeeOther, referralPath(c.Param("id")))
}
