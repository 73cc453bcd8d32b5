package web

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// cardinals are those that a language tells apart. Source: Unicode CLDR 45,
// plural rules, cardinals.
var cardinals = map[string][]string{
	"en": {"one", "other"}, "es": {"many", "one", "other"}, "vi": {"other"}, "zh-Hans": {"other"},
	"ar": {"few", "many", "one", "other", "two", "zero"},
}

// whole makes a missing word a failure.
const whole = true

// lacks tells a word that is missing in a language.
func lacks(t *testing.T, format string, args ...any) {
	t.Helper()
	if whole {
		t.Errorf(format, args...)
	} else {
		t.Logf(format, args...)
	}
}

// forMachines are sentences that clients of the API and operators read, never
// somebody on a page.
var forMachines = map[string]bool{
	"Ask for 1 to 100 services on a page.":                                                true,
	"Give a distance of more than 0.":                                                     true,
	"Give a lat from -90 to 90 and a lng from -180 to 180.":                               true,
	"Give both lat and lng, or neither.":                                                  true,
	"Give each language as a tag such as en, es or zh-Hans.":                              true,
	"Give the feed a name of at most 100 letters.":                                        true,
	"Pages count from 1.":                                                                 true,
	"Send this answer as a list of codes, or say why there is none.":                      true,
	"Somebody changed a %s record while it was imported. Run the import again.":           true,
	"Sort by distance or name.":                                                           true,
	"Storage or search is away.":                                                          true,
	"The access token is wrong or too old. Refresh it or sign in again.":                  true,
	"The request is larger than accepted.":                                                true,
	"This Idempotency-Key was used for another request. Send the request with a new key.": true,
	"This address does not take this method.":                                             true,
	"This feed is being imported already. Wait until that is done.":                       true,
	"This is not a FHIR QuestionnaireResponse.":                                           true,
	"This must be a number.":                                                              true,
	"This must be a whole number from 1 to %d.":                                           true,
	"This must be true or false.":                                                         true,
	"Use a language tag, such as en or es.":                                               true,
	"Use a short code of small letters, such as in-person or phone.":                      true,
	"Use a short code of small letters, such as self or parent.":                          true,
}

// roomKey matches keys of rooms, such as "home.morning"; all others are
// sentences of other rooms.
var roomKey = regexp.MustCompile(`^[a-z][a-z0-9.-]*$`)

func isSentence(key string) bool { return !roomKey.MatchString(key) }

// forms are the texts of a key by plural form; one that does not count has
// only the form "other".
type forms map[string]string

// wordsOf reads all words of a language.
func wordsOf(t *testing.T, tag string) map[string]forms {
	t.Helper()
	files, err := filepath.Glob("locales/" + tag + "/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("locales/%s has %d files, %v", tag, len(files), err)
	}
	all := map[string]forms{}
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
			if _, twice := all[key]; twice {
				t.Errorf("%s: %q stands in another file too", file, key)
			}
			var one string
			many := forms{}
			if json.Unmarshal(words, &one) == nil {
				many["other"] = one
			} else if err := json.Unmarshal(words, &many); err != nil {
				t.Errorf("%s: %q is no text: %v", file, key, err)
			}
			all[key] = many
		}
	}
	return all
}

// TestLanguagesAreWhole compares every language with English: no key is
// missing or left over, the same values stand in the texts, and those that
// count have the forms of the language.
func TestLanguagesAreWhole(t *testing.T) {
	english, sentences := wordsOf(t, "en"), map[string]bool{}
	for _, tag := range pageLanguages[1:] {
		for key := range wordsOf(t, tag) {
			if isSentence(key) {
				sentences[key] = true
			}
		}
	}
	for _, tag := range pageLanguages {
		t.Run(tag, func(t *testing.T) {
			words := wordsOf(t, tag)
			for _, key := range slices.Sorted(maps.Keys(english)) {
				if _, ok := words[key]; !ok {
					lacks(t, "%s lacks %q: %q", tag, key, english[key])
				}
			}
			for _, key := range slices.Sorted(maps.Keys(sentences)) {
				if _, ok := words[key]; !ok && tag != "en" && !forMachines[key] {
					lacks(t, "%s lacks the sentence %q, which another language has", tag, key)
				}
			}
			for key, own := range words {
				of, ok := english[key]
				switch {
				case isSentence(key):
					checkSentence(t, key, own)
				case !ok:
					t.Errorf("%q is left over: English has it no more", key)
				default:
					checkPlurals(t, tag, key, own, of)
				}
			}
		})
	}
}

