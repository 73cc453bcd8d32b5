package web

import (
	"net/http"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/labstack/echo/v4"
)

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
