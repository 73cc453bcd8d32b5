package patients

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/internal/fault"
	"github.com/havenloop/havenloop/internal/identity"
)

// The codes are those that published implementations of the original
// algorithm, without its cut, answer.
func TestSound(t *testing.T) {
	for name, want := range map[string]string{
		"jay": "JY", "john": "JAN", "jane": "JAN", "zayne": "ZAYN", "guerra": "GAR", "iga": "IG", "cowan": "CAN",
		"louisa": "LAS", "arnie": "ARNY", "olsen": "OLSAN", "corban": "CARBAN", "nava": "NAV", "macgyver": "MCGYVAR",
		"": "", "a": "A", "李": "李", "ó": "ó",
	} {
		if got := sound(name); got != want {
			t.Errorf("sound(%q) = %q, want %q", name, got, want)
		}
	}
	for _, alike := range [][2]string{
		{"Gonzalez", "Gonsales"}, {"Catherine", "Katherine"}, {"Philip", "Filip"}, {"Knight", "Night"},
		{"O'Brien", "OBrien"}, {"Peña", "Pena"}, {"Núñez", "Nunes"}, {"McDonald", "MacDonald"}, {"Nguyễn", "Nguyen"}, {"Straße", "Strasse"},
	} {
		if a, b := sounds(alike[0]), sounds(alike[1]); !slices.Equal(a, b) {
			t.Errorf("sounds(%q) = %v, sounds(%q) = %v, want the same", alike[0], a, alike[1], b)
		}
	}
	for _, apart := range [][2]string{{"Garcia", "Gomez"}, {"Smith", "Jones"}, {"Rosa", "Luz"}} {
		if slices.Equal(sounds(apart[0]), sounds(apart[1])) {
			t.Errorf("%q and %q sound the same, want not", apart[0], apart[1])
		}
	}
}

func TestSoundsNeverFail(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.String().Draw(rt, "name")
		if got := sounds(name); len(got) > maxWords || slices.Contains(got, "") {
			rt.Fatalf("sounds(%q) = %q, want at most %d and none empty", name, got, maxWords)
		}
	})
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.StringMatching("[A-Za-z' -]{0,30}").Draw(rt, "name")
		if a, b := sounds(name), sounds(strings.ToUpper(name)); !slices.Equal(a, b) {
			rt.Fatalf("sounds(%q) = %q, in capitals %q", name, a, b)
		}
	})
}

func TestLikelyDuplicates(t *testing.T) {
	tests := []struct {
		name string
		new  Patient
		want []string // why; nil: no duplicate
	}{
		{"the same again", maria(), []string{"same-family-name", "same-given-name", "same-birth-date", "same-phone"}},
		{"without accents and phone", Patient{GivenName: "maria", FamilyName: "GONZALEZ", BirthDate: "1987-04-30"},
			[]string{"same-family-name", "same-given-name", "same-birth-date"}},
		{"spelled as heard", Patient{GivenName: "Maria", FamilyName: "Gonsales", BirthDate: "1987-04-30"},
			[]string{"similar-family-name", "same-given-name", "same-birth-date"}},
		{"day and month exchanged, same phone", Patient{GivenName: "Maria", FamilyName: "Gonzalez", BirthDate: "1987-04-03", Phone: "4155552671"},
			[]string{"same-family-name", "same-given-name", "same-phone"}},
		{"one digit of the birth date wrong", Patient{GivenName: "Maria", FamilyName: "Gonzalez", BirthDate: "1987-04-20"},
			[]string{"same-family-name", "same-given-name", "similar-birth-date"}},
		{"another family name, by phone", Patient{GivenName: "Maria", FamilyName: "Ortega", BirthDate: "1987-04-30", Phone: "4155552671"},
			[]string{"same-given-name", "same-birth-date", "same-phone"}},
		{"one of two family names", Patient{GivenName: "Maria", FamilyName: "Gonzalez Ruiz", BirthDate: "1987-04-30"},
			[]string{"similar-family-name", "same-given-name", "same-birth-date"}},
		{"a sister with the same phone", Patient{GivenName: "Luz", FamilyName: "González", BirthDate: "1990-01-12", Phone: "4155552671"}, nil},
		{"the same name, born in another year", Patient{GivenName: "Maria", FamilyName: "Gonzalez", BirthDate: "1955-11-02"}, nil},
		{"the same birth date alone", Patient{GivenName: "John", FamilyName: "Smith", BirthDate: "1987-04-30"}, nil},
		{"the same phone alone", Patient{GivenName: "John", FamilyName: "Smith", BirthDate: "1950-01-01", Phone: "4155552671"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWard(t)
			known := w.register(t, chw(t), maria())
			_, err := w.Register(chw(t), tt.new, false)
			if tt.want == nil {
				wantKind(t, "Register", err, "")
				return
			}
			f, ok := errors.AsType[*fault.Error](err)
			if !ok || f.Kind != fault.Conflict {
				t.Fatalf("Register error = %v, want a conflict", err)
			}
			got := f.Extra["candidates"].([]Candidate)
			if len(got) != 1 || got[0].ID != known.ID || got[0].Score < likely || got[0].Phone != "2671" || got[0].Name != "María González" {
				t.Fatalf("candidates = %+v, want María with the end of her phone", got)
			}
			if diff := cmp.Diff(tt.want, got[0].Why); diff != "" {
				t.Errorf("why (-want +got):\n%s", diff)
			}
			if strings.Contains(err.Error(), "Gonz") {
				t.Error("the error names the patient")
			}
			_, err = w.Register(chw(t), tt.new, true)
			wantKind(t, "Register as a new one", err, "")
			_, err = w.Register(as(t, "x", identity.CHW, "other"), tt.new, false)
			wantKind(t, "Register in another organization", err, "")
		})
	}
}

