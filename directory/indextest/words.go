package indextest

import (
	"slices"
	"testing"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
)

// testWords makes sure that synonyms change at once, whole, and also for an
// index that is built meanwhile.
func testWords(t *testing.T, x directory.Index, entries []directory.Entry) {
	rebuild(t, x, entries)
	set := func(groups ...words.Group) {
		t.Helper()
		if err := x.SetWords(t.Context(), words.Compose(groups)); err != nil {
			t.Fatalf("SetWords: %v", err)
		}
	}
	find := func(text, id string, want bool) {
		t.Helper()
		r, err := x.Search(t.Context(), directory.Query{Text: text})
		if err != nil {
			t.Fatalf("Search(%q): %v", text, err)
		}
		if got := slices.Contains(services(r), id); got != want {
			t.Errorf("Search(%q) finds %s = %t, want %t", text, id, got, want)
		}
	}

	find("gribbleworks", "wicker", false)
	set(words.Group{Words: []string{"gribbleworks"}, Also: []string{"wicker"}})
	find("gribbleworks", "wicker", true) // a new synonym at once
	find("Gríbbleworks", "wicker", true)
	find("refugio", "shelter-youth", false) // and those before are gone

	set(words.Group{Words: []string{"flurbing the zottle", "Wicker"}}, words.Group{Words: []string{"snargle"}, Also: []string{"night shelter"}})
	find("flurbing the zottle", "wicker", true) // of several words
	find("snargle", "shelter-youth", true)      // for several words
	find("gribbleworks", "wicker", false)       // one removed no longer counts
	rebuild(t, x, entries)
	find("snargle", "shelter-youth", true) // and a rebuild changes nothing of it

	changing := func(yield func(directory.Entry, error) bool) {
		for i, e := range entries {
			if i == len(entries)/2 {
				set(words.Group{Words: []string{"plimbo"}, Also: []string{"wicker"}})
			}
			if !yield(e, nil) {
				return
			}
		}
	}
	if err := x.Rebuild(t.Context(), changing); err != nil {
		t.Fatalf("Rebuild: %v", err)
	}
	find("plimbo", "wicker", true)
	find("snargle", "shelter-youth", false)

	set()
	find("plimbo", "wicker", false)
	find("wicker", "wicker", true)
}
