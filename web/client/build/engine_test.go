package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/evanw/esbuild/pkg/api"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/screening"
)

// verdict is what an engine says about one set of answers.
type verdict struct {
	Derived json.RawMessage `json:"derived"`
	Asked   []string        `json:"asked"`
	Wrong   []string        `json:"wrong"`
}

// engine is the one in TypeScript, run in a browser.
type engine struct {
	t   *testing.T
	ctx context.Context
}

// openEngine loads the engine into Chromium, or skips the test where there is
// none; never in CI.
func openEngine(t *testing.T) engine {
	t.Helper()
	path, err := exec.LookPath(cmp.Or(os.Getenv("HAVENLOOP_TEST_CHROMIUM"), "chromium"))
	if err != nil && os.Getenv("HAVENLOOP_CI") != "" {
		t.Fatal("chromium is missing; CI must have it")
	}
	if err != nil {
		t.Skip("no chromium to run the engine in; set HAVENLOOP_TEST_CHROMIUM to one")
	}
	built := api.Build(api.BuildOptions{
		EntryPoints: []string{"../offline/engine.ts"}, Bundle: true, Format: api.FormatIIFE, GlobalName: "engine", Charset: api.CharsetUTF8,
	})
	if len(built.Errors) > 0 {
		t.Fatalf("build the engine: %v", built.Errors)
	}
	ctx, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true))...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stop)
	e := engine{t, ctx}
	e.run(string(built.OutputFiles[0].Contents) + "; globalThis.engine = engine; ''")
	return e
}

func (e engine) run(script string) string {
	e.t.Helper()
	out, err := chromedp.Run(e.ctx, chromedp.Evaluate[string](script))
	if err != nil {
		e.t.Fatalf("%v", err)
	}
	return out
}

// verdicts asks the engine about every set of answers.
func (e engine) verdicts(questionnaire, rules, topics []byte, cases []screening.Answers) []verdict {
	e.t.Helper()
	given, err := json.Marshal(cases)
	if err != nil {
		e.t.Fatal(err)
	}
	out := e.run(fmt.Sprintf("JSON.stringify(engine.evaluate(%s, %s, %s, %s))", questionnaire, rules, topics, given))
	var all []verdict
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		e.t.Fatal(err)
	}
	return all
}

// instruments reads the questionnaires with their rules and the list of topics.
func instruments(t *testing.T, dir string) (questionnaires, rules map[string][]byte, topics []byte) {
	t.Helper()
	questionnaires, rules = map[string][]byte{}, map[string][]byte{}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s holds %d files, %v", dir, len(files), err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, kind, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".json"), ".")
		switch kind {
		case "questionnaire":
			questionnaires[name] = b
		case "rules":
			rules[name] = b
		default:
			topics = b
		}
	}
	return questionnaires, rules, topics
}

// TestEngineDerivesAsGoDoes answers every shipped instrument at random, with
// sense and without, and holds the engine in the browser to the one in Go.
func TestEngineDerivesAsGoDoes(t *testing.T) {
	e := openEngine(t)
	library, err := screening.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	questionnaires, rules, topics := instruments(t, "../../../screening/instruments")
	for _, info := range library.Infos() {
		e.tryAtRandom(t, library.Find(info.ID), questionnaires[info.ID], string(rules[info.ID]), topics)
	}
	known := map[string]screening.TopicInfo{}
	var list []screening.TopicInfo
	if err := json.Unmarshal(topics, &list); err != nil {
		t.Fatal(err)
	}
	for _, topic := range list {
		if topic.Categories == nil {
			topic.Categories = []string{topic.Domain}
		}
		known[topic.Topic] = topic
	}
	questionnaires, rules, _ = instruments(t, "../../../screening/testdata/instruments")
	for name, q := range questionnaires {
		i, err := screening.ParseInstrument(q, rules[name], known)
		if err != nil {
			t.Fatal(err)
		}
		e.tryAtRandom(t, i, q, cmp.Or(string(rules[name]), "null"), topics)
	}
}

// tryAtRandom answers one instrument at random.
func (e engine) tryAtRandom(t *testing.T, i *screening.Instrument, questionnaire []byte, rules string, topics []byte) {
	t.Run(i.ID, func(t *testing.T) {
		rnd := rand.New(rand.NewPCG(7, 11))
		cases := make([]screening.Answers, 400)
		for n := range cases {
			cases[n] = randomAnswers(rnd, i)
		}
		for n, got := range e.verdicts(questionnaire, []byte(rules), topics, cases) {
			hold(t, i, cases[n], got)
		}
	})
}

