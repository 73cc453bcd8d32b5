package directory

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func readOf(text string) Eligibility {
	return ReadEligibility(Service{EligibilityDescription: text}, nil, "06")
}

func TestReadEligibility(t *testing.T) {
	tests := []struct {
		text string
		want string // what is sure
		hint bool   // something is only a hint, or left to read
	}{
		{"Ages 18 and older", "age 18-", false},
		{"60 years or older; residents of Marin County", "age 60-; residence county:06041", false},
		{"Youth under the age of 18", "age -17", false},
		{"Must be between the ages of 16 and 24.", "age 16-24", false},
		{"Ages 6 weeks - 5 years", "age 0-5", false},
		{"Children, ages 5 to 12", "age 5-12", false},
		{"Ages 50 - 10", "", true}, // no such range
		{"Women and children", "age child|sex female", false},
		{"Men and women", "", false}, // everybody is one or may be neither
		{"Homeless men and women, ages 18+", "age 18-; homeless", false},
		{"Pregnant women", "pregnant; sex female", false},
		{"Seniors or people with disabilities", "age senior|disability", false},
		{"Adults and children with disabilities", "", true}, // with disabilities: both?
		{"Veterans, seniors", "", true},                     // both, or either?
		{"Veterans and their families", "other|veteran", false},
		{"Income at or below 200% of the federal poverty level", "income -200", false},
		{"Household income below 138% FPL, uninsured", "income -138; insurance uninsured", false},
		{"Live below the federal poverty line", "income -100", false},
		{"Low-income California residents", "income; residence state:06", false},
		{"Must meet income guidelines", "income", false},
		{"Medicaid recipients", "insurance medicaid", false},
		{"People without health insurance", "insurance uninsured", false},
		{"US citizens or legal permanent residents", "immigration papers", false},
		{"Open to all regardless of immigration status", "everyone", false},
		{"No residency requirement", "everyone", false},
		{"Not open to men", "", true},
		{"Priority is given to veterans", "", true},
		{"Residents of Nowhere Heights", "", true},
		{"Children of veterans", "", true},
		{"Ages 18 and older; some programs accept youth", "", true},
		{"Families with children 5 years or younger", "household children", true},
		// Spanish.
		{"Mayores de 60 años", "age 60-", false},
		{"Mujeres embarazadas", "pregnant; sex female", false},
		{"Personas sin hogar", "homeless", false},
		{"Personas de bajos ingresos", "income", false},
		{"Abierto a todos", "everyone", false},
		{"Menores de 18 años", "age -17", false},
		{"Entre 14 y 24 años", "age 14-24", false},
		{"Residentes de California", "residence state:06", false},
		{"Sin seguro médico", "insurance uninsured", false},
		{"Familias con niños", "household children", false},
		{"Personas con discapacidad", "disability", false},
	}
	for _, tt := range tests {
		e := readOf(tt.text)
		hint := e.Unread || slices.ContainsFunc(e.Requirements, func(r Requirement) bool { return r.Sure < firm })
		if got := strings.Join(labelsOf(e), "; "); got != tt.want || hint != tt.hint {
			t.Errorf("%q: read %q, hint %v, want %q, %v (%+v)", tt.text, got, hint, tt.want, tt.hint, e)
		}
	}
}

func TestReadPapers(t *testing.T) {
	tests := map[string][]Paper{
		"Photo ID and proof of income":                       {PaperID, PaperIncome},
		"No ID required":                                     nil,
		"Social Security card, birth certificate":            {PaperBirth, PaperSocial},
		"Comprobante de domicilio e identificación con foto": {PaperAddress, PaperID},
		"Referral required":                                  {PaperReferral},
		"None":                                               nil,
	}
	for text, want := range tests {
		got := ReadEligibility(Service{RequiredDocuments: []RequiredDocument{{Document: text}}}, nil, "").Papers
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q asks for %q, want %q", text, got, want)
		}
	}
}

