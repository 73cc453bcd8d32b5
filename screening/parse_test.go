package screening

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/fault"
)

// parse makes an instrument of items and of what the rules say beside their head.
func parse(items, rules string) (*Instrument, error) {
	topics := map[string]TopicInfo{"food": {Topic: "food", Domain: "food-insecurity", Categories: []string{"food-insecurity"}}}
	return ParseInstrument(
		fmt.Appendf(nil, `{"resourceType":"Questionnaire","id":"test","url":"urn:test","version":"1","item":%s}`, items),
		fmt.Appendf(nil, `{"questionnaire":"urn:test|1","version":"r1",%s}`, rules), topics)
}

func testInstrument(t *testing.T, items, rules string) *Instrument {
	t.Helper()
	i, err := parse(items, rules)
	if err != nil {
		t.Fatalf("ParseInstrument: %v", err)
	}
	return i
}

const (
	yesNo = `{"linkId":"a","type":"choice","answerOption":[{"valueCoding":{"code":"yes"}},{"valueCoding":{"code":"no"}}]}`
	total = `{"linkId":"t","type":"decimal","readOnly":true}`
)

// TestParse tries each rule of instrument files that can be broken.
func TestParse(t *testing.T) {
	const none = `"topics":[]`
	second := func(enable string) string {
		return `[` + yesNo + `,{"linkId":"b","type":"string",` + enable + `}]`
	}
	topic := func(positive string) string {
		return `"topics":[{"topic":"food","questions":["a"],"positive":[` + positive + `]}]`
	}
	score := func(method, linkID, weights string) string {
		return `"topics":[],"weights":{"w":{"yes":1,"no":0},"short":{"yes":1}},"scores":[{"linkId":"t","method":"` + method +
			`","items":[{"linkId":"` + linkID + `","weights":"` + weights + `"}]}]`
	}
	tests := []struct{ name, items, rules, want string }{
		{"fine", `[` + yesNo + `]`, none, ""},
		{"a group", `[{"linkId":"g","type":"group","item":[` + yesNo + `]}]`, none, ""},
		{"type", `[{"linkId":"a","type":"attachment"}]`, none, `type "attachment"`},
		{"no linkId", `[{"type":"string"}]`, none, "empty or used twice"},
		{"linkId twice", `[` + yesNo + `,` + yesNo + `]`, none, "empty or used twice"},
		{"choice without options", `[{"linkId":"a","type":"choice"}]`, none, "has options"},
		{"text with options", strings.Replace(`[`+yesNo+`]`, "choice", "text", 1), none, "has options"},
		{"option twice", strings.Replace(`[`+yesNo+`]`, "no", "yes", 1), none, "used twice"},
		{"question in a question", `[{"linkId":"a","type":"string","item":[` + yesNo + `]}]`, none, "help texts alone"},
		{"enabled by nothing", second(`"enableWhen":[{"question":"c","operator":"exists","answerBoolean":true}]`), none, "which is no question"},
		{"enabled by itself", second(`"enableWhen":[{"question":"b","operator":"exists","answerBoolean":true}]`), none, "hang on itself"},
		{"operator", second(`"enableWhen":[{"question":"a","operator":"~","answerString":"x"}]`), none, `operator "~"`},
		{"codes have no order", second(`"enableWhen":[{"question":"a","operator":">","answerString":"x"}]`), none, "needs a number"},
		{"compared with nothing", second(`"enableWhen":[{"question":"a","operator":"="}]`), none, "no value of type choice"},
		{"behavior", second(`"enableWhen":[{"question":"a","operator":"=","answerString":"x"},{"question":"a","operator":"=","answerString":"y"}]`), none, "enableBehavior"},
		{"a positive answer", `[` + yesNo + `]`, topic(`{"any":[{"linkId":"a","codes":["yes"]}]}`), ""},
		{"any and all", `[` + yesNo + `]`, topic(`{"any":[{"linkId":"a","codes":["yes"]}],"all":[{"linkId":"a","codes":["no"]}]}`), "either any or all"},
		{"no condition", `[` + yesNo + `]`, topic(`{}`), "either any or all"},
		{"condition without a comparison", `[` + yesNo + `]`, topic(`{"any":[{"linkId":"a"}]}`), "compares nothing"},
		{"condition on nothing", `[` + yesNo + `]`, topic(`{"any":[{"linkId":"z","codes":["yes"]}]}`), `unknown question "z"`},
		{"unknown option", `[` + yesNo + `]`, topic(`{"any":[{"linkId":"a","codes":["maybe"]}]}`), "no option maybe"},
		{"foreign domain", `[` + yesNo + `]`, topic(`{"any":[{"linkId":"a","codes":["yes"]}],"domain":"stress"}`), `domain "stress"`},
		{"unknown topic", `[` + yesNo + `]`, `"topics":[{"topic":"pets"}]`, "unknown topic"},
		{"topic on nothing", `[` + yesNo + `]`, `"topics":[{"topic":"food","questions":["z"]}]`, `unknown question "z"`},
		{"a score", `[` + yesNo + `,` + total + `]`, score("sum", "a", "w"), ""},
		{"method", `[` + yesNo + `,` + total + `]`, score("mean", "a", "w"), "known method"},
		{"score that is asked", `[` + yesNo + `,{"linkId":"t","type":"decimal"}]`, score("sum", "a", "w"), "calculated question"},
		{"item of a score", `[` + yesNo + `,` + total + `]`, score("sum", "z", "w"), "unknown"},
		{"weights", `[` + yesNo + `,` + total + `]`, score("sum", "a", "v"), "unknown"},
		{"option without weight", `[` + yesNo + `,` + total + `]`, score("sum", "a", "short"), "has no weight"},
		{"prefill of a question that is asked", `[` + yesNo + `]`, `"prefill":{"a":"age"}`, "hidden question"},
		{"result of a question that is asked", `[` + yesNo + `]`, `"results":[{"linkId":"a"}]`, "no calculated question"},
		{"other questionnaire", `[` + yesNo + `]`, `"questionnaire":"urn:other|1"`, "rules are for"},
		{"no version", `[` + yesNo + `]`, `"version":""`, "no version"},
		{"no JSON", `[`, none, "questionnaire"},
	}
	for _, tt := range tests {
		_, err := parse(tt.items, tt.rules)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: error = %v, want %q", tt.name, err, tt.want)
		}
	}
}

