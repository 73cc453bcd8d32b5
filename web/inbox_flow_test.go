package web

import (
	"bytes"
	"encoding/csv"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/seed"
)

func (s *site) inboxRoutes() {
	s.echo.GET("/referrals/bulk", s.h.BulkAgain)
	s.echo.POST("/referrals/bulk", s.h.MoveSeveral)
	s.echo.GET("/referrals/file", s.h.InboxFile)
	s.echo.POST("/referrals/file", s.h.ImportInbox)
	s.echo.GET("/referrals/export.csv", s.h.ExportInbox)
}

// sendFile posts a form with a file in it.
func (s *site) sendFile(path, file string, values ...string) visit {
	s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", "referrals.csv")
	if err == nil {
		_, err = part.Write([]byte(file))
	}
	for i := 0; i+1 < len(values) && err == nil; i += 2 {
		err = w.WriteField(values[i], values[i+1])
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	rec := httptest.NewRecorder()
	s.echo.ServeHTTP(rec, r)
	return visit{path: path, status: rec.Code, body: rec.Body.String(), header: rec.Header()}
}

func TestInboxInTwoTaps(t *testing.T) {
	s := newCounty(t)
	s.inboxRoutes()
	s.as("vega")
	_, matches := s.matchesOf(t)
	id := s.referred(t, matches, "valley-food-bank/pantry").address()
	s.as("harris")
	inbox := s.get("/referrals?tab=requested&service="+seed.ID("valley-food-bank/pantry")).shows(t, 200, "Accept", "Decline", "Why? One tap sends it.", "2 days left", "Remove filter: Food pantry")
	s.get("/referrals?tab=requested&need=transportation-insecurity").shows(t, 200, "Nothing fits this filter")
	s.get("/referrals?urgent=yes").shows(t, 200, "Nothing fits this filter", "Remove filter: Urgent")
	back := s.sendForm(inbox, id+"/moves", "to", "accepted").shows(t, 200, "Saved.", "Referrals")
	if !strings.HasPrefix(back.path, "/referrals?") || !strings.Contains(back.path, "service=") {
		t.Errorf("after accepting, the agency is at %s, want the list it came from", back.path)
	}
	s.get("/referrals?tab=accepted&mine=yes").shows(t, 200, "Start")
	s.sendForm(inbox, id+"/moves", "to", "rejected", "rejected.reason", "no-capacity").shows(t, 409, "There is a problem", "Accepted")
	s.get("/referrals?tab=lost").shows(t, 400)
	for back, want := range map[string]string{"https://evil.example/referrals": "", "//evil.example": "", "/referrals?tab=all": "/referrals?tab=all", "/patients": ""} {
		if got := inboxBack(Form{Values: url.Values{"back": {back}}}); got != want {
			t.Errorf("inboxBack(%q) = %q, want %q", back, got, want)
		}
	}
}

func TestBulkAndFile(t *testing.T) {
	s := newCounty(t)
	s.inboxRoutes()
	s.as("harris")
	inbox := s.get("/referrals?tab=in-progress").shows(t, 200, "With those you ticked")
	var chosen []string
	for _, e := range elements(t, inbox.body)["input"] {
		if name, _ := attr(e, "name"); name == "chosen" {
			value, _ := attr(e, "value")
			chosen = append(chosen, value)
		}
	}
	if len(chosen) < 2 {
		t.Fatalf("the inbox of the county has %d in progress, want at least 2", len(chosen))
	}
	s.sendForm(inbox, "/referrals/bulk", "_token", "token", "to", "failed|no-capacity").shows(t, 400, "Choose at least one referral.")
	first, second := chosen[0], chosen[1]
	s.sendForm(inbox, "/referrals/bulk", "_token", "token", "to", "on-hold|waiting-for-documents", "chosen", first).shows(t, 200, "1 was saved", "On hold")
	s.sendForm(inbox, "/referrals/bulk", "_token", "token", "to", "failed|no-capacity", "chosen", first, "chosen", second).
		shows(t, 200, "1 was saved", "Could not be done", "1 was not saved", "changed this")
	s.get("/referrals/bulk").shows(t, 200, "Referrals")

	file := s.get("/referrals/export.csv?tab=on-hold")
	rows, err := csv.NewReader(strings.NewReader(file.body)).ReadAll()
	if err != nil || len(rows) < 2 || !strings.Contains(file.header.Get("Content-Disposition"), "referrals.csv") {
		t.Fatalf("the file = %v, %v, %v", file.header, rows, err)
	}
	id, version := strings.Split(first, "|")[0], ""
	for _, row := range rows[1:] {
		if row[0] == id {
			version = row[1]
		}
	}
	answers := "id,version,new_status\n" + id + "," + version + ",in-progress\n" + strings.Split(second, "|")[0] + ",1,accepted\n"
	s.get("/referrals/file").shows(t, 200, "Download referrals", "Send your answers")
	s.sendFile("/referrals/file", "").shows(t, 400, "Choose a file.")
	s.sendFile("/referrals/file", "name\nx\n").shows(t, 400, "The file has no column id")
	dry := s.sendFile("/referrals/file", answers).shows(t, 200, "Nothing is saved yet", "1 row is ready", "1 row needs a change", "Line 3", "Save 1 row")
	if !strings.Contains(dry.body, `name="text"`) {
		t.Error("the checked file is not carried along")
	}
	s.get("/referrals/"+id).shows(t, 200, "On hold")
	s.sendFile("/referrals/file", "", "text", answers, "apply", "yes").shows(t, 200, "The file was read", "1 row was saved")
	s.sendFile("/referrals/file", "", "text", answers, "apply", "yes").shows(t, 200, "1 row was saved before")
	s.get("/referrals/"+id).shows(t, 200, "In progress")
}
