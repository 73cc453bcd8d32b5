package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
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
func (x sessionsOf) SignOut(echo.Context) error                    { x.s.actor = identity.Actor{}; return nil }
func (x sessionsOf) PatientToken(echo.Context) string              { return "" }
func (x sessionsOf) KeepPatient(echo.Context, string) error        { return nil }
func (x sessionsOf) EndPatient(echo.Context) error                 { return nil }
func (x sessionsOf) KioskToken(echo.Context) string                { return "" }
func (x sessionsOf) KeepKiosk(echo.Context, string)                {}
func (x sessionsOf) EndKiosk(echo.Context) error                   { return nil }
func (x sessionsOf) FormToken(echo.Context) string                 { return "token" }

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
	records, err := patients.New(ctx, engine, patients.Options{Now: s.clock.Now, MatchKey: make([]byte, 32)})
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
	notices, err := notify.New(ctx, engine, notify.Options{Now: s.clock.Now, Address: nowhere})
	if err != nil {
		t.Fatal(err)
	}
	trail, err := audit.New(ctx, engine, audit.Options{Now: s.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := referrals.New(ctx, engine, referrals.Options{
		Now: s.clock.Now, Patients: records, Needs: screens, Directory: services, Accounts: people, Notices: notices, Audit: trail,
	})
	if err != nil {
		t.Fatal(err)
	}
	brought, err := visits.New(ctx, engine, visits.Options{Now: s.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	s.h, err = New(Services{Accounts: people, Patients: records, Screening: screens, Directory: services, Referrals: sent, Notify: notices, Audit: trail, Network: settings, Visits: brought},
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

// nowhere is where these people get messages.
func nowhere(context.Context, string, notify.Channel) (string, error) { return "", nil }

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

func TestSignIn(t *testing.T) {
	s := newSite(t)
	page := s.get("/signin?next=/patients").shows(t, 200, "Sign in")
	v := s.send(page, "/signin", "email", "rosa@example.org", "password", "wrong").shows(t, 401, "Error: Sign in", "There is a problem", "password is wrong")
	if strings.Contains(v.body, `value="wrong"`) || !strings.Contains(v.body, `value="rosa@example.org"`) {
		t.Error("a refused sign-in keeps the email address and forgets the password")
	}
	s.send(v, "/signin", "password", password).shows(t, 200, "Patients", "Rosa Vega", "Ridgeline Community Health")
	home := s.get("/").shows(t, 200, "Good morning, Rosa", "Monday, March 9")
	s.send(home, "/signout").shows(t, 200, "You are signed out.")
	s.get("/signin").shows(t, 200, "Sign in")
	s.get("/patients").shows(t, 401, "Please sign in")
}

func TestRegisterPatient(t *testing.T) {
	s := newSite(t)
	s.signIn()
	page := s.get("/patients/new").shows(t, 200, "Add a patient")
	v := s.send(page, "/patients/new", "givenName", "Maria", "birthDate-month", "4", "birthDate-day", "31", "birthDate-year", "1987").
		shows(t, 400, "There are 2 problems", "Give the last name.", "birth date")
	if !strings.Contains(v.body, `value="Maria"`) || !strings.Contains(v.body, `value="31"`) {
		t.Error("what was typed is not kept")
	}
	if strings.Contains(textOf(t, v.body), "for example 1987-04-30") {
		t.Error("the form asks for month, day and year apart but tells to write a date in one")
	}
	v = s.send(v, "/patients/new", "familyName", "Santos", "birthDate-day", "30", "phone", "415-555-2671", "contact.safeToText", "no").
		shows(t, 200, "Maria Santos", "38 years old", "(415) 555-2671", "OK to text No", "The person is registered.")
	first := v.path
	s.get(first).shows(t, 200, "No needs are known")

	again := s.send(s.get("/patients/new"), "/patients/new", "givenName", "Mary", "familyName", "Santos",
		"birthDate-month", "4", "birthDate-day", "30", "birthDate-year", "1987").
		shows(t, 409, "This may be the same person", "same last name", "same birth date")
	v = s.send(again, "/patients/new", "confirmNew", "yes").shows(t, 200, "Mary Santos")
	if v.path == first {
		t.Error("a different person was registered as the same")
	}
	if twice := s.send(again, "/patients/new", "confirmNew", "yes").shows(t, 200, "Mary Santos"); twice.path != v.path {
		t.Errorf("the same form sent twice made %s and %s", v.path, twice.path)
	}

	s.send(s.get("/patients"), "/patients/search", "name", "santos").shows(t, 200, "2 people found")
	s.send(s.get("/"), "/patients/search", "name", "Nobody").shows(t, 200, "Nobody was found")
	s.send(s.get("/patients"), "/patients/search").shows(t, 400, "Give a name")
	s.actor.OrganizationID = "another clinic"
	s.get(first).shows(t, 404, "Page not found")
}

func TestScreeningFlow(t *testing.T) {
	s := newSite(t)
	s.signIn()
	patient := s.send(s.get("/patients/new"), "/patients/new", "givenName", "Maria", "familyName", "Santos",
		"birthDate-month", "4", "birthDate-day", "30", "birthDate-year", "1987").path
	begin := s.get(patient+"/screenings/new").shows(t, 200, "Start a screening", "With Maria Santos")
	v := s.send(begin, patient+"/screenings/new", "instrument", "ahc-hrsn-core").shows(t, 200, "Question 1 of 10", "living situation")
	draft := strings.TrimSuffix(v.path, "/questions/1")
	s.send(v, v.path).shows(t, 400, "Error:", "Choose an answer")
	answers := []string{"LA31995-6", "LA31996-4", "LA28397-0", "absent:asked-unknown", "absent:asked-declined", "LA32-8"}
	for _, code := range answers {
		v = s.send(v, v.path, "answer", code).shows(t, 200)
	}
	v.shows(t, 200, "Question 7 of 10")
	s.get(draft+"/questions/99").shows(t, 404)
	s.get(patient).shows(t, 200, "A screening is under way", "Go on")

	review := s.get(draft+"/review").shows(t, 200, "Check the answers", "4 questions have no answer", "Pests", "Preferred not to answer", "Does not know")
	change := s.get(draft+"/questions/6?from=review").shows(t, 200, "Question 6 of 10")
	review = s.send(change, draft+"/questions/6", "answer", "LA33-6").shows(t, 200, "Check the answers")
	if review.path != draft+"/review" {
		t.Errorf("a change from the review leads to %s, want the review", review.path)
	}
	result := s.send(review, draft+"/review").shows(t, 200, "needs found", "Housing", "Urgent", "What to do now", "Not answered", "Would you like help")
	again := s.send(review, draft+"/review").shows(t, 200, "needs found")
	if again.path != result.path {
		t.Errorf("finishing twice made %s and %s", result.path, again.path)
	}
	for _, back := range []string{"/review", "/questions/10"} {
		if v := s.get(draft+back).shows(t, 200, "needs found"); v.path != result.path {
			t.Errorf("Back to %s leads to %s, want the result", back, v.path)
		}
	}

	fields := []string{}
	for name := range carried(mainForm(t, result)) {
		if id, ok := strings.CutPrefix(name, "version-"); ok && len(fields) == 0 {
			fields = append(fields, "wanted-"+id, "yes")
		}
	}
	none := s.send(result, result.path+"/needs").shows(t, 400, "There is a problem", "Choose yes or no for at least one need.", "Housing")
	if strings.Contains(none.body, "Saved.") {
		t.Error("a form on which nothing was chosen is said to be saved")
	}
	v = s.send(result, result.path+"/needs", fields...).shows(t, 200, "Saved.", "Help wanted", "Find services")
	stale := s.send(result, result.path+"/needs", fields[0], "no")
	stale.shows(t, 409, "Somebody changed this in the meantime")
	s.get(patient).shows(t, 200, "Help wanted", "Find services", "AHC health-related")
}

// TestTwoTabs answers one question in two tabs, and lets the person choose.
func TestTwoTabs(t *testing.T) {
	s := newSite(t)
	s.signIn()
	patient := s.send(s.get("/patients/new"), "/patients/new", "givenName", "Maria", "familyName", "Santos",
		"birthDate-month", "4", "birthDate-day", "30", "birthDate-year", "1987").path
	one := s.send(s.get(patient+"/screenings/new"), patient+"/screenings/new", "instrument", "essentials").shows(t, 200, "Question 1 of 4")
	two := s.get(one.path)
	first := one.path
	stored := func() string {
		d, err := s.h.Screening.Draft(identity.With(t.Context(), s.actor), strings.Split(first, "/")[3])
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(d.Answers["/71802-3"].Codes(), " ")
	}
	s.send(one, first, "answer", "LA31993-1").shows(t, 200, "Question 2 of 4")
	s.send(two, first, "answer", "LA31993-1").shows(t, 200, "Question 2 of 4") // the same answer is no conflict
	clash := s.send(two, first, "answer", "LA31995-6").
		shows(t, 409, "This answer was changed meanwhile", "Saved meanwhile", "I have a steady place to live", "Yours", "I do not have a steady place to live")
	if got := stored(); got != "LA31993-1" {
		t.Errorf("before the person chooses the draft has %q, want what was saved first", got)
	}
	s.send(clash, first, "keep", "stored").shows(t, 200, "Question 2 of 4")
	if got := stored(); got != "LA31993-1" {
		t.Errorf("after keeping what was saved the draft has %q", got)
	}

	other := s.get(first)
	s.send(other, first, "answer", "LA31994-9").shows(t, 200, "Question 2 of 4")
	again := s.send(clash, first, "keep", "mine").shows(t, 409, "worried about losing it") // changed once more
	s.send(again, first, "keep", "mine").shows(t, 200, "Question 2 of 4")
	if got := stored(); got != "LA31995-6" {
		t.Errorf("after keeping the own answer the draft has %q", got)
	}
	s.send(clash, first, "keep", "mine", "mine", "no answer").shows(t, 400, "could not be read")

	draft := strings.TrimSuffix(first, "/questions/1")
	result := s.send(s.get(draft+"/review"), draft+"/review").shows(t, 200, "Result of the screening")
	late := s.send(other, first, "answer", "LA31993-1").shows(t, 200, "finished on another screen")
	if late.path != result.path {
		t.Errorf("an answer that comes too late leads to %s, want %s", late.path, result.path)
	}
}

func TestPartsAndAssets(t *testing.T) {
	s := newSite(t)
	s.signIn()
	v := s.request(http.MethodGet, "/patients", nil, partHeader, "main").shows(t, 200)
	if got := v.header.Get(partHeader); got != "main" || !strings.HasPrefix(v.body, "<main") {
		t.Errorf("X-Part = %q, body %.20s…, want the main block, marked", got, v.body)
	}
	if got := v.header.Values("Vary"); !slices.Contains(got, partHeader) {
		t.Errorf("Vary = %q, want %q in it", got, partHeader)
	}
	if got := v.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control = %q, want no-store", got)
	}
	style := s.get(Asset("app.css"))
	if got := style.header.Get("Cache-Control"); style.status != 200 || !strings.Contains(got, "immutable") {
		t.Errorf("style sheet = %d with Cache-Control %q, want 200, immutable", style.status, got)
	}
	if got := style.header.Get("Content-Type"); !strings.HasPrefix(got, "text/css") {
		t.Errorf("style sheet has the type %q", got)
	}
	for _, path := range []string{"/static/app.css", "/static/app.000000000000.css", "/static/../web.go"} {
		if got := s.get(path).status; got == 200 {
			t.Errorf("%s = 200, want no such file", path)
		}
	}
}
