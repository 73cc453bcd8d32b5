package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/identity"
)

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
