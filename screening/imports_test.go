package screening

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// own is a questionnaire of the network's own, in a version.
func ownQuestionnaire(version, items string) json.RawMessage {
	return json.RawMessage(`{"resourceType":"Questionnaire","id":"own","url":"urn:own","version":"` + version + `","title":"Our own","item":` + items + `}`)
}

func ownRules(version, rules, positive string) json.RawMessage {
	return json.RawMessage(`{"questionnaire":"urn:own|` + version + `","version":"` + rules + `","topics":[{"topic":"food","questions":["a"],"positive":[{"any":[{"linkId":"a","codes":["` + positive + `"]}]}]}]}`)
}

// TestImport takes in an instrument, the same again, new rules and what is refused.
func TestImport(t *testing.T) {
	b := newBench(t)
	admin := b.as(t, identity.NetworkAdmin, "network")
	first := ownQuestionnaire("1", `[`+yesNo+`]`)
	tests := []struct {
		name                 string
		questionnaire, rules json.RawMessage
		change               string
		problem              string
	}{
		{"new", first, ownRules("1", "r1", "yes"), ImportNew, ""},
		{"the same again, written otherwise", json.RawMessage(strings.ReplaceAll(string(first), ",", ",\n ")), ownRules("1", "r1", "yes"), ImportNothing, ""},
		{"without rules", first, nil, ImportNothing, ""},
		{"new rules", first, ownRules("1", "r2", "no"), ImportNewRules, ""},
		{"the old rules again", first, ownRules("1", "r1", "yes"), ImportNothing, ""},
		{"other rules under the same version", first, ownRules("1", "r2", "yes"), "", "this version of the rules"},
		{"other content", ownQuestionnaire("1", `[`+total+`]`), nil, "", "other content"},
		{"a new version without rules", ownQuestionnaire("2", `[`+yesNo+`]`), nil, ImportNew, ""},
		{"another with this id", json.RawMessage(strings.Replace(string(first), "urn:own", "urn:other", 1)), nil, "", "another questionnaire has this id"},
		{"a shipped one, changed", json.RawMessage(strings.Replace(string(instrument(t, "essentials").Questionnaire), "Essentials", "Ours", 1)), nil, "", "comes with the program"},
		{"a shipped one as it is", instrument(t, "essentials").Questionnaire, nil, ImportNothing, ""},
		{"no JSON", json.RawMessage(`{`), nil, "", "no JSON"},
	}
	for _, tt := range tests {
		seen, err := b.Preview(admin, tt.questionnaire, tt.rules)
		if err != nil {
			t.Errorf("%s: Preview = %v", tt.name, err)
		}
		done, err := b.Import(admin, tt.questionnaire, tt.rules)
		if diff := cmp.Diff(seen, done); diff != "" {
			t.Errorf("%s: the preview says something else (-preview +import):\n%s", tt.name, diff)
		}
		if done.Change != tt.change || done.Accepted != (tt.problem == "") || done.Accepted != (err == nil) {
			t.Errorf("%s: Import = %+v, %v, want change %q", tt.name, done, err, tt.change)
		}
		if tt.problem != "" {
			wantKind(t, tt.name, err, fault.Invalid)
			if len(done.Problems) != 1 || !strings.Contains(done.Problems[0].Reason, tt.problem) {
				t.Errorf("%s: problems = %v, want %q", tt.name, done.Problems, tt.problem)
			}
		}
	}
	i, err := b.Instrument(b.rosa, "urn:own|1")
	if err != nil || i.RulesVersion != "r2" {
		t.Errorf("the instrument has rules %q, %v, want those imported last", i.RulesVersion, err)
	}
	if i, err := b.Instrument(b.rosa, "own"); err != nil || i.Version != "2" {
		t.Errorf("the newest is %v, %v, want version 2", i, err)
	}
}

