package web

import (
	"os"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/screening"
)

// screen registers a patient and starts a screening; it answers the page of
// the first question.
func (s *site) screen(instrument, language string) visit {
	s.t.Helper()
	patient := s.send(s.get("/patients/new"), "/patients/new", "givenName", "Maria", "familyName", "Santos",
		"birthDate-month", "4", "birthDate-day", "30", "birthDate-year", "1987").path
	begin := s.get(patient + "/screenings/new")
	return s.send(begin, patient+"/screenings/new", "instrument", instrument, "language", language)
}

// TestEveryTypeOfQuestion answers a question of each type on its page, and
// gives answers that are refused.
func TestEveryTypeOfQuestion(t *testing.T) {
	s := newSite(t)
	s.signIn()
	b, err := os.ReadFile("../screening/testdata/instruments/every-type.questionnaire.json")
	if err != nil {
		t.Fatal(err)
	}
	network := identity.With(t.Context(), identity.Actor{ID: "n", Role: identity.NetworkAdmin})
	if _, err := s.h.Screening.Import(network, b, nil); err != nil {
		t.Fatal(err)
	}
	v := s.screen("every-type", "en").shows(t, 200, "Question 1 of 10", "At home", "Do you live alone?", "Yes", "No")
	draft := strings.Split(v.path, "/")[3]
	steps := []struct {
		wrong []string // what is refused first; nil for nothing
		says  string
		right []string
		next  string
	}{
		{[]string{}, "Choose an answer", []string{"answer", "false"}, "How many people live with you?"},
		{[]string{"answer", "40"}, "The most is 20.", []string{"answer", "4"}, "What share of your money"},
		{[]string{"answer", "a third"}, "Enter a number", []string{"answer", "33.5"}, "When did you move in?"},
		{[]string{"answer-month", "2", "answer-day", "30", "answer-year", "2020"}, "Enter a real date", []string{"answer-day", "3"}, "How much do you weigh?"},
		{nil, "", []string{"answer", "70", "answer-unit", "kg"}, "Who helps you most?"},
		{[]string{"answer", "own:"}, "Write what else", []string{"own", "My neighbor"}, "Which pets do you have?"},
		{[]string{"answer", "dog", "answer", "none"}, "cannot be chosen together", []string{"answer", "dog", "answer", "cat"}, "Which medicines do you take?"},
		{[]string{"answer", "Aspirin", "answer-2", "Aspirin"}, "given twice", []string{"answer-2", "Metformin"}, "On which days did a nurse come?"},
		{nil, "", []string{"none", "absent:asked-declined"}, "What worries you most?"},
		{[]string{"answer", "The rent", "none", "absent:asked-unknown"}, "You wrote an answer and also said", nil, "May we call you"},
		{[]string{}, "This question needs one", []string{"answer", "yes"}, "Check the answers"},
	}
	for n, step := range steps {
		if step.wrong != nil {
			v = s.send(v, v.path, step.wrong...).shows(t, 400, "Error:", step.says)
		}
		v = s.send(v, v.path, step.right...)
		if v.status != 200 || !strings.Contains(textOf(t, v.body), step.next) {
			t.Fatalf("step %d leads to %s (%d), want %q", n+1, v.path, v.status, step.next)
		}
	}
	v.shows(t, 200, "33.5 percent", "Feb 3, 2020", "70 kilograms", "My neighbor", "A dog", "A cat", "Aspirin", "Metformin", "Preferred not to answer", "The rent")

	d, err := s.h.Screening.Draft(identity.With(t.Context(), s.actor), draft)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]screening.Answer{
		"alone": screening.YesNo(false), "people": screening.Number(4), "rent": screening.Number(33.5), "moved": screening.Codes("2020-02-03"),
		"weight": screening.Measured(70, "kg"), "helper": screening.Written("My neighbor"), "pets": screening.Codes("dog", "cat"),
		"medicines": screening.Codes("Aspirin", "Metformin"), "visits": screening.Absent(screening.AskedDeclined), "worry": screening.Codes("The rent"),
	}
	for linkID, a := range want {
		if !d.Answers[linkID].Equal(a) {
			t.Errorf("%s = %+v, want %+v", linkID, d.Answers[linkID], a)
		}
	}
	more := s.get("/screenings/drafts/" + draft + "/questions/8")
	if n := strings.Count(more.body, `name="answer`); n != 3 {
		t.Errorf("two medicines are shown with %d inputs, want one more", n)
	}
	more = s.send(more, more.path, "more", "yes", "answer-3", "Insulin").shows(t, 200, "Which medicines")
	if !strings.Contains(more.body, `value="Insulin"`) || !strings.Contains(more.body, `name="answer-5"`) {
		t.Error("asking for one more row loses what was written, or adds none")
	}
}

// TestLanguageOfQuestions asks a question in another language; what was chosen
// stays, and nothing is saved yet.
func TestLanguageOfQuestions(t *testing.T) {
	s := newSite(t)
	s.signIn()
	v := s.screen("essentials", "en").shows(t, 200, "What is your living situation today?", "Language of the questions")
	es := s.send(v, v.path, "answer", "LA31994-9", "language", "es").shows(t, 200, "Question 1 of 4", "Save and continue")
	if !strings.Contains(es.body, `<div lang="es" dir="ltr"`) || strings.Contains(textOf(t, es.body), "What is your living situation") {
		t.Errorf("the question is not asked in Spanish:\n%s", textOf(t, es.body))
	}
	form := ""
	for _, f := range elements(t, es.body)["form"] {
		if got := carried(f).Get("answer"); got != "" {
			form = got
		}
	}
	if form != "LA31994-9" {
		t.Errorf("after the change of language %q is chosen, want what was chosen before", form)
	}
	d, err := s.h.Screening.Draft(identity.With(t.Context(), s.actor), strings.Split(v.path, "/")[3])
	if err != nil || d.Language != "es" || len(d.Answers) != 0 {
		t.Errorf("the draft = %q %v, %v, want Spanish and no answer", d.Language, d.Answers, err)
	}
	s.send(es, es.path).shows(t, 200, "Question 2 of 4")
	s.send(es, es.path, "language", "tlh").shows(t, 200, "Question 1 of 4") // unknown: it stays as it is
}
