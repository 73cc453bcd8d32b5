package screening

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// translatable is a questionnaire with an answer that is worded otherwise at one question.
const translatable = `{"resourceType":"Questionnaire","id":"test","url":"urn:test","version":"1","title":"Food","item":[
	{"linkId":"part","type":"display","text":"At home"},
	{"linkId":"a","type":"choice","text":"Hungry?","answerOption":[{"valueCoding":{"code":"yes","display":"Yes"}},{"valueCoding":{"code":"no","display":"No"}}],
		"item":[{"linkId":"a-help","type":"display","text":"Think of today.","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl","valueCodeableConcept":{"coding":[{"code":"help"}]}}]}]},
	{"linkId":"b","type":"choice","text":"Often?","answerOption":[{"valueCoding":{"code":"yes","display":"Yes, it is"}}]},
	{"linkId":"c","type":"decimal","text":"Score","readOnly":true,"extension":[{"url":"urn:x","valueDecimal":1.50}]}]}`

const spanish = `{"language":"es","source":"Havenloop","reviewed":false,"title":"Comida",
	"items":{"part":"En casa","a":"¿Hambre?","a-help":"Piense en hoy.","b":"¿A menudo?","c":"Puntos"},
	"options":{"yes":"Sí","no":"No","b#yes":"Sí, <así es>"}}`

func loadTranslated(t *testing.T, translations map[string]string) (*Instrument, error) {
	t.Helper()
	files := fstest.MapFS{
		"topics.json":             {Data: []byte(`[]`)},
		"test.questionnaire.json": {Data: []byte(translatable)},
		"test.rules.json":         {Data: []byte(`{"questionnaire":"urn:test|1","version":"r","scores":[]}`)},
	}
	for name, text := range translations {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	l, err := LoadLibrary(files)
	if err != nil {
		return nil, err
	}
	return l.Find("test"), nil
}

func TestTranslationFiles(t *testing.T) {
	i, err := loadTranslated(t, map[string]string{
		"test.es.json": spanish,
		"test.vi.json": strings.NewReplacer(`"es"`, `"vi"`, "false", "true").Replace(spanish),
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(i.Languages, []string{"en", "es", "vi"}) || !slices.Equal(i.Unreviewed, []string{"es"}) {
		t.Errorf("Languages = %v, of them unreviewed %v, want en es vi, es", i.Languages, i.Unreviewed)
	}
	for _, tt := range []struct {
		language     string
		reviewed, ok bool
	}{{"en", true, true}, {"es", false, true}, {"vi", true, true}, {"ar", false, false}} {
		if reviewed, ok := i.Offered(tt.language); reviewed != tt.reviewed || ok != tt.ok {
			t.Errorf("Offered(%s) = %v, %v, want %v, %v", tt.language, reviewed, ok, tt.reviewed, tt.ok)
		}
	}
	qs, official := i.In("es")
	if official || qs[0].Text != "¿Hambre?" || qs[0].Help != "Piense en hoy." || qs[0].Section != "En casa" {
		t.Errorf("In(es) = %+v, official %v", qs[0], official)
	}
	if got := qs[0].Options[0].Display + "|" + qs[1].Options[0].Display; got != "Sí|Sí, <así es>" {
		t.Errorf("answers = %s, want the general one and the question's own", got)
	}
	var q questionnaire
	if err := json.Unmarshal(i.Questionnaire, &q); err != nil {
		t.Fatal(err)
	}
	if tr := q.Item[1].TextMore.translations()["es"]; tr != (Translation{"¿Hambre?", "Havenloop", false}) {
		t.Errorf("translation in the resource = %+v, want it with source and reviewed", tr)
	}
	if s := string(i.Questionnaire); !strings.Contains(s, `"valueDecimal":1.50`) || !strings.Contains(s, "<así es>") {
		t.Errorf("the resource is not as written: %s", s)
	}
}

func TestTranslationFilesRefused(t *testing.T) {
	tests := []struct{ name, from, to, want string }{
		{"a text is missing", `"a-help":"Piense en hoy.",`, "", `no text for "Think of today."`},
		{"an empty text", `"Piense en hoy."`, `""`, `no text for "Think of today."`},
		{"an answer is missing", `"no":"No",`, "", `no text for "No"`},
		{"the title is missing", `"title":"Comida",`, "", `no text for "Food"`},
		{"an unknown item", `"part":`, `"parts":"x","part":`, `no item "parts"`},
		{"an unknown answer", `"no":`, `"nope":"x","no":`, `no answer "nope"`},
		{"an unknown answer of a question", `"b#yes"`, `"a#perhaps":"x","b#yes"`, `no answer "a#perhaps"`},
		{"no source", `"source":"Havenloop",`, "", "its source"},
		{"no language", `"es"`, `"español!"`, "its language"},
		{"an unknown field", `"title"`, `"name":"x","title"`, "unknown field"},
		{"no JSON", `"options":`, "", "translation"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadTranslated(t, map[string]string{"test.es.json": strings.Replace(spanish, tt.from, tt.to, 1)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("LoadLibrary = %v, want it to say %q", err, tt.want)
			}
		})
	}
}

// TestLean: a device gets every text, and the same languages with the same
// marks, from less.
func TestLean(t *testing.T) {
	library, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range library.list {
		lean, err := i.Lean()
		if err != nil {
			t.Fatal(err)
		}
		if len(lean) >= len(i.Questionnaire) {
			t.Errorf("%s: %d bytes became %d", i.ID, len(i.Questionnaire), len(lean))
		}
		got, err := ParseInstrument(lean, i.Rules, library.topics)
		if err != nil {
			t.Fatalf("%s: %v", i.ID, err)
		}
		for _, tag := range i.Languages {
			want, official := i.In(tag)
			have, same := got.In(tag)
			if official != same || len(want) != len(have) {
				t.Fatalf("%s in %s: %d questions, official %v, want %d, %v", i.ID, tag, len(have), same, len(want), official)
			}
			for n := range want {
				if want[n].Text != have[n].Text || len(want[n].Options) != len(have[n].Options) {
					t.Errorf("%s in %s: %q, want %q", i.ID, tag, have[n].Text, want[n].Text)
				}
			}
		}
	}
}