// TestImportTellsAll refuses a questionnaire for each item that is not
// supported, all at once.
func TestImportTellsAll(t *testing.T) {
	b := newBench(t)
	ext := func(url, value string) string { return `"extension":[{"url":"` + url + `",` + value + `}]` }
	items := []struct{ item, linkID, reason string }{
		{`{"linkId":"1","type":"attachment"}`, "1", `type "attachment"`},
		{`{"linkId":"2","type":"reference"}`, "2", `type "reference"`},
		{`{"linkId":"3","type":"dateTime"}`, "3", `type "dateTime"`},
		{`{"linkId":"4","type":"choice","answerValueSet":"http://example.org/vs"}`, "4", "not contained"},
		{`{"linkId":"5","type":"string",` + ext(core+"regex", `"valueString":"a"`) + `}`, "5", "regex"},
		{`{"linkId":"6","type":"string",` + ext(sdc+"sdc-questionnaire-initialExpression", `"valueString":"a"`) + `}`, "6", "beforehand"},
		{`{"linkId":"7","type":"string","modifierExtension":[{"url":"urn:x"}]}`, "7", "modifierExtension"},
		{`{"linkId":"8","type":"string","item":[{"linkId":"8.1","type":"string"}]}`, "8", "questions in a question"},
		{`{"linkId":"9","type":"group","repeats":true,"item":[]}`, "9", "groups that repeat"},
		{`{"linkId":"10","type":"string","initial":[{"valueString":"a"}]}`, "10", "initial"},
		{`{"linkId":"11","type":"choice","answerOption":[{"valueDate":"2026-01-01"}]}`, "11", "others are not supported"},
		{`{"linkId":"12","type":"choice","answerOption":[{"valueString":"a","initialSelected":true}]}`, "12", "initialSelected"},
		{`{"linkId":"13","type":"integer","maxLength":3}`, "13", "maxLength"},
		{`{"linkId":"14","type":"boolean","repeats":true}`, "14", "several times"},
		{`{"linkId":"15","type":"integer","extension":[{"url":"` + extMinValue + `","valueInteger":5},{"url":"` + extMaxValue + `","valueInteger":4}]}`, "15", "greater than"},
		{`{"linkId":"16","type":"date",` + ext(extMinValue, `"valueDate":"2026"`) + `}`, "16", "whole dates"},
		{`{"linkId":"17","type":"string",` + ext(extUnit, `"valueCoding":{"code":"kg"}`) + `}`, "17", "units are codes"},
		{`{"linkId":"18","type":"display","enableWhen":[{"question":"8","operator":"exists","answerBoolean":true}]}`, "18", "text with its own condition"},
		{`{"linkId":"19","type":"string","enableWhen":[{"question":"20","operator":"exists","answerBoolean":true}]}`, "19", "on itself"},
		{`{"linkId":"20","type":"string","enableWhen":[{"question":"19","operator":"exists","answerBoolean":true}]}`, "", ""},
		{`{"linkId":"21","type":"choice","answerValueSet":"#filtered"}`, "21", "one by one"},
		{`{"linkId":"22","type":"string","enableWhen":[{"question":"4","operator":">","answerCoding":{"code":"a"}}]}`, "22", "needs a number"},
		{`{"linkId":"23","type":"string","enableWhen":[{"question":"13","operator":"=","answerDateTime":"2026-01-01"}]}`, "23", "dateTime"},
	}
	var list []string
	for _, tt := range items {
		list = append(list, tt.item)
	}
	q := strings.Replace(string(ownQuestionnaire("1", "["+strings.Join(list, ",")+"]")), `"title"`,
		`"implicitRules":"urn:x","contained":[{"resourceType":"ValueSet","id":"filtered","compose":{"include":[{"system":"urn:s","filter":[{}]}]}}],"title"`, 1)
	report, err := b.Preview(b.as(t, identity.NetworkAdmin, "network"), json.RawMessage(q), nil)
	if err != nil {
		t.Fatalf("Preview: %v", err)
	}
	told := func(linkID, reason string) bool {
		for _, p := range report.Problems {
			if p.LinkID == linkID && strings.Contains(p.Reason, reason) {
				return true
			}
		}
		return false
	}
	for _, tt := range append(items, struct{ item, linkID, reason string }{"the whole", "", "implicitRules"}) {
		if tt.reason != "" && !told(tt.linkID, tt.reason) {
			t.Errorf("%s: no problem at %q with %q", tt.item, tt.linkID, tt.reason)
		}
	}
	if t.Failed() {
		t.Logf("problems: %v", report.Problems)
	}
}

