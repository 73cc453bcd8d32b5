package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
)

const (
	baseURL  = "https://havenloop.example"
	password = "four plain words here"
)

var (
	cheap    = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	statuses = map[fault.Kind]int{
		fault.Invalid: 400, fault.Login: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.TooLong: 413, fault.Throttled: 429,
	}
)

// site is a small server: the handlers of the API, and pages that sign in and
// out and change something.
type site struct {
	*echo.Echo
	auth     *Auth
	accounts *accounts.Service
	clock    *clock.Fake
	admin    identity.Actor
	links    *links.Service
}

func newSite(t *testing.T) *site {
	t.Helper()
	engine, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	s := &site{Echo: echo.New(), clock: clock.NewFake(time.Date(2026, 11, 16, 17, 0, 0, 0, time.UTC))}
	s.admin = identity.SystemActor("test")
	ctx := identity.With(t.Context(), s.admin)
	if s.accounts, err = accounts.New(ctx, engine, accounts.Options{Now: s.clock.Now, Params: cheap}); err != nil {
		t.Fatal(err)
	}
	clinic := accounts.Organization{Meta: docstore.Meta{ID: "clinic"}, Name: "Clinic", Kind: accounts.Care, TimeZone: "UTC"}
	if _, err := s.accounts.PutOrganization(ctx, clinic); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"ana", "ben"} {
		n := accounts.NewUser{Email: id + "@clinic.example", Name: strings.ToUpper(id[:1]) + id[1:], Password: password, OrganizationID: "clinic", Role: identity.CHW}
		if _, err := s.accounts.CreateUser(docstore.WithID(ctx, id), n); err != nil {
			t.Fatal(err)
		}
	}
	if s.links, err = links.New(ctx, engine, links.Options{Now: s.clock.Now, Key: []byte(strings.Repeat("k", 32)), PINCost: cheap}); err != nil {
		t.Fatal(err)
	}
	if s.auth, err = New(s.accounts, Options{Key: []byte(strings.Repeat("k", 32)), Now: s.clock.Now, Links: s.links, BaseURL: baseURL}); err != nil {
		t.Fatal(err)
	}
	s.Use(s.auth.Authenticate)
	s.POST("/api/v1/auth/login", s.auth.Login)
	s.POST("/api/v1/auth/refresh", s.auth.Refresh)
	s.POST("/api/v1/auth/logout", s.auth.Logout)
	s.GET("/api/v1/me", s.auth.Me)
	s.POST("/sign-in", func(c echo.Context) error {
		_, actor, err := s.accounts.Authenticate(c.Request().Context(), c.FormValue("email"), c.FormValue("password"), Address(c))
		if err != nil {
			return err
		}
		return s.auth.SignIn(c, actor)
	})
	s.POST("/sign-out", s.auth.SignOut)
	s.GET("/form", func(c echo.Context) error { return c.String(http.StatusOK, s.auth.FormToken(c)) })
	s.POST("/change", func(c echo.Context) error {
		actor, err := identity.Require(c.Request().Context(), identity.SignedIn)
		if err != nil {
			return err
		}
		return c.String(http.StatusOK, actor.ID+" wrote "+c.FormValue("text"))
	})
	s.HTTPErrorHandler = func(err error, c echo.Context) {
		f, ok := errors.AsType[*fault.Error](err)
		if !ok {
			t.Errorf("%s: error %v is no fault", c.Path(), err)
			_ = c.NoContent(http.StatusInternalServerError)
			return
		}
		_ = c.String(statuses[f.Kind], f.Error())
	}
	return s
}

// send sends a request; header is "Name: value" lines.
func (s *site) send(method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, baseURL+path, strings.NewReader(body))
	r.RemoteAddr = "192.0.2.1:4000"
	r.Header.Set("Content-Type", "application/json")
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func (s *site) login(t *testing.T, id string) tokens {
	t.Helper()
	w := s.send("POST", "/api/v1/auth/login", fmt.Sprintf(`{"email":"%s@clinic.example","password":"%s"}`, id, password))
	var got tokens
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 {
		t.Fatalf("login = %d %s", w.Code, w.Body)
	}
	return got
}

func bearer(token string) string { return "Authorization: Bearer " + token }

func wantStatus(t *testing.T, what string, w *httptest.ResponseRecorder, want int) {
	t.Helper()
	if w.Code != want {
		t.Errorf("%s = %d %s, want %d", what, w.Code, w.Body, want)
	}
}

