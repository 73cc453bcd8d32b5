package screening

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// instrument answers a shipped instrument.
func instrument(t testing.TB, id string) *Instrument {
	t.Helper()
	l, err := Shipped()
	if err != nil {
		t.Fatalf("Shipped: %v", err)
	}
	i := l.Find(id)
	if i == nil {
		t.Fatalf("Find(%q) = nil", id)
	}
	return i
}

// told is a finding in a short form: domain, and a mark for what it adds.
func told(f Finding) string {
	s := f.Domain
	if !f.Positive {
		s = "no " + s
	}
	for mark, on := range map[string]bool{" urgent": f.Urgent && !f.Private, " urgent private": f.Urgent && f.Private, " hand-off": f.HandOff} {
		if on {
			s += mark
		}
	}
	return s
}

// TestAnswers tries each answer of each question that stands for a topic by itself.
func TestAnswers(t *testing.T) {
	some := map[string]string{
		"LA6270-8": "no sdoh-category-unspecified", "LA26460-8": "sdoh-category-unspecified", "LA18876-5": "sdoh-category-unspecified",
		"LA18891-4": "sdoh-category-unspecified", "LA18934-2": "sdoh-category-unspecified",
	}
	yes := func(domain string) map[string]string {
		return map[string]string{"LA33-6": domain, "LA32-8": "no " + domain}
	}
	tests := []struct {
		instrument, linkID, topic string
		want                      map[string]string // code to finding
	}{
		{"ahc-hrsn-core", "/71802-3", "housing", map[string]string{
			"LA31993-1": "no housing-instability", "LA31994-9": "housing-instability", "LA31995-6": "homelessness urgent",
		}},
		{"ahc-hrsn-core", "/96778-6", "housing-quality", map[string]string{
			"LA31996-4": "inadequate-housing", "LA28580-1": "inadequate-housing", "LA31997-2": "inadequate-housing", "LA31998-0": "inadequate-housing",
			"LA31999-8": "inadequate-housing", "LA32000-4": "inadequate-housing", "LA32001-2": "inadequate-housing", "LA9-3": "no inadequate-housing",
		}},
		{"ahc-hrsn-core", "/93030-5", "transportation", yes("transportation-insecurity")},
		{"ahc-hrsn-core", "/96779-4", "utilities", map[string]string{
			"LA33-6": "utility-insecurity", "LA32-8": "no utility-insecurity", "LA32002-0": "utility-insecurity urgent",
		}},
		{"ahc-hrsn-supplemental", "/76513-1", "money", map[string]string{
			"LA15832-1": "financial-insecurity", "LA22683-9": "financial-insecurity", "LA31980-8": "no financial-insecurity",
		}},
		{"ahc-hrsn-supplemental", "/96780-2", "work", map[string]string{
			"LA31981-6": "employment-status", "LA31982-4": "employment-status", "LA31983-2": "no employment-status",
		}},
		{"ahc-hrsn-supplemental", "/96781-0", "daily-activities", map[string]string{
			"LA31976-6": "no sdoh-category-unspecified", "LA31977-4": "no sdoh-category-unspecified",
			"LA31978-2": "sdoh-category-unspecified", "LA31979-0": "sdoh-category-unspecified",
		}},
		{"ahc-hrsn-supplemental", "/93159-2", "loneliness", map[string]string{
			"LA6270-8": "no social-connection", "LA10066-1": "no social-connection", "LA10082-8": "no social-connection",
			"LA10044-8": "social-connection", "LA9933-8": "social-connection",
		}},
		{"ahc-hrsn-supplemental", "/97027-7", "language", yes("language-access")},
		{"ahc-hrsn-supplemental", "/96782-8", "education", yes("educational-attainment")},
		{"ahc-hrsn-supplemental", "/68517-2", "drinking", some},
		{"ahc-hrsn-supplemental", "/96842-0", "tobacco", some},
		{"ahc-hrsn-supplemental", "/95530-2", "prescription-drugs", some},
		{"ahc-hrsn-supplemental", "/68524-8", "illegal-drugs", some},
		{"ahc-hrsn-supplemental", "/93038-8", "stress", map[string]string{
			"LA6568-5": "no stress", "LA13863-8": "no stress", "LA13909-9": "no stress", "LA13902-4": "stress", "LA13914-9": "stress",
		}},
		{"ahc-hrsn-supplemental", "/69858-9", "concentrating", yes("sdoh-category-unspecified")},
		{"ahc-hrsn-supplemental", "/69861-3", "errands", yes("sdoh-category-unspecified")},
	}
	for _, tt := range tests {
		i := instrument(t, tt.instrument)
		q, _ := i.Question(tt.linkID)
		if len(q.Options) != len(tt.want) {
			t.Errorf("%s has %d options, want %d", tt.linkID, len(q.Options), len(tt.want))
		}
		for code, want := range tt.want {
			answers := Answers{tt.linkID: Codes(code)}
			if err := i.Check(answers); err != nil {
				t.Errorf("Check(%s = %s) = %v", tt.linkID, code, err)
			}
			d := Derive(i, answers)
			if len(d.Findings) != 1 || d.Findings[0].Topic != tt.topic || told(d.Findings[0]) != want {
				t.Errorf("Derive(%s = %s) findings = %+v, want %s: %s", tt.linkID, code, d.Findings, tt.topic, want)
			}
		}
	}
}