// TestImportContained takes options from value sets that the questionnaire
// contains, and notes what it leaves aside.
func TestImportContained(t *testing.T) {
	b := newBench(t)
	q := strings.Replace(string(ownQuestionnaire("1", `[{"linkId":"a","type":"choice","answerValueSet":"#listed"},{"linkId":"b","type":"choice","answerValueSet":"#expanded",
		"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"}]}]`)), `"title"`,
		`"contained":[{"resourceType":"ValueSet","id":"listed","compose":{"include":[{"system":"urn:s","concept":[{"code":"x","display":"X"},{"code":"y"}]}]}},
		{"resourceType":"ValueSet","id":"expanded","expansion":{"contains":[{"abstract":true,"code":"all","contains":[{"system":"urn:s","code":"z","display":"Z"}]}]}}],"title"`, 1)
	report, err := b.Preview(b.as(t, identity.NetworkAdmin, "network"), json.RawMessage(q), nil)
	if err != nil || !report.Accepted {
		t.Fatalf("Preview = %+v, %v", report, err)
	}
	if diff := cmp.Diff([][]string{{"X", "y"}, {"Z"}}, [][]string{report.Questions[0].Options, report.Questions[1].Options}); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
	if len(report.Aside) != 1 || !strings.Contains(report.Aside[0], "itemControl") {
		t.Errorf("left aside = %v, want the way of choosing", report.Aside)
	}
}

// TestImportedScreening screens with an imported instrument before and after
// it gets new rules: the old screening stays as it was.
func TestImportedScreening(t *testing.T) {
	b := newBench(t)
	admin := b.as(t, identity.NetworkAdmin, "network")
	take := func(rules json.RawMessage) {
		t.Helper()
		if _, err := b.Import(admin, ownQuestionnaire("1", `[`+yesNo+`]`), rules); err != nil {
			t.Fatalf("Import: %v", err)
		}
	}
	screen := func() Screening {
		t.Helper()
		r, err := b.Submit(b.rosa, Submission{PatientID: "ana", Instrument: "own", Answers: Answers{"a": Codes("yes")}})
		if err != nil {
			t.Fatalf("Submit: %v", err)
		}
		return r.Screening
	}
	take(nil)
	if s := screen(); len(s.Findings) != 0 || s.RulesVersion != "" {
		t.Errorf("without rules: %+v, want no findings", s.Derived)
	}
	take(ownRules("1", "r1", "yes"))
	first := screen()
	take(ownRules("1", "r2", "no"))
	second := screen()
	if !first.Findings[0].Positive || first.RulesVersion != "r1" || second.Findings[0].Positive || second.RulesVersion != "r2" {
		t.Errorf("first = %+v, second = %+v", first.Derived, second.Derived)
	}
	again, err := b.Get(b.rosa, first.ID)
	if err != nil || mustJSON(t, again.Derived) != mustJSON(t, first.Derived) {
		t.Errorf("the first screening is now %+v, %v, want it unchanged", again.Derived, err)
	}
}