var (
	placeholder = regexp.MustCompile(`\{\{[^}]*\}\}`)
	verb        = regexp.MustCompile(`%(\[\d\])?[a-z%]`)
	markup      = regexp.MustCompile(`</?[a-zA-Z]|&[a-z]+;`)
)

// checkSentence holds a sentence of another room against its English format.
func checkSentence(t *testing.T, key string, own forms) {
	t.Helper()
	if got, want := verb.FindAllString(own["other"], -1), verb.FindAllString(key, -1); !slices.Equal(got, want) && own["other"] != "" {
		if !strings.Contains(own["other"], "%[") || len(got) != len(want) {
			t.Errorf("%q has the values %q, want %q", own["other"], got, want)
		}
	}
	checkText(t, key, own["other"])
}

func checkPlurals(t *testing.T, tag, key string, own, english forms) {
	t.Helper()
	want := []string{"other"}
	if len(english) > 1 {
		want = cardinals[tag]
	}
	if got := slices.Sorted(maps.Keys(own)); !slices.Equal(got, want) {
		t.Errorf("%q has the forms %q, want %q", key, got, want)
	}
	for form, text := range own {
		checkText(t, key, text)
		got, want := values(text), values(english["other"])
		if strings.HasPrefix(key, "date.") {
			want["{{.hour24}}"] = want["{{.hour}}"] // either way to tell the hour
		}
		for value := range got {
			if !want[value] {
				t.Errorf("%q, form %s, has the value %s, which English has not", key, form, value)
			}
		}
		for value := range values(english["other"]) {
			number := value == "{{.count}}" && slices.Contains([]string{"zero", "one", "two"}, form) // told in a word
			hour := value == "{{.hour}}" && got["{{.hour24}}"]
			if !got[value] && !number && !hour {
				t.Errorf("%q, form %s, lacks the value %s", key, form, value)
			}
		}
	}
}

func checkText(t *testing.T, key, text string) {
	t.Helper()
	if text == "" || text != strings.Trim(text, "\n\t") || strings.TrimSpace(text) == "" {
		t.Errorf("%q has an empty text, or one with space around it: %q", key, text)
	}
	if markup.MatchString(text) {
		t.Errorf("%q has HTML in it: %q", key, text)
	}
}

func values(text string) map[string]bool {
	out := map[string]bool{}
	for _, v := range placeholder.FindAllString(text, -1) {
		out[v] = true
	}
	return out
}

// TestEveryFailureCanBeSaid finds sentences of failures that people read on
// pages, and that a language lacks.
func TestEveryFailureCanBeSaid(t *testing.T) {
	told := map[string]bool{}
	for _, pattern := range []string{"../internal/*/*.go", "../screening/*.go", "../directory/*.go", "../referrals/*.go", "*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			for _, s := range failures(t, f) {
				told[s] = true
			}
		}
	}
	for _, tag := range pageLanguages[1:] {
		words := wordsOf(t, tag)
		for _, s := range slices.Sorted(maps.Keys(told)) {
			if _, ok := words[s]; !ok && !forMachines[s] {
				lacks(t, "%s lacks the sentence %q", tag, s)
			}
		}
	}
}

// failures are the formats of fault.New, Fields.Add and Fields.Check in a file.
func failures(t *testing.T, file string) []string {
	t.Helper()
	tree, err := parser.ParseFile(gotoken.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	place := map[string]int{"New": 1, "Add": 1, "Check": 2}
	var out []string
	ast.Inspect(tree, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		fun, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		at, ok := place[fun.Sel.Name]
		if x, _ := fun.X.(*ast.Ident); !ok || len(call.Args) <= at || fun.Sel.Name == "New" && (x == nil || x.Name != "fault") {
			return true
		}
		if lit, ok := call.Args[at].(*ast.BasicLit); ok && lit.Kind == gotoken.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil && strings.HasSuffix(s, ".") {
				out = append(out, s)
			}
		}
		return true
	})
	return out
}
