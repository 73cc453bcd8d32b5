package auth

import (
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
)

// guestCookie holds the session of the link of an agency without an account.
const guestCookie = "__Host-havenloop-agency"

// forGuests tells whether the address is of the pages for agencies without an account.
func forGuests(path string) bool { return path == "/a" || strings.HasPrefix(path, "/a/") }

// guest is who is behind the cookie of an agency's link; nobody before the code
// was given. A session that is over is nobody's, and its cookie taken back.
func (a *Auth) guest(c echo.Context) (identity.Actor, error) {
	token := a.GuestToken(c)
	if token == "" || a.links == nil {
		return identity.Actor{}, nil
	}
	x, err := a.links.Session(c.Request().Context(), token)
	if fault.Is(err, fault.Login) {
		c.SetCookie(gone(guestCookie))
		return identity.Actor{}, nil
	}
	if err != nil || !x.Open || x.Link.Kind != links.AgencyReferral {
		return identity.Actor{}, err
	}
	actor := x.Actor()
	return actor, a.checkForm(c, actor)
}

// GuestToken is the token of the session that an agency's link has opened in
// this browser; empty when none has.
func (a *Auth) GuestToken(c echo.Context) string { return valueOf(c, guestCookie) }

// KeepGuest has the browser keep the session of an agency's link, in place of
// the one it had.
func (a *Auth) KeepGuest(c echo.Context, token string) error {
	if old := a.GuestToken(c); old != "" && old != token {
		if err := a.links.End(c.Request().Context(), old); err != nil {
			return err
		}
	}
	c.SetCookie(kept(guestCookie, token))
	return nil
}

// EndGuest ends the session of an agency's link and has the browser forget the
// pages it kept.
func (a *Auth) EndGuest(c echo.Context) error {
	if token := a.GuestToken(c); token != "" {
		if err := a.links.End(c.Request().Context(), token); err != nil {
			return err
		}
		c.SetCookie(gone(guestCookie))
	}
	c.Response().Header().Set("Clear-Site-Data", `"cache"`)
	return nil
}
