package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/identity"
)

// TestInstruments takes in a questionnaire by a file and by its text, and takes
// it out of use.
func TestInstruments(t *testing.T) {
	s := newSite(t)
	s.signIn()
	s.actor.Role = identity.NetworkAdmin
	s.echo.GET("/admin/instruments", s.h.InstrumentsPage)
	s.echo.GET("/admin/instruments/new", s.h.NewInstrument)
	s.echo.POST("/admin/instruments/new", s.h.AddInstrument)
	s.echo.GET("/admin/instruments/status", s.h.InstrumentsAgain)
	s.echo.POST("/admin/instruments/status", s.h.RetireInstrument)
	s.get("/admin/instruments").shows(t, 200, "Questions to ask", "Essentials", "In use", "comes with Havenloop")
	if v := s.get("/admin/instruments/status"); v.path != "/admin/instruments" {
		t.Errorf("a reload of the form's address leads to %s", v.path)
	}
	b, err := os.ReadFile("../screening/testdata/instruments/every-type.questionnaire.json")
	if err != nil {
		t.Fatal(err)
	}
	page := s.get("/admin/instruments/new").shows(t, 200, "Add your own questions")
	s.send(page, page.path, "questionnaire", "{").shows(t, 400, "1 thing keeps it out", "no JSON", "Nothing was stored")
	checked := s.upload(page.path, "questionnaire-file", b).shows(t, 200, "It can be used", "Every type of question", "Who helps you most?", "choice or own words", "asked after some answers only", "There are no rules")
	s.get("/admin/instruments").shows(t, 200)
	if strings.Contains(s.get("/admin/instruments").body, "urn:example:every-type") {
		t.Error("the check alone has stored the questionnaire")
	}
	s.send(checked, page.path, "step", "add").shows(t, 200, "The questions can be asked now.", "Every type of question", "added by your network")
	s.upload(page.path, "questionnaire-file", b).shows(t, 200, "All of this is here already")
	other := strings.Replace(string(b), "Do you live alone?", "Alone?", 1)
	s.send(page, page.path, "questionnaire", other).shows(t, 400, "other content")
	const ref = "urn:example:every-type|1.0.0"
	s.request(http.MethodPost, "/admin/instruments/status", map[string][]string{"ref": {ref}, "retired": {"yes"}}).shows(t, 200, "Saved.", "Not in use", "Use again")
	s.request(http.MethodPost, "/admin/instruments/status", map[string][]string{"ref": {"urn:none|1"}}).shows(t, 404)
}

// upload sends a file as a browser does.
func (s *site) upload(path, field string, content []byte) visit {
	s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile(field, "file.json")
	if err == nil {
		_, err = part.Write(content)
	}
	if err != nil || w.WriteField("_token", "token") != nil || w.Close() != nil {
		s.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	out := httptest.NewRecorder()
	s.echo.ServeHTTP(out, r)
	return visit{path: path, status: out.Code, body: out.Body.String(), header: out.Header()}
}
