package directory

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// who is a seeker of whom some things are known.
func who(change ...func(*Seeker)) Seeker {
	s := seeker
	for _, f := range change {
		f(&s)
	}
	return s
}

func aged(n float64) func(*Seeker) { return func(s *Seeker) { s.Age = &n } }
func woman(s *Seeker)              { s.Sex = Female }
func alone(s *Seeker)              { s.HouseholdSize = 1 }
func withChildren(s *Seeker)       { s.Children = new(true) }
func poor(percent float64) func(*Seeker) {
	return func(s *Seeker) { s.IncomePercent = &percent }
}

func TestMeets(t *testing.T) {
	word := func(kind ConditionKind, value string) Condition { return Condition{Kind: kind, Value: value} }
	tests := []struct {
		name string
		s    Seeker
		c    Condition
		want verdict
	}{
		{"old enough", who(aged(60)), Condition{Kind: AgeCondition, Min: number(60)}, met},
		{"too young", who(aged(59)), Condition{Kind: AgeCondition, Min: number(60)}, notMet},
		{"age not known", who(), Condition{Kind: AgeCondition, Min: number(60)}, notKnown},
		{"a grown-up may ask for a child", who(aged(35)), Condition{Kind: AgeCondition, Min: number(5), Max: number(12)}, notKnown},
		{"unless none lives there", who(aged(35), alone), Condition{Kind: AgeCondition, Min: number(5), Max: number(12)}, notMet},
		{"a child alone", who(aged(14)), Condition{Kind: AgeCondition, Min: number(5), Max: number(12)}, notMet},
		{"surely a senior", who(aged(70)), word(AgeCondition, "senior"), met},
		{"perhaps a senior", who(aged(58)), word(AgeCondition, "senior"), notKnown},
		{"no senior", who(aged(30)), word(AgeCondition, "senior"), notMet},
		{"a woman", who(woman), word(SexCondition, Female), met},
		{"no man", who(woman), word(SexCondition, Male), notMet},
		{"sex not known", who(), word(SexCondition, Male), notKnown},
		{"lives there", who(), Condition{Kind: ResidenceCondition, Areas: []string{"county:06075"}}, met},
		{"lives elsewhere", who(), Condition{Kind: ResidenceCondition, Areas: []string{"state:11"}}, notMet},
		{"nobody knows where", Seeker{}, Condition{Kind: ResidenceCondition, Areas: []string{"state:11"}}, notKnown},
		{"only the state is known", Seeker{Areas: []string{"state:06"}}, Condition{Kind: ResidenceCondition, Areas: []string{"county:06075"}}, notKnown},
		{"poor enough", who(poor(130)), Condition{Kind: IncomeCondition, Max: number(185)}, met},
		{"too rich", who(poor(300)), Condition{Kind: IncomeCondition, Max: number(185)}, notMet},
		{"a low income is not said how low", who(poor(300)), Condition{Kind: IncomeCondition}, notKnown},
		{"veteran not known", who(), Condition{Kind: VeteranCondition}, notKnown},
		{"no veteran", who(func(s *Seeker) { s.Veteran = new(false) }), Condition{Kind: VeteranCondition}, notMet},
		{"pregnant", who(func(s *Seeker) { s.Pregnant = new(true) }), Condition{Kind: PregnantCondition}, met},
		{"children", who(withChildren), word(HouseholdCondition, WithChildren), met},
		{"a family by its children", who(withChildren), word(HouseholdCondition, Family), met},
		{"no family", who(alone), word(HouseholdCondition, Family), notMet},
		{"alone", who(alone), word(HouseholdCondition, Single), met},
		{"household not known", who(), word(HouseholdCondition, Single), notKnown},
		{"papers are never known", who(), word(ImmigrationCondition, NeedsPapers), notKnown},
		{"Medicaid", who(func(s *Seeker) { s.Insurance = Medicaid }), word(InsuranceCondition, Medicaid), met},
		{"insured by whom", who(func(s *Seeker) { s.Insurance = Insured }), word(InsuranceCondition, Medicaid), notKnown},
		{"insured at all", who(func(s *Seeker) { s.Insurance = Medicaid }), word(InsuranceCondition, Insured), met},
		{"not uninsured", who(func(s *Seeker) { s.Insurance = Insured }), word(InsuranceCondition, Uninsured), notMet},
		{"no home", who(func(s *Seeker) { s.Homeless = new(true) }), Condition{Kind: HomelessCondition}, met},
		{"others cannot be checked", who(), Condition{Kind: OtherCondition}, notKnown},
	}
	for _, tt := range tests {
		if got := tt.s.ready().meets(tt.c); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestFit(t *testing.T) {
	women, men := Condition{Kind: SexCondition, Value: Female}, Condition{Kind: SexCondition, Value: Male}
	tests := []struct {
		name  string
		s     Seeker
		in    []Candidate
		want  string
		first Fit
	}{
		{"surely for others is left out", who(woman), []Candidate{candidate("x", only(0.95, men))}, "", ""},
		{"perhaps for others stays", who(woman), []Candidate{candidate("x", only(0.6, men))}, "x", FitDoubtful},
		{"not known stays", who(), []Candidate{candidate("x", only(0.95, men))}, "x", FitAsk},
		{"one of several is enough", who(woman), []Candidate{candidate("x", only(0.95, men, women))}, "x", FitSure},
		{"made for her, for everybody, to be asked, perhaps for others", who(woman), []Candidate{
			candidate("doubt", only(0.6, men)), candidate("ask", only(0.95, Condition{Kind: VeteranCondition})), candidate("all", everyone), candidate("made", only(0.95, women)),
		}, "made all ask doubt", FitSure},
		{"wheelchair", who(func(s *Seeker) { s.Wheelchair = true }), []Candidate{candidate("steps"), candidate("x", ramp)}, "x steps", FitSure},
		{"on foot, near counts for more than answers", who(func(s *Seeker) { s.NoCar = true }), []Candidate{
			candidate("far", milesNorth(6), answered(30, 30, 30, 30)), candidate("near", milesNorth(0.2)),
		}, "near far", FitSure},
		{"answers well before one that does not", who(), []Candidate{candidate("slow", answered(30, 3, 1, 0)), candidate("well", answered(30, 30, 28, 25))}, "well slow", FitSure},
		{"one of one is less than most of many", who(), []Candidate{candidate("one", answered(1, 1, 1, 1)), candidate("many", answered(60, 58, 56, 55))}, "many one", FitSure},
	}
	for _, tt := range tests {
		ms := Rank(tt.s, "food-insecurity", tt.in, monday)
		if got := order(ms); got != tt.want {
			t.Errorf("%s: Rank = %q, want %q", tt.name, got, tt.want)
		} else if len(ms) > 0 && ms[0].Fit != tt.first {
			t.Errorf("%s: fit of the first = %q, want %q", tt.name, ms[0].Fit, tt.first)
		}
	}
}

func TestFitIsTold(t *testing.T) {
	papered := func(c *Candidate) { c.Eligibility.Papers = []Paper{PaperIncome} }
	tests := []struct {
		name string
		s    Seeker
		in   Candidate
		want string
	}{
		{"met", who(woman), candidate("x", only(1, Condition{Kind: SexCondition, Value: Female})), "It is for: women."},
		{"ask", who(), candidate("x", only(1, Condition{Kind: IncomeCondition, Max: number(185)})), "It is only for: people with an income up to 185% of the poverty level. Ask the person."},
		{"doubt", who(woman), candidate("x", only(0.6, Condition{Kind: SexCondition, Value: Male})), "It may be only for: men. Ask first."},
		{"a child", who(aged(35)), candidate("x", only(1, Condition{Kind: AgeCondition, Min: number(5), Max: number(12)})), "It is for: people aged 5 to 12. Ask if a child in the home is of that age."},
		{"papers", who(), candidate("x", papered), "It asks for proof of income. Ask if the person has it."},
		{"everybody", who(), candidate("x", everyone), "It is for everybody."},
		{"answers", who(), candidate("x", answered(20, 20, 18, 15)), "It says yes to most referrals, often within 2 days."},
		{"helps", who(), candidate("x", answered(20, 20, 18, 15)), "Most people sent there got help."},
		{"no answers", who(), candidate("x", answered(20, 2, 1, 0)), "Many referrals sent there got no answer. Call to check."},
		{"wheelchair", who(func(s *Seeker) { s.Wheelchair = true }), candidate("x", ramp), "A wheelchair can get in."},
	}
	for _, tt := range tests {
		told := told(Rank(tt.s, "food-insecurity", []Candidate{tt.in}, monday))
		if !strings.Contains(told, tt.want) {
			t.Errorf("%s: told %q, want %q in it", tt.name, told, tt.want)
		}
	}
	if got := told(Rank(who(), "food-insecurity", []Candidate{candidate("x", answered(10, 10, 10, 10))}, monday)); strings.Contains(got, "referrals") || strings.Contains(got, "got help") {
		t.Errorf("of 10 referrals it is told %q, want nothing about them", got)
	}
}

func told(ms []Match) string {
	var out []string
	for _, m := range ms {
		for _, r := range append(slices.Clone(m.Reasons), m.Unknown...) {
			out = append(out, r.Text())
		}
	}
	return strings.Join(out, " ")
}

var anySeeker = rapid.Custom(func(t *rapid.T) Seeker {
	change := []func(*Seeker){aged(35), aged(8), woman, alone, withChildren, poor(100), func(s *Seeker) { s.Veteran = new(false) }, func(s *Seeker) { s.Wheelchair, s.NoCar = true, true }}
	s := seeker
	for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(change)-1), 0, 4).Draw(t, "seeker") {
		change[i](&s)
	}
	return s
})