func TestLoginAndMe(t *testing.T) {
	s := newSite(t)
	w := s.send("POST", "/api/v1/auth/login", `{"email":"ana@clinic.example","password":"`+password+`"}`)
	wantStatus(t, "login", w, 200)
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got["expiresIn"] != 900.0 || len(got) != 3 || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("login = %d fields, expiresIn %v, Cache-Control %q, want 3, 900, no-store", len(got), got["expiresIn"], w.Header().Get("Cache-Control"))
	}
	w = s.send("GET", "/api/v1/me", "", bearer(got["accessToken"].(string)))
	want := `{"id":"ana","name":"Ana","role":"chw","organizationId":"clinic","organizationName":"Clinic"}`
	if diff := cmp.Diff(want, strings.TrimSpace(w.Body.String())); diff != "" || w.Code != 200 {
		t.Errorf("me = %d (-want +got):\n%s", w.Code, diff)
	}
	wantStatus(t, "me without a token", s.send("GET", "/api/v1/me", ""), 401)
}

func TestLoginRefuses(t *testing.T) {
	tests := []struct {
		name, body, header string
		want               int
	}{
		{"a wrong password", `{"email":"ana@clinic.example","password":"wrong"}`, "", 401},
		{"an unknown user", `{"email":"eve@clinic.example","password":"wrong"}`, "", 401},
		{"no password", `{"email":"ana@clinic.example"}`, "", 400},
		{"no email", `{"password":"x"}`, "", 400},
		{"an unknown field", `{"email":"a@b.example","password":"x","role":"network-admin"}`, "", 400},
		{"two objects", `{"email":"a@b.example","password":"x"}{}`, "", 400},
		{"no JSON", `email=a`, "", 400},
		{"a list", `[]`, "", 400},
		{"a form", `email=a`, "Content-Type: application/x-www-form-urlencoded", 400},
		{"no content type", `{"email":"a@b.example","password":"x"}`, "Content-Type: ", 400},
		{"too much", `{"email":"` + strings.Repeat("a", maxBody) + `"}`, "", 413},
		{"from another website", `{"email":"ana@clinic.example","password":"` + password + `"}`, "Sec-Fetch-Site: cross-site", 403},
	}
	s := newSite(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := s.send("POST", "/api/v1/auth/login", tt.body, tt.header)
			wantStatus(t, "login", w, tt.want)
			if strings.Contains(w.Body.String(), password) {
				t.Error("the answer repeats the password")
			}
		})
	}
}

func TestLoginIsThrottledWhateverTheProxyHeadersSay(t *testing.T) {
	s := newSite(t)
	got := 0
	for i := range 10 {
		got = s.send("POST", "/api/v1/auth/login", `{"email":"ana@clinic.example","password":"wrong"}`, fmt.Sprintf("X-Forwarded-For: 203.0.113.%d", i)).Code
	}
	if got != 429 {
		t.Errorf("the tenth wrong login = %d, want 429", got)
	}
}

func TestRefresh(t *testing.T) {
	s := newSite(t)
	first := s.login(t, "ana")
	body := `{"refreshToken":"` + first.RefreshToken + `"}`
	answers := make([]tokens, 4)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() { _ = json.Unmarshal(s.send("POST", "/api/v1/auth/refresh", body).Body.Bytes(), &answers[i]) })
	}
	wg.Wait()
	for i, a := range answers {
		if a.RefreshToken == "" || a.RefreshToken != answers[0].RefreshToken {
			t.Errorf("tab %d got another refresh token, want one for all", i)
		}
		wantStatus(t, "me with the new token", s.send("GET", "/api/v1/me", "", bearer(a.AccessToken)), 200)
	}
	s.clock.Add(31 * time.Second)
	wantStatus(t, "refresh with the first token, later", s.send("POST", "/api/v1/auth/refresh", body), 401)
	wantStatus(t, "me after reuse", s.send("GET", "/api/v1/me", "", bearer(answers[0].AccessToken)), 401)
	wantStatus(t, "refresh with nothing", s.send("POST", "/api/v1/auth/refresh", `{}`), 401)
	wantStatus(t, "refresh with an unknown field", s.send("POST", "/api/v1/auth/refresh", `{"token":""}`), 400)
}