// TestFood tries both food questions together, also where one has no answer.
func TestFood(t *testing.T) {
	const often, sometimes, never, refused = "LA28397-0", "LA6729-3", "LA28398-8", "LA15775-2"
	tests := []struct {
		instrument    string
		first, second Answer
		want          string // "" for nothing settled
		risk          string
	}{
		{"ahc-hrsn-core", Codes(never), Codes(never), "no food-insecurity", ""},
		{"ahc-hrsn-core", Codes(often), Codes(never), "food-insecurity", ""},
		{"ahc-hrsn-core", Codes(never), Codes(sometimes), "food-insecurity", ""},
		{"ahc-hrsn-core", Codes(never), Answer{}, "", ""},
		{"ahc-hrsn-core", Codes(never), Absent(AskedDeclined), "", ""},
		{"ahc-hrsn-core", Absent(AskedUnknown), Codes(often), "food-insecurity", ""},
		{"ahc-hrsn-core", Absent(AskedUnknown), Absent(AskedDeclined), "", ""},
		{"hunger-vital-sign", Codes(never), Codes(never), "no food-insecurity", "LA19983-8"},
		{"hunger-vital-sign", Codes(sometimes), Codes(never), "food-insecurity", "LA19952-3"},
		{"hunger-vital-sign", Codes(refused), Codes(often), "food-insecurity", "LA19952-3"},
		{"hunger-vital-sign", Codes(refused), Codes(never), "", ""},
		{"hunger-vital-sign", Codes(refused), Codes(refused), "", ""},
		{"hunger-vital-sign", Answer{}, Codes(never), "", ""},
		{"essentials", Codes(often), Answer{}, "food-insecurity", ""},
		{"essentials", Codes(never), Codes(never), "no food-insecurity", ""},
	}
	for _, tt := range tests {
		answers := Answers{"/88122-7": tt.first, "/88123-5": tt.second}
		d := Derive(instrument(t, tt.instrument), answers)
		got := ""
		if len(d.Findings) > 0 {
			got = told(d.Findings[0])
		}
		if got != tt.want || d.Results["/88124-3"] != tt.risk {
			t.Errorf("%s, Derive(%v) = %q, risk %q, want %q, risk %q", tt.instrument, answers, got, d.Results["/88124-3"], tt.want, tt.risk)
		}
	}
}

// TestSafety tries the sum of the four safety questions.
func TestSafety(t *testing.T) {
	i := instrument(t, "ahc-hrsn-core")
	codes := []string{"", "LA6270-8", "LA10066-1", "LA10082-8", "LA16644-9", "LA6482-9"}
	links := []string{"/95618-5", "/95617-7", "/95616-9", "/95615-1"}
	tests := []struct {
		points [4]int  // 0: not answered
		score  float64 // 0: none
		want   string
	}{
		{[4]int{1, 1, 1, 1}, 4, "no intimate-partner-violence"},
		{[4]int{3, 3, 2, 2}, 10, "no intimate-partner-violence"},
		{[4]int{3, 3, 3, 2}, 11, "intimate-partner-violence urgent private"},
		{[4]int{5, 5, 5, 5}, 20, "intimate-partner-violence urgent private"},
		{[4]int{5, 5, 1, 0}, 0, "intimate-partner-violence urgent private"},
		{[4]int{5, 5, 0, 0}, 0, ""},
		{[4]int{0, 0, 0, 0}, 0, ""},
	}
	for _, tt := range tests {
		answers := Answers{}
		for n, p := range tt.points {
			if p > 0 {
				answers[links[n]] = Codes(codes[p])
			}
		}
		d := Derive(i, answers)
		got := ""
		if len(d.Findings) > 0 {
			got = told(d.Findings[0])
		}
		if score := d.Scores["/95614-4"]; got != tt.want || score != tt.score {
			t.Errorf("Derive(%v) = %q, score %v, want %q, score %v", tt.points, got, score, tt.want, tt.score)
		}
	}
}

