package directory

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/internal/geo"
)

// monday is a Monday at 10:00 in San Francisco.
var monday = time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)

// candidate is an active food service that covers San Francisco and of which
// nothing else is known.
func candidate(id string, change ...func(*Candidate)) Candidate {
	c := Candidate{
		Service:    ServiceSummary{ServiceFacts: ServiceFacts{ID: id, Name: "Service " + id, Fees: "$5"}},
		Entry:      Entry{ID: id, ServiceID: id, Name: "Service " + id, Status: "active", Needs: []string{"food-insecurity"}, Areas: []string{"county:06075"}, Capacity: CapacityUnknown},
		Confidence: 1,
	}
	for _, f := range change {
		f(&c)
	}
	return c
}

// The facts that tests put on a candidate.
func capacity(status string) func(*Candidate) {
	return func(c *Candidate) { c.Entry.Capacity = status }
}

// milesNorth puts it that far from the seeker.
func milesNorth(n float64) func(*Candidate) {
	return func(c *Candidate) {
		c.Entry.Point = &geo.Point{Lat: seeker.Point.Lat + n*metersPerMile/111_195, Lng: seeker.Point.Lng}
	}
}

func speaks(codes ...string) func(*Candidate) {
	return func(c *Candidate) { c.Entry.Languages = codes }
}
func areas(codes ...string) func(*Candidate) {
	return func(c *Candidate) { c.Entry.Areas, c.Entry.AreaUnknown = codes, len(codes) == 0 }
}
func ages(from, to float64) func(*Candidate) {
	return func(c *Candidate) { c.Entry.AgeMin, c.Entry.AgeMax = &from, &to }
}
func open(c *Candidate) {
	c.Entry.Hours = CompileHours([]Schedule{weekdays}, time.FixedZone("", -8*3600))
}
func shut(c *Candidate) {
	c.Entry.Hours = CompileHours([]Schedule{{ByDay: "SU", OpensAt: "09:00", ClosesAt: "10:00"}}, time.UTC)
}
func gratis(c *Candidate)   { c.Entry.CostFree, c.Service.Fees = true, "" }
func virtual(c *Candidate)  { c.Entry.Virtual = true }
func rules(c *Candidate)    { c.Service.Eligibility = "Veterans only." }
func verified(c *Candidate) { c.Entry.VerifiedAt = monday.AddDate(0, -1, 0) }

// only makes the service be for those who meet a condition.
func only(sure float64, any ...Condition) func(*Candidate) {
	return func(c *Candidate) {
		c.Eligibility = Eligibility{Requirements: []Requirement{{AnyOf: any, Sure: sure, Source: FromText}}, Reader: readerVersion}
	}
}

// answered tells how it answered referrals, all of them settled.
func answered(sent, acknowledged, accepted, served int) func(*Candidate) {
	return func(c *Candidate) {
		c.Past = &Past{Sent: sent, Acknowledged: acknowledged, Accepted: accepted, Settled: accepted, Served: served, MedianDaysToAccept: 1.5}
	}
}
func telling(c *Candidate)  { c.Entry.Quality = 1 }
func ramp(c *Candidate)     { c.Entry.Accessibility = []string{"Wheelchair ramp"} }
func everyone(c *Candidate) { c.Eligibility = Eligibility{Everyone: true, Reader: readerVersion} }

var seeker = Seeker{Point: &geo.Point{Lat: 37.79, Lng: -122.42}, PostalCode: "94109", Languages: []string{"es-MX"}}

func order(ms []Match) string {
	var ids []string
	for _, m := range ms {
		ids = append(ids, m.Service.ID)
	}
	return strings.Join(ids, " ")
}