// TestEnableWhen tries every operator on an answer that fits, one that does
// not and none.
func TestEnableWhen(t *testing.T) {
	const number = `{"linkId":"a","type":"integer"}`
	tests := []struct {
		first, enable, behavior string
		open, shut              []Answer
	}{
		{yesNo, `{"question":"a","operator":"exists","answerBoolean":true}`, "all", []Answer{Codes("no")}, []Answer{{}, Absent(AskedDeclined)}},
		{yesNo, `{"question":"a","operator":"exists","answerBoolean":false}`, "all", []Answer{{}, Absent(AskedDeclined)}, []Answer{Codes("no")}},
		{yesNo, `{"question":"a","operator":"=","answerCoding":{"code":"yes"}}`, "all", []Answer{Codes("yes")}, []Answer{Codes("no"), {}}},
		{yesNo, `{"question":"a","operator":"!=","answerCoding":{"code":"yes"}}`, "all", []Answer{Codes("no")}, []Answer{Codes("yes"), {}}},
		{number, `{"question":"a","operator":"=","answerInteger":5}`, "all", []Answer{Number(5)}, []Answer{Number(4), {}}},
		{number, `{"question":"a","operator":"!=","answerInteger":5}`, "all", []Answer{Number(4)}, []Answer{Number(5), {}}},
		{number, `{"question":"a","operator":">","answerInteger":5}`, "all", []Answer{Number(6)}, []Answer{Number(5), {}}},
		{number, `{"question":"a","operator":"<","answerDecimal":5}`, "all", []Answer{Number(4.5)}, []Answer{Number(5), {}}},
		{number, `{"question":"a","operator":">=","answerInteger":5}`, "all", []Answer{Number(5)}, []Answer{Number(4), {}}},
		{number, `{"question":"a","operator":"<=","answerInteger":5}`, "all", []Answer{Number(5)}, []Answer{Number(6), {}}},
		{number, `{"question":"a","operator":">","answerInteger":5},{"question":"a","operator":"<","answerInteger":9}`, "all", []Answer{Number(7)}, []Answer{Number(9), Number(5)}},
		{number, `{"question":"a","operator":"<","answerInteger":5},{"question":"a","operator":">","answerInteger":9}`, "any", []Answer{Number(4), Number(10)}, []Answer{Number(7), {}}},
	}
	for _, tt := range tests {
		i := testInstrument(t, `[`+tt.first+`,{"linkId":"g","type":"group","enableBehavior":"`+tt.behavior+`","enableWhen":[`+tt.enable+
			`],"item":[{"linkId":"b","type":"string"}]}]`, `"topics":[]`)
		for want, answers := range map[int][]Answer{2: tt.open, 1: tt.shut} {
			for _, a := range answers {
				if got := len(i.Asked(Answers{"a": a})); got != want {
					t.Errorf("%s (%s) with %+v: %d questions asked, want %d", tt.enable, tt.behavior, a, got, want)
				}
			}
		}
	}
}

