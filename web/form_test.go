package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

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

// TestWhatNoKeyboardTypesIsTakenOut: what hides what a text says does not get in.
func TestWhatNoKeyboardTypesIsTakenOut(t *testing.T) {
	sent := url.Values{"name": {"a\u202eb\x00c\x1b", "line\r\nnext\tone"}, "arabic": {"\u200fمرحبا 😀"}}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(sent.Encode()))
	r.Header.Set(echo.HeaderContentType, echo.MIMEApplicationForm)
	f, err := formFrom(samplePage(t, "chw", "/", "nav.home"), echo.New().NewContext(r, httptest.NewRecorder()))
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"name": {"abc", "line\r\nnext\tone"}, "arabic": {"\u200fمرحبا 😀"}}
	if diff := cmp.Diff(want, f.Values); diff != "" {
		t.Errorf("values differ (-want +got):\n%s", diff)
	}
}

// TestProblemsThatSayTheSameNameTheirInputs holds the summary of a section to
// sentences that a person can tell apart.
func TestProblemsThatSayTheSameNameTheirInputs(t *testing.T) {
	p := samplePage(t, "agency-admin", "/listing/s1/hours", "listing.title")
	s := hoursSection(p.Locale)
	f := p.form()
	same := "Enter when it opens."
	f.Problems = []Problem{{Field: intervalField(0, 0), Text: same}, {Field: intervalField(3, 1), Text: same}, {Field: closedField(0), Text: "Write the day."}, {Field: "version", Text: same}}
	f.tellApart(func(name string) string { return s.label(p.Locale, name) })
	var about []string
	for _, x := range f.Problems {
		about = append(about, x.About)
	}
	if diff := cmp.Diff([]string{"Sunday", "Wednesday", "", ""}, about); diff != "" {
		t.Errorf("what the problems are about (-want +got):\n%s", diff)
	}
	if got := s.label(p.Locale, closedField(0)); got != "Closed on this day 1" {
		t.Errorf("the input of a closed day is called %q", got)
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
		{"fields", wrong.Err(), http.StatusBadRequest, []Problem{{Field: "representative.name", Text: "Give the name."}}},
		{"a rule", fault.New(fault.BusinessRule, "This is closed."), http.StatusUnprocessableEntity, []Problem{{Text: "This is closed."}}},
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
	question := func(kind screening.QuestionType) screening.Question {
		return screening.Question{Type: kind, Declinable: true}
	}
	choice, number := question(screening.Choice), question(screening.Integer)
	open, weight, several := question(screening.OpenChoice), question(screening.Quantity), question(screening.String)
	weight.Units = []screening.Unit{{Code: "kg"}, {Code: "[lb_av]"}}
	several.Multiple = true
	one := question(screening.Quantity)
	one.Units = weight.Units[:1]
	two := screening.Codes("a")
	two.Values = append(two.Values, screening.Value{Text: "a cousin"})
	tests := []struct {
		name  string
		q     screening.Question
		form  string
		want  screening.Answer
		wrong string // the field that is wrong
	}{
		{"one", choice, "answer=LA33-6", screening.Codes("LA33-6"), ""},
		{"several", choice, "answer=a&answer=b", screening.Codes("a", "b"), ""},
		{"declined", choice, "answer=absent:asked-declined", screening.Absent(screening.AskedDeclined), ""},
		{"declined and chosen", choice, "answer=a&answer=absent:asked-declined", screening.Answer{}, "answer"},
		{"nothing", choice, "", screening.Answer{}, "answer"},
		{"yes", question(screening.Boolean), "answer=true", screening.YesNo(true), ""},
		{"no", question(screening.Boolean), "answer=false", screening.YesNo(false), ""},
		{"own words", open, "answer=own:&own=+a+cousin+", screening.Written("a cousin"), ""},
		{"own words without the choice", open, "own=a+cousin", screening.Written("a cousin"), ""},
		{"own words and a choice", open, "answer=a&answer=own:&own=a+cousin", two, ""},
		{"own words left empty", open, "answer=own:", screening.Answer{}, "own"},
		{"own words and declined", open, "own=a&answer=absent:asked-declined", screening.Answer{}, "answer"},
		{"number", number, "answer=+3+", screening.Number(3), ""},
		{"no number", number, "answer=three", screening.Answer{}, "answer"},
		{"infinite", number, "answer=Inf", screening.Answer{}, "answer"},
		{"unknown instead of a number", number, "answer=&none=absent:asked-unknown", screening.Absent(screening.AskedUnknown), ""},
		{"a number and unknown", number, "answer=3&none=absent:asked-unknown", screening.Answer{}, "answer"},
		{"a reason written out", several, "answer=absent:asked-unknown", screening.Codes("absent:asked-unknown"), ""},
		{"quantity", weight, "answer=150&answer-unit=[lb_av]", screening.Measured(150, "[lb_av]"), ""},
		{"quantity with its one unit", one, "answer=70", screening.Measured(70, "kg"), ""},
		{"date", question(screening.Date), "answer-month=2&answer-day=3&answer-year=2026", screening.Codes("2026-02-03"), ""},
		{"half a date", question(screening.Date), "answer-month=2", screening.Codes("-02-00"), ""}, // refused by the service
		{"several texts", several, "answer=a&answer-2=&answer-3=b", screening.Codes("a", "b"), ""},
		{"no text", several, "answer=+&answer-2=", screening.Answer{}, "answer"},
	}
	for _, tt := range tests {
		values, err := url.ParseQuery(tt.form)
		if err != nil {
			t.Fatal(err)
		}
		got, problem := answerFrom(Form{Locale: l, Values: values}, tt.q)
		field := ""
		if problem != nil {
			field = problem.Field
		}
		if !got.Equal(tt.want) || field != tt.wrong {
			t.Errorf("%s: answerFrom = %+v, wrong at %q, want %+v, %q", tt.name, got, field, tt.want, tt.wrong)
		}
		if problem == nil {
			again, _ := answerFrom(Form{Locale: l, Values: url.Values{}}.withAnswer(tt.q, got), tt.q)
			if tt.name != "half a date" && !again.Equal(got) {
				t.Errorf("%s: filled in again it reads %+v", tt.name, again)
			}
		}
	}
}
