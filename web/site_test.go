package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/alexedwards/argon2id"
	"github.com/labstack/echo/v4"
	"golang.org/x/net/html"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/memory"
	"github.com/havenloop/havenloop/internal/accounts"
	"github.com/havenloop/havenloop/internal/audit"
	"github.com/havenloop/havenloop/internal/clock"
	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/docstore/sqlite"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/internal/network"
	"github.com/havenloop/havenloop/internal/notify"
	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/referrals"
	"github.com/havenloop/havenloop/referrals/figures"
	"github.com/havenloop/havenloop/referrals/joining"
	"github.com/havenloop/havenloop/referrals/visits"
	"github.com/havenloop/havenloop/screening"
)

// site serves the pages over real services and an engine in memory, to one
// person: actor.
type site struct {
	t     *testing.T
	echo  *echo.Echo
	actor identity.Actor
	clock *clock.Fake
	h     *Handlers

	engine docstore.Engine
	// drain delivers the events that wait; set by newCounty.
	drain func(context.Context) error
	// cookies are those the browser holds.
	cookies map[string]*http.Cookie
}

// sessionsOf signs people in by changing the site's actor.
type sessionsOf struct{ s *site }

func (x sessionsOf) SignIn(_ echo.Context, a identity.Actor) error { x.s.actor = a; return nil }

func (x sessionsOf) SignOut(echo.Context) error { x.s.actor = identity.Actor{}; return nil }

func (x sessionsOf) PatientToken(echo.Context) string { return "" }

func (x sessionsOf) KeepPatient(echo.Context, string) error { return nil }

func (x sessionsOf) EndPatient(echo.Context) error { return nil }

func (x sessionsOf) GuestToken(echo.Context) string { return "" }

func (x sessionsOf) KeepGuest(echo.Context, string) error { return nil }

func (x sessionsOf) EndGuest(echo.Context) error { return nil }

func (x sessionsOf) KioskToken(echo.Context) string { return "" }

func (x sessionsOf) KeepKiosk(echo.Context, string) {}

func (x sessionsOf) EndKiosk(echo.Context) error { return nil }

func (x sessionsOf) FormToken(echo.Context) string { return "token" }

const password = "harbor lantern seven meadows"

