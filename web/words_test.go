package web

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ/parser/v2"
	"github.com/a-h/templ/parser/v2/visitor"

	"github.com/havenloop/havenloop/internal/identity"
	"github.com/havenloop/havenloop/screening"
)

// sources are the texts of our own Go and templ files, without tests and
// generated files.
func sources(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range []string{"*.go", "*.templ"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") || strings.HasSuffix(f, "_templ.go") || f == "doc.go" {
				continue
			}
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			out[f] = string(b)
		}
	}
	return out
}

// englishKeys reads the words of all rooms; a key stands in one file only.
func englishKeys(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	files, err := filepath.Glob("locales/en/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("locales/en has %d files, %v", len(files), err)
	}
	keys := map[string]json.RawMessage{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var room map[string]json.RawMessage
		if err := json.Unmarshal(b, &room); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for key, words := range room {
			if _, twice := keys[key]; twice {
				t.Errorf("%s: %q stands in another file too", file, key)
			}
			keys[key] = words
		}
	}
	return keys
}

var (
	// asks finds T("key" and page(c, "key", and whether more is added to the key.
	asks = regexp.MustCompile(`\b(?:T|page)\((?:c, )?"([^"]+)"(\s*\+)?`)
	// literal finds strings that may be keys.
	literal = regexp.MustCompile(`"([a-z0-9][a-z0-9.-]*\.?)"`)
	// endings are added to keys by code.
	endings = regexp.MustCompile(`\.(title|text)$`)
)

func TestEveryKeyHasWordsAndEveryWordIsUsed(t *testing.T) {
	keys, said := englishKeys(t), map[string]bool{}
	for file, source := range sources(t) {
		for _, m := range asks.FindAllStringSubmatch(source, -1) {
			if _, ok := keys[m[1]]; !ok && m[2] == "" {
				t.Errorf("%s asks for %q, which has no words in locales/en", file, m[1])
			}
		}
		for _, m := range literal.FindAllStringSubmatch(source, -1) {
			said[m[1]] = true
		}
	}
	for key := range keys {
		if strings.Contains(key, " ") {
			continue // a sentence of another room
		}
		if !said[key] && !family(key, said) && !said[endings.ReplaceAllString(key, "")] {
			t.Errorf("locales/en has %q, which nothing asks for", key)
		}
	}
}

// family tells whether code puts the key together from its beginning, such as "month.".
func family(key string, said map[string]bool) bool {
	for i, r := range key {
		if r == '.' && said[key[:i+1]] {
			return true
		}
	}
	return false
}

// TestSentencesOfOtherRoomsExist finds translated sentences that no room says any more.
func TestSentencesOfOtherRoomsExist(t *testing.T) {
	var said strings.Builder
	for _, room := range []string{"../internal/*/*.go", "../screening/*.go", "../directory/*.go", "../directory/*/*.go", "../referrals/*.go", "../referrals/figures/*.go"} {
		files, err := filepath.Glob(room)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			said.Write(b)
		}
	}
	for key := range englishKeys(t) {
		if strings.Contains(key, " ") && !strings.Contains(said.String(), key) {
			t.Errorf("locales/en has words for %q, which no room says", key)
		}
	}
}

func TestCodesHaveWords(t *testing.T) {
	l := samplePage(t, "", "/", "nav.home").Locale
	families := map[string][]string{
		"relationship.": {"parent", "guardian", "proxy"},
		"respondent.":   respondents,
		"mode.":         modes,
		"alike.": {"same-family-name", "similar-family-name", "same-given-name", "similar-given-name", "same-birth-date",
			"similar-birth-date", "same-phone"},
	}
	for _, s := range []screening.NeedStatus{screening.NeedOpen, screening.NeedWanted, screening.NeedInProgress,
		screening.NeedMet, screening.NeedNotWanted, screening.NeedNoLonger} {
		families["need."] = append(families["need."], string(s))
	}
	for _, r := range []identity.Role{identity.CHW, identity.CareManager, identity.Supervisor, identity.AgencyStaff,
		identity.AgencyAdmin, identity.NetworkAdmin} {
		families["role."] = append(families["role."], string(r))
	}
	for family, codes := range families {
		for _, code := range codes {
			if !l.Has(family + code) {
				t.Errorf("no words for %s%s", family, code)
			}
		}
	}
	if l.Has("role.king") {
		t.Error(`Has("role.king") = true, want false`)
	}
}

// TestWordsComeFromLocales finds text that stands in a templ file itself.
func TestWordsComeFromLocales(t *testing.T) {
	files, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		tree, err := parser.Parse(file)
		if err != nil {
			t.Fatal(err)
		}
		v := visitor.New()
		v.Text = func(n *parser.Text) error {
			if strings.TrimSpace(n.Value) != "" {
				t.Errorf("%s has the text %q; take it from the locale files", file, n.Value)
			}
			return nil
		}
		v.ConstantAttribute = func(n *parser.ConstantAttribute) error {
			switch key := n.Key.String(); key {
			case "aria-label", "alt", "placeholder", "title":
				t.Errorf("%s has %s=%q; take it from the locale files", file, key, n.Value)
			}
			return nil
		}
		if err := tree.Visit(v); err != nil {
			t.Fatal(err)
		}
	}
}

func TestT(t *testing.T) {
	l := samplePage(t, "", "/", "nav.home").Locale
	tests := []struct {
		key  string
		args []any
		want string
	}{
		{"choice.yes", nil, "Yes"},
		{"home.morning", []any{"name", "Rosa"}, "Good morning, Rosa"},
		{"due.left", []any{"count", 1}, "1 day left"},
		{"due.left", []any{"count", 2}, "2 days left"},
		{"no.such.key", nil, "no.such.key"},
	}
	for _, tt := range tests {
		if got := l.T(tt.key, tt.args...); got != tt.want {
			t.Errorf("T(%q, %v) = %q, want %q", tt.key, tt.args, got, tt.want)
		}
	}
}

func TestSentenceFallsBackToEnglish(t *testing.T) {
	l := samplePage(t, "", "/", "nav.home").Locale
	if got, want := l.Sentence("Use at most %d characters.", 200), "Use at most 200 characters."; got != want {
		t.Errorf("Sentence = %q, want %q", got, want)
	}
}
