package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// cookieName names the session cookie. The prefix binds it to this host, TLS
// and the whole site (RFC 6265bis, 4.1.3.2); browsers take localhost for safe.
const cookieName = "__Host-havenloop"

// Names under which a form token is sent.
const (
	FormTokenHeader = "X-Form-Token"
	FormTokenField  = "_token"
)

// SignIn begins a session of the actor, who proved who they are, and sets its
// cookie. A session the browser had before is ended, and with it that the
// device was a kiosk.
func (a *Auth) SignIn(c echo.Context, actor identity.Actor) error {
	ctx := c.Request().Context()
	if old, err := c.Cookie(cookieName); err == nil {
		if err := a.accounts.EndSession(ctx, old.Value); err != nil {
			return err
		}
	}
	token, err := a.accounts.StartSession(ctx, actor.ID)
	if err != nil {
		return err
	}
	c.SetCookie(cookie(token))
	return a.EndKiosk(c)
}

// SignOut ends the browser's session, takes its cookie back and has the
// browser forget the pages it kept. What waits on the device to be sent stays.
func (a *Auth) SignOut(c echo.Context) error {
	if old, err := c.Cookie(cookieName); err == nil {
		if err := a.accounts.EndSession(c.Request().Context(), old.Value); err != nil {
			return err
		}
	}
	clearCookie(c)
	c.Response().Header().Set("Clear-Site-Data", `"cache"`)
	return nil
}

// cookie has no expiry: the browser drops it when it closes, the store ends it
// before.
func cookie(token string) *http.Cookie {
	return &http.Cookie{
		Name: cookieName, Value: token, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

func clearCookie(c echo.Context) { c.SetCookie(gone(cookieName)) }

// FormToken is the token that forms of the session's pages carry in the field
// _token; empty when nobody has a session. It is good as long as the session.
func (a *Auth) FormToken(c echo.Context) string {
	return a.formToken(identity.From(c.Request().Context()))
}

func (a *Auth) formToken(actor identity.Actor) string {
	if actor.SessionID == "" {
		return ""
	}
	mac := hmac.New(sha256.New, a.formKey)
	mac.Write([]byte(actor.SessionID))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// checkForm refuses a change under a session when the browser does not say
// where it comes from and the form token is missing or wrong.
func (a *Auth) checkForm(c echo.Context, actor identity.Actor) error {
	r := c.Request()
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	if r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get(echo.HeaderOrigin) != "" {
		return nil // Authenticate has looked at it
	}
	given := r.Header.Get(FormTokenHeader)
	if given == "" && isForm(r) {
		given = c.FormValue(FormTokenField)
	}
	if !hmac.Equal([]byte(given), []byte(a.formToken(actor))) {
		return fault.New(fault.Forbidden, "This form is too old. Load the page again and repeat your change.")
	}
	return nil
}

func isForm(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	return err == nil && (media == echo.MIMEApplicationForm || media == echo.MIMEMultipartForm)
}