func newSite(t *testing.T) *site {
	t.Helper()
	ctx := t.Context()
	engine, err := sqlite.OpenMemory(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	s := &site{t: t, engine: engine, echo: echo.New(), clock: clock.NewFake(sampleNow), cookies: map[string]*http.Cookie{}}
	cheap := argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 16}
	people, err := accounts.New(ctx, engine, accounts.Options{Now: s.clock.Now, Params: cheap})
	if err != nil {
		t.Fatal(err)
	}
	var records *patients.Service // the trail asks for owners when all rooms are open
	trail, err := audit.New(ctx, engine, audit.Options{Now: s.clock.Now, Owner: func(ctx context.Context, id string) (string, error) {
		p, err := records.Open(ctx, id)
		return p.OrganizationID, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	records, err = patients.New(ctx, engine, patients.Options{Now: s.clock.Now, MatchKey: make([]byte, 32), Audit: trail})
	if err != nil {
		t.Fatal(err)
	}
	settings, err := network.New(ctx, engine, network.Options{Now: s.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	screens, err := screening.New(ctx, engine, screening.Options{Now: s.clock.Now, Patients: records, Network: settings})
	if err != nil {
		t.Fatal(err)
	}
	services, err := directory.New(ctx, engine, memory.New(), directory.Options{Now: s.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	notices, err := notify.New(ctx, engine, notify.Options{Now: s.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := referrals.New(ctx, engine, referrals.Options{
		Now: s.clock.Now, Patients: records, Needs: screens, Directory: services, Accounts: people, Notices: notices, Audit: trail,
	})
	if err != nil {
		t.Fatal(err)
	}
	joins, err := joining.New(ctx, engine, joining.Options{Now: s.clock.Now, Directory: services, Accounts: people, Notices: notices})
	if err != nil {
		t.Fatal(err)
	}
	brought, err := visits.New(ctx, engine, visits.Options{Now: s.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	counted, err := figures.New(ctx, engine, figures.Options{Now: s.clock.Now, Referrals: sent, Patients: records})
	if err != nil {
		t.Fatalf("open the figures: %v", err)
	}
	s.h, err = New(Services{Accounts: people, Patients: records, Screening: screens, Directory: services, Referrals: sent, Figures: counted, Notify: notices, Audit: trail, Network: settings, Visits: brought, Joining: joins},
		Options{Now: s.clock.Now, Sessions: sessionsOf{s}, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	system := identity.With(ctx, identity.SystemActor("test"))
	if _, err := people.PutOrganization(system, accounts.Organization{Name: "Ridgeline Community Health", Kind: accounts.Care, TimeZone: "America/Los_Angeles"}); err != nil {
		t.Fatal(err)
	}
	orgs, err := people.Organizations(system, accounts.Care)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := people.CreateUser(system, accounts.NewUser{
		Email: "rosa@example.org", Name: "Rosa Vega", Password: password,
		OrganizationID: orgs[0].ID, Role: identity.CHW,
	}); err != nil {
		t.Fatal(err)
	}
	s.routes()
	return s
}

func (s *site) routes() {
	e := s.echo
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.SetRequest(c.Request().WithContext(identity.With(c.Request().Context(), s.actor)))
			return next(c)
		}
	})
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		f, status := fault.New("exception", "Broken."), http.StatusInternalServerError
		if h, ok := errors.AsType[*echo.HTTPError](err); ok {
			f, status = fault.New(fault.NotFound, "Told."), h.Code
		}
		for kind, code := range map[fault.Kind]int{fault.Invalid: 400, fault.Login: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.Conflict: 409} {
			if fault.Is(err, kind) {
				f, status = fault.New(kind, "Told."), code
			}
		}
		if status == http.StatusInternalServerError {
			s.t.Errorf("%s %s: %v", c.Request().Method, c.Request().URL.Path, err)
		}
		s.h.ErrorPage(c, status, f)
	}
	e.GET("/", s.h.Home)
	e.GET("/static/*", s.h.Static)
	e.GET("/sw.js", s.h.ServiceWorker)
	e.GET("/manifest.webmanifest", s.h.Manifest)
	e.GET("/offline", s.h.OfflinePage)
	e.GET("/signin", s.h.SignInPage)
	e.POST("/signin", s.h.SignIn)
	e.POST("/signout", s.h.SignOut)
	e.POST("/language", s.h.SetLanguage)
	e.GET("/patients", s.h.PatientsPage)
	e.POST("/patients/search", s.h.SearchPatients)
	e.GET("/patients/new", s.h.NewPatient)
	e.POST("/patients/new", s.h.RegisterPatient)
	e.GET("/patients/:id", s.h.PatientPage)
	e.GET("/patients/:id/edit", s.h.EditPatient)
	e.POST("/patients/:id/edit", s.h.ChangePatient)
	e.GET("/patients/:id/screenings/new", s.h.NewScreening)
	e.POST("/patients/:id/screenings/new", s.h.StartScreening)
	e.GET("/screenings/drafts/:id/questions/:n", s.h.Question)
	e.POST("/screenings/drafts/:id/questions/:n", s.h.SaveAnswer)
	e.GET("/screenings/drafts/:id/review", s.h.Review)
	e.POST("/screenings/drafts/:id/review", s.h.CompleteScreening)
	e.GET("/screenings/:id", s.h.ScreeningPage)
	e.POST("/screenings/:id/needs", s.h.WantHelp)
}

// visit is an answer, after following redirects.
type visit struct {
	path   string
	status int
	body   string
	header http.Header
}

func (s *site) request(method, path string, form url.Values, header ...string) visit {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for _, c := range s.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	s.echo.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if s.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(s.cookies, c.Name)
		}
	}
	if to := w.Header().Get("Location"); w.Code == http.StatusSeeOther {
		return s.request(http.MethodGet, to, nil, header...)
	}
	return visit{path: path, status: w.Code, body: w.Body.String(), header: w.Header()}
}

func (s *site) get(path string) visit { s.t.Helper(); return s.request(http.MethodGet, path, nil) }

// send fills in the form of the page that posts to action, as a browser does:
// with all it carries, and the given names and values on top.
func (s *site) send(v visit, action string, values ...string) visit {
	s.t.Helper()
	form := url.Values{}
	for _, f := range elements(s.t, v.body)["form"] {
		if to, _ := attr(f, "action"); to == action {
			form = carried(f)
		}
	}
	if form.Get("_token") != "token" {
		s.t.Fatalf("%s has no form to %s with a token", v.path, action)
	}
	for i := 0; i+1 < len(values); i += 2 {
		form.Del(values[i])
	}
	for i := 0; i+1 < len(values); i += 2 {
		form.Add(values[i], values[i+1])
	}
	return s.request(http.MethodPost, action, form)
}

// mainForm is the first form of the page's main block.
func mainForm(t testing.TB, v visit) *html.Node {
	t.Helper()
	for n := range elements(t, v.body)["main"][0].Descendants() {
		if n.Data == "form" {
			return n
		}
	}
	t.Fatalf("%s has no form", v.path)
	return nil
}

// carried are the values that a form sends when nothing is changed in it.
func carried(form *html.Node) url.Values {
	out := url.Values{}
	for n := range form.Descendants() {
		name, _ := attr(n, "name")
		value, _ := attr(n, "value")
		kind, _ := attr(n, "type")
		_, checked := attr(n, "checked")
		switch {
		case n.Data == "input" && (checked || kind != "radio" && kind != "checkbox"):
			out.Add(name, value)
		case n.Data == "textarea":
			out.Add(name, text(n))
		case n.Data == "select":
			out.Add(name, chosen(n))
		}
	}
	return out
}

// chosen is the value of a select: the selected option's, else the first one's.
func chosen(list *html.Node) string {
	value, found := "", false
	for n := range list.Descendants() {
		if n.Data != "option" {
			continue
		}
		v, _ := attr(n, "value")
		if _, selected := attr(n, "selected"); selected {
			return v
		}
		if !found {
			value, found = v, true
		}
	}
	return value
}

// shows fails the test unless the answer has the status and all the words.
func (v visit) shows(t *testing.T, status int, words ...string) visit {
	t.Helper()
	if v.status != status {
		t.Fatalf("%s = %d, want %d\n%s", v.path, v.status, status, textOf(t, v.body))
	}
	said := textOf(t, v.body)
	for _, w := range words {
		if !strings.Contains(said, w) {
			t.Errorf("%s does not say %q:\n%s", v.path, w, said)
		}
	}
	return v
}

func textOf(t *testing.T, page string) string {
	t.Helper()
	return text(elements(t, page)["html"][0])
}

func (s *site) signIn() visit {
	s.t.Helper()
	return s.send(s.get("/signin?next=/patients"), "/signin", "email", "rosa@example.org", "password", password)
}