func TestLogout(t *testing.T) {
	s := newSite(t)
	for name, request := range map[string]func(tokens) *httptest.ResponseRecorder{
		"by refresh token": func(a tokens) *httptest.ResponseRecorder {
			return s.send("POST", "/api/v1/auth/logout", `{"refreshToken":"`+a.RefreshToken+`"}`)
		},
		"by access token": func(a tokens) *httptest.ResponseRecorder {
			return s.send("POST", "/api/v1/auth/logout", "", bearer(a.AccessToken))
		},
	} {
		a := s.login(t, "ana")
		wantStatus(t, "me", s.send("GET", "/api/v1/me", "", bearer(a.AccessToken)), 200)
		wantStatus(t, "logout "+name, request(a), 204)
		wantStatus(t, "me after logout "+name, s.send("GET", "/api/v1/me", "", bearer(a.AccessToken)), 401)
		wantStatus(t, "refresh after logout "+name, s.send("POST", "/api/v1/auth/refresh", `{"refreshToken":"`+a.RefreshToken+`"}`), 401)
	}
	wantStatus(t, "logout with an unknown field", s.send("POST", "/api/v1/auth/logout", `{"all":true}`), 400)
}

func TestAccessTokenEndsWithTheUser(t *testing.T) {
	s := newSite(t)
	a := s.login(t, "ana")
	wantStatus(t, "me", s.send("GET", "/api/v1/me", "", bearer(a.AccessToken)), 200)
	if _, err := s.accounts.Disable(identity.With(t.Context(), s.admin), "ana", true); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, "me when disabled", s.send("GET", "/api/v1/me", "", bearer(a.AccessToken)), 401)
}

func TestAccessTokenIsRefused(t *testing.T) {
	s := newSite(t)
	family := func(id string) string {
		_, f, err := s.accounts.StartTokens(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	sid, now := family("ana"), s.clock.Now()
	good := func() jwt.MapClaims {
		return jwt.MapClaims{"iss": baseURL, "aud": baseURL, "sub": "ana", "sid": sid, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}
	}
	sign := func(c jwt.MapClaims, m jwt.SigningMethod, key any, typ string) string {
		token := jwt.NewWithClaims(m, c)
		token.Header["typ"] = typ
		signed, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	with := func(name string, value any) string {
		c := good()
		if c[name] = value; value == nil {
			delete(c, name)
		}
		return sign(c, jwt.SigningMethodHS256, s.auth.jwtKey, tokenType)
	}
	tests := []struct {
		name, token string
		want        int
	}{
		{"a good one", with("x", 1), 200},
		{"no expiry", with("exp", nil), 401},
		{"expired", with("exp", now.Unix()), 401},
		{"issued in the future", with("iat", now.Add(time.Minute).Unix()), 401},
		{"another issuer", with("iss", "https://other.example"), 401},
		{"another audience", with("aud", "https://other.example"), 401},
		{"no audience", with("aud", nil), 401},
		{"no session", with("sid", nil), 401},
		{"a session that is not", with("sid", "made-up"), 401},
		{"the session of somebody else", with("sid", family("ben")), 401},
		{"another key", sign(good(), jwt.SigningMethodHS256, []byte(strings.Repeat("x", 32)), tokenType), 401},
		{"the form key", sign(good(), jwt.SigningMethodHS256, s.auth.formKey, tokenType), 401},
		{"another algorithm", sign(good(), jwt.SigningMethodHS512, s.auth.jwtKey, tokenType), 401},
		{"no algorithm", sign(good(), jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, tokenType), 401},
		{"another type", sign(good(), jwt.SigningMethodHS256, s.auth.jwtKey, "JWT"), 401},
		{"no token", "", 401},
		{"no JWT", "abc", 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantStatus(t, "me", s.send("GET", "/api/v1/me", "", bearer(tt.token)), tt.want)
		})
	}
}

func TestNewRefusesBadSettings(t *testing.T) {
	key := []byte(strings.Repeat("k", 32))
	for name, o := range map[string]Options{
		"a short key": {Key: key[:31], BaseURL: baseURL}, "no address": {Key: key}, "another scheme": {Key: key, BaseURL: "ftp://x.example"}, "no host": {Key: key, BaseURL: "https://"},
	} {
		if _, err := New(nil, o); err == nil || strings.Contains(err.Error(), "kkkk") {
			t.Errorf("New with %s = %v, want an error without the key", name, err)
		}
	}
}