func TestRankOrder(t *testing.T) {
	tests := []struct {
		name string
		in   []Candidate
		want string
	}{
		{"covers and near, covers, near of unknown area, unknown", []Candidate{
			candidate("unknown", areas()), candidate("near", areas(), milesNorth(1)), candidate("covers"), candidate("both", milesNorth(1)),
		}, "both covers near unknown"},
		{"capacity: open, not told, waitlist, full", []Candidate{
			candidate("full", capacity(CapacityFull)), candidate("waitlist", capacity(CapacityWaitlist)), candidate("asked"), candidate("open", capacity(CapacityOpen)),
		}, "open asked waitlist full"},
		{"a full one with all else after an open one with nothing else", []Candidate{
			candidate("full", capacity(CapacityFull), speaks("es"), gratis, open, verified, virtual), candidate("open", capacity(CapacityOpen), shut),
		}, "open full"},
		{"language before distance", []Candidate{
			candidate("near", milesNorth(1), speaks("en")), candidate("speaks", milesNorth(20), speaks("es")),
		}, "speaks near"},
		{"spoken, interpreter, not told, not spoken", []Candidate{
			candidate("not", speaks("en")), candidate("untold"), candidate("interpreter", speaks("en"), func(c *Candidate) { c.Service.Interpreters = true }), candidate("speaks", speaks("es")),
		}, "speaks interpreter untold not"},
		{"distance before open now", []Candidate{
			candidate("open", milesNorth(20), open), candidate("near", milesNorth(1), shut),
		}, "near open"},
		{"open, closed now, hours not known", []Candidate{candidate("untold"), candidate("shut", shut), candidate("open", open)}, "open shut untold"},
		{"for everybody before rules that nobody can check", []Candidate{candidate("a", rules), candidate("b")}, "b a"},
		{"free with rules before not free", []Candidate{candidate("costs"), candidate("free", gratis, rules)}, "free costs"},
		{"free before not", []Candidate{candidate("costs"), candidate("free", gratis)}, "free costs"},
		{"all equal: by name", []Candidate{candidate("b"), candidate("a")}, "a b"},
		{"full is proposed when there is nothing else", []Candidate{candidate("full", capacity(CapacityFull))}, "full"},
	}
	for _, tt := range tests {
		if got := order(Rank(seeker, "food-insecurity", tt.in, monday)); got != tt.want {
			t.Errorf("%s: Rank = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestRankLeavesOut(t *testing.T) {
	child := seeker
	child.Age = number(17.5)
	near := seeker
	near.RadiusMeters = 10_000
	tests := []struct {
		name   string
		seeker Seeker
		in     Candidate
		want   string
	}{
		{"another county", seeker, candidate("x", areas("county:06001")), ""},
		{"another county, but perhaps more", seeker, candidate("x", func(c *Candidate) { c.Entry.Areas, c.Entry.AreaUnknown = []string{"county:06001"}, true }), "x"},
		{"the whole state", seeker, candidate("x", areas("state:06")), "x"},
		{"another need", seeker, candidate("x", func(c *Candidate) { c.Entry.Needs = []string{"stress"} }), ""},
		{"not active", seeker, candidate("x", func(c *Candidate) { c.Entry.Status = "inactive" }), ""},
		{"too young", child, candidate("x", ages(18, 99)), ""},
		{"seventeen and a half is seventeen", child, candidate("x", ages(0, 17)), "x"},
		{"too old", child, candidate("x", ages(0, 16)), ""},
		{"age not known", seeker, candidate("x", ages(60, 99)), "x"},
		{"too far", near, candidate("x", milesNorth(20)), ""},
		{"far, but without a visit", near, candidate("x", milesNorth(20), virtual), "x"},
		{"within reach", near, candidate("x", milesNorth(2)), "x"},
	}
	for _, tt := range tests {
		if got := order(Rank(tt.seeker, "food-insecurity", []Candidate{tt.in}, monday)); got != tt.want {
			t.Errorf("%s: Rank = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestReasons(t *testing.T) {
	texts := func(rs []Reason) []string {
		out := []string{}
		for _, r := range rs {
			out = append(out, r.Code+": "+r.Text())
		}
		return out
	}
	old := seeker
	old.Age = number(70)
	tests := []struct {
		name             string
		seeker           Seeker
		in               Candidate
		reasons, unknown []string
	}{
		{"all is known", old, candidate("x", capacity(CapacityOpen), milesNorth(2.1), speaks("en", "es"), open, gratis, ages(60, 99), verified), []string{
			"need: It helps with: Food.", "covers-area: It serves San Francisco County.", "capacity: It takes new people.", "age: It is for people of this age.",
			"distance: It is 2.1 miles away.", "language: They speak Spanish.", "open-now: It is open now.", "free: It is free.",
			"verified: Somebody checked this listing on Oct 23, 2026.",
		}, []string{}},
		{"nothing is known", seeker, candidate("x", areas(), ages(60, 99), func(c *Candidate) {
			c.Service.Fees, c.Service.Eligibility, c.Confidence = "", "Veterans only.", 0.6
		}), []string{"need: It helps with: Food."}, []string{
			"need-unsure: We think it helps with this need, but nobody has checked.", "area: We do not know if it serves this area. Ask first.",
			"capacity: We do not know if it takes new people.", "eligibility: It is for people aged 60 to 99. Check the age.",
			"place: We do not know how far away it is.", "languages: We do not know if they speak Spanish.", "hours: We do not know when it is open. Call first.",
			"cost: We do not know what it costs.", "eligibility: There are rules for who can use it: Veterans only.",
		}},
		{"by phone for the whole state, full", seeker, candidate("x", areas("state:06"), virtual, capacity(CapacityFull), speaks("en"), shut), []string{
			"need: It helps with: Food.", "covers-area: It serves all of California.", "capacity: It is full right now.", "virtual: It can help by phone or online.",
		}, []string{}},
	}
	for _, tt := range tests {
		got := Rank(tt.seeker, "food-insecurity", []Candidate{tt.in}, monday)
		if len(got) != 1 {
			t.Fatalf("%s: Rank = %d matches, want 1", tt.name, len(got))
		}
		if d := cmp.Diff(tt.reasons, texts(got[0].Reasons)); d != "" {
			t.Errorf("%s: reasons (-want +got):\n%s", tt.name, d)
		}
		if d := cmp.Diff(tt.unknown, texts(got[0].Unknown)); d != "" {
			t.Errorf("%s: unknown (-want +got):\n%s", tt.name, d)
		}
	}
}

func TestMatchJSON(t *testing.T) {
	m := Rank(seeker, "food-insecurity", []Candidate{candidate("x", capacity(CapacityOpen))}, monday)[0]
	b, err := json.Marshal(m.Reasons[:1])
	if want := `[{"code":"need","text":"It helps with: Food."}]`; string(b) != want || err != nil {
		t.Errorf("reasons as JSON = %s, %v, want %s", b, err, want)
	}
	if m.Score <= 0 || m.Score > 1 {
		t.Errorf("Score = %v, want from 0 to 1", m.Score)
	}
}

func TestMiles(t *testing.T) {
	for meters, want := range map[Miles]string{0: "0.1 miles", 1609.344: "1 mile", 2 * 1609.344: "2 miles", 15_900: "9.9 miles", 16_093.44: "10 miles", 37_000: "23 miles"} {
		if got := meters.String(); got != want {
			t.Errorf("Miles(%v) = %q, want %q", float64(meters), got, want)
		}
	}
}

func TestWeightsKeepTheirOrder(t *testing.T) {
	below := 0.0
	for _, w := range slices.Backward(Weights()) {
		if w.Step <= below || w.Steps < 1 {
			t.Errorf("a step of %s is %v, want more than all below it, %v", w.Factor, w.Step, below)
		}
		below += w.Most()
	}
}

// facts are what a property test puts on candidates; good ones speak for a service.
var facts = []struct {
	good bool
	put  func(*Candidate)
}{
	{true, capacity(CapacityOpen)}, {false, capacity(CapacityFull)}, {false, capacity(CapacityWaitlist)},
	{true, speaks("en", "es")}, {false, speaks("en")}, {true, milesNorth(1)}, {false, milesNorth(30)},
	{true, open}, {false, shut}, {true, gratis}, {true, virtual}, {true, verified}, {true, areas("zip:94109")}, {false, areas()},
	{false, ages(18, 64)}, {false, rules},
	{false, only(0.95, Condition{Kind: SexCondition, Value: Male})}, {false, only(0.95, Condition{Kind: VeteranCondition})},
	{false, only(0.6, Condition{Kind: SexCondition, Value: Male})}, {true, answered(20, 20, 18, 15)}, {false, answered(20, 2, 1, 0)}, {true, telling},
}

var anyCandidates = rapid.Custom(func(t *rapid.T) []Candidate {
	cs := make([]Candidate, rapid.IntRange(1, 8).Draw(t, "n"))
	for i := range cs {
		cs[i] = candidate(string(rune('a' + i)))
		for _, f := range rapid.SliceOfN(rapid.IntRange(0, len(facts)-1), 0, 5).Draw(t, "facts") {
			facts[f].put(&cs[i])
		}
	}
	return cs
})

func TestRankDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cs := anyCandidates.Draw(t, "candidates")
		want := Rank(seeker, "food-insecurity", cs, monday)
		shuffled := slices.Clone(cs)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		r.Shuffle(len(cs), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := Rank(seeker, "food-insecurity", append(shuffled, cs[0]), monday); !cmp.Equal(want, got, cmpopts.IgnoreUnexported(ServiceSummary{})) {
			t.Fatalf("Rank of the same candidates in another order = %s, want %s", order(got), order(want))
		}
	})
}

func TestAGoodFactNeverLowersARank(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cs := anyCandidates.Draw(t, "candidates")
		i := rapid.IntRange(0, len(cs)-1).Draw(t, "which")
		f := rapid.IntRange(0, len(facts)-1).Filter(func(i int) bool { return facts[i].good }).Draw(t, "fact")
		rank := func() int {
			return slices.IndexFunc(Rank(seeker, "food-insecurity", cs, monday), func(m Match) bool { return m.Service.ID == cs[i].Service.ID })
		}
		before := rank()
		facts[f].put(&cs[i])
		if after := rank(); after > before {
			t.Fatalf("fact %d moves a service from place %d to %d", f, before, after)
		}
	})
}

func TestFullNeverComesBeforeAnEqualOpenOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		full := candidate("a", capacity(CapacityFull))
		vacant := candidate("b", capacity(CapacityOpen))
		for _, f := range rapid.SliceOfN(rapid.IntRange(3, len(facts)-1), 0, 6).Draw(t, "facts") {
			facts[f].put(&full)
			facts[f].put(&vacant)
		}
		if got := order(Rank(seeker, "food-insecurity", []Candidate{full, vacant}, monday)); got != "b a" {
			t.Fatalf("Rank = %q, want the open one first", got)
		}
	})
}

func BenchmarkRank(b *testing.B) {
	var cs []Candidate
	for i := range 50 {
		cs = append(cs, candidate(string(rune('A'+i)), milesNorth(float64(i)), speaks("es"), open, gratis))
	}
	for b.Loop() {
		Rank(seeker, "food-insecurity", cs, monday)
	}
}
