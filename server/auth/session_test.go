package auth

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/havenloop/havenloop/internal/identity"
)

const form = "Content-Type: application/x-www-form-urlencoded"

// signIn signs in on the page and answers the Cookie header to send.
func (s *site) signIn(t *testing.T, header ...string) string {
	t.Helper()
	w := s.send("POST", "/sign-in", "email=ana%40clinic.example&password="+strings.ReplaceAll(password, " ", "+"), append(header, form)...)
	wantStatus(t, "sign-in", w, 200)
	return "Cookie: " + sessionCookie(t, w).Name + "=" + sessionCookie(t, w).Value
}

func sessionCookie(t *testing.T, w *httptest.ResponseRecorder) *http.Cookie {
	t.Helper()
	for _, c := range w.Result().Cookies() {
		if c.Name == cookieName {
			return c
		}
	}
	t.Fatalf("no cookie %s in %v", cookieName, w.Header())
	return nil
}

func TestSessionCookie(t *testing.T) {
	s := newSite(t)
	w := s.send("POST", "/sign-in", "email=ana%40clinic.example&password=four+plain+words+here", form)
	c := sessionCookie(t, w)
	if c.Name != "__Host-havenloop" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 0 {
		t.Errorf("cookie = %v, want __Host-, Secure, HttpOnly, SameSite=Lax, Path=/ and no Domain", w.Header().Get("Set-Cookie"))
	}
	wantStatus(t, "me with the cookie", s.send("GET", "/api/v1/me", "", "Cookie: "+c.Name+"="+c.Value), 200)
}

func TestSessionEndsOnSignOut(t *testing.T) {
	s := newSite(t)
	cookie := s.signIn(t)
	w := s.send("POST", "/sign-out", "", cookie, "Sec-Fetch-Site: same-origin")
	wantStatus(t, "sign-out", w, 200)
	if c := sessionCookie(t, w); c.MaxAge >= 0 || c.Value != "" {
		t.Errorf("cookie after sign-out = %v, want it taken back", c)
	}
	if got := w.Header().Get("Clear-Site-Data"); got != `"cache"` {
		t.Errorf("Clear-Site-Data = %s, want \"cache\"", got)
	}
	w = s.send("GET", "/api/v1/me", "", cookie)
	wantStatus(t, "me after sign-out", w, 401)
	if c := sessionCookie(t, w); c.MaxAge >= 0 {
		t.Errorf("cookie = %v, want one that is over taken back", c)
	}
}

func TestSessionEndsByLogoutDisableAndIdleness(t *testing.T) {
	for name, end := range map[string]func(*site, string){
		"logout": func(s *site, cookie string) {
			wantStatus(t, "logout", s.send("POST", "/api/v1/auth/logout", "", cookie, "Sec-Fetch-Site: same-origin"), 204)
		},
		"disable": func(s *site, _ string) {
			if _, err := s.accounts.Disable(identity.With(t.Context(), s.admin), "ana", true); err != nil {
				t.Fatal(err)
			}
		},
		"idle":        func(s *site, _ string) { s.clock.Add(30 * time.Minute) },
		"new sign-in": func(s *site, cookie string) { s.signIn(t, cookie, "Sec-Fetch-Site: same-origin") },
	} {
		s := newSite(t)
		cookie := s.signIn(t)
		wantStatus(t, "me before "+name, s.send("GET", "/api/v1/me", "", cookie), 200)
		end(s, cookie)
		wantStatus(t, "me after "+name, s.send("GET", "/api/v1/me", "", cookie), 401)
	}
}

func TestWritesMustComeFromOurPages(t *testing.T) {
	s := newSite(t)
	cookie := s.signIn(t)
	token := s.send("GET", "/form", "", cookie).Body.String()
	if token == "" || strings.Contains(cookie, token) {
		t.Fatalf("FormToken = %q, want one that does not tell the cookie", token)
	}
	other := s.signIn(t)
	foreign := s.send("GET", "/form", "", other).Body.String()
	access := s.login(t, "ana").AccessToken
	tests := []struct {
		name, body string
		header     []string
		want       int
	}{
		{"from our page", "text=x", []string{cookie, form, "Sec-Fetch-Site: same-origin"}, 200},
		{"from our page, by origin", "text=x", []string{cookie, form, "Origin: " + baseURL}, 200},
		{"from another website", "text=x", []string{cookie, form, "Sec-Fetch-Site: cross-site"}, 403},
		{"from another website, by origin", "text=x", []string{cookie, form, "Origin: https://evil.example"}, 403},
		{"from another website, with the token", "text=x&_token=" + token, []string{cookie, form, "Sec-Fetch-Site: cross-site"}, 403},
		{"from a sister site", "text=x", []string{cookie, form, "Sec-Fetch-Site: same-site"}, 403},
		{"an old browser, without the token", "text=x", []string{cookie, form}, 403},
		{"an old browser, with the token", "text=x&_token=" + token, []string{cookie, form}, 200},
		{"an old browser, with the token as header", `{}`, []string{cookie, FormTokenHeader + ": " + token}, 200},
		{"an old browser, with the token of another session", "text=x&_token=" + foreign, []string{cookie, form}, 403},
		{"an access token from another website", `{}`, []string{bearer(access), "Origin: https://app.example"}, 200},
		{"another authorization does not help", "text=x", []string{cookie, form, "Authorization: Basic eDp5", "Origin: https://evil.example"}, 403},
		{"nobody, from our page", "text=x", []string{form, "Sec-Fetch-Site: same-origin"}, 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantStatus(t, "change", s.send("POST", "/change", tt.body, tt.header...), tt.want)
		})
	}
}

func TestFormTokenOfNobodyIsEmpty(t *testing.T) {
	s := newSite(t)
	if got := s.send("GET", "/form", "").Body.String(); got != "" {
		t.Errorf("FormToken = %q, want none", got)
	}
}