// TestEngineHoldsTheVectors runs every stored case of the Go engine through the
// one in the browser.
func TestEngineHoldsTheVectors(t *testing.T) {
	const room = "../../../screening"
	files, err := filepath.Glob(filepath.Join(room, "testdata/vectors/*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of vectors, %v", len(files), err)
	}
	e := openEngine(t)
	_, _, topics := instruments(t, filepath.Join(room, "instruments"))
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			var stored struct {
				Questionnaire, Rules string
				Cases                []struct {
					Name            string
					Answers         screening.Answers
					Asked, Problems []string
					Derived         json.RawMessage
				}
			}
			read(t, file, func(b []byte) error { return json.Unmarshal(b, &stored) })
			questionnaire, rules := json.RawMessage{}, json.RawMessage("null")
			read(t, filepath.Join(room, stored.Questionnaire), func(b []byte) error { questionnaire = b; return nil })
			if stored.Rules != "" {
				read(t, filepath.Join(room, stored.Rules), func(b []byte) error { rules = b; return nil })
			}
			var cases []screening.Answers
			for _, c := range stored.Cases {
				cases = append(cases, c.Answers)
			}
			for n, got := range e.verdicts(questionnaire, rules, topics, cases) {
				c := stored.Cases[n]
				got.Wrong = slices.Compact(slices.Sorted(slices.Values(got.Wrong)))
				want := verdict{Derived: c.Derived, Asked: c.Asked, Wrong: slices.Sorted(slices.Values(c.Problems))}
				if len(got.Wrong) == 0 {
					got.Wrong, want.Wrong = nil, append([]string(nil), want.Wrong...)
				}
				if diff := gocmp.Diff(plain(t, want), plain(t, got)); diff != "" {
					t.Errorf("%s (-stored +browser):\n%s", c.Name, diff)
				}
			}
		})
	}
}

func read(t *testing.T, file string, into func([]byte) error) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err == nil {
		err = into(b)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// hold compares what the engine says with what Go says.
func hold(t *testing.T, i *screening.Instrument, answers screening.Answers, got verdict) {
	t.Helper()
	want := verdict{Asked: []string{}, Wrong: []string{}}
	var err error
	if want.Derived, err = json.Marshal(screening.Derive(i, answers)); err != nil {
		t.Fatal(err)
	}
	for _, q := range i.Asked(answers) {
		want.Asked = append(want.Asked, q.LinkID)
	}
	if f, ok := errors.AsType[*fault.Error](i.Check(answers)); ok {
		for _, wrong := range f.Fields {
			want.Wrong = append(want.Wrong, wrong.Name)
		}
	}
	slices.Sort(want.Wrong)
	slices.Sort(got.Wrong)
	if diff := gocmp.Diff(plain(t, want), plain(t, got)); diff != "" {
		told, _ := json.Marshal(answers)
		t.Errorf("of %s, for %s, Go and browser differ (-go +browser):\n%s", i.ID, told, diff)
	}
}

// plain is a verdict as JSON without types, so that order of keys does not count.
func plain(t *testing.T, v verdict) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// randomAnswers answers some questions: mostly as people do, sometimes with
// what no page would send.
func randomAnswers(rnd *rand.Rand, i *screening.Instrument) screening.Answers {
	answers := screening.Answers{}
	sparse := rnd.IntN(3) == 0
	for _, q := range i.Questions {
		if sparse && rnd.IntN(2) == 0 || q.Calculated && rnd.IntN(20) > 0 {
			continue
		}
		switch kind := rnd.IntN(20); {
		case kind < 1:
			continue
		case kind < 3:
			answers[q.LinkID] = screening.Absent([]string{screening.AskedDeclined, screening.AskedUnknown, "unheard-of"}[rnd.IntN(3)])
		case kind < 4:
			answers[q.LinkID] = screening.Number(float64(rnd.IntN(200)) / 4)
		case kind < 5:
			answers[q.LinkID] = screening.Codes([]string{"no-such-code", "constructor", "", "äö"}[rnd.IntN(4)])
		case len(q.Options) == 0 || q.Type == screening.OpenChoice && kind < 9:
			answers[q.LinkID] = randomOpen(rnd, q)
		case q.Multiple || kind == 19:
			var codes []string
			for range 1 + rnd.IntN(3) {
				codes = append(codes, q.Options[rnd.IntN(len(q.Options))].Code)
			}
			answers[q.LinkID] = screening.Codes(codes...)
		default:
			answers[q.LinkID] = screening.Codes(q.Options[rnd.IntN(len(q.Options))].Code)
		}
	}
	if rnd.IntN(10) == 0 {
		answers["/not-a-question"] = screening.Codes("LA33-6")
	}
	return answers
}

// randomOpen answers a question without choices, or in own words.
func randomOpen(rnd *rand.Rand, q screening.Question) screening.Answer {
	words := []string{"b", "ende", "名字 🙂", "𐀀", "\ufffd", " "}
	switch q.Type {
	case screening.Boolean:
		return screening.YesNo(rnd.IntN(2) == 0)
	case screening.Date:
		return screening.Codes([]string{"2026-06-15", "2024-02-29", "2026-02-29", "1990-01-31", "2026-6-15"}[rnd.IntN(5)])
	case screening.OpenChoice:
		return screening.Written(words[rnd.IntN(len(words))])
	case screening.String, screening.Text:
		return screening.Codes(words[:1+rnd.IntN(len(words))]...)
	case screening.Quantity:
		return screening.Measured(float64(rnd.IntN(90)), []string{"kg", "[lb_av]", ""}[rnd.IntN(3)])
	}
	return screening.Number(float64(rnd.IntN(90)))
}