// TestChain asks a question that hangs on one that is not asked itself.
func TestChain(t *testing.T) {
	i := testInstrument(t, `[`+yesNo+`,
		{"linkId":"b","type":"string","enableWhen":[{"question":"a","operator":"=","answerString":"yes"}]},
		{"linkId":"c","type":"string","enableWhen":[{"question":"b","operator":"exists","answerBoolean":true}]}]`, `"topics":[]`)
	if got := len(i.Asked(Answers{"a": Codes("no"), "b": Codes("left from before")})); got != 1 {
		t.Errorf("%d questions asked, want the first alone", got)
	}
}

// TestOpenQuestions checks numbers and texts, and questions that must be answered.
func TestOpenQuestions(t *testing.T) {
	i := testInstrument(t, `[{"linkId":"n","type":"integer"},{"linkId":"d","type":"decimal"},{"linkId":"s","type":"string"},
		{"linkId":"must","type":"text","required":true}]`, `"topics":[]`)
	must := Codes("said")
	tests := []struct {
		answers Answers
		want    []string
	}{
		{Answers{"n": Number(3), "d": Number(0.5), "s": Codes("words"), "must": must}, nil},
		{Answers{"n": Number(0.5), "must": must}, []string{"answers.n"}},
		{Answers{"n": Codes("three"), "d": Codes("half"), "s": Number(1), "must": must}, []string{"answers.d", "answers.n", "answers.s"}},
		{Answers{"s": Codes(strings.Repeat("x", maxText+1)), "must": must}, []string{"answers.s"}},
		{Answers{"s": Codes(""), "must": must}, []string{"answers.s"}},
		{Answers{}, []string{"answers.must"}},
		{Answers{"must": Absent(AskedDeclined)}, []string{"answers.must"}},
	}
	for _, tt := range tests {
		err := i.Check(tt.answers)
		if diff := cmp.Diff(tt.want, fieldsOf(err)); diff != "" {
			t.Errorf("Check(%.80v) fields (-want +got):\n%s", tt.answers, diff)
		}
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("Check(%.80v) = %v, want invalid", tt.answers, err)
		}
	}
}