// TestRankIsPure: the same inputs give the same bytes, in whatever order and
// however often candidates come; each match has a reason; a service stands there once.
func TestRankIsPure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, cs := anySeeker.Draw(t, "seeker"), anyCandidates.Draw(t, "candidates")
		ms := Rank(s, "food-insecurity", cs, monday)
		want, err := json.Marshal(ms)
		if err != nil {
			t.Fatal(err)
		}
		again := append(slices.Clone(cs), cs...)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		r.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		if got, _ := json.Marshal(Rank(s, "food-insecurity", again, monday)); string(got) != string(want) {
			t.Fatalf("Rank of the same = %s, want %s", got, want)
		}
		seen := map[string]bool{}
		for _, m := range ms {
			if len(m.Reasons) == 0 || m.Fit == "" || m.Score < 0 || m.Score > 1 || seen[m.Service.ID] {
				t.Fatalf("match %s: %d reasons, fit %q, score %v, seen %v", m.Service.ID, len(m.Reasons), m.Fit, m.Score, seen[m.Service.ID])
			}
			seen[m.Service.ID] = true
			for _, x := range append(slices.Clone(m.Reasons), m.Unknown...) {
				if text := x.Text(); strings.Contains(text, "%!") || x.Code == "" {
					t.Fatalf("reason %q is told as %q", x.Code, text)
				}
			}
		}
	})
}

