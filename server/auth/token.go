package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

const (
	// accessTimeout is how long an access token is good. While it is, its
	// family is asked about too.
	accessTimeout = 15 * time.Minute
	// tokenType marks access tokens (RFC 9068, 2.1), so that no other token of
	// ours can stand in for one.
	tokenType = "at+jwt"
)

// claims are what an access token says. Role and organization are not among
// them: they are read anew at each request.
type claims struct {
	jwt.RegisteredClaims
	// SessionID is the family of refresh tokens (OpenID Connect, "sid").
	SessionID string `json:"sid"`
}

var errToken = fault.New(fault.Login, "The access token is wrong or too old. Refresh it or sign in again.")

// accessToken makes an access token of the actor's token family.
func (a *Auth) accessToken(actor identity.Actor) (string, error) {
	now := a.now()
	t := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: a.baseURL, Audience: jwt.ClaimStrings{a.baseURL}, Subject: actor.ID, ID: uuid.NewString(),
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(accessTimeout)),
		},
		SessionID: actor.SessionID,
	})
	t.Header["typ"] = tokenType
	signed, err := t.SignedString(a.jwtKey)
	if err != nil {
		return "", fmt.Errorf("sign access token: %w", err)
	}
	return signed, nil
}

// verify tells whose access token it is, as they are now.
func (a *Auth) verify(ctx context.Context, token string) (identity.Actor, error) {
	var said claims
	t, err := a.parser.ParseWithClaims(token, &said, func(*jwt.Token) (any, error) { return a.jwtKey, nil })
	if err != nil || t.Header["typ"] != tokenType || said.SessionID == "" {
		return identity.Actor{}, errToken
	}
	actor, err := a.accounts.Tokens(ctx, said.SessionID)
	if err != nil {
		return identity.Actor{}, err
	}
	if actor.ID != said.Subject {
		return identity.Actor{}, errToken
	}
	return actor, nil
}
