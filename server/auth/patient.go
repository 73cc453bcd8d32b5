package auth

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
)

// The cookies of patients: the session of their link, and what makes a device
// a kiosk. The prefix is as that of the session cookie.
const (
	patientCookie = "__Host-havenloop-patient"
	kioskCookie   = "__Host-havenloop-kiosk"
)

// kioskKept is how long a browser keeps that it is a kiosk; the store ends it
// at the same time.
const kioskKept = 12 * time.Hour

// forPatients tells whether the address is of the pages for patients.
func forPatients(path string) bool { return under(path, "/s") || forOwn(path) }

// forOwn tells whether the address is of a patient's own pages.
func forOwn(path string) bool { return under(path, "/p") }

func under(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

// patient is who is behind the cookie of a patient's link; nobody before the
// PIN was given. A session that is over is nobody's, and its cookie taken back.
func (a *Auth) patient(c echo.Context) (identity.Actor, error) {
	token := a.PatientToken(c)
	if token == "" || a.links == nil {
		return identity.Actor{}, nil
	}
	x, err := a.links.Session(c.Request().Context(), token)
	if fault.Is(err, fault.Login) {
		c.SetCookie(gone(patientCookie))
		return identity.Actor{}, nil
	}
	if err != nil || !x.Open || forOwn(c.Request().URL.Path) != (x.Link.Kind == links.OwnPages) {
		return identity.Actor{}, err
	}
	actor := x.Actor()
	return actor, a.checkForm(c, actor)
}

// ForOwnAPI tells whether the address is of the part of the API in which
// patients see and steer what is done for them.
func ForOwnAPI(path string) bool { return under(path, "/api/v1/own") }

// patientOrUser is who is behind a token in the patients' part of the API: the
// session of a link to somebody's own record, and nobody before the PIN was
// given; or a user, who may do nothing there.
func (a *Auth) patientOrUser(ctx context.Context, token string) (identity.Actor, error) {
	if a.links != nil {
		x, err := a.links.Session(ctx, token)
		switch {
		case err == nil && x.Link.Kind == links.OwnPages:
			return x.Actor(), nil
		case err != nil && !fault.Is(err, fault.Login):
			return identity.Actor{}, err
		}
	}
	return a.verify(ctx, token)
}

// PatientToken is the token of the session that a patient's link has opened in
// this browser; empty when none has.
func (a *Auth) PatientToken(c echo.Context) string { return valueOf(c, patientCookie) }

// KeepPatient has the browser keep the session of a patient's link, in place
// of the one it had.
func (a *Auth) KeepPatient(c echo.Context, token string) error {
	if old := a.PatientToken(c); old != "" && old != token {
		if err := a.links.End(c.Request().Context(), old); err != nil {
			return err
		}
	}
	c.SetCookie(kept(patientCookie, token))
	return nil
}

// EndPatient ends the session of a patient's link and has the browser forget
// the pages it kept; on a kiosk, all that pages may have stored as well. On
// other devices a worker's visits may wait to be sent, which must stay.
func (a *Auth) EndPatient(c echo.Context) error {
	if token := a.PatientToken(c); token != "" {
		if err := a.links.End(c.Request().Context(), token); err != nil {
			return err
		}
		c.SetCookie(gone(patientCookie))
	}
	forget := `"cache"`
	if a.KioskToken(c) != "" {
		forget = `"cache", "storage"`
	}
	c.Response().Header().Set("Clear-Site-Data", forget)
	return nil
}

// KioskToken is the token of the kiosk that this device is; empty when it is none.
func (a *Auth) KioskToken(c echo.Context) string { return valueOf(c, kioskCookie) }

// KeepKiosk makes the browser that of a kiosk.
func (a *Auth) KeepKiosk(c echo.Context, token string) {
	k := kept(kioskCookie, token)
	k.MaxAge = int(kioskKept.Seconds())
	c.SetCookie(k)
}

// EndKiosk ends that the device is a kiosk; for one that is none it does nothing.
func (a *Auth) EndKiosk(c echo.Context) error {
	token := a.KioskToken(c)
	if token == "" || a.links == nil {
		return nil
	}
	c.SetCookie(gone(kioskCookie))
	return a.links.EndKiosk(c.Request().Context(), token)
}

func valueOf(c echo.Context, name string) string {
	cookie, err := c.Cookie(name)
	if err != nil {
		return ""
	}
	return cookie.Value
}

func kept(name, token string) *http.Cookie {
	k := cookie(token)
	k.Name = name
	return k
}

func gone(name string) *http.Cookie {
	k := kept(name, "")
	k.MaxAge = -1
	return k
}