func TestNamesAreHintsOnly(t *testing.T) {
	tests := []struct {
		name  string
		s     Service
		terms []string
		want  string
	}{
		{"of a name", Service{Name: "Women's shelter"}, nil, "sex female"},
		{"of a term", Service{Name: "Drop-in center"}, []string{"Veterans"}, "veteran"},
		{"the text says it", Service{Name: "Women's shelter", EligibilityDescription: "Women only"}, nil, ""},
		{"the text says everybody", Service{Name: "Senior center", EligibilityDescription: "Open to all"}, nil, ""},
		{"none", Service{Name: "Food pantry"}, []string{"Food"}, ""},
	}
	for _, tt := range tests {
		var got []string
		for _, r := range ReadEligibility(tt.s, tt.terms, "").Requirements {
			if r.Source != FromTitle {
				continue
			}
			if r.Sure >= firm {
				t.Errorf("%s: a name is as sure as %v", tt.name, r.Sure)
			}
			for _, c := range r.AnyOf {
				got = append(got, labelOf(c))
			}
		}
		if strings.Join(got, "|") != tt.want {
			t.Errorf("%s: hints %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestAgesOfTheFieldsStand(t *testing.T) {
	s := Service{EligibilityDescription: "Ages 18 and older", MinimumAge: number(21)}
	if got := ReadEligibility(s, nil, "").Requirements; len(got) != 0 {
		t.Errorf("requirements beside the field = %+v, want none", got)
	}
}

func TestWhatAPersonSaysWins(t *testing.T) {
	said := Requirement{AnyOf: []Condition{{Kind: VeteranCondition}}, Source: Manual}
	doc := ServiceDoc{Service: Service{EligibilityDescription: "Women only"}, Eligibility: Eligibility{Requirements: []Requirement{said}}}
	doc.readEligibility(nil, "")
	doc.readEligibility(nil, "")
	said.Sure = sureField
	if d := cmp.Diff([]Requirement{said}, doc.Eligibility.Requirements); d != "" {
		t.Errorf("requirements (-want +got):\n%s", d)
	}
}

func TestOldReadingsAreReadAgain(t *testing.T) {
	l := listing{doc: ServiceDoc{Service: Service{EligibilityDescription: "Women only"}}}
	if got := labelsOf(l.eligibility()); len(got) != 1 || got[0] != "sex female" {
		t.Errorf("eligibility of a document without one = %q, want that of its text", got)
	}
}

func TestConditionsAreChecked(t *testing.T) {
	tests := []struct {
		c    Condition
		want bool
	}{
		{Condition{Kind: AgeCondition, Min: number(18)}, true},
		{Condition{Kind: AgeCondition, Value: "senior"}, true},
		{Condition{Kind: AgeCondition}, false},
		{Condition{Kind: AgeCondition, Min: number(20), Max: number(10)}, false},
		{Condition{Kind: AgeCondition, Max: number(200)}, false},
		{Condition{Kind: IncomeCondition, Max: number(185)}, true},
		{Condition{Kind: IncomeCondition, Max: number(-1)}, false},
		{Condition{Kind: ResidenceCondition, Areas: []string{"state:06"}}, true},
		{Condition{Kind: ResidenceCondition}, false},
		{Condition{Kind: ResidenceCondition, Areas: []string{"the bay"}}, false},
		{Condition{Kind: SexCondition, Value: Female}, true},
		{Condition{Kind: SexCondition, Value: "x"}, false},
		{Condition{Kind: VeteranCondition}, true},
		{Condition{Kind: "shoe-size"}, false},
	}
	for _, tt := range tests {
		if got := tt.c.valid(); got != tt.want {
			t.Errorf("valid(%+v) = %v, want %v", tt.c, got, tt.want)
		}
	}
}

// anyWords are texts made of the words that the reader knows, and others.
var anyWords = rapid.Custom(func(t *rapid.T) string {
	var words []string
	for _, p := range eligibilityPhrases {
		words = append(words, strings.Fields(strings.NewReplacer("?", "", "Y", "years", "#", "18").Replace(p.pattern))...)
	}
	for i, w := range words {
		words[i], _, _ = strings.Cut(w, "|")
	}
	words = append(words, ",", ".", ";", "or", "and", "-", "%", "200", "7", "zebra", "resident", "Marin County", "California")
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 14).Draw(t, "words"), " ")
})

// TestReadingsAreSound: whatever the text, what is read can be checked, and the
// same text reads the same.
func TestReadingsAreSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { sound(t, anyWords.Draw(t, "text")) })
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func sound(t failer, text string) {
	t.Helper()
	e := readOf(text)
	for _, r := range e.Requirements {
		if r.Sure <= 0 || r.Sure > 1 || len(r.AnyOf) == 0 {
			t.Fatalf("%q: requirement %+v", text, r)
		}
		for _, c := range r.AnyOf {
			if !c.valid() {
				t.Fatalf("%q: condition %+v cannot be checked", text, c)
			}
			if c.String() == "" || strings.Contains(c.String(), "%!") {
				t.Fatalf("%q: condition %+v is told as %q", text, c, c)
			}
		}
	}
	if e.Everyone && slices.ContainsFunc(e.Requirements, func(r Requirement) bool { return r.Source == FromText }) {
		t.Fatalf("%q is for everybody and asks for %+v", text, e.Requirements)
	}
	first, _ := json.Marshal(e)
	if again, _ := json.Marshal(readOf(text)); string(again) != string(first) {
		t.Fatalf("%q reads as %s, then as %s", text, first, again)
	}
}

func FuzzReadEligibility(f *testing.F) {
	for _, s := range []string{"", "Ages 18 and older", "Women and children under 5, or DC residents", "Mayores de 60 años", "200 % FPL", "\xff\xfe 18-", "residents of the of in"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { sound(t, text) })
}
