package web

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
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

// GuestLeave answers POST /a/leave: the session ends, the link stays.
func (h *Handlers) GuestLeave(c echo.Context) error {
	if err := h.Sessions.EndGuest(c); err != nil {
		return err
	}
	leaveNotice(c, "signed-out")
	return see(c, guestPath)
}
