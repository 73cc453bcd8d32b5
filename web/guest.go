package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/guests"
)

// The addresses of the pages for agencies without an account.
const (
	guestPath         = guests.Path
	guestCodePath     = guestPath + "/code"
	guestReferralPath = guestPath + "/referral"
	guestJoinPath     = guestPath + "/join"
)

// GuestStartView is the page where the code of a link is entered.
type GuestStartView struct {
	Page
	Form Form
}

// GuestStart answers GET /a. The code stands behind the # of the link, which
// browsers do not send; reading the page uses nothing up.
func (h *Handlers) GuestStart(c echo.Context) error {
	p := h.page(c, "guest.title")
	if c.QueryParams().Has("over") {
		p.Notice = p.T("guest.over")
	}
	return h.render(c, http.StatusOK, guestStartPage(GuestStartView{p, p.form()}))
}

// GuestEnter answers POST /a.
func (h *Handlers) GuestEnter(c echo.Context) error {
	p := h.page(c, "guest.title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	token, err := h.Guests.Enter(c.Request().Context(), f.Value("code"), address(c))
	if err != nil {
		return h.guestRefused(c, p, f, "code", err, func(p Page, f Form) templ.Component { return guestStartPage(GuestStartView{p, f}) })
	}
	if err := h.Sessions.KeepGuest(c, token); err != nil {
		return err
	}
	return see(c, guestCodePath)
}

// guestRefused shows a form again with what was wrong, told at the field.
func (h *Handlers) guestRefused(c echo.Context, p Page, f Form, field string, err error, page func(Page, Form) templ.Component) error {
	status := http.StatusNotFound
	if fault.Is(err, fault.NotFound) {
		f.Problems, p.Invalid = []Problem{{Field: field, Text: p.T("guest.dead")}}, true
	} else if status, err = f.refuse(&p, err, map[string]string{"pin": "code"}); err != nil {
		return err
	}
	return h.render(c, status, page(p, f))
}

// GuestCodeView is the page where the code that was sent is entered.
type GuestCodeView struct {
	Page
	Form Form
	To   string // the masked address
	Sent bool
}

// GuestCode answers GET /a/code.
func (h *Handlers) GuestCode(c echo.Context) error {
	p := h.page(c, "guest.code-title")
	return h.guestCode(c, http.StatusOK, p, p.form())
}

func (h *Handlers) guestCode(c echo.Context, status int, p Page, f Form) error {
	x, to, err := h.Guests.Session(c.Request().Context(), h.Sessions.GuestToken(c))
	switch {
	case fault.Is(err, fault.Login):
		return see(c, guestPath, "?over")
	case err != nil:
		return err
	case x.Open:
		return see(c, guestReferralPath)
	}
	sent := x.Link.Text != "" && h.Now().Before(x.Link.TextUntil)
	return h.render(c, status, guestCodePage(GuestCodeView{p, f, to.Masked(), sent}))
}

// GuestSendCode answers POST /a/send.
func (h *Handlers) GuestSendCode(c echo.Context) error {
	return h.guestProof(c, func(token string, f Form) error {
		return h.Guests.SendCode(c.Request().Context(), token, func(code string) (string, string) {
			return f.T("guest.code-subject"), f.T("guest.code-text", "code", code)
		})
	}, guestCodePath)
}

// GuestUnlock answers POST /a/code.
func (h *Handlers) GuestUnlock(c echo.Context) error {
	return h.guestProof(c, func(token string, f Form) error {
		fresh, err := h.Guests.Unlock(c.Request().Context(), token, secretOf(f, "code"))
		if err != nil {
			return err
		}
		return h.Sessions.KeepGuest(c, fresh)
	}, guestReferralPath)
}

// guestProof does a step of the code page and goes on to a page.
func (h *Handlers) guestProof(c echo.Context, step func(token string, f Form) error, to string) error {
	p := h.page(c, "guest.code-title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	err = step(h.Sessions.GuestToken(c), f)
	switch {
	case err == nil:
		return see(c, to)
	case fault.Is(err, fault.Login):
		return see(c, guestPath, "?over")
	case fault.Is(err, fault.NotFound): // locked, withdrawn or over
		if err := h.Sessions.EndGuest(c); err != nil {
			return err
		}
		return h.guestRefused(c, p, p.form(), "code", err, func(p Page, f Form) templ.Component { return guestStartPage(GuestStartView{p, f}) })
	}
	f.Values.Del("code")
	status, err := f.refuse(&p, err, map[string]string{"pin": "code"})
	if err != nil {
		return err
	}
	return h.guestCode(c, status, p, f)
}

// GuestAgain answers GET on addresses that forms are sent to.
func (h *Handlers) GuestAgain(c echo.Context) error { return see(c, guestReferralPath) }

// GuestReferralView is the one referral that the link opened.
type GuestReferralView struct {
	ReferralView
	Messages []TimelineItem
	Declines []Option
	Decide   bool
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
	v := GuestReferralView{ReferralView: referralViewOf(p, f, r, referrals.Agency, topic)}
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

// GuestJoinView invites the agency to make an account.
type GuestJoinView struct {
	Page
	Form Form
	// Waits tells that the account was made and the network looks at it first.
	Waits bool
}

// GuestJoinPage answers GET /a/join.
func (h *Handlers) GuestJoinPage(c echo.Context) error {
	p := h.page(c, "guest.join-title")
	return h.render(c, http.StatusOK, guestJoinPage(GuestJoinView{Page: p, Form: p.form()}))
}

// GuestJoin answers POST /a/join: the first account of the agency.
func (h *Handlers) GuestJoin(c echo.Context) error {
	p := h.page(c, "guest.join-title")
	f, err := formFrom(p, c)
	if err != nil {
		return err
	}
	ctx, password := c.Request().Context(), f.Value("password")
	open, err := h.Guests.Join(ctx, accounts.NewUser{
		Name: f.Value("name"), Email: f.Value("email"), Password: accounts.Secret(password), Language: p.Language,
	})
	if err != nil {
		status, err := f.refuse(&p, err, nil)
		if err != nil {
			return err
		}
		f.Values.Del("password")
		return h.render(c, status, guestJoinPage(GuestJoinView{Page: p, Form: f}))
	}
	if !open {
		return h.render(c, http.StatusOK, guestJoinPage(GuestJoinView{Page: p, Waits: true}))
	}
	referral := referralPath(identity.From(ctx).ReferralID)
	_, actor, err := h.Accounts.Authenticate(ctx, f.Value("email"), password, address(c))
	if err != nil {
		return err
	}
	if err := h.Sessions.EndGuest(c); err != nil {
		return err
	}
	if err := h.Sessions.SignIn(c, actor); err != nil {
		return err
	}
	return see(c, referral)
}

// GuestLeave answers POST /a/leave: the session ends, the link stays.
func (h *Handlers) GuestLeave(c echo.Context) error {
	if err := h.Sessions.EndGuest(c); err != nil {
		return err
	}
	leaveNotice(c, "signed-out")
	return see(c, guestPath)
}

// GuestCard tells the sender how far an agency without an account is.
type GuestCard struct {
	State string
	Tone  Tone
	Text  string
	// Withdraw and Again offer to end the link, or to send a new one.
	Withdraw, Again bool
}

// guestCard is nil for agencies with accounts.
func (h *Handlers) guestCard(c echo.Context, l *Locale, r referrals.View) (*GuestCard, error) {
	if h.Guests == nil || !identity.From(c.Request().Context()).May(identity.ReferralsSend) {
		return nil, nil
	}
	s, found, err := h.Guests.Standing(c.Request().Context(), r.ID)
	if err != nil || !found {
		return nil, err
	}
	return guestCardOf(l, s, r), nil
}

// guestTones are the tones of how far a link is.
var guestTones = map[string]Tone{"not-opened": Warning, "opened": Info, "answering": Good, "expired": Warning, "withdrawn": Plain, "locked": Urgent}

func guestCardOf(l *Locale, s guests.Standing, r referrals.View) *GuestCard {
	waits := r.Turn != nil && r.Turn.Party == referrals.Agency
	state := string(s.State)
	card := &GuestCard{State: l.T("guest.state." + state), Tone: guestTones[state], Again: waits && s.To != ""}
	switch {
	case s.To == "":
		card.Text = l.T("guest.no-address")
	case s.ToldAt.IsZero():
		card.Text = l.T("guest.not-told")
	case s.Via == notify.SMS:
		card.Text = l.T("guest.told-text", "to", s.To, "at", l.At(s.ToldAt))
	default:
		card.Text = l.T("guest.told-mail", "to", s.To, "at", l.At(s.ToldAt))
	}
	works := slices.Contains([]string{"not-opened", "opened", "answering"}, state)
	card.Withdraw = works && !s.ToldAt.IsZero()
	return card
}

// ChangeGuestLink answers POST /referrals/:id/link: it withdraws the agency's
// link or sends a new one.
func (h *Handlers) ChangeGuestLink(c echo.Context) error {
	id, ctx := c.Param("id"), c.Request().Context()
	change, notice := h.Guests.SendAgain, "guest-sent"
	if c.FormValue("do") == "withdraw" {
		change, notice = h.Guests.Withdraw, "guest-withdrawn"
	}
	if err := change(ctx, id); err != nil {
		return err
	}
	leaveNotice(c, notice)
	return see(c, referralPath(id))
}