// TestRetire takes instruments out of use, in two processes.
func TestRetire(t *testing.T) {
	b := newBench(t)
	admin := b.as(t, identity.NetworkAdmin, "network")
	other, err := New(t.Context(), b.engine, b.opt)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	names := func(s *Service) (out []string) {
		t.Helper()
		list, err := s.Instruments(b.rosa)
		if err != nil {
			t.Fatalf("Instruments: %v", err)
		}
		for _, i := range list {
			out = append(out, i.ID+" "+i.Version)
		}
		return out
	}
	shipped := names(other)
	for _, v := range []string{"1", "2"} {
		if _, err := b.Import(admin, ownQuestionnaire(v, `[`+yesNo+`]`), nil); err != nil {
			t.Fatalf("Import: %v", err)
		}
	}
	if i, err := other.Instrument(b.rosa, "urn:own|2"); err != nil || i.Version != "2" {
		t.Errorf("another process finds %v, %v at once, want version 2", i, err)
	}
	draft, err := b.StartDraft(b.rosa, "ana", "urn:own|2", "")
	if err != nil {
		t.Fatalf("StartDraft: %v", err)
	}
	for _, ref := range []string{"urn:own|2", instrument(t, "essentials").Ref()} {
		for range 2 { // again changes nothing
			if err := b.Retire(admin, ref, true); err != nil {
				t.Fatalf("Retire(%s): %v", ref, err)
			}
		}
	}
	want := append(without(shipped, "essentials 1.0.0"), "own 1")
	if diff := cmp.Diff(want, names(b.Service)); diff != "" {
		t.Errorf("instruments after retiring (-want +got):\n%s", diff)
	}
	b.clock.Add(catalogAge + time.Second)
	if diff := cmp.Diff(want, names(other)); diff != "" {
		t.Errorf("instruments of another process a little later (-want +got):\n%s", diff)
	}
	_, err = b.StartDraft(b.rosa, "ana", "urn:own|2", "")
	wantKind(t, "a new screening with a retired version", err, fault.BusinessRule)
	if _, err := b.SaveAnswer(b.rosa, draft.ID, "a", Codes("yes"), 0); err != nil {
		t.Errorf("an answer to a draft under way = %v", err)
	}
	if _, err := b.Complete(b.rosa, draft.ID); err != nil {
		t.Errorf("completing a draft under way = %v", err)
	}
	if err := b.Retire(admin, "urn:own|2", false); err != nil {
		t.Fatalf("Retire: %v", err)
	}
	if i, err := b.Instrument(b.rosa, "own"); err != nil || i.Version != "2" {
		t.Errorf("in use again: %v, %v, want version 2", i, err)
	}
	wantKind(t, "retiring what does not exist", b.Retire(admin, "urn:none|1", true), fault.NotFound)
	states, err := b.AllInstruments(admin)
	if err != nil || len(states) != len(shipped)+2 {
		t.Errorf("AllInstruments = %v, %v, want all versions", states, err)
	}
	for _, s := range states {
		if s.Retired != (s.ID == "essentials") || s.Shipped != (s.ID != "own") {
			t.Errorf("state of %s = %+v", s.Ref(), s)
		}
	}
	for name, call := range map[string]func() error{
		"Preview":        func() error { _, err := b.Preview(b.rosa, nil, nil); return err },
		"Import":         func() error { _, err := b.Import(b.rosa, nil, nil); return err },
		"AllInstruments": func() error { _, err := b.AllInstruments(b.rosa); return err },
		"Retire":         func() error { return b.Retire(b.rosa, "own", true) },
	} {
		wantKind(t, name+" by a worker", call(), fault.Forbidden)
	}
}

func without(list []string, one string) (out []string) {
	for _, s := range list {
		if s != one {
			out = append(out, s)
		}
	}
	return out
}

// FuzzImport reads any text as a questionnaire with rules: no panic, and what
// is taken can be answered.
func FuzzImport(f *testing.F) {
	f.Add(string(ownQuestionnaire("1", `[`+yesNo+`,`+total+`]`)), string(ownRules("1", "r", "yes")))
	f.Add(string(ownQuestionnaire("1", calculated1("%resource.item.answer.value.ordinal().sum()", ""))), "")
	f.Add(string(ownQuestionnaire("1", `[{"linkId":"g","type":"group","item":[{"linkId":"a","type":"quantity","repeats":true},{"linkId":"b","type":"date","enableWhen":[{"question":"a","operator":"!=","answerQuantity":{"value":1}}]}]}]`)), "")
	l, err := Shipped()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, q, rules string) {
		i, err := ParseInstrument([]byte(q), []byte(rules), l.topics)
		if err != nil {
			return
		}
		answers := Answers{}
		for _, q := range i.Questions {
			tries := tryAnswers(q)
			answers[q.LinkID] = tries[len(answers)%len(tries)]
		}
		_ = i.Check(answers)
		d := Derive(i, answers)
		if a, b := mustJSON(t, d), mustJSON(t, Derive(i, answers)); a != b {
			t.Errorf("Derive = %s, then %s", a, b)
		}
		written := mustJSON(t, Response(i, Screening{Answers: answers, Derived: d}))
		if _, err := ReadResponse(i, []byte(written)); err != nil {
			t.Errorf("%s is not read again: %v", written, err)
		}
	})
}