// TestTranslations reads texts in another language: used when there is one,
// official only when all are reviewed.
func TestTranslations(t *testing.T) {
	translated := func(content string, reviewed bool) string {
		return fmt.Sprintf(`{"extension":[{"url":%q,"extension":[{"url":"lang","valueCode":"es"},{"url":"content","valueString":%q},
			{"url":%q,"valueString":"a person"},{"url":%q,"valueBoolean":%v}]}]}`, extTranslation, content, extSource, extReviewed, reviewed)
	}
	for _, reviewed := range []bool{true, false} {
		i, err := ParseInstrument(fmt.Appendf(nil, `{"resourceType":"Questionnaire","id":"test","url":"urn:test","version":"1",
			"title":"Food","_title":%s,"item":[{"linkId":"a","text":"Hungry?","_text":%s,"type":"choice",
			"answerOption":[{"valueCoding":{"code":"yes","display":"Yes","_display":%s}}]}]}`,
			translated("Comida", true), translated("¿Hambre?", true), translated("Sí", reviewed)),
			[]byte(`{"questionnaire":"urn:test|1","version":"r1"}`), nil)
		if err != nil {
			t.Fatalf("ParseInstrument: %v", err)
		}
		qs, official := i.In("es")
		if official != reviewed || qs[0].Text != "¿Hambre?" || qs[0].Options[0].Display != "Sí" || i.TitleIn("es") != "Comida" {
			t.Errorf("In(es) = %+v, official %v, want official %v", qs, official, reviewed)
		}
		if qs, official := i.In("vi"); official || qs[0].Text != "Hungry?" {
			t.Errorf("In(vi) = %+v, official %v, want the own words, not official", qs, official)
		}
		if _, official := i.In("en"); !official || i.Questions[0].Text != "Hungry?" {
			t.Errorf("In(en) is not official, or Questions changed")
		}
		if len(i.Languages) != 2 || len(i.Unreviewed) == 0 != reviewed {
			t.Errorf("reviewed %v: Languages = %v, of them unreviewed %v", reviewed, i.Languages, i.Unreviewed)
		}
	}
}

// TestLibrary finds the newest version, and tells which file is missing.
func TestLibrary(t *testing.T) {
	files := fstest.MapFS{"topics.json": {Data: []byte(`[{"topic":"food","title":"Food","domain":"food-insecurity"}]`)}}
	for _, v := range []string{"1.9.0", "1.10.0", "1.2.0"} {
		q := `{"resourceType":"Questionnaire","id":"test","url":"urn:test","version":"` + v + `"}`
		files["test-"+v+".questionnaire.json"] = &fstest.MapFile{Data: []byte(q)}
		files["test-"+v+".rules.json"] = &fstest.MapFile{Data: []byte(`{"questionnaire":"urn:test|` + v + `","version":"r"}`)}
	}
	l, err := LoadLibrary(files)
	if err != nil {
		t.Fatalf("LoadLibrary: %v", err)
	}
	for ref, want := range map[string]string{"test": "1.10.0", "urn:test": "1.10.0", "urn:test|1.2.0": "1.2.0"} {
		if got := l.Find(ref); got == nil || got.Version != want {
			t.Errorf("Find(%q) = %v, want version %s", ref, got, want)
		}
	}
	if infos := l.Infos(); len(infos) != 1 || infos[0].Version != "1.10.0" {
		t.Errorf("Infos = %v, want the newest alone", infos)
	}
	if info, ok := l.Topic("food"); !ok || info.Title != "Food" {
		t.Errorf("Topic(food) = %v, %v", info, ok)
	}
	delete(files, "test-1.2.0.rules.json")
	if _, err := LoadLibrary(files); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without rules: error = %v, want that the file does not exist", err)
	}
	files["topics.json"] = &fstest.MapFile{Data: []byte(`[{"topic":"food","domain":"hunger"}]`)}
	if _, err := LoadLibrary(files); err == nil || !strings.Contains(err.Error(), "hunger") {
		t.Errorf("unknown domain: error = %v", err)
	}
}

// TestShipped holds what every shipped instrument owes: LOINC codes on
// questions and answers, a notice, and texts.
func TestShipped(t *testing.T) {
	l, err := Shipped()
	if err != nil {
		t.Fatalf("Shipped: %v", err)
	}
	for _, i := range l.list {
		if i.Title == "" || i.Description == "" || !strings.Contains(i.Copyright, "LOINC") || !json.Valid(i.Questionnaire) {
			t.Errorf("%s lacks a title, a description or the LOINC notice", i.ID)
		}
		for _, q := range i.Questions {
			if "/"+q.Code != q.LinkID || q.Text == "" || (q.asked() && q.Topic == "") {
				t.Errorf("%s %s: code %q, text %q, topic %q", i.ID, q.LinkID, q.Code, q.Text, q.Topic)
			}
			for _, o := range q.Options {
				if o.system != "http://loinc.org" || !strings.HasPrefix(o.Code, "LA") || o.Display == "" {
					t.Errorf("%s %s: option %+v", i.ID, q.LinkID, o)
				}
			}
		}
	}
}