// TestAges tries the rules of the supplemental questions that depend on age.
func TestAges(t *testing.T) {
	i := instrument(t, "ahc-hrsn-supplemental")
	const days5, minutes20, minutes30, minutes60, minutes90 = "LA10137-0", "LA19282-5", "LA28855-7", "LA28853-2", "LA28891-2"
	tests := []struct {
		age     float64 // negative: not known
		minutes string  // on five days
		want    string
	}{
		{30, minutes20, "sdoh-category-unspecified"},
		{30, minutes30, "no sdoh-category-unspecified"},
		{18, minutes20, "sdoh-category-unspecified"},
		{17, minutes60, "sdoh-category-unspecified"},
		{17, minutes90, "no sdoh-category-unspecified"},
		{6, minutes60, "sdoh-category-unspecified"},
		{5, minutes20, ""},
		{-1, minutes20, ""},
	}
	for _, tt := range tests {
		answers := Answers{"/89555-7": Codes(days5), "/68516-4": Codes(tt.minutes)}
		if tt.age >= 0 {
			answers["/30525-0"] = Number(tt.age)
		}
		got := ""
		for _, f := range Derive(i, answers).Findings {
			got = told(f)
		}
		if got != tt.want {
			t.Errorf("age %v, 5 days, %s: finding = %q, want %q", tt.age, tt.minutes, got, tt.want)
		}
	}
	for age, want := range map[float64]int{4: 0, 5: 1, 14: 1, 15: 2, 80: 2} {
		asked := 0
		for _, q := range i.Asked(Answers{"/30525-0": Number(age)}) {
			if q.Section == "Disabilities" {
				asked++
			}
		}
		if asked != want {
			t.Errorf("at age %v %d disability questions are asked, want %d", age, asked, want)
		}
	}
}

// TestMood tries the sum of the two mood questions.
func TestMood(t *testing.T) {
	i := instrument(t, "ahc-hrsn-supplemental")
	codes := []string{"LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"}
	for a := range codes {
		for b := range codes {
			d := Derive(i, Answers{"/44250-9": Codes(codes[a]), "/44255-8": Codes(codes[b])})
			want := "no sdoh-category-unspecified"
			if a+b >= 3 {
				want = "sdoh-category-unspecified hand-off"
			}
			if len(d.Findings) != 1 || told(d.Findings[0]) != want || d.Scores["/55758-7"] != float64(a+b) {
				t.Errorf("Derive(%d, %d) = %+v, want %q", a, b, d, want)
			}
		}
	}
	if d := Derive(i, Answers{"/44250-9": Codes(codes[3])}); len(d.Findings) != 1 || !d.Findings[0].Positive || len(d.Scores) != 0 {
		t.Errorf("one answer of 3 points: %+v, want positive without a score", d)
	}
}

func TestMissing(t *testing.T) {
	i := instrument(t, "essentials")
	all := []string{"/71802-3", "/88122-7", "/88123-5", "/93030-5"}
	tests := []struct {
		answers Answers
		want    []string
	}{
		{nil, all},
		{Answers{"/71802-3": Codes("LA31993-1"), "/88122-7": Absent(AskedDeclined), "/88123-5": Absent(AskedUnknown)}, all[3:]},
		{Answers{"/71802-3": {}}, all},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Derive(i, tt.answers).Missing); diff != "" {
			t.Errorf("Derive(%v).Missing (-want +got):\n%s", tt.answers, diff)
		}
	}
	if got := Derive(instrument(t, "ahc-hrsn-core"), nil).Missing; len(got) != 10 {
		t.Errorf("core without answers misses %v, want the ten that are asked", got)
	}
}

func TestSuggestions(t *testing.T) {
	d := Derive(instrument(t, "ahc-hrsn-core"), Answers{"/96778-6": Codes("LA31998-0", "LA31997-2", "LA28580-1")})
	var got []string
	for _, s := range d.Findings[0].Suggested {
		got = append(got, fmt.Sprintf("%s %s", s.Code, s.Sure))
	}
	want := []string{"Z59.11 B", "105531004 C", "Z59.19 B", "Z77.011 C"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("suggestions (-want +got):\n%s", diff)
	}
	safety := Answers{"/95618-5": Codes("LA6482-9"), "/95617-7": Codes("LA6482-9"), "/95616-9": Codes("LA6482-9")}
	if f := Derive(instrument(t, "ahc-hrsn-core"), safety).Findings[0]; len(f.Suggested) > 0 {
		t.Errorf("safety suggests %v, want nothing: a diagnosis of violence is a person's alone", f.Suggested)
	}
}

func BenchmarkDerive(b *testing.B) {
	i := instrument(b, "ahc-hrsn-core")
	answers := fullCore()
	for b.Loop() {
		Derive(i, answers)
	}
}

// fullCore answers all of the core questions, six topics of which are positive.
func fullCore() Answers {
	return Answers{
		"/71802-3": Codes("LA31994-9"), "/96778-6": Codes("LA31996-4", "LA28580-1"),
		"/88122-7": Codes("LA28397-0"), "/88123-5": Codes("LA6729-3"),
		"/93030-5": Codes("LA33-6"), "/96779-4": Codes("LA33-6"),
		"/95618-5": Codes("LA10082-8"), "/95617-7": Codes("LA10082-8"), "/95616-9": Codes("LA10082-8"), "/95615-1": Codes("LA10082-8"),
	}
}
