package repair

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/internal/geo"
)

func TestText(t *testing.T) {
	tests := []struct {
		name, in, want string
		rules          []Rule
	}{
		{"clean", "Food & rides, age < 18 and > 3", "Food & rides, age < 18 and > 3", nil},
		{"entities", "Martha&rsquo;s Table &amp; Co", "Martha’s Table & Co", []Rule{Entities}},
		{"escaped twice", "A &amp;amp; B", "A & B", []Rule{Entities}},
		{"tags", "<p>One</p><p>Two<br/>Three</p>", "One\n\nTwo\nThree", []Rule{Tags, Spaces}},
		{"escaped tags", "&lt;b&gt;Bold&lt;/b&gt;", "Bold", []Rule{Entities, Tags}},
		{"script", "Hi<script>alert(1)</script> there", "Hi there", []Rule{Tags, Spaces}},
		{"cells", "<td>Mon</td><td>9am</td>", "Mon 9am", []Rule{Tags, Spaces}},
		{"literal line break", `One\nTwo`, "One\nTwo", []Rule{LineBreaks}},
		{"mojibake", "CafÃ© and Martha’s", "Café and Martha’s", []Rule{Encoding}},
		{"mojibake quote", "Marthaâ€™s", "Martha’s", []Rule{Encoding}},
		{"Portuguese stays", "São João, Âncora", "São João, Âncora", nil},
		{"not UTF-8", "Caf\xe9", "Café", []Rule{Encoding}},
		{"spaces", "  a \t b\r\n c ", "a b\nc", []Rule{Spaces}},
		{"placeholder", "N/A", "", []Rule{Placeholder}},
		{"not provided", " Not Provided ", "", []Rule{Spaces, Placeholder}},
		{"template", "###MON###", "", []Rule{Placeholder}},
		{"no placeholder", "None of our meals cost anything", "None of our meals cost anything", nil},
		{"empty", "", "", nil},
	}
	for _, tt := range tests {
		got, rules := Text(tt.in)
		if got != tt.want || !slices.Equal(rules, tt.rules) {
			t.Errorf("%s: Text(%q) = %q, %v, want %q, %v", tt.name, tt.in, got, rules, tt.want, tt.rules)
		}
		if again, more := Text(got); again != got || len(more) > 0 {
			t.Errorf("%s: mended twice, %q becomes %q (%v)", tt.name, got, again, more)
		}
	}
}

func TestPhones(t *testing.T) {
	tests := map[string][]Phone{
		"202-555-0143":                  {{Number: "(202) 555-0143", Known: true}},
		"1 (202) 555.0143 x12":          {{Number: "(202) 555-0143", Extension: "12", Known: true}},
		"(202) 555-0143 ext. 7, Intake": {{Number: "(202) 555-0143", Extension: "7", Description: "Intake", Known: true}},
		"Office: 202-555-0143; Fax: 202-555-0144": {
			{Number: "(202) 555-0143", Description: "Office", Known: true}, {Number: "(202) 555-0144", Description: "Fax", Type: "fax", Known: true}},
		"202-555-0143 (intake), 202-555-0144 (TTY)": {
			{Number: "(202) 555-0143", Description: "intake", Known: true}, {Number: "(202) 555-0144", Description: "TTY", Type: "textphone", Known: true}},
		"202-555-0143 / 202-555-0144": {{Number: "(202) 555-0143", Known: true}, {Number: "(202) 555-0144", Known: true}},
		"Dial 211":                    {{Number: "211", Description: "Dial", Known: true}},
		"ask at the desk":             {{Number: "ask at the desk"}},
		"NA":                          nil,
		"":                            nil,
	}
	for in, want := range tests {
		got, _ := Phones(in)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("Phones(%q) (-want +got):\n%s", in, d)
		}
	}
}

func TestPoint(t *testing.T) {
	dc := &geo.Point{Lat: 38.9, Lng: -77.03}
	tests := []struct {
		lat, lng string
		want     *geo.Point
		rule     Rule
	}{
		{"38.9", "-77.03", dc, ""}, {"-77.03", "38.9", dc, Swapped}, {"4706803.4", "-8574940.4", dc, Projected},
		{"-8574940.4", "4706803.4", dc, Projected}, {"0", "0", nil, NoPlace}, {"", "", nil, ""}, {"38.9", "", nil, NoPlace},
		{"ten", "-77", nil, NoPlace}, {"1e300", "5", nil, NoPlace}, {"NaN", "1", nil, NoPlace}, {"51.5", "-0.12", &geo.Point{Lat: 51.5, Lng: -0.12}, ""},
		{"13.47", "144.75", &geo.Point{Lat: 13.47, Lng: 144.75}, ""}, {"144.75", "13.47", &geo.Point{Lat: 13.47, Lng: 144.75}, Swapped},
	}
	for _, tt := range tests {
		got, rules := Point(tt.lat, tt.lng)
		if (got == nil) != (tt.want == nil) || got != nil && geo.Distance(*got, *tt.want) > 500 {
			t.Errorf("Point(%q, %q) = %v, want %v", tt.lat, tt.lng, got, tt.want)
		}
		if tt.rule == "" && len(rules) > 0 || tt.rule != "" && !slices.Contains(rules, tt.rule) {
			t.Errorf("Point(%q, %q) rules = %v, want %q", tt.lat, tt.lng, rules, tt.rule)
		}
	}
}

func TestURL(t *testing.T) {
	for in, want := range map[string]string{
		"www.example.org": "https://www.example.org", "http://example.org/a?b": "http://example.org/a?b", "http:/example.org": "http://example.org",
		"https://a.example; https://b.example": "https://a.example", "example.org/help": "https://example.org/help",
		"ask us": "", "javascript:alert(1)": "", "ftp://example.org": "", "N/A": "", "": "", "http://localhost": "",
	} {
		if got, _ := URL(in); got != want {
			t.Errorf("URL(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEmails(t *testing.T) {
	for in, want := range map[string]string{
		"a@example.org": "a@example.org", "a@example.org; b@example.org": "a@example.org b@example.org", "mailto:a@example.org": "a@example.org",
		"Ann <a@example.org>": "a@example.org", "nobody": "", "": "", "NA": "",
	} {
		if got, _ := Emails(in); strings.Join(got, " ") != want {
			t.Errorf("Emails(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzText: mending ends, leaves valid text without markup, and mends nothing twice.
func FuzzText(f *testing.F) {
	for _, s := range []string{"a &amp;amp;amp; b", "<p", "Ã‚Â©", "\xff\xfe", `\n\n`, "<b>&lt;i&gt;", "####"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, _ := Text(s)
		if strings.ToValidUTF8(got, "") != got {
			t.Errorf("Text(%q) = %q is not valid UTF-8", s, got)
		}
		for _, p := range must(Phones(s)) {
			if p.Number == "" {
				t.Errorf("Phones(%q) has a number without digits: %+v", s, p)
			}
		}
	})
}

func must[T any](v T, _ []Rule) T { return v }
