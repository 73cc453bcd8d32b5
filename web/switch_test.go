package web

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/identity"
)

func TestLanguageOfAPage(t *testing.T) {
	staff, patient := identity.CHW, identity.PatientRole
	tests := []struct {
		name                string
		role                identity.Role
		own, cookie, accept string
		want, dir           string
	}{
		{"nothing said", "", "", "", "", "en", "ltr"},
		{"by the browser", "", "", "", "ar-EG,ar;q=0.9,en;q=0.8", "ar", "rtl"},
		{"by the browser, its second wish", "", "", "", "nl,vi;q=0.8", "vi", "ltr"},
		{"by the browser, none there is", "", "", "", "nl,sv", "en", "ltr"},
		{"chosen here", "", "", "es", "ar", "es", "ltr"},
		{"what cannot be read is no wish", "", "", "%%", "zh-CN", "zh-Hans", "ltr"},
		{"the account counts before the browser", staff, "vi", "es", "ar", "vi", "ltr"},
		{"an account that never chose", staff, "", "es", "ar", "es", "ltr"},
		{"a language of the account that no page has", staff, "nl", "", "ar", "ar", "rtl"},
		{"a patient's choice counts before the record", patient, "vi", "es", "ar", "es", "ltr"},
		{"a patient's record counts before the browser", patient, "vi", "", "ar", "vi", "ltr"},
	}
	words, err := LoadWords()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("Accept-Language", tt.accept)
			if tt.cookie != "" {
				r.Header.Set("Cookie", "language="+tt.cookie)
			}
			actor := identity.Actor{Role: tt.role, Language: tt.own}
			l := words.For(sampleNow, sampleNow.Location(), wishes(echo.New().NewContext(r, nil), actor)...)
			if l.Language != tt.want || l.Dir != tt.dir {
				t.Errorf("language = %s %s, want %s %s", l.Language, l.Dir, tt.want, tt.dir)
			}
		})
	}
}

func TestSetLanguage(t *testing.T) {
	s := newSite(t)
	page := s.get("/signin?next=/patients")
	if got := page.header.Get("Content-Language"); got != "en" {
		t.Errorf("Content-Language = %q, want en", got)
	}
	if vary := strings.Join(page.header.Values("Vary"), ", "); !strings.Contains(vary, "Accept-Language") || !strings.Contains(vary, "Cookie") {
		t.Errorf("Vary = %q, want what chooses the language in it", vary)
	}
	page = s.send(page, "/language", "language", "ar")
	if page.path != "/signin?next=/patients" || !strings.Contains(page.body, `<html lang="ar" dir="rtl">`) {
		t.Errorf("after choosing Arabic: %s, want the same page in Arabic", page.path)
	}
	if got := page.header.Get("Content-Language"); got != "ar" {
		t.Errorf("Content-Language = %q, want ar", got)
	}
	for _, c := range languageChoices("ar") {
		if marked := strings.Contains(page.body, `lang="`+c.Tag+`" dir="`+c.Dir+`" aria-current="true">`+c.Name+`<`); marked != c.Current {
			t.Errorf("%s is marked as the present language: %v, want %v", c.Name, marked, c.Current)
		}
	}
	if c := s.cookies[languageCookie]; c == nil || !c.Secure || c.MaxAge > 400*24*3600 {
		t.Errorf("cookie = %v, want a secure one of at most 400 days", c)
	}
	for _, back := range []string{"https://evil.example/", "//evil.example/", ""} {
		if v := s.send(page, "/language", "language", "es", "back", back); v.path != "/" {
			t.Errorf("with back %q it leads to %q, want our start page", back, v.path)
		}
	}
}

func TestSetLanguageIsKeptWithTheAccount(t *testing.T) {
	s := newSite(t)
	s.signIn()
	if v := s.send(s.get("/patients"), "/language", "language", "vi"); v.path != "/patients" {
		t.Errorf("it leads to %q, want /patients again", v.path)
	}
	s.send(s.get("/patients"), "/language", "language", "tlh").shows(t, 400)
	u, err := s.h.Accounts.User(identity.With(t.Context(), identity.SystemActor("test")), s.actor.ID)
	if err != nil || u.Language != "vi" {
		t.Errorf("language of the account = %q, %v, want vi", u.Language, err)
	}
}

func TestLanguagesOfferedHaveNames(t *testing.T) {
	var names []string
	for _, c := range languageChoices("en") {
		names = append(names, c.Name)
	}
	if want := []string{"English", "Español", "Tiếng Việt", "简体中文", "العربية"}; !slices.Equal(names, want) {
		t.Errorf("languages = %v, want %v", names, want)
	}
}