// TestOnlyWhatIsSureLeavesOut: a candidate is left out exactly when a firm
// requirement is surely not met.
func TestOnlyWhatIsSureLeavesOut(t *testing.T) {
	conditions := []Condition{
		{Kind: SexCondition, Value: Male}, {Kind: VeteranCondition}, {Kind: AgeCondition, Min: number(60)}, {Kind: AgeCondition, Max: number(12)},
		{Kind: IncomeCondition, Max: number(50)}, {Kind: HouseholdCondition, Value: Family}, {Kind: ImmigrationCondition, Value: NeedsPapers}, {Kind: OtherCondition},
	}
	rapid.Check(t, func(t *rapid.T) {
		s := anySeeker.Draw(t, "seeker")
		var any []Condition
		for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(conditions)-1), 1, 3, rapid.ID).Draw(t, "any of") {
			any = append(any, conditions[i])
		}
		sure := rapid.Float64Range(0.1, 1).Draw(t, "sure")
		r := Requirement{AnyOf: any, Sure: sure}
		want := s.ready().judge(r) == notMet && sure >= firm
		if out := len(Rank(s, "food-insecurity", []Candidate{candidate("x", only(sure, any...))}, monday)) == 0; out != want {
			t.Fatalf("left out: %v, want %v (%+v, sure %v)", out, want, any, sure)
		}
	})
}

