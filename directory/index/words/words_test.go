package words_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/havenloop/havenloop/directory/index/words"
)

func TestDefault(t *testing.T) {
	all := words.Default().Synonyms
	for _, tt := range []struct {
		from, to string
		want     bool
	}{
		{"food stamps", "snap", true},
		{"snap", "food stamps", true}, // a group works both ways
		{"light bill", "utility", true},
		{"utility", "light bill", false}, // a one-way group does not
		{"refugio", "shelter", true},
		{"guarderia", "childcare", true}, // phrases are folded
	} {
		if got := slices.Contains(all[tt.from], tt.to); got != tt.want {
			t.Errorf("Default().Synonyms[%q] contains %q = %t, want %t", tt.from, tt.to, got, tt.want)
		}
	}
}

// TestShippedGroups holds the data to its form and within what engines keep.
func TestShippedGroups(t *testing.T) {
	keys, languages := map[string]bool{}, []string{words.English, words.Spanish, words.Several}
	for _, g := range words.Shipped() {
		if keys[g.Key()] {
			t.Errorf("two shipped groups are named %q", g.Key())
		}
		keys[g.Key()] = true
		if !slices.Contains(languages, g.Language) {
			t.Errorf("group %q is in language %q, want one of %v", g.Key(), g.Language, languages)
		}
		if len(g.Words) == 0 || g.Mutual() && len(g.Words) < 2 {
			t.Errorf("group %q has too few phrases: %v", g.Key(), g.Words)
		}
		seen := map[string]bool{}
		for _, p := range g.Phrases() {
			if p = words.Phrase(p); p == "" || seen[p] {
				t.Errorf("group %q has %q empty or twice", g.Key(), p)
			}
			seen[p] = true
		}
	}
	if over := words.Default().Excess(); len(over) > 0 {
		t.Errorf("these phrases have more than %d synonyms or %d words in them: %q", words.MaxPhrases, words.MaxWords, over)
	}
}

func TestCompose(t *testing.T) {
	got := words.Compose([]words.Group{
		{Words: []string{"Niños", "kids"}},
		{Words: []string{"kids"}, Also: []string{"Children's", "kids", ""}},
	})
	want := map[string][]string{"ninos": {"kids"}, "kids": {"children", "ninos"}}
	if diff := cmp.Diff(want, got.Synonyms); diff != "" {
		t.Errorf("Compose (-want +got):\n%s", diff)
	}
}

func TestExcess(t *testing.T) {
	many := func(n int, form string) (out []string) {
		for i := range n {
			out = append(out, fmt.Sprintf(form, i))
		}
		return out
	}
	for _, tt := range []struct {
		also []string
		want []string
	}{
		{many(words.MaxPhrases, "w%d"), nil},
		{many(words.MaxPhrases+1, "w%d"), []string{"from"}},
		{many(words.MaxWords/4, "a b c w%d"), nil},
		{many(words.MaxWords/4+1, "a b c w%d"), []string{"from"}},
	} {
		got := words.Compose([]words.Group{{Words: []string{"from"}, Also: tt.also}}).Excess()
		if !slices.Equal(got, tt.want) {
			t.Errorf("Excess() with %d phrases such as %q = %q, want %q", len(tt.also), tt.also[0], got, tt.want)
		}
	}
}

func TestStopKeepsNegations(t *testing.T) {
	for _, w := range []string{"no", "not", "without", "sin"} {
		if slices.Contains(words.Stop(), w) {
			t.Errorf("Stop() contains %q, which changes what is asked for", w)
		}
	}
}
