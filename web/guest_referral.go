package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/referrals"
	"github.com/labstack/echo/v4"
)

// GuestAgain answers GET on addresses that forms are sent to.
func (h *Handlers) GuestAgain(c echo.Context) error { return see(c, guestReferralPath) }

// GuestReferralView is the one referral that the link opened.
type GuestReferralView struct {
	ReferralView
	Messages []TimelineItem
	Declines []Option
	Decide   bool
	CanWrite bool
	CanJoin  bool
}

// GuestReferral answers GET /a/referral.
func (h *Handlers) GuestReferral(c echo.Context) error {
	p := h.page(c, "referral.title")
	return h.showGuest(c, http.StatusOK, p, p.form())
}

func (h *Handlers) showGuest(c echo.Context, status int, p Page, f Form) error {
	ctx := c.Request().Context()
	r, err := h.Referrals.Get(ctx, identity.From(ctx).ReferralID)
	if err != nil {
		return err
	}
	v := guestView(p, f.With(onceField, onceKey()), r, h.Screening.Topic)
	messages, err := h.Referrals.Messages(ctx, r.ID)
	if err != nil {
		return err
	}
	for _, m := range messages {
		v.Messages = append(v.Messages, messageItem(v.Locale, r, m))
	}
	if v.CanJoin, err = h.Guests.MayJoin(ctx); err != nil {
		return err
	}
	return h.render(c, status, guestReferralPage(v))
}

func guestView(p Page, f Form, r referrals.View, topic topics) GuestReferralView {
	v := GuestReferralView{ReferralView: referralViewOf(p, f, r, referrals.Agency, topic), CanWrite: r.CanMessage}
	if m := moveTo(r, referrals.Rejected); m != nil && moveTo(r, referrals.Accepted) != nil {
		v.Decide, v.Declines = true, codeOptions(p.Locale, m.Reasons)
		v.Moves = slices.DeleteFunc(v.Moves, func(m MoveView) bool {
			return m.To == string(referrals.Accepted) || m.To == string(referrals.Rejected) || m.To == string(referrals.Acknowledged)
		})
	}
	return v
}

// GuestMove answers POST /a/moves.
func (h *Handlers) GuestMove(c echo.Context) error {
	p := h.page(c, "referral.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	to := f.Value("to")
	version, _ := strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is refused as version 0
	_, err = h.Referrals.Move(onceEach(c, f, ""), identity.From(c.Request().Context()).ReferralID, referrals.MoveInput{
		To: referrals.Status(to), Reason: f.Value(moveField(to, "reason")), Outcome: referrals.Outcome(f.Value(moveField(to, "outcome"))),
		Note: f.Value(moveField(to, "note")), Version: version,
	})
	if err != nil {
		status, err := f.refuse(&p, err, map[string]string{
			"reason": moveField(to, "reason"), "outcome": moveField(to, "outcome"), "note": moveField(to, "note"), "to": "", "version": "",
		})
		if err != nil {
			return err
		}
		return h.showGuest(c, status, p, f)
	}
	leaveNotice(c, "referral-moved")
	return see(c, guestReferralPath)
}

// GuestTakeBack answers POST /a/take-back.
func (h *Handlers) GuestTakeBack(c echo.Context) error {
	p := h.page(c, "referral.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(f.Value("version"), 10, 64) // what is no number is refused as version 0
	if _, err := h.Referrals.TakeBack(onceEach(c, f, ""), identity.From(c.Request().Context()).ReferralID, version); err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showGuest(c, status, p, f)
	}
	leaveNotice(c, "answer-back")
	return see(c, guestReferralPath)
}

// GuestWrite answers POST /a/messages: words for the sender.
func (h *Handlers) GuestWrite(c echo.Context) error {
	p := h.page(c, "referral.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	if _, err := h.Referrals.AddMessage(onceEach(c, f, ""), identity.From(c.Request().Context()).ReferralID, f.Value("text")); err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		return h.showGuest(c, status, p, f)
	}
	leaveNotice(c, "message-sent")
	return see(c, guestReferralPath)
}