// TestBetterNeverLowersTheScore: for each factor a ladder of facts, each step
// of which is as good as the one before or better.
func TestBetterNeverLowersTheScore(t *testing.T) {
	set := func(f ...func(*Candidate)) []func(*Candidate) { return f }
	sure := func(v float64) func(*Candidate) { return func(c *Candidate) { c.Confidence = v } }
	ladders := map[Factor][]func(*Candidate){
		FactorArea:     set(areas(), areas("county:06075")),
		FactorCapacity: set(capacity(CapacityFull), capacity(CapacityWaitlist), capacity(CapacityUnknown), capacity(CapacityOpen)),
		FactorFit:      set(only(0.6, Condition{Kind: SexCondition, Value: Male}), only(0.95, Condition{Kind: VeteranCondition}), everyone, only(0.95, Condition{Kind: SexCondition, Value: Female})),
		FactorLanguage: set(speaks("en"), speaks(), speaks("es")),
		FactorAccess:   set(func(c *Candidate) { c.Entry.Accessibility = nil }, ramp),
		FactorDistance: set(milesNorth(24), milesNorth(9), milesNorth(3), milesNorth(0.1)),
		FactorPast:     set(answered(20, 2, 1, 0), answered(20, 10, 5, 2), answered(20, 20, 10, 8), answered(20, 20, 20, 20)),
		FactorOpen:     set(func(c *Candidate) { c.Entry.Hours = nil }, shut, open),
		FactorCost:     set(func(c *Candidate) { c.Entry.CostFree = false }, gratis),
		FactorRules:    set(rules, func(c *Candidate) { c.Service.Eligibility = "" }),
		FactorFresh:    set(func(c *Candidate) { c.Entry.VerifiedAt = monday.AddDate(-2, 0, 0) }, verified, func(c *Candidate) { c.Entry.VerifiedAt = monday }),
		FactorQuality:  set(func(c *Candidate) { c.Entry.Quality = 0 }, func(c *Candidate) { c.Entry.Quality = 0.5 }, telling),
		FactorNeed:     set(sure(0.5), sure(0.8), sure(1)),
	}
	for _, w := range Weights() {
		if len(ladders[w.Factor]) < 2 {
			t.Errorf("nothing tries the factor %s", w.Factor)
		}
	}
	s := who(woman, func(s *Seeker) { s.Wheelchair = true })
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.SampledFrom(Weights()).Draw(t, "factor")
		c := candidate("a")
		for _, f := range rapid.SliceOfN(rapid.IntRange(0, 13), 0, 4).Draw(t, "facts") {
			facts[f].put(&c)
		}
		before := -1.0
		for i, step := range ladders[w.Factor] {
			step(&c)
			ms := Rank(s, "food-insecurity", []Candidate{c}, monday)
			if len(ms) != 1 || ms[0].Score < before {
				t.Fatalf("step %d of %s: %d matches, score %v after %v", i, w.Factor, len(ms), ms, before)
			}
			before = ms[0].Score
		}
	})
}

func TestPastScores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sent := rapid.IntRange(0, 500).Draw(t, "sent")
		accepted := rapid.IntRange(0, sent).Draw(t, "accepted")
		settled := rapid.IntRange(0, accepted).Draw(t, "settled")
		p := Past{Sent: sent, Acknowledged: accepted, Accepted: accepted, Settled: settled, Served: rapid.IntRange(0, settled).Draw(t, "served"), MedianDaysToAccept: rapid.Float64Range(0, 90).Draw(t, "days")}
		if s := p.score(); s < 0 || s > 1 {
			t.Fatalf("score of %+v = %v", p, s)
		}
		better := p
		if better.Acknowledged < better.Sent {
			better.Acknowledged++
		}
		if better.score() < p.score() {
			t.Fatalf("one more acknowledged lowers the score of %+v", p)
		}
	})
}

// TestMadeFor: only a service that is known to be made for people like the
// person comes before one for everybody.
func TestMadeFor(t *testing.T) {
	said := func(text string, e Eligibility, change ...func(*Entry)) Candidate {
		c := Candidate{Entry: Entry{Status: string(Active)}, Eligibility: e}
		c.Service.Eligibility = text
		for _, f := range change {
			f(&c.Entry)
		}
		return c
	}
	from := func(age float64) func(*Entry) { return func(e *Entry) { e.AgeMin = &age } }
	read := Eligibility{Reader: readerVersion}
	unread := Eligibility{Reader: readerVersion, Unread: true}
	for _, tt := range []struct {
		name string
		c    Candidate
		want float64
	}{
		{"for everybody", said("", read), fitNothing},
		{"for older people", said("", read, from(60)), fitMet},
		{"for the grown-up, which nearly all are", said("", read, from(18)), fitNothing},
		{"with rules that nobody understood", said("People living with HIV", unread, from(60)), fitNothing},
		{"with rules that nobody read", said("People living with HIV", Eligibility{}, from(60)), fitNothing},
		{"with rules that were understood", said("Older adults", read, from(60)), fitMet},
	} {
		var w weighing
		if !w.fit(who(aged(70)).ready(), tt.c) {
			t.Errorf("%s: is left out", tt.name)
		}
		if want := most[FactorFit] * tt.want; w.points != want {
			t.Errorf("%s: %v points for fit, want %v", tt.name, w.points, want)
		}
	}
}
