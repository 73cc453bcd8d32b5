package screening

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/fault"
)

// standard reads a file of the published standards, which are kept beside the
// repository, or skips the test.
func standard(t *testing.T, path string) []byte {
	t.Helper()
	shared := os.Getenv("HAVENLOOP_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	b, err := os.ReadFile(filepath.Join(shared, "standards", "fhir-sdohcc", path))
	if err != nil {
		t.Skipf("needs the published examples: %v", err)
	}
	return b
}

// TestPublishedCore derives the findings of US Core's example of the core
// questions, whose only need is the state of the home, and writes the example
// anew from them.
func TestPublishedCore(t *testing.T) {
	published := standard(t, "uscore-ahc/QuestionnaireResponse-AHC-HRSN-screening-example.json")
	i := instrument(t, "ahc-hrsn-core")
	answers, err := ReadResponse(i, published)
	if err != nil {
		t.Fatalf("ReadResponse: %v", err)
	}
	if err := i.Check(answers); err != nil {
		t.Errorf("Check = %v", err)
	}
	d := Derive(i, answers)
	var got []string
	for _, f := range d.Findings {
		got = append(got, f.Topic+": "+told(f))
	}
	want := []string{
		"housing: no housing-instability", "housing-quality: inadequate-housing", "food: no food-insecurity",
		"transportation: no transportation-insecurity", "utilities: no utility-insecurity", "safety: no intimate-partner-violence",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if len(d.Missing) != 0 {
		t.Errorf("missing = %v, want none", d.Missing)
	}

	var example QuestionnaireResponse
	if err := json.Unmarshal(published, &example); err != nil {
		t.Fatalf("Unmarshal: %v", err)
	}
	written := Response(i, Screening{Answers: answers, Derived: d, Language: "en", Instrument: i.Ref()})
	if diff := cmp.Diff(example.Item, written.Item); diff != "" {
		t.Errorf("items (-published +written):\n%s", diff)
	}
}

// TestPublishedHungerVitalSign derives the risk of the example that the guide and US Core publish.
func TestPublishedHungerVitalSign(t *testing.T) {
	i := instrument(t, "hunger-vital-sign")
	for _, path := range []string{
		"uscore-ahc/QuestionnaireResponse-hunger-vital-sign-example.json",
		"ig-examples-json/QuestionnaireResponse-SDOHCC-QuestionnaireResponseHungerVitalSignExample.json",
	} {
		answers, err := ReadResponse(i, standard(t, path))
		if err != nil {
			t.Fatalf("ReadResponse(%s): %v", path, err)
		}
		if got := Derive(i, answers).Results["/88124-3"]; got != "LA19952-3" {
			t.Errorf("%s: risk = %q, want LA19952-3", path, got)
		}
	}
}

// TestPrapare loads the guide's PRAPARE questionnaire, which is not shipped,
// with rules of codes alone, and derives the findings of the guide's example:
// it has the core's questions, but other answers to them.
func TestPrapare(t *testing.T) {
	l, err := Shipped()
	if err != nil {
		t.Fatalf("Shipped: %v", err)
	}
	rules, err := os.ReadFile("testdata/prapare.rules.json")
	if err != nil {
		t.Fatalf("ReadFile: %v", err)
	}
	i, err := ParseInstrument(standard(t, "ig-examples-json/Questionnaire-SDOHCC-QuestionnairePRAPARE.json"), rules, l.topics)
	if err != nil {
		t.Fatalf("ParseInstrument: %v", err)
	}
	published := standard(t, "ig-examples-json/QuestionnaireResponse-SDOHCC-QuestionnaireResponsePRAPAREExample.json")
	answers, err := ReadResponse(i, published)
	if err != nil {
		t.Fatalf("ReadResponse: %v", err)
	}
	if err := i.Check(answers); err != nil {
		t.Errorf("Check = %v", err)
	}
	var got []string
	for _, f := range Derive(i, answers).Findings {
		got = append(got, f.Topic+": "+told(f))
	}
	want := []string{
		"housing: homelessness urgent", "work: employment-status", "education: educational-attainment",
		"transportation: transportation-insecurity", "loneliness: social-connection", "stress: no stress",
		"safety: no intimate-partner-violence",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	written := Response(i, Screening{Answers: answers, Derived: Derive(i, answers), Language: "en", Instrument: i.Ref()})
	var example QuestionnaireResponse
	if err := json.Unmarshal(published, &example); err != nil {
		t.Fatalf("Unmarshal: %v", err)
	}
	if got, want := linkIDs(written.Item), linkIDs(example.Item); !cmp.Equal(got, want) {
		t.Errorf("written items are %v, want those of the example, %v", got, want)
	}
	if f := Derive(i, Answers{"/93042-0/71802-3": Codes("LA31995-6")}).Findings; len(f) > 0 && f[0].Positive {
		t.Errorf("an answer of the core questions is a finding here: %+v", f)
	}
}

// linkIDs lists the linkIds of items, those within a group after it.
func linkIDs(items []ResponseItem) (out []string) {
	for _, it := range items {
		out = append(append(out, it.LinkID), linkIDs(it.Item)...)
	}
	return out
}

// TestResponse writes declined and unknown answers, numbers and calculated
// ones, and reads them again.
func TestResponse(t *testing.T) {
	i := instrument(t, "ahc-hrsn-supplemental")
	answers := Answers{
		"/30525-0": Number(30), "/89555-7": Codes("LA10137-0"), "/68516-4": Codes("LA28853-2"),
		"/44250-9": Absent(AskedDeclined), "/44255-8": Absent(AskedUnknown),
	}
	written := Response(i, Screening{Answers: answers, Derived: Derive(i, answers), Language: "en", PatientID: "ana"})
	read, err := ReadResponse(i, []byte(mustJSON(t, written)))
	if err != nil {
		t.Fatalf("ReadResponse: %v", err)
	}
	if diff := cmp.Diff(answers, read); diff != "" {
		t.Errorf("answers read again (-want +got):\n%s", diff)
	}
	for _, it := range written.Item {
		if it.LinkID == "/77594-0" && *it.Answer[0].ValueDecimal != 300 {
			t.Errorf("minutes per week = %v, want 300", *it.Answer[0].ValueDecimal)
		}
	}
}

func TestReadResponseRefuses(t *testing.T) {
	i := instrument(t, "essentials")
	_, err := ReadResponse(i, []byte(`{"resourceType":"Patient"}`))
	wantKind(t, "another resource", err, fault.Invalid)
	_, err = ReadResponse(i, []byte(`{"resourceType":"QuestionnaireResponse","item":[{"linkId":"/g","item":[{"linkId":"/93030-5","answer":[{"valueDate":"2026-01-01"}]}]}]}`))
	if diff := cmp.Diff([]string{"answers./93030-5"}, fieldsOf(err)); diff != "" {
		t.Errorf("fields of an answer of another kind (-want +got):\n%s", diff)
	}
}

// TestPublishedCalculation loads the guide's Hunger Vital Sign, whose risk is
// calculated by its own expressions, and derives the risk of the guide's example.
func TestPublishedCalculation(t *testing.T) {
	i, err := ParseInstrument(standard(t, "ig-examples-json/Questionnaire-SDOHCC-QuestionnaireHungerVitalSign.json"), nil, nil)
	if err != nil {
		t.Fatalf("ParseInstrument: %v", err)
	}
	published := standard(t, "ig-examples-json/QuestionnaireResponse-SDOHCC-QuestionnaireResponseHungerVitalSignExample.json")
	answers, err := ReadResponse(i, published)
	if err != nil || i.Check(answers) != nil {
		t.Fatalf("ReadResponse: %v, %v", err, i.Check(answers))
	}
	d := Derive(i, answers)
	if got := d.Results["/88124-3"]; got != "LA19952-3" {
		t.Errorf("risk = %q, want LA19952-3", got)
	}
	written := Response(i, Screening{Answers: answers, Derived: d, Language: "en", Instrument: i.Ref()})
	var example QuestionnaireResponse
	if err := json.Unmarshal(published, &example); err != nil {
		t.Fatalf("Unmarshal: %v", err)
	}
	if got, want := linkIDs(written.Item), linkIDs(example.Item); !cmp.Equal(got, want) {
		t.Errorf("written items are %v, want those of the example, %v", got, want)
	}
	const often, never, refused = "LA28397-0", "LA28398-8", "LA15775-2"
	for _, tt := range []struct{ first, second, want string }{
		{never, never, "LA19983-8"}, {never, often, "LA19952-3"}, {often, refused, "LA19952-3"},
		{refused, never, "LA19983-8"}, // the guide's own rule; that of the shipped instrument is stricter
	} {
		got := Derive(i, Answers{"/88122-7": Codes(tt.first), "/88123-5": Codes(tt.second)}).Results["/88124-3"]
		if got != tt.want {
			t.Errorf("risk of %s and %s = %q, want %q", tt.first, tt.second, got, tt.want)
		}
	}
	if got := Derive(i, nil).Results; len(got) != 0 {
		t.Errorf("results of no answers = %v, want none", got)
	}
}
