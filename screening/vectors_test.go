package screening

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the files that results are held against")

// vectors are what the engine that runs in the browser is held against as
// well: for one instrument, answers and what follows from them.
type vectors struct {
	// Questionnaire and Rules are files, from here; no rules where empty.
	Questionnaire string       `json:"questionnaire"`
	Rules         string       `json:"rules,omitempty"`
	Cases         []vectorCase `json:"cases"`
}

type vectorCase struct {
	Name    string  `json:"name"`
	Answers Answers `json:"answers"`
	// Asked has the linkIds of the questions to be asked.
	Asked []string `json:"asked"`
	// Problems names the answers that are wrong, as "answers.LINKID", each once.
	Problems []string `json:"problems"`
	Derived  Derived  `json:"derived"`
}

// TestVectors holds every case of testdata/vectors against the engine; -update
// writes them anew.
func TestVectors(t *testing.T) {
	l, err := Shipped()
	if err != nil {
		t.Fatalf("Shipped: %v", err)
	}
	files := map[string]string{}
	for _, pattern := range []string{"instruments/*.questionnaire.json", "testdata/instruments/*.questionnaire.json"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %v", pattern, found, err)
		}
		for _, f := range found {
			files[strings.TrimSuffix(filepath.Base(f), ".questionnaire.json")] = f
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		q := readFile(t, files[name])
		rulesFile := strings.Replace(files[name], ".questionnaire.", ".rules.", 1)
		rules, err := os.ReadFile(rulesFile)
		if err != nil {
			rulesFile = ""
		}
		i, err := ParseInstrument(q, rules, l.topics)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		v := vectors{Questionnaire: files[name], Rules: rulesFile}
		for _, c := range vectorAnswers(i) {
			c.Asked, c.Problems, c.Derived = []string{}, []string{}, Derive(i, c.Answers)
			for _, q := range i.Asked(c.Answers) {
				c.Asked = append(c.Asked, q.LinkID)
			}
			c.Problems = append(c.Problems, slices.Compact(slices.Sorted(slices.Values(fieldsOf(i.Check(c.Answers)))))...)
			v.Cases = append(v.Cases, c)
		}
		path := "testdata/vectors/" + name + ".json"
		got := vectorJSON(t, v)
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatalf("WriteFile: %v", err)
			}
			continue
		}
		if diff := cmp.Diff(string(readFile(t, path)), string(got)); diff != "" {
			t.Errorf("%s (-stored +now); the version of the rules must change with what they say:\n%.4000s", path, diff)
		}
	}
}

// vectorJSON writes a case in a line.
func vectorJSON(t *testing.T, v vectors) []byte {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "{\n\"questionnaire\": %s,\n", mustJSON(t, v.Questionnaire))
	if v.Rules != "" {
		fmt.Fprintf(&b, "\"rules\": %s,\n", mustJSON(t, v.Rules))
	}
	b.WriteString("\"cases\": [\n")
	for n, c := range v.Cases {
		b.WriteString(mustJSON(t, c))
		if n+1 < len(v.Cases) {
			b.WriteString(",")
		}
		b.WriteString("\n")
	}
	b.WriteString("]\n}\n")
	if !json.Valid([]byte(b.String())) {
		t.Fatal("the vectors are no JSON")
	}
	return []byte(b.String())
}

// vectorAnswers tries nothing, each answer of each question alone, wrong
// answers, and a number of whole sets drawn with a fixed seed.
func vectorAnswers(i *Instrument) []vectorCase {
	cases := []vectorCase{{Name: "nothing", Answers: Answers{}}}
	for _, q := range i.Questions {
		for _, a := range tryAnswers(q) {
			b, err := json.Marshal(a)
			if err != nil {
				panic(err) // answers are texts, numbers and flags
			}
			cases = append(cases, vectorCase{Name: q.LinkID + " = " + string(b), Answers: Answers{q.LinkID: a}})
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 30 {
		answers := Answers{}
		for _, q := range i.Questions {
			if tries := tryAnswers(q); !q.Calculated && random.IntN(8) > 0 {
				answers[q.LinkID] = tries[random.IntN(len(tries))]
			}
		}
		cases = append(cases, vectorCase{Name: fmt.Sprintf("drawn %d", n+1), Answers: answers})
	}
	return append(cases, vectorCase{Name: "unknown question", Answers: Answers{"no-such": Codes("x")}})
}

// tryAnswers are answers to a question, right and wrong.
func tryAnswers(q Question) []Answer {
	tries := []Answer{Absent(AskedDeclined), Absent(AskedUnknown)}
	for _, o := range q.Options {
		tries = append(tries, Codes(o.Code))
	}
	number := func(unit string, ns ...float64) {
		for _, n := range ns {
			tries = append(tries, Measured(n, unit))
		}
	}
	switch q.Type {
	case Boolean:
		tries = append(tries, YesNo(true), YesNo(false))
	case Integer:
		number("", 0, 1, 4, 5, 6, 17, 18, 40)
	case Decimal:
		number("", 0, 2.4, 2.5, 2.6)
	case Quantity:
		number("kg", 69, 70, 71)
		number("[lb_av]", 70)
		number("", 70)
	case Date:
		tries = append(tries, Codes("2026-06-14"), Codes("2026-06-15"), Codes("2026-06-16"), Codes("2026-02-30"), Codes("1900-01-01"))
	case String, Text:
		tries = append(tries, Codes("a"), Codes("m"), Codes("z"), Codes("名字"))
	case OpenChoice:
		tries = append(tries, Written("own words"), Written("b"))
	}
	if q.Multiple && len(q.Options) > 1 {
		n := len(q.Options)
		tries = append(tries, Codes(q.Options[0].Code, q.Options[1].Code), Codes(q.Options[0].Code, q.Options[n-1].Code))
	}
	if q.Multiple && (q.Type == String || q.Type == Text) {
		tries = append(tries, Codes("a", "m"), Codes("m", "m"))
	}
	return append(tries, Codes("no such"), Number(1.5))
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("ReadFile: %v", err)
	}
	return b
}
