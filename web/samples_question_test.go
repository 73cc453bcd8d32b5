package web

import (
	"net/url"
	"os"
	"testing"

	"github.com/a-h/templ"

	"github.com/havenloop/havenloop/internal/docstore"
	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/screening"
)

// questionSamples ask a question of each type, refuse one, and show two
// answers that clash.
func questionSamples(t testing.TB) map[string]templ.Component {
	all := map[string]templ.Component{
		"question-yes":      questionPage(sampleTyped(t, "alone", "answer=true")),
		"question-number":   questionPage(sampleTyped(t, "people", "answer=99", "This is too large or too late. The most is 20.")),
		"question-measure":  questionPage(sampleTyped(t, "weight", "answer=70&answer-unit=kg")),
		"question-date":     questionPage(sampleTyped(t, "moved", "")),
		"question-own":      questionPage(sampleTyped(t, "helper", "answer=own:&own=My+neighbor+Bob")),
		"question-rows":     questionPage(sampleTyped(t, "medicines", "answer=Metformin&answer-2=Lisinopril")),
		"question-days":     questionPage(sampleTyped(t, "visits", "answer-month=3&answer-day=2&answer-year=2026")),
		"question-lines":    questionPage(sampleTyped(t, "worry", "answer=The+rent")),
		"question-required": questionPage(sampleTyped(t, "agree", "", "Choose an answer. This question needs one.")),
	}
	i, d := sampleCore(t)
	a := asked{draft: d, instrument: i, name: "Maria Santos"}
	a.questions, a.official = askedIn(i, d)
	a.turnTo("/88122-7")
	p := samplePage(t, identity.CHW, questionPath("d1", a.n), "clash.title")
	h := &Handlers{}
	all["question-clash"] = clashPage(h.clashView(p, p.form(), a, screening.Codes("LA28397-0"), screening.Codes("LA28398-8")))
	return all
}

// typedInstrument is a made-up instrument with each type of question.
func typedInstrument(t testing.TB) *screening.Instrument {
	t.Helper()
	b, err := os.ReadFile("../screening/testdata/instruments/every-type.questionnaire.json")
	if err != nil {
		t.Fatal(err)
	}
	i, err := screening.ParseInstrument(b, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// sampleTyped asks a question of the made-up instrument, with what was entered
// and what is wrong with it.
func sampleTyped(t testing.TB, linkID, entered string, wrong ...string) QuestionView {
	i := typedInstrument(t)
	d := screening.Draft{Meta: docstore.Meta{ID: "d1"}, PatientID: "p1", Instrument: i.Ref(), Language: "en", Answers: screening.Answers{"alone": screening.YesNo(false)}}
	a := asked{draft: d, instrument: i, name: "Maria Santos"}
	a.questions, a.official = askedIn(i, d)
	if !a.turnTo(linkID) {
		t.Fatalf("%s is not asked", linkID)
	}
	p := samplePage(t, identity.CHW, questionPath("d1", a.n), "question.title", "n", a.n, "of", len(a.questions))
	f := p.form()
	values, err := url.ParseQuery(entered)
	if err != nil {
		t.Fatal(err)
	}
	f.Values = values
	for _, w := range wrong {
		f.Problems, p.Invalid = append(f.Problems, Problem{Field: answerField, Text: w}), true
	}
	return questionView(p, f, a)
}
