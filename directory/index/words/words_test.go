package words_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/havenloop/havenloop/directory/index/words"
)

func TestSynonyms(t *testing.T) {
	all := words.Synonyms()
	for _, tt := range []struct {
		from, to string
		want     bool
	}{
		{"food stamps", "snap", true},
		{"snap", "food stamps", true}, // a group works both ways
		{"light bill", "utility", true},
		{"utility", "light bill", false}, // a one-way entry does not
		{"refugio", "shelter", true},
	} {
		if got := slices.Contains(all[tt.from], tt.to); got != tt.want {
			t.Errorf("Synonyms()[%q] contains %q = %t, want %t", tt.from, tt.to, got, tt.want)
		}
	}
}

// TestSynonymLimits holds the data within what Meilisearch keeps of each word:
// 50 phrases and 100 words; longer lists are cut there without notice.
func TestSynonymLimits(t *testing.T) {
	for from, to := range words.Synonyms() {
		if n := len(strings.Fields(strings.Join(to, " "))); len(to) > 50 || n > 100 {
			t.Errorf("Synonyms()[%q] has %d phrases of %d words, want at most 50 and 100", from, len(to), n)
		}
		if from != strings.ToLower(from) || slices.Contains(to, from) {
			t.Errorf("Synonyms()[%q] is not in lower case or names itself", from)
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
