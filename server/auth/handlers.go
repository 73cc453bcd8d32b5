package auth

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// tokens is the answer to a sign-in through the API.
type tokens struct {
	AccessToken  string `json:"accessToken"`
	ExpiresIn    int    `json:"expiresIn"` // seconds
	RefreshToken string `json:"refreshToken"`
}

type loginRequest struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

type refreshRequest struct {
	RefreshToken string `json:"refreshToken"`
}

// Login handles POST /api/v1/auth/login.
func (a *Auth) Login(c echo.Context) error {
	var in loginRequest
	if err := bind(c, &in); err != nil {
		return err
	}
	var wrong fault.Fields
	wrong.Check(in.Email != "", "email", "Give the email address.")
	wrong.Check(in.Password != "", "password", "Give the password.")
	if err := wrong.Err(); err != nil {
		return err
	}
	ctx := c.Request().Context()
	user, actor, err := a.accounts.Authenticate(ctx, in.Email, in.Password, Address(c))
	if err != nil {
		return err
	}
	refresh, family, err := a.accounts.StartTokens(ctx, user.ID)
	if err != nil {
		return err
	}
	actor.SessionID = family
	return a.answer(c, actor, refresh)
}

// Refresh handles POST /api/v1/auth/refresh.
func (a *Auth) Refresh(c echo.Context) error {
	var in refreshRequest
	if err := bind(c, &in); err != nil {
		return err
	}
	actor, next, err := a.accounts.Refresh(c.Request().Context(), in.RefreshToken)
	if err != nil {
		return err
	}
	return a.answer(c, actor, next)
}

func (a *Auth) answer(c echo.Context, actor identity.Actor, refresh string) error {
	access, err := a.accessToken(actor)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store") // RFC 6749, 5.1
	return c.JSON(http.StatusOK, tokens{access, int(accessTimeout / time.Second), refresh})
}

// Logout handles POST /api/v1/auth/logout: it ends the tokens that the body's
// refreshToken or the access token belongs to, and the session of the cookie.
// What is over already is no error.
func (a *Auth) Logout(c echo.Context) error {
	var in refreshRequest
	if c.Request().ContentLength != 0 {
		if err := bind(c, &in); err != nil {
			return err
		}
	}
	ctx := c.Request().Context()
	if err := a.accounts.EndTokens(ctx, in.RefreshToken); err != nil {
		return err
	}
	if err := a.accounts.EndTokens(ctx, identity.From(ctx).SessionID); err != nil {
		return err
	}
	if _, err := c.Cookie(cookieName); err == nil {
		if err := a.SignOut(c); err != nil {
			return err
		}
	}
	return c.NoContent(http.StatusNoContent)
}

// me is the answer to GET /api/v1/me.
type me struct {
	ID               string        `json:"id"`
	Name             string        `json:"name"`
	Role             identity.Role `json:"role"`
	OrganizationID   string        `json:"organizationId"`
	OrganizationName string        `json:"organizationName"`
}

// Me handles GET /api/v1/me: who is signed in.
func (a *Auth) Me(c echo.Context) error {
	ctx := c.Request().Context()
	actor, err := identity.Require(ctx, identity.SignedIn)
	if err != nil {
		return err
	}
	org, err := a.accounts.Organization(ctx, actor.OrganizationID)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, me{actor.ID, actor.Name, actor.Role, actor.OrganizationID, org.Name})
}

// maxBody is the most bytes of a sign-in request.
const maxBody = 16 << 10

// bind reads the body, one JSON object without unknown fields, into in.
func bind(c echo.Context, in any) error {
	r := c.Request()
	if media, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType)); err != nil || media != echo.MIMEApplicationJSON {
		return fault.New(fault.Invalid, "Send JSON with the header Content-Type: application/json.")
	}
	d := json.NewDecoder(http.MaxBytesReader(c.Response(), r.Body, maxBody))
	d.DisallowUnknownFields()
	err := d.Decode(in)
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return fault.New(fault.TooLong, "The request is larger than accepted.")
	}
	if err != nil || !errors.Is(d.Decode(&struct{}{}), io.EOF) {
		return fault.New(fault.Invalid, "The body must be one JSON object with the fields that this address takes, and no others.")
	}
	return nil
}
