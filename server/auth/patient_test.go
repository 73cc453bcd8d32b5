package auth

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/links"
)

// visitor is a patient who entered a code, on a site with pages for patients.
func visitor(t *testing.T, s *site) (cookie string, l links.Link) {
	t.Helper()
	s.GET("/s/who", func(c echo.Context) error {
		a := identity.From(c.Request().Context())
		return c.String(http.StatusOK, string(a.Role)+" "+a.PatientID+" "+a.DraftID)
	})
	s.POST("/s/who", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) })
	s.GET("/s/form", func(c echo.Context) error { return c.String(http.StatusOK, s.auth.FormToken(c)) })
	s.POST("/s", func(c echo.Context) error { return s.auth.KeepPatient(c, c.FormValue("token")) })
	s.POST("/s/leave", func(c echo.Context) error { return s.auth.EndPatient(c) })
	s.POST("/kiosk", func(c echo.Context) error { s.auth.KeepKiosk(c, c.FormValue("token")); return nil })
	l, err := s.links.Make(t.Context(), links.NewLink{Kind: links.SelfScreening, PatientID: "p1", OrganizationID: "clinic", Proof: links.ByPIN, PIN: "2749"})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := s.links.Enter(t.Context(), s.links.Code(l), "192.0.2.1", nil)
	if err != nil {
		t.Fatal(err)
	}
	w := s.send("GET", "/s/who", "", "Cookie: "+patientCookie+"="+token)
	if got := w.Body.String(); got != "  " {
		t.Errorf("before the PIN the request is that of %q, want nobody", got)
	}
	if token, _, err = s.links.Unlock(t.Context(), token, "2749"); err != nil {
		t.Fatal(err)
	}
	return "Cookie: " + patientCookie + "=" + token, l
}

// set finds a cookie that the answer sets.
func set(t *testing.T, w *httptest.ResponseRecorder, name string) *http.Cookie {
	t.Helper()
	for _, c := range w.Result().Cookies() {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no cookie %s in %v", name, w.Header())
	return nil
}

func TestPatientCookieCountsOnThePagesForPatientsAlone(t *testing.T) {
	s := newSite(t)
	cookie, l := visitor(t, s)
	if got := s.send("GET", "/s/who", "", cookie).Body.String(); got != "patient p1 "+l.Subject {
		t.Errorf("the request is that of %q, want the patient and their draft", got)
	}
	wantStatus(t, "me with a patient's cookie", s.send("GET", "/api/v1/me", "", cookie), 401)
	wantStatus(t, "a change elsewhere", s.send("POST", "/change", "text=x", cookie, form), 401)
	if got := s.send("GET", "/s/who", "", s.signIn(t)).Body.String(); got != "  " {
		t.Errorf("a worker on the pages for patients is %q, want nobody", got)
	}

	wantStatus(t, "a form without its token", s.send("POST", "/s/who", "", cookie, form), 403)
	token := s.send("GET", "/s/form", "", cookie).Body.String()
	wantStatus(t, "a form with its token", s.send("POST", "/s/who", "_token="+token, cookie, form), 204)
	wantStatus(t, "a form from another website", s.send("POST", "/s/who", "", cookie, form, "Sec-Fetch-Site: cross-site"), 403)

	if _, err := s.links.Withdraw(t.Context(), l.ID); err != nil {
		t.Fatal(err)
	}
	w := s.send("GET", "/s/who", "", cookie)
	if got := w.Body.String(); got != "  " || set(t, w, patientCookie).MaxAge >= 0 {
		t.Errorf("after the link was withdrawn the request is that of %q and the cookie stays, want nobody and it taken back", got)
	}
}

func TestPatientCookieIsStrictAndEnds(t *testing.T) {
	s := newSite(t)
	cookie, _ := visitor(t, s)
	c := set(t, s.send("POST", "/s", "token=abc", form), patientCookie)
	if c.Name != "__Host-havenloop-patient" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 0 {
		t.Errorf("cookie = %+v, want __Host-, Secure, HttpOnly, SameSite=Lax and Path=/", c)
	}
	w := s.send("POST", "/s/leave", "", cookie, "Sec-Fetch-Site: same-origin")
	if got := w.Header().Get("Clear-Site-Data"); got != `"cache"` || set(t, w, patientCookie).MaxAge >= 0 {
		t.Errorf("leaving: Clear-Site-Data = %s, want the cache and the cookie taken back", got)
	}
	if got := s.send("GET", "/s/who", "", cookie).Body.String(); got != "  " {
		t.Errorf("after leaving the request is that of %q, want nobody", got)
	}

	kiosk := set(t, s.send("POST", "/kiosk", "token=k1", form), kioskCookie)
	if kiosk.Name != "__Host-havenloop-kiosk" || kiosk.MaxAge != 12*60*60 || !kiosk.HttpOnly || !kiosk.Secure {
		t.Errorf("kiosk cookie = %+v, want it for 12 hours", kiosk)
	}
	w = s.send("POST", "/s/leave", "", "Cookie: "+kioskCookie+"=k1", "Sec-Fetch-Site: same-origin")
	if got := w.Header().Get("Clear-Site-Data"); got != `"cache", "storage"` {
		t.Errorf("leaving a kiosk: Clear-Site-Data = %s, want cache and storage", got)
	}
	w = s.send("POST", "/sign-in", "email=ana%40clinic.example&password=four+plain+words+here", form, "Cookie: "+kioskCookie+"=k1")
	if set(t, w, kioskCookie).MaxAge >= 0 {
		t.Error("signing in leaves the device a kiosk")
	}
}
