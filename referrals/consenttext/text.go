// Package consenttext has the words in which a person is asked to let
// information be shared, as data: one folder per version, one file per
// language. What a person heard must stay readable as they heard it, so a
// version never changes once it is used; new words are a new folder, and a
// test holds the old ones to their sums.
//
// The words follow what 45 CFR 164.508(c) and 42 CFR 2.31(a) ask of such a
// text: who shares what about whom with whom and why, until when, that one
// may refuse and revoke, and what that cannot undo. No lawyer has looked at
// them, and translations other than English await a native reader.
package consenttext

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Latest is the version in which people are asked now.
const Latest = "2026-11"

// Source is the language that every version has; somebody who is asked in a
// language without a text hears it through an interpreter.
const Source = "en"

//go:embed 20*
var files embed.FS

// words is one file.
type words struct {
	Title    string            `json:"title"`
	Ask      string            `json:"ask"`
	Gets     string            `json:"gets"`
	Fields   map[string]string `json:"fields"`
	Any      string            `json:"any"`
	Class    string            `json:"class"`
	Refuse   string            `json:"refuse"`
	Change   string            `json:"change"`
	Pass     string            `json:"pass"`
	Until    string            `json:"until"`
	Open     string            `json:"open"`
	Part2    string            `json:"part2"`
	Violence string            `json:"violence"`
	Agree    string            `json:"agree"`
	Comma    string            `json:"comma"`
}

// all is every text by version and language.
var all = load()

func load() map[string]map[string]words {
	out := map[string]map[string]words{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		var w words
		if err := json.Unmarshal(body, &w); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		version := path.Dir(name)
		if out[version] == nil {
			out[version] = map[string]words{}
		}
		out[version][strings.TrimSuffix(path.Base(name), ".json")] = w
		return nil
	})
	if err != nil {
		panic(err) // the files are part of the program
	}
	return out
}

// Facts are what one consent is about, in words of the language in which it
// is read; names of people and organizations stay as they are.
type Facts struct {
	// From is the care organization, Patient the person's name.
	From, Patient string
	// Who are the organizations that get something; none for the class of all
	// agencies of the network that help with the need.
	Who []string
	// Needs are named in the language of the text.
	Needs []string
	// Fields are the codes of the groups of data.
	Fields []string
	// Until is the last day, written out; "" for no end.
	Until string
	// Part2 and Violence add what such records and needs ask for.
	Part2, Violence bool
}

// Text is what is read to the person.
type Text struct {
	Version string
	// Language is the one the words are in, a BCP 47 tag.
	Language string
	Title    string
	Lines    []string
	// Agree asks for the signature.
	Agree string
}

// Known tells whether there is a text of the version.
func Known(version string) bool { return all[version] != nil }

// Language answers the language in which somebody who speaks the given one is
// shown the text of the version: the same, or [Source].
func Language(version, language string) string {
	if _, ok := all[version][language]; ok {
		return language
	}
	return Source
}

// For writes the text of a version about the facts; false for a version that
// nobody knows.
func For(version, language string, f Facts) (Text, bool) {
	language = Language(version, language)
	w, ok := all[version][language]
	if !ok {
		return Text{}, false
	}
	who := strings.Join(f.Who, w.Comma)
	if len(f.Who) == 0 {
		who = w.Any
	}
	fields := make([]string, 0, len(f.Fields))
	for _, code := range f.Fields {
		fields = append(fields, w.Fields[code])
	}
	fill := strings.NewReplacer(
		"{from}", f.From, "{patient}", f.Patient, "{who}", who, "{needs}", strings.Join(f.Needs, w.Comma),
		"{fields}", strings.Join(fields, w.Comma), "{date}", f.Until,
	).Replace
	ends := w.Until
	if f.Until == "" {
		ends = w.Open
	}
	lines := []struct {
		text string
		when bool
	}{
		{w.Ask, true}, {w.Gets, true}, {w.Class, len(f.Who) == 0}, {w.Violence, f.Violence}, {w.Refuse, true},
		{w.Change, true}, {w.Pass, true}, {w.Part2, f.Part2}, {ends, true},
	}
	t := Text{Version: version, Language: language, Title: w.Title, Agree: w.Agree}
	for _, l := range lines {
		if l.when {
			t.Lines = append(t.Lines, fill(l.text))
		}
	}
	return t, true
}

// Files answers the texts of a version as they are kept, by language, for a
// device that has to show them without a connection.
func Files(version string) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for language := range all[version] {
		if body, err := files.ReadFile(path.Join(version, language+".json")); err == nil {
			out[language] = body
		}
	}
	return out
}

// Languages lists those that a version has.
func Languages(version string) []string {
	var out []string
	for l := range all[version] {
		out = append(out, l)
	}
	slices.Sort(out)
	return out
}
