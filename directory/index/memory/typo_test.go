package memory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/havenloop/havenloop/directory"
	"github.com/havenloop/havenloop/directory/index/words"
	"github.com/havenloop/havenloop/directory/indextest"
)

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		typed, word string
		max         int
		prefix      bool
		want        int
	}{
		{"pantri", "pantry", 1, false, 1},
		{"transpotation", "transportation", 2, false, 1},
		{"shetler", "shelter", 1, false, 1}, // two letters swapped are one typo
		{"hsletre", "shelter", 2, false, 3}, // the first letter counts twice
		{"belter", "shelter", 1, false, 2},  // more than allowed
		{"counceling", "counseling", 2, false, 1},
		{"transpot", "transportation", 1, true, 1},  // the beginning of a word
		{"transpot", "transportation", 1, false, 2}, // but not the word
		{"naïve", "naive", 1, false, 1},
		{"shelter", "shelter", 1, false, 0},
	} {
		d := distance{typed: []rune(tt.typed)}
		if got := d.to(tt.word, tt.max, tt.prefix); got != tt.want {
			t.Errorf("distance from %q to %q (max %d, prefix %t) = %d, want %d", tt.typed, tt.word, tt.max, tt.prefix, got, tt.want)
		}
	}
}

func TestTyposAllowed(t *testing.T) {
	for word, want := range map[string]int{"rent": 0, "snap": 0, "liheap": 0, "tanf": 0, "section8": 0, "94109": 0, "child": 1, "shelters": 1, "childcare": 2, "niño": 0} {
		if got := typosAllowed(word); got != want {
			t.Errorf("typosAllowed(%q) = %d, want %d", word, got, want)
		}
	}
}

// TestSimilarFindsAll compares the look-up by left-out letters with comparing
// each word: it finds all words and counts the same typos.
func TestSimilarFindsAll(t *testing.T) {
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("abcdeé")), 3, 11, -1)
	rapid.Check(t, func(t *rapid.T) {
		v := newVocabulary()
		for _, w := range rapid.SliceOfN(letters, 1, 40).Draw(t, "words") {
			id := v.id(w, true)
			v.terms[id].lists[inName].put(0, 0)
		}
		v.sort()
		typed := letters.Draw(t, "typed")
		allowed := typosAllowed(typed)
		got := map[string]int{}
		v.similar(typed, allowed, false, new(alike), func(id uint32, typos int) { got[v.terms[id].text] = typos })
		d := distance{typed: []rune(typed)}
		for _, term := range v.terms {
			n := d.to(term.text, allowed, false)
			if n == 0 || n > allowed {
				n = 0
			}
			if got[term.text] != n {
				t.Fatalf("similar(%q) finds %q with %d typos, want %d", typed, term.text, got[term.text], n)
			}
		}
	})
}

func TestPrefixes(t *testing.T) {
	v := newVocabulary()
	for _, w := range []string{"food", "foods", "foot", "zebra", "fo"} {
		v.id(w, true)
	}
	v.sort()
	v.id("football", false)
	var got []string
	for _, id := range v.withPrefix("foo") {
		got = append(got, v.terms[id].text)
	}
	if want := []string{"food", "foods", "foot", "football"}; !slices.Equal(got, want) {
		t.Errorf("withPrefix(foo) = %q, want %q", got, want)
	}
}

// FuzzSearch looks for texts that break the taking apart of what is typed, the
// look-up of words, or an update with such a text.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{"", "transpotation", "food pantri", "i need help with", "ayuda con la renta", "🍎\x00", "\xff\xfe", "食物", "aaaaaaaaaaaaaaaaaaaaaaaa", "section 8", "can't pay rent", strings.Repeat("é", 100)} {
		f.Add(s, s)
	}
	x := filled(f, indextest.Entries(f))
	f.Fuzz(func(t *testing.T, text, typed string) {
		ctx := context.Background()
		e := directory.Entry{ID: "fuzz", ServiceID: "fuzz", Name: text, Description: typed, Keywords: []string{text}, Status: "active"}
		if err := x.Apply(ctx, []directory.Change{{ServiceID: "fuzz", Entries: []directory.Entry{e}}}); err != nil {
			t.Fatalf("Apply: %v", err)
		}
		for _, q := range []directory.Query{{Text: typed}, {Text: typed, Language: "es", Sort: directory.ByName, PerPage: 100}} {
			r, err := x.Search(ctx, q)
			if err != nil || len(r.Hits) != min(r.Total, cmp.Or(q.PerPage, 20)) {
				t.Errorf("Search(%q) = %d of %d hits, %v", typed, len(r.Hits), r.Total, err)
			}
		}
		// A word of the entry finds the entry.
		for w := range words.Split(words.Fold(text)) {
			if isStop(w) {
				break
			}
			r, err := x.Search(ctx, directory.Query{Text: w, PerPage: 100})
			if err != nil || !slices.ContainsFunc(r.Hits, func(h directory.Hit) bool { return h.ServiceID == "fuzz" }) {
				t.Errorf("Search(%q) does not find the entry named %q: %v", w, text, err)
			}
			break
		}
		if _, err := x.Suggest(ctx, typed, 5); err != nil {
			t.Errorf("Suggest(%q): %v", typed, err)
		}
	})
}
