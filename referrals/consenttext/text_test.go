package consenttext

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// sums are those of the files as people have heard them. A file that is in use
// is never changed: a new version is added instead.
var sums = map[string]string{
	"2026-11/ar.json":      "5136eb209cb8d269",
	"2026-11/en.json":      "73584715bc41a8a2",
	"2026-11/es.json":      "9c636bfc323a92c7",
	"2026-11/vi.json":      "aced1c18dce9a85a",
	"2026-11/zh-Hans.json": "7ce754ea5b2f45e8",
}

func TestVersionsNeverChange(t *testing.T) {
	seen := map[string]bool{}
	_ = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, _ error) error {
		if d.IsDir() {
			return nil
		}
		body, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(body)
		if got := hex.EncodeToString(sum[:8]); got != sums[name] {
			t.Errorf("%s has the sum %s, not %s: people have heard these words; add a version instead", name, got, sums[name])
		}
		seen[name] = true
		return nil
	})
	for name := range sums {
		if !seen[name] {
			t.Errorf("%s is gone, so what people agreed to cannot be read any more", name)
		}
	}
}

func TestTextsAreWhole(t *testing.T) {
	for version := range all {
		if !slices.Equal(Languages(version), Languages(Latest)) {
			t.Errorf("%s has other languages than %s", version, Latest)
		}
		for language, w := range all[version] {
			v := reflect.ValueOf(w)
			for i := range v.NumField() {
				if f := v.Field(i); f.Kind() == reflect.String && f.String() == "" {
					t.Errorf("%s/%s lacks %s", version, language, v.Type().Field(i).Name)
				}
			}
			for _, code := range []string{"contact", "identity", "need", "answers", "notes"} {
				if w.Fields[code] == "" {
					t.Errorf("%s/%s lacks the words for the group %s", version, language, code)
				}
			}
			for _, place := range []string{"{from}", "{patient}", "{who}", "{needs}"} {
				if !strings.Contains(w.Ask, place) {
					t.Errorf("%s/%s asks without %s", version, language, place)
				}
			}
		}
	}
	if all[Latest][Source].Ask == "" {
		t.Error("the latest version has no text in the source language")
	}
}

func TestTextSaysWhatIsAgreed(t *testing.T) {
	f := Facts{From: "Clinic", Patient: "Maria", Who: []string{"Pantry", "Kitchen"}, Needs: []string{"Food"}, Fields: []string{"contact"}, Until: "May 3"}
	tests := []struct {
		name       string
		change     func(*Facts)
		with, sans string
	}{
		{"names the organizations", func(*Facts) {}, "with Pantry, Kitchen?", all[Latest][Source].Class},
		{"says who is meant by the class", func(f *Facts) { f.Who = nil }, all[Latest][Source].Class, "Pantry"},
		{"says what is shared", func(*Facts) {}, "how to reach you", "birth date"},
		{"says when it ends", func(*Facts) {}, "ends after May 3", "lasts until"},
		{"says that it has no end", func(f *Facts) { f.Until = "" }, "lasts until", "ends after"},
		{"leaves the law out", func(*Facts) {}, "say no", "42 CFR"},
		{"names the law", func(f *Facts) { f.Part2 = true }, "42 CFR Part 2", "your safety"},
		{"promises quiet", func(f *Facts) { f.Violence = true }, "your safety", "42 CFR"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := f
			tt.change(&f)
			text, ok := For(Latest, "en", f)
			whole := strings.Join(text.Lines, "\n")
			if !ok || !strings.Contains(whole, tt.with) || strings.Contains(whole, tt.sans) || strings.ContainsAny(whole, "{}") {
				t.Errorf("wants %q and not %q in\n%s", tt.with, tt.sans, whole)
			}
		})
	}
}

func TestLanguageFallsBack(t *testing.T) {
	if got := Language(Latest, "vi"); got != "vi" {
		t.Errorf("Vietnamese is read in %s", got)
	}
	if text, ok := For(Latest, "so", Facts{}); !ok || text.Language != Source {
		t.Errorf("a language without a text is read in %q, %v", text.Language, ok)
	}
	if _, ok := For("refer-page-1", "en", Facts{}); ok || Known("refer-page-1") {
		t.Error("there is a text of a version that nobody wrote")
	}
}
