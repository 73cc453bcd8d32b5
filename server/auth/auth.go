// Package auth is how people and apps sign in over HTTP: an opaque session
// cookie for pages, short access tokens and rotating refresh tokens for the
// API. Who they are and whether they still may is asked of package accounts at
// every request, so that both end within 5 seconds of being ended.
package auth

import (
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/golang-jwt/jwt/v5"
	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
)

// Options are what an Auth needs besides the accounts.
type Options struct {
	// Key signs access tokens and form tokens; at least 32 bytes. With another
	// key access tokens end, and apps refresh them; sessions go on.
	Key []byte
	// Now is the clock.
	Now clock.Now
	// Links knows who is behind the session of a patient's link, and which
	// devices are kiosks; without it nobody is, and none.
	Links *links.Service
	// BaseURL is where browsers reach the server, for example
	// "https://havenloop.example.org": issuer and audience of access tokens,
	// and the origin from which writes are taken.
	BaseURL string
}

// Auth signs people in and out and finds out who asks.
type Auth struct {
	accounts *accounts.Service
	links    *links.Service
	now      clock.Now
	baseURL  string
	jwtKey   []byte
	formKey  []byte
	parser   *jwt.Parser
	origin   *http.CrossOriginProtection
}

// minKey is the least length of Options.Key: that of the hash (RFC 7518, 3.2).
const minKey = 32

// New makes an Auth over the accounts.
func New(s *accounts.Service, o Options) (*Auth, error) {
	if len(o.Key) < minKey {
		return nil, fmt.Errorf("auth: the key needs at least %d bytes", minKey)
	}
	base := strings.TrimSuffix(o.BaseURL, "/")
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, errors.New("auth: the base URL must begin with https:// or http:// and name a host")
	}
	a := &Auth{accounts: s, links: o.Links, now: o.Now, baseURL: base, origin: http.NewCrossOriginProtection()}
	if err := a.origin.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	for name, key := range map[string]*[]byte{"access token": &a.jwtKey, "form token": &a.formKey} {
		if *key, err = hkdf.Key(sha256.New, o.Key, nil, "havenloop "+name, sha256.Size); err != nil {
			return nil, fmt.Errorf("auth: derive key: %w", err)
		}
	}
	a.parser = jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithIssuer(base), jwt.WithAudience(base), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
		jwt.WithStrictDecoding(), jwt.WithTimeFunc(o.Now),
	)
	return a, nil
}

// Authenticate is the middleware that finds out who asks and puts them into
// the request's context: by the access token in "Authorization: Bearer", else
// by the session cookie, else nobody; on the pages for patients by the cookie
// of a patient's link alone, which is looked at nowhere else, and in their part
// of the API by the token of such a session. A bad token is refused; a session
// that is over is nobody's, and its cookie is taken back.
//
// A request that changes something must come from our own pages, unless it
// carries an access token, which no browser adds by itself. Browsers that send
// Sec-Fetch-Site or Origin say so; of others, under a session, the token of
// FormToken is asked, in the header X-Form-Token or the form field _token.
func (a *Auth) Authenticate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		actor, err := a.actor(c)
		if err != nil {
			return err
		}
		r := c.Request()
		c.SetRequest(r.WithContext(identity.With(r.Context(), actor)))
		return next(c)
	}
}

var errOrigin = fault.New(fault.Forbidden, "This request came from another website. Open the page here and try again.")

func (a *Auth) actor(c echo.Context) (identity.Actor, error) {
	r := c.Request()
	if scheme, token, ok := strings.Cut(r.Header.Get(echo.HeaderAuthorization), " "); ok && strings.EqualFold(scheme, "Bearer") {
		if ForOwnAPI(r.URL.Path) {
			return a.patientOrUser(r.Context(), strings.TrimSpace(token))
		}
		return a.verify(r.Context(), strings.TrimSpace(token))
	}
	if ForOwnAPI(r.URL.Path) {
		return identity.Actor{}, nil // by a token alone: no cookie counts, so no other website can act
	}
	if err := a.origin.Check(r); err != nil {
		return identity.Actor{}, errOrigin
	}
	if forPatients(r.URL.Path) {
		return a.patient(c)
	}
	if forGuests(r.URL.Path) {
		return a.guest(c)
	}
	cookie, err := c.Cookie(cookieName)
	if err != nil || cookie.Value == "" {
		return identity.Actor{}, nil
	}
	actor, err := a.accounts.Session(r.Context(), cookie.Value)
	if fault.Is(err, fault.Login) {
		clearCookie(c)
		return identity.Actor{}, nil
	}
	if err != nil {
		return identity.Actor{}, err
	}
	return actor, a.checkForm(c, actor)
}

// Address is the network address that asks, as accounts.Authenticate wants it.
// Behind a proxy it is right only when Echo.IPExtractor says whom to trust;
// without one, headers are not believed.
func Address(c echo.Context) string {
	if c.Echo().IPExtractor != nil {
		return c.RealIP()
	}
	return echo.ExtractIPDirect()(c.Request())
}