func TestCandidatesAreTheMostLikelyFive(t *testing.T) {
	w := newWard(t)
	for i := range 7 {
		p := maria()
		p.Phone = fmt.Sprintf("415555267%d", i)
		w.register(t, chw(t), p)
	}
	p := maria()
	p.Phone = "4155552673"
	_, err := w.Register(chw(t), p, false)
	f, _ := errors.AsType[*fault.Error](err)
	got, _ := f.Extra["candidates"].([]Candidate)
	if len(got) != maxCandidates || got[0].Phone != "2673" || got[0].Score != 1 {
		t.Errorf("candidates = %+v, want five, the one with the phone first", got)
	}
}

func TestSearch(t *testing.T) {
	w := newWard(t)
	people := map[string]Patient{
		"maria": maria(),
		"luz":   {GivenName: "Luz", FamilyName: "Gonsales", BirthDate: "1990-01-12", Phone: "4155552671"},
		"jose":  {GivenName: "José Luis", FamilyName: "de la Cruz", BirthDate: "1987-04-30"},
		"wei":   {GivenName: "伟", FamilyName: "李", BirthDate: "1970-07-07"},
	}
	names := map[string]string{}
	for name, p := range people {
		names[w.register(t, chw(t), p).ID] = name
	}
	w.register(t, as(t, "x", identity.CHW, "other"), maria())
	tests := []struct {
		name  string
		q     Search
		first string
		all   []string
	}{
		{"family name", Search{Name: "gonzález"}, "maria", []string{"luz", "maria"}},
		{"family name as heard", Search{Name: "Gonsales"}, "luz", []string{"luz", "maria"}},
		{"given name", Search{Name: "Maria"}, "maria", []string{"maria"}},
		{"both, in either order", Search{Name: "Gonzalez, Maria"}, "maria", []string{"maria"}},
		{"two words of the given name", Search{Name: "jose luis"}, "jose", []string{"jose"}},
		{"three words", Search{Name: "Jose Luis Cruz"}, "jose", []string{"jose"}},
		{"one word that does not fit", Search{Name: "Maria Smith"}, "", nil},
		{"part of a name", Search{Name: "Gonz"}, "", nil},
		{"another script", Search{Name: "李"}, "wei", []string{"wei"}},
		{"birth date", Search{BirthDate: "1987-04-30"}, "", []string{"jose", "maria"}},
		{"name and birth date", Search{Name: "Cruz", BirthDate: "1987-04-30"}, "jose", []string{"jose"}},
		{"name and another birth date", Search{Name: "Cruz", BirthDate: "1990-01-12"}, "", nil},
		{"phone, as people write it", Search{Phone: "415.555.2671"}, "", []string{"luz", "maria"}},
		{"phone and name", Search{Phone: "+14155552671", Name: "Luz"}, "luz", []string{"luz"}},
		{"phone and birth date", Search{Phone: "+14155552671", BirthDate: "1987-04-30"}, "maria", []string{"maria"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, err := w.Search(chw(t), tt.q)
			var got []string
			for _, p := range found {
				got = append(got, names[p.ID])
			}
			if tt.first != "" && (len(got) == 0 || got[0] != tt.first) {
				t.Errorf("Search = %v, want %s first", got, tt.first)
			}
			slices.Sort(got)
			if diff := cmp.Diff(tt.all, got); diff != "" || err != nil {
				t.Errorf("Search error %v (-want +got):\n%s", err, diff)
			}
		})
	}
	for _, q := range []Search{{}, {Name: " - "}, {Phone: "12"}, {BirthDate: "yesterday"}} {
		_, err := w.Search(chw(t), q)
		wantKind(t, fmt.Sprintf("Search(%+v)", q), err, fault.Invalid)
	}
}

func TestTokensTellNothing(t *testing.T) {
	ts, other := tokens{key}, tokens{[]byte(strings.Repeat("x", 32))}
	p := maria()
	p.OrganizationID, p.Phone = "clinic", "+14155552671"
	q := p
	q.OrganizationID = "other clinic"
	all := slices.Concat(ts.of(p), ts.of(q), other.of(p))
	slices.Sort(all)
	if got, want := len(slices.Compact(all)), 3*len(ts.of(p)); got != want {
		t.Errorf("%d different tokens, want %d: another organization or key has others", got, want)
	}
	if a, b := ts.token("o", "x", "ab", "c"), ts.token("o", "x", "a", "bc"); a == b {
		t.Error("parts run into each other")
	}
}

func BenchmarkRegisterAmong2000(b *testing.B) {
	w := newWard(b)
	given, family := []string{"Maria", "Jose", "Luz", "Ana", "John", "Wei", "Kim", "Omar"}, []string{"Garcia", "Smith", "Nguyen", "Lopez", "Brown", "Cruz"}
	some := func(i int) Patient {
		return Patient{
			GivenName: given[i%8], FamilyName: family[i/8%6] + " " + family[i/5%6],
			BirthDate: fmt.Sprintf("19%02d-%02d-%02d", i%90+10, i/3%12+1, i/7%28+1), Phone: fmt.Sprintf("415555%04d", i%9999),
		}
	}
	for i := range 2000 {
		w.register(b, chw(b), some(i))
	}
	n := 2000
	for b.Loop() {
		n++
		if _, err := w.Register(chw(b), some(n), false); err != nil && !fault.Is(err, fault.Conflict) {
			b.Fatal(err)
		}
	}
}
