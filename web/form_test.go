package web

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/screening"
)

func TestFormDate(t *testing.T) {
	tests := []struct{ year, month, day, want string }{
		{"1987", "4", "30", "1987-04-30"},
		{" 1987 ", "04", "3", "1987-04-03"},
		{"", "", "", ""},
		{"", "4", "", "-04-00"}, // no date: the service refuses it
	}
	for _, tt := range tests {
		f := Form{Values: url.Values{"born-year": {tt.year}, "born-month": {tt.month}, "born-day": {tt.day}}}
		if got := f.Date("born"); got != tt.want {
			t.Errorf("Date(%q, %q, %q) = %q, want %q", tt.year, tt.month, tt.day, got, tt.want)
		}
	}
	if got := (Form{}).WithDate("born", "1987-04-30").Date("born"); got != "1987-04-30" {
		t.Errorf("Date of WithDate = %q, want the same date", got)
	}
}

func TestRefuse(t *testing.T) {
	var wrong fault.Fields
	wrong.Add("representatives[0].name", "Give the name.")
	broken := errors.New("disk is full")
	tests := []struct {
		name     string
		err      error
		status   int
		problems []Problem
	}{
		{"fields", wrong.Err(), http.StatusBadRequest, []Problem{{"representative.name", "Give the name."}}},
		{"a rule", fault.New(fault.BusinessRule, "This is closed."), http.StatusUnprocessableEntity, []Problem{{"", "This is closed."}}},
		{"not for a form", docstore.ErrNotFound, 0, nil},
		{"not for people", broken, 0, nil},
	}
	for _, tt := range tests {
		p := samplePage(t, "chw", "/", "nav.home")
		f := p.form()
		status, err := f.refuse(&p, tt.err, patientAlias)
		if status != tt.status || (err == nil) != (tt.status != 0) || p.Invalid != (tt.status != 0) {
			t.Errorf("%s: refuse = %d, %v, Invalid %v, want status %d", tt.name, status, err, p.Invalid, tt.status)
		}
		if diff := cmp.Diff(tt.problems, f.Problems); diff != "" {
			t.Errorf("%s: problems differ (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestLocalPath(t *testing.T) {
	tests := map[string]string{
		"/patients/1": "/patients/1", "": "/", "https://evil.example": "/", "//evil.example": "/",
		`/\evil.example`: "/", "/a\r\nSet-Cookie: x": "/", "patients": "/",
	}
	for path, want := range tests {
		if got := localPath(path); got != want {
			t.Errorf("localPath(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestAnswerFrom(t *testing.T) {
	l := samplePage(t, "", "/", "nav.home").Locale
	choice, number := screening.Question{Type: screening.Choice}, screening.Question{Type: screening.Integer}
	tests := []struct {
		name   string
		q      screening.Question
		values []string
		want   screening.Answer
		wrong  bool
	}{
		{"one", choice, []string{"LA33-6"}, screening.Codes("LA33-6"), false},
		{"several", choice, []string{"a", "b"}, screening.Codes("a", "b"), false},
		{"declined", choice, []string{"absent:asked-declined"}, screening.Absent(screening.AskedDeclined), false},
		{"declined and chosen", choice, []string{"a", "absent:asked-declined"}, screening.Answer{}, true},
		{"nothing", choice, nil, screening.Answer{}, true},
		{"number", number, []string{" 3 "}, screening.Number(3), false},
		{"no number", number, []string{"three"}, screening.Answer{}, true},
		{"unknown instead of a number", number, []string{"", "absent:asked-unknown"}, screening.Absent(screening.AskedUnknown), false},
	}
	for _, tt := range tests {
		got, problem := answerFrom(l, tt.q, tt.values)
		if diff := cmp.Diff(tt.want, got); diff != "" || (problem != "") != tt.wrong {
			t.Errorf("%s: answerFrom = %q, want wrong %v, (-want +got):\n%s", tt.name, problem, tt.wrong, diff)
		}
	}
}
