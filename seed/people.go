package seed

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/havenloop/havenloop/internal/patients"
	"github.com/havenloop/havenloop/screening"
)

//go:embed data/people.txt
var peopleText string

// person is a patient with what has happened so far.
type person struct {
	slug, worker string
	patient      patients.Patient
	chapters     []chapter
	// discharged is how many days ago the patient left a hospital; nil for never.
	discharged *int
}

// chapter is a screening and what followed.
type chapter struct {
	daysAgo int
	answers screening.Answers
	wanted  map[string]bool // by topic
	stories []story
}

// story is a referral and its steps.
type story struct {
	topic    string
	services []string // "organization/service"
	steps    []step
}

// step is something done that many days ago.
type step struct {
	verb, detail string
	daysAgo      int
}

// readPeople reads data/people.txt; a line that cannot be read is an error.
func readPeople() ([]person, error) {
	var out []person
	err := eachLine(peopleText, func(kind byte, f []string) error {
		if kind == '@' {
			p, err := readPerson(f)
			out = append(out, p)
			return err
		}
		p := &out[len(out)-1]
		if kind == 's' {
			days, err := strconv.Atoi(f[0])
			if err != nil {
				return err
			}
			answers, err := readAnswers(f[1])
			p.chapters = append(p.chapters, chapter{daysAgo: days, answers: answers, wanted: map[string]bool{}})
			return err
		}
		if kind == 'd' {
			days, err := strconv.Atoi(f[0])
			p.discharged = &days
			return err
		}
		c := &p.chapters[len(p.chapters)-1]
		switch kind {
		case 'w':
			for word := range strings.FieldsSeq(f[0]) {
				topic, no := strings.CutPrefix(word, "-")
				c.wanted[topic] = !no
			}
			return nil
		case 'r':
			steps, err := readSteps(f[2])
			c.stories = append(c.stories, story{f[0], list(f[1]), steps})
			return err
		}
		return fmt.Errorf("a line begins with @, s, w, r or d")
	})
	return out, err
}

func readPerson(f []string) (person, error) {
	if len(f) != 11 {
		return person{}, fmt.Errorf("a patient has 11 parts, not %d", len(f))
	}
	number, flags := f[8][:2], f[8][2:]
	text, voicemail := strings.Contains(flags, "t"), strings.Contains(flags, "v")
	p := person{slug: f[0], worker: f[10], patient: patients.Patient{
		GivenName: f[1], FamilyName: f[2], BirthDate: f[3], Phone: "209-555-01" + number,
		Address:   patients.Address{Line: f[5], City: towns[f[4]], State: state, PostalCode: f[4]},
		Languages: patients.Languages{Spoken: f[6], Written: f[7]},
		Contact:   patients.Contact{SafeToText: &text, SafeToVoicemail: &voicemail},
	}}
	if rep := list(f[9]); len(rep) == 3 {
		p.patient.Representatives = []patients.Representative{{Name: rep[0], Relationship: rep[1], Phone: "209-555-01" + rep[2]}}
	}
	return p, nil
}

// readSteps reads "verb:detail@days …".
func readSteps(text string) ([]step, error) {
	var out []step
	for word := range strings.FieldsSeq(text) {
		if word == "next" { // a reading aid: the next story takes this one's place
			continue
		}
		what, days, ok := strings.Cut(word, "@")
		n, err := strconv.Atoi(days)
		if !ok || err != nil {
			return nil, fmt.Errorf("step %q has no days", word)
		}
		verb, detail, _ := strings.Cut(what, ":")
		out = append(out, step{verb, detail, n})
	}
	return out, nil
}

// answerWords says for each key of a line of answers which question it is and
// what its words mean. Codes: LOINC, AHC HRSN panel 96777-8.
var answerWords = map[string]struct {
	linkIDs []string
	codes   map[string]string
}{
	"home":  {[]string{"/71802-3"}, map[string]string{"steady": "LA31993-1", "worried": "LA31994-9", "none": "LA31995-6"}},
	"place": {[]string{"/96778-6"}, map[string]string{"pests": "LA31996-4", "mold": "LA28580-1", "lead": "LA31997-2", "heat": "LA31998-0", "oven": "LA31999-8", "smoke": "LA32000-4", "leaks": "LA32001-2", "ok": "LA9-3"}},
	"worry": {[]string{"/88122-7"}, howTrue},
	"last":  {[]string{"/88123-5"}, howTrue},
	"ride":  {[]string{"/93030-5"}, map[string]string{"yes": "LA33-6", "no": "LA32-8"}},
	"power": {[]string{"/96779-4"}, map[string]string{"yes": "LA33-6", "no": "LA32-8", "off": "LA32002-0"}},
	"safe": {[]string{"/95618-5", "/95617-7", "/95616-9", "/95615-1"},
		map[string]string{"1": "LA6270-8", "2": "LA10066-1", "3": "LA10082-8", "4": "LA16644-9", "5": "LA6482-9"}},
}

var howTrue = map[string]string{"often": "LA28397-0", "sometimes": "LA6729-3", "never": "LA28398-8"}

// readAnswers reads "home=worried place=mold,leaks …": decline is declined,
// skip is left out.
func readAnswers(text string) (screening.Answers, error) {
	out := screening.Answers{}
	for word := range strings.FieldsSeq(text) {
		key, value, _ := strings.Cut(word, "=")
		q, ok := answerWords[key]
		if !ok {
			return nil, fmt.Errorf("unknown question %s", key)
		}
		values := strings.Split(value, ",")
		for i, linkID := range q.linkIDs {
			switch {
			case value == "skip":
			case value == "decline":
				out[linkID] = screening.Absent(screening.AskedDeclined)
			case len(q.linkIDs) > 1:
				out[linkID] = screening.Codes(q.codes[values[i]])
			default:
				codes := make([]string, len(values))
				for n, v := range values {
					codes[n] = q.codes[v]
				}
				out[linkID] = screening.Codes(codes...)
			}
		}
	}
	return out, nil
}
